# %% [markdown]
# # Which of all programs is the simplest?
#
# This notebook goes with [chapter 5 of the guide](../docs/guide/5-all-programs.md). How many tables of two symbols and two states find out whether a word of at most three 1s has an odd number of them?

# %%
from noisytm import SynthesisProblem, global_learning_coefficient, learning_coefficient, library, solutions, words

machine = library.machine("parity")
problem = SynthesisProblem.of_machine(machine, inputs=words("1", max_length=3), steps=4)
all_of_them = solutions(problem, progress=False)
print(all_of_them.codes, "codes solve it; their mass is", all_of_them.mass)

# %% [markdown]
# The textbook machine has λ = 12.

# %%
learning_coefficient(problem, machine)

# %% [markdown]
# The least λ of all 20,736 tables, certified by a search that looks at all of them, most of them many at a time:

# %%
found = global_learning_coefficient(problem, progress=False)
found

# %%
simplest = found.machine
for key, does in zip(simplest.keys, simplest.tuples, strict=True):
    print(key, "→", (does.write, does.next, does.move))

# %% [markdown]
# It does not count the 1s. It wipes them out, and then changes its state at each of the steps that are left. Run it on 11:

# %%
from noisytm import space_time

print(space_time(simplest, "11", max_steps=4).text())

# %% [markdown]
# Every code that solves the problem, by the number of tuples it uses and its λ:

# %%
from noisytm import atlas

every_code = atlas(problem, progress=False)
every_code

# %%
# %matplotlib inline
# %config InlineBackend.figure_formats = ["svg"]
every_code.plot()
