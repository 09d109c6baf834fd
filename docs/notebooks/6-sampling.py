# %% [markdown]
# # What does a learner with n observations see of this?
#
# This notebook goes with [chapter 6 of the guide](../docs/guide/6-sampling.md). A posterior near detectA, at every power of ten of n:

# %%
from noisytm import SynthesisProblem, free_energy, learning_coefficient, library, read_posterior, words

machine = library.machine("detectA")
problem = SynthesisProblem.of_machine(machine, inputs=words("AB", max_length=2), steps=4)
energies = free_energy(problem, machine, local=True, n=1e4, particles=256, replicas=2, seed=1, progress=False)
energies

# %% [markdown]
# Free energy against log n: the slope is λ, and the exact one stands beside.

# %%
# %matplotlib inline
# %config InlineBackend.figure_formats = ["svg"]
energies.plot()

# %% [markdown]
# What the usual estimators make of the same samples:

# %%
reading = read_posterior(energies)
reading

# %%
exact = learning_coefficient(problem, machine)
print("exactly", exact.value, "with multiplicity", exact.multiplicity)

# %% [markdown]
# Weights of b bits: from λ, where the data are what limits, to τ, where the precision is.

# %%
from noisytm import precision

curve = precision(problem, machine)
curve
