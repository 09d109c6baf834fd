"""The relaxed step and its adjoint, over any algebra: head, mix with the code, tape transport.

A value is a number, or, in the vector reading, a number for each lane; `get` and `put` move values. Head-relative
tapes of all steps lie in one flat buffer. ``window[s]`` holds the first and the last live cell before step s and
the base: cell k begins at value ``base + k·S``. Two blank cells pad either side of every tape: it may grow by a cell a
step, and the new cell looks one further. A cell is live if the head can still come to it and may have changed or been
given it. During step s the head's cell in the tape of step s is overwritten by what is written, A; what was read is
kept in the registers.
"""

from noisytm._compile import inner
from noisytm.relaxation.marginal.kernels.adjoint_sum import transport_adjoint, unmix
from noisytm.relaxation.marginal.kernels.head import head, head_adjoint, shape
from noisytm.relaxation.marginal.kernels.places import PAD, bar_base, places
from noisytm.relaxation.marginal.kernels.real import (
    ONE,
    ZERO,
    accumulate,
    normalise,
    normalise_adjoint,
    normalise_with_rest,
    nothing,
    rest_adjoint,
)
from noisytm.relaxation.marginal.kernels.scalars import code_entry, get, one, put, zero
from noisytm.relaxation.marginal.kernels.sums import times


@inner
def live_cells(step, length, horizon, width):
    """Return the first and last live cell before ``step``, for an input of ``length`` cells.

    The head is read at steps 0 … horizon; at the end ``width`` cells from the head are wanted.
    """
    low = -min(horizon - step, step)
    high = min(horizon - step + max(width, 1) - 1, max(max(length - 1, 0) + step, width - 1))
    return low, high


@inner
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


@inner
def put_blank(tape, at, symbols, blank):
    for e in range(symbols):
        put(tape, at + e, one() if e == blank else zero())


@inner
def mix(code, r, following, symbols, states, tuples):
    """Form A, the next state and D: the code's distributions, weighted by the matches."""
    _, z, _, match, write, nxt, stay, a, d = places(symbols, states, tuples)
    width = symbols + states + 3
    mix_block(code, r, match, r, write, 0, symbols, width, tuples, r, a)
    mix_block(code, r, match, r, nxt, symbols, states, width, tuples, following, z)
    left, kept, right = zero(), get(r, stay), zero()
    at = symbols + states
    for i in range(tuples):
        mass = get(r, match + i)
        left = accumulate(left, mass, code_entry(code, i * width + at))
        kept = accumulate(kept, mass, code_entry(code, i * width + at + 1))
        right = accumulate(right, mass, code_entry(code, i * width + at + 2))
    put(r, d, left)
    put(r, d + 1, kept)
    put(r, d + 2, right)


@inner
def mix_block(code, r, match, unused, at, column, count, width, tuples, target, to):
    """Mix ``count`` columns, four at a time so that each match is loaded once for the four."""
    for e in range(0, count - 3, 4):
        a, b = get(unused, at + e), get(unused, at + e + 1)
        c, d = get(unused, at + e + 2), get(unused, at + e + 3)
        for i in range(tuples):
            mass, entry = get(r, match + i), i * width + column + e
            a = accumulate(a, mass, code_entry(code, entry))
            b = accumulate(b, mass, code_entry(code, entry + 1))
            c = accumulate(c, mass, code_entry(code, entry + 2))
            d = accumulate(d, mass, code_entry(code, entry + 3))
        put(target, to + e, a)
        put(target, to + e + 1, b)
        put(target, to + e + 2, c)
        put(target, to + e + 3, d)
    for e in range(count - count % 4, count):
        a = get(unused, at + e)
        for i in range(tuples):
            a = accumulate(a, get(r, match + i), code_entry(code, i * width + column + e))
        put(target, to + e, a)


@inner
def transport(tape, window, step, r, d, symbols, blank):
    """Shift the head-relative tape: cell k becomes D_S Y_k + D_L Y_{k−1} + D_R Y_{k+1}."""
    left, stay, right = get(r, d), get(r, d + 1), get(r, d + 2)
    low, high, target = window[step + 1, 0], window[step + 1, 1], window[step + 1, 2]
    source = window[step, 2]
    if low > high:
        return
    for e in range(symbols):
        before, here = get(tape, source + (low - 1) * symbols + e), get(tape, source + low * symbols + e)
        for k in range(low, high + 1):
            after = get(tape, source + (k + 1) * symbols + e)
            put(tape, target + k * symbols + e, accumulate(accumulate(times(stay, here), left, before), right, after))
            before, here = here, after
    for k in range(1, PAD + 1):
        put_blank(tape, target + (low - k) * symbols, symbols, blank)
        put_blank(tape, target + (high + k) * symbols, symbols, blank)


@inner
def put_start(program, blank, start, window, tape, first):
    """Put blank tapes and the start state into all lanes of the tape and of the registers before the first step."""
    symbols, states, tuples, _ = shape(program)
    _, z, rest_z, _, _, _, _, _, _ = places(symbols, states, tuples)
    for k in range(window[0, 0] - PAD, window[0, 1] + PAD + 1):
        put_blank(tape, window[0, 2] + k * symbols, symbols, blank)
    for q in range(states):
        put(first, z + q, one() if q == start else zero())
        put(first, rest_z + q, zero() if q == start else one())


@inner
def put_word(program, word, blank, window, lanes, lane, tape):
    """Write an input onto the blank tape of a lane."""
    symbols = shape(program)[0]
    for k in range(min(word.size, window[0, 1] + PAD + 1)):
        at = window[0, 2] + k * symbols
        tape[(at + blank) * lanes + lane] = ZERO
        tape[(at + word[k]) * lanes + lane] = ONE


@inner
def clear_tape(window, step, symbols, half, tape_bar):
    """Set the cotangents of the tape before ``step`` to zero."""
    base = bar_base(window, step, symbols, half)
    for i in range((window[step, 0] - PAD) * symbols, (window[step, 1] + PAD + 1) * symbols):
        put(tape_bar, base + i, nothing())


@inner
def forward(program, code, blank, steps, window, tape, regs):
    """Run ``steps`` relaxed steps; the tapes, the registers and the states of all of them are left behind.

    The first tape and the first state must be in place.
    """
    symbols, states, tuples, _ = shape(program)
    rest_y, z, rest_z, _, _, _, _, a, d = places(symbols, states, tuples)
    for step in range(steps):
        r = regs[step]
        here = window[step, 2]
        for e in range(symbols):
            put(r, e, get(tape, here + e))
        normalise_with_rest(r, 0, rest_y, symbols)
        head(program, r)
        mix(code, r, regs[step + 1], symbols, states, tuples)
        normalise(r, d, 3)
        normalise_with_rest(regs[step + 1], z, rest_z, states)
        for e in range(symbols):
            put(tape, here + e, get(r, a + e))
        transport(tape, window, step, r, d, symbols, blank)


@inner
def backward(program, code, steps, window, tape, regs, tape_bar, half, z_bar, bar, out_bar, code_bar):
    """Pull cotangents back through all steps, adding to ``code_bar`` or leaving those of each step in ``out_bar``.

    ``z_bar`` and ``tape_bar`` hold, on entry, the cotangents of the final state and of the final tape. Of tapes'
    cotangents only two are needed at a time; they take turns in ``tape_bar``, see `bar_base`.
    """
    symbols, states, tuples, _ = shape(program)
    rest_y, z, rest_z, _, _, _, _, a, d = places(symbols, states, tuples)
    for step in range(steps - 1, -1, -1):
        r = regs[step]
        here, here_bar = window[step, 2], bar_base(window, step, symbols, half)
        transport_adjoint(tape, tape_bar, half, window, step, r, bar, d, symbols)
        for e in range(symbols):
            put(bar, a + e, get(tape_bar, here_bar + e))
            put(tape, here + e, get(r, e))  # what was read, whose sum the step before this one shares out
        normalise_adjoint(r, d, 3, bar, d)
        normalise_adjoint(regs[step + 1], z, states, z_bar, 0)
        unmix(code, code_bar, out_bar[step], r, bar, regs[step + 1], z_bar, symbols, states, tuples)
        head_adjoint(program, r, bar)
        rest_adjoint(r, bar, 0, rest_y, symbols)
        rest_adjoint(r, bar, z, rest_z, states)
        normalise_adjoint(r, 0, symbols, bar, 0)
        for e in range(symbols):
            put(tape_bar, here_bar + e, get(bar, e))
        for q in range(states):
            put(z_bar, q, get(bar, z + q))
