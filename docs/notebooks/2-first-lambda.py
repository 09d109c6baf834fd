# %% [markdown]
# # What does it mean that detectA has λ = 29/3?
#
# This notebook goes with [chapter 2 of the guide](../docs/guide/2-first-lambda.md). A machine, and what is asked of it:

# %%
from noisytm import SynthesisProblem, learning_coefficient, library, words

machine = library.machine("detectA")
problem = SynthesisProblem.of_machine(machine, inputs=words("AB", max_length=2), steps=4)
problem

# %% [markdown]
# λ says how fast the share of noisy codes whose loss is below ε shrinks: like $\varepsilon^\lambda$. It is a fraction, exactly.

# %%
result = learning_coefficient(problem, machine)
result

# %%
result.value, result.multiplicity

# %% [markdown]
# Where do the 9⅔ come from? Each entry of the table costs a part; an error that is fatal alone costs a whole unit.

# %%
from noisytm import explain

explain(result)

# %% [markdown]
# The number comes with a certificate. Checking it needs no solver.

# %%
result.certificate.verify()  # raises CertificateError where it does not hold
print("it holds")

# %% [markdown]
# λ belongs to a program and a question. The same machine, with more and more steps to make its errors good again:

# %%
for steps in (3, 4, 6, 10):
    asked = SynthesisProblem.of_machine(machine, inputs=words("AB", max_length=2), steps=steps)
    found = learning_coefficient(asked, machine)
    print(f"{steps:2} steps: λ = {found.value}, m = {found.multiplicity}")

# %% [markdown]
# And in other semantics, charts and losses:

# %%
from noisytm import survey

survey(problem, machine)
