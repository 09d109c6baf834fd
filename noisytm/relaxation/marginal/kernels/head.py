"""The head with the shape as data: an interpreter of the trace, forwards and backwards."""

from noisytm._compile import inner
from noisytm.relaxation.marginal.kernels.real import accumulate, nothing
from noisytm.relaxation.marginal.kernels.scalars import get, one, put, zero
from noisytm.relaxation.marginal.kernels.sums import claim, keep, pass_on, plus, rest_of_pair_adjoint, times


@inner
def shape(program):
    """Return S, |Q|, N and the number of registers."""
    numbers = program[0]
    return numbers[0], numbers[1], numbers[2], numbers[3]


@inner
def pair(b, symbols, states):
    """Return the registers 1 − y_σ, y_σ and 1 − z_q of the pair b = σ·|Q| + q."""
    symbol = b // states
    return symbols + symbol, symbol, 2 * symbols + states + b - symbol * states


@inner
def head(program, r):
    instructions = program[1]
    symbols, states, _, _ = shape(program)
    for k in range(instructions.shape[0]):
        op, target = instructions[k, 0], instructions[k, 1]
        a, b = instructions[k, 2], instructions[k, 3]
        if op == 0:
            put(r, target, plus(get(r, a), get(r, b)))
        elif op == 1:
            put(r, target, times(get(r, a), get(r, b)))
        elif op == 2:
            put(r, target, get(r, a))
        elif op == 5:
            rest_y, y, rest_z = pair(b, symbols, states)
            put(r, target, accumulate(get(r, rest_y), get(r, y), get(r, rest_z)))
        elif op == 3:
            put(r, target, zero())
        else:
            put(r, target, one())


@inner
def head_adjoint(program, r, bar):
    instructions = program[1]
    symbols, states, tuples, registers = shape(program)
    outputs = 2 * (symbols + states)
    temporaries = outputs + tuples + 2 * symbols + states + 4
    for k in range(outputs):
        put(bar, k, nothing())
    for k in range(temporaries, registers):
        put(bar, k, nothing())
    for k in range(instructions.shape[0] - 1, -1, -1):
        op, target = instructions[k, 0], instructions[k, 1]
        a, b = instructions[k, 2], instructions[k, 3]
        g = get(bar, target)
        if op == 0:
            first = claim(g, get(r, target), get(r, a))
            put(bar, a, get(bar, a) + first)
            put(bar, b, get(bar, b) + claim(keep(g, first), get(r, target), get(r, b)))
        elif op == 1:
            put(bar, a, pass_on(get(bar, a), g, get(r, b)))
            put(bar, b, pass_on(get(bar, b), g, get(r, a)))
        elif op == 5:
            rest_y, y, rest_z = pair(b, symbols, states)
            rest_of_pair_adjoint(r, bar, g, target, a, rest_y, y, rest_z)
        elif op == 2:
            put(bar, a, get(bar, a) + g)
