"""The relaxed step and its adjoint, over any algebra: head, mix with the code, tape transport.

Head-relative tapes of all steps lie in one flat buffer. ``window[s]`` holds the first and the last live cell
before step s and the base: cell k begins at ``base + k·S``. Two blank cells pad either
side of every tape: it may grow by a cell a step, and the new cell looks one further.
A cell is live if the head can still come to it and may have changed or been given it. During step s the head's
cell in the tape of step s is overwritten by what is written, A; what was read is kept in the registers.
"""

from noisytm._compile import jit
from noisytm.relaxation.kernels.head import head, head_adjoint, shape
from noisytm.relaxation.kernels.real import (
    ONE,
    ZERO,
    claim,
    keep,
    normalise,
    normalise_adjoint,
    plus,
    rest,
    rest_adjoint,
    through,
    times,
)

PAD = 2


@jit
def live_cells(step, length, horizon, width):
    """Return the first and last live cell before ``step``, for an input of ``length`` cells.

    The head is read at steps 0 … horizon; at the end ``width`` cells from the head are wanted.
    """
    low = -min(horizon - step, step)
    high = min(horizon - step + max(width, 1) - 1, max(max(length - 1, 0) + step, width - 1))
    return low, high


@jit
def fill_window(steps, length, horizon, width, symbols, window):
    """Fill ``window``, shape (steps + 1, 3), and return the size of the tape buffer."""
    offset = 0
    for step in range(steps + 1):
        low, high = live_cells(step, length, horizon, width)
        window[step, 0] = low
        window[step, 1] = high
        window[step, 2] = offset - (low - PAD) * symbols
        offset += max(high - low + 1 + 2 * PAD, 0) * symbols
    return offset


@jit
def places(symbols, states, tuples):
    """Registers of: rest of y, z, rest of z, match, write, next, stay, A, D. See `tracer.Layout`."""
    z = 2 * symbols
    match = z + 2 * states
    write = match + tuples
    nxt = write + symbols
    stay = nxt + states
    return symbols, z, z + states, match, write, nxt, stay, stay + 1, stay + 1 + symbols


@jit
def put_symbol(tape, at, symbols, symbol):
    for e in range(symbols):
        tape[at + e] = ZERO
    tape[at + symbol] = ONE


@jit
def put_input(program, word, blank, start, window, tape, regs):
    symbols, states, tuples, _ = shape(program)
    z = places(symbols, states, tuples)[1]
    for k in range(window[0, 0] - PAD, window[0, 1] + PAD + 1):
        symbol = word[k] if 0 <= k < word.size else blank
        put_symbol(tape, window[0, 2] + k * symbols, symbols, symbol)
    for q in range(states):
        regs[0, z + q] = ZERO
    regs[0, z + start] = ONE


@jit
def mix(code, r, following, symbols, states, tuples):
    """Form A, the next state and D: the code's distributions, weighted by the matches."""
    _, z, _, match, write, nxt, stay, a, d = places(symbols, states, tuples)
    for e in range(symbols):
        r[a + e] = r[write + e]
    for q in range(states):
        following[z + q] = r[nxt + q]
    r[d] = ZERO
    r[d + 1] = r[stay]
    r[d + 2] = ZERO
    for i in range(tuples):
        mass = r[match + i]
        for e in range(symbols):
            r[a + e] = plus(r[a + e], times(mass, code[i, e]))
        for q in range(states):
            following[z + q] = plus(following[z + q], times(mass, code[i, symbols + q]))
        for m in range(3):
            r[d + m] = plus(r[d + m], times(mass, code[i, symbols + states + m]))


@jit
def transport(tape, window, step, r, d, symbols, blank):
    """Shift the head-relative tape: cell k becomes D_S Y_k + D_L Y_{k−1} + D_R Y_{k+1}."""
    left, stay, right = r[d], r[d + 1], r[d + 2]
    low, high, target = window[step + 1, 0], window[step + 1, 1], window[step + 1, 2]
    source = window[step, 2]
    for i in range(low * symbols, (high + 1) * symbols):
        here = source + i
        kept = plus(times(stay, tape[here]), times(left, tape[here - symbols]))
        tape[target + i] = plus(kept, times(right, tape[here + symbols]))
    if low <= high:
        for k in range(1, PAD + 1):
            put_symbol(tape, target + (low - k) * symbols, symbols, blank)
            put_symbol(tape, target + (high + k) * symbols, symbols, blank)


@jit
def forward(program, code, word, blank, start, steps, window, tape, regs):
    """Run ``steps`` relaxed steps; the tapes, the registers and the states of all of them are left behind."""
    symbols, states, tuples, _ = shape(program)
    rest_y, z, rest_z, _, _, _, _, a, d = places(symbols, states, tuples)
    put_input(program, word, blank, start, window, tape, regs)
    for step in range(steps):
        r = regs[step]
        here = window[step, 2]
        for e in range(symbols):
            r[e] = tape[here + e]
        normalise(r, 0, symbols)
        rest(r, 0, rest_y, symbols)
        rest(r, z, rest_z, states)
        head(program, r)
        mix(code, r, regs[step + 1], symbols, states, tuples)
        normalise(r, d, 3)
        normalise(regs[step + 1], z, states)
        for e in range(symbols):
            tape[here + e] = r[a + e]
        transport(tape, window, step, r, d, symbols, blank)


@jit
def transport_adjoint(tape, tape_bar, window, step, r, bar, d, symbols):
    left, stay, right = r[d], r[d + 1], r[d + 2]
    low, high, target = window[step + 1, 0], window[step + 1, 1], window[step + 1, 2]
    source = window[step, 2]
    for i in range(low * symbols, (high + 1) * symbols):
        g = tape_bar[target + i]
        if g == 0:
            continue
        total = tape[target + i]
        here = source + i
        claimed = claim(g, total, times(stay, tape[here]))
        bar[d + 1] += through(claimed, tape[here])
        tape_bar[here] += through(claimed, stay)
        g = keep(g, claimed)
        claimed = claim(g, total, times(left, tape[here - symbols]))
        bar[d] += through(claimed, tape[here - symbols])
        tape_bar[here - symbols] += through(claimed, left)
        g = keep(g, claimed)
        claimed = claim(g, total, times(right, tape[here + symbols]))
        bar[d + 2] += through(claimed, tape[here + symbols])
        tape_bar[here + symbols] += through(claimed, right)


@jit
def mixed_adjoint(code, code_bar, r, bar, column, g, total, unused, match, tuples):
    """Pass the cotangent ``g`` of one mixed entry to the unmatched part, the matches and the code."""
    if g == 0:
        return
    left = g
    if unused >= 0:
        claimed = claim(left, total, r[unused])
        bar[unused] += claimed
        left = keep(left, claimed)
    for i in range(tuples):
        claimed = claim(left, total, times(r[match + i], code[i, column]))
        bar[match + i] += through(claimed, code[i, column])
        code_bar[i, column] += through(claimed, r[match + i])
        left = keep(left, claimed)


@jit
def mix_adjoint(code, code_bar, r, bar, following, z_bar, symbols, states, tuples):
    _, z, _, match, write, nxt, stay, a, d = places(symbols, states, tuples)
    for e in range(symbols):
        mixed_adjoint(code, code_bar, r, bar, e, bar[a + e], r[a + e], write + e, match, tuples)
    for q in range(states):
        column = symbols + q
        mixed_adjoint(code, code_bar, r, bar, column, z_bar[q], following[z + q], nxt + q, match, tuples)
    for m in range(3):
        column = symbols + states + m
        unused = stay if m == 1 else -1
        mixed_adjoint(code, code_bar, r, bar, column, bar[d + m], r[d + m], unused, match, tuples)


@jit
def backward(program, code, steps, window, tape, regs, tape_bar, z_bar, bar, code_bar):
    """Pull cotangents back through all steps, adding to ``code_bar``.

    ``z_bar`` and ``tape_bar`` hold, on entry, the cotangents of the final state and (in the tape of the last
    step, the buffer being zero elsewhere) of the final tape.
    """
    symbols, states, tuples, registers = shape(program)
    rest_y, z, rest_z, _, _, _, _, a, d = places(symbols, states, tuples)
    for step in range(steps - 1, -1, -1):
        r = regs[step]
        here = window[step, 2]
        for k in range(registers):
            bar[k] = 0
        transport_adjoint(tape, tape_bar, window, step, r, bar, d, symbols)
        for e in range(symbols):
            bar[a + e] = tape_bar[here + e]
            tape[here + e] = r[e]  # what was read, whose sum the step before this one shares out
        normalise_adjoint(r, d, 3, bar, d)
        normalise_adjoint(regs[step + 1], z, states, z_bar, 0)
        mix_adjoint(code, code_bar, r, bar, regs[step + 1], z_bar, symbols, states, tuples)
        head_adjoint(program, r, bar)
        rest_adjoint(r, bar, 0, rest_y, symbols)
        rest_adjoint(r, bar, z, rest_z, states)
        normalise_adjoint(r, 0, symbols, bar, 0)
        for e in range(symbols):
            tape_bar[here + e] = bar[e]
        for q in range(states):
            z_bar[q] = bar[z + q]
