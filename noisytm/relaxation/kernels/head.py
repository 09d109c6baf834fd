"""The head with the shape as data: an interpreter of the trace, forwards and backwards."""

from noisytm._compile import jit
from noisytm.relaxation.kernels.real import ONE, ZERO, claim, keep, plus, through, times


@jit
def shape(program):
    """Return S, |Q|, N and the number of registers."""
    numbers = program[0]
    return numbers[0], numbers[1], numbers[2], numbers[3]


@jit
def head(program, r):
    instructions = program[1]
    for k in range(instructions.shape[0]):
        op, target = instructions[k, 0], instructions[k, 1]
        a, b = instructions[k, 2], instructions[k, 3]
        if op == 0:
            r[target] = plus(r[a], r[b])
        elif op == 1:
            r[target] = times(r[a], r[b])
        elif op == 2:
            r[target] = r[a]
        elif op == 3:
            r[target] = ZERO
        else:
            r[target] = ONE


@jit
def head_adjoint(program, r, bar):
    instructions = program[1]
    for k in range(instructions.shape[0] - 1, -1, -1):
        op, target = instructions[k, 0], instructions[k, 1]
        a, b = instructions[k, 2], instructions[k, 3]
        g = bar[target]
        if op == 0:
            first = claim(g, r[target], r[a])
            bar[a] += first
            bar[b] += claim(keep(g, first), r[target], r[b])
        elif op == 1:
            bar[a] += through(g, r[b])
            bar[b] += through(g, r[a])
        elif op == 2:
            bar[a] += g
