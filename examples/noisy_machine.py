"""A machine whose table is a little wrong: its marginals, its loss, and the gradient of the loss."""

import numpy as np

from noisytm import CodeSpace, SynthesisProblem, library, loss_and_gradient, simulate, words, wrong_probability

machine = library.machine("detectA")
space = CodeSpace.of(machine)
problem = SynthesisProblem.of_machine(machine, inputs=words("AB", max_length=2), steps=4)

# Mix the code of the machine with noise: every distribution keeps 1 - h of its right value.
exact, noise = space.embed(machine), space.sample(1, seed=1)[0]
print("    h   state after 4 steps on BA   worst wrong answer   log loss")
for h in (0.0, 0.01, 0.1, 0.5):
    code = (1 - h) * exact + h * noise
    accept = simulate(space, code, "BA", 4).state[-1][1]
    worst = wrong_probability(problem, code).max()
    loss, _ = loss_and_gradient(problem, code)
    print(f"{h:5.2f}   accept with {accept:.6f}        {worst:18.6f}   {loss[0]:8.6f}")

# Which entry of the table does the loss ask to change first? Gradients have a meaning along the simplices only.
code = 0.9 * exact + 0.1 * noise
_, gradient = loss_and_gradient(problem, code)
for kind, start, values in space.blocks:
    block = gradient[0][:, start : start + len(values)]
    spread = block.max(axis=1) - block.min(axis=1)
    symbol, state = space.keys[int(np.argmax(spread))]
    print(f"{kind:>5}: the loss is steepest at tuple ({symbol}, {state}), {spread.max():.3f}")
