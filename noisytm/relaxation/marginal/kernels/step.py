"""The relaxed step and its adjoint, over any algebra: head, mix with the code, tape transport.

A value is a number, or, in the vector reading, a number for each lane; `get` and `put` move values. Head-relative
tapes of all steps lie in one flat buffer. ``window[s]`` holds the first and the last live cell before step s and
the base: cell k begins at value ``base + k·S``. Two blank cells pad either side of every tape: it may grow by a cell a
step, and the new cell looks one further. A cell is live if the head can still come to it and may have changed or been
given it. During step s the head's cell in the tape of step s is overwritten by what is written, A; what was read is
kept in the registers.
"""

from noisytm.relaxation.marginal.kernels.adjoint_sum import transport_adjoint, unmix
from noisytm.relaxation.marginal.kernels.head import head, head_adjoint, layout_of
from noisytm.relaxation.marginal.kernels.places import BASE, DONE, HIGH, LOW, PAD, STOP, bar_base
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

# Steps between two looks at the control, where all of them are kept; even, as `bar_base` asks.
WATCHED_STEPS = 8


def live_cells(step, length, horizon, width):
    """Return the first and last live cell before ``step``, for an input of ``length`` cells.

    The head is read at steps 0 … horizon; at the end ``width`` cells from the head are wanted.
    """
    low = -min(horizon - step, step)
    high = min(horizon - step + max(width, 1) - 1, max(max(length - 1, 0) + step, width - 1))
    return low, high


def fill_window(steps, length, horizon, width, symbols, window):
    """Fill ``window``, shape (steps + 1, 3), and return the size of the tape buffer."""
    offset = 0
    for step in range(steps + 1):
        low, high = live_cells(step, length, horizon, width)
        window[step, LOW] = low
        window[step, HIGH] = high
        window[step, BASE] = offset - (low - PAD) * symbols
        offset += max(high - low + 1 + 2 * PAD, 0) * symbols
    return offset


def put_blank(tape, at, symbols, blank):
    """Put a blank cell at ``at``."""
    for e in range(symbols):
        put(tape, at + e, one() if e == blank else zero())


def mix(code, r, following, at):
    """Form A, the next state and D: the code's distributions, weighted by the matches."""
    mix_block(code, r, at, at.write, at.keys, at.symbols, r, at.written)
    mix_block(code, r, at, at.next, at.keys + at.symbols, at.states, following, at.z)
    left, kept, right = zero(), get(r, at.stay), zero()
    moves = at.keys + at.symbols + at.states
    for i in range(at.tuples):
        mass, entry = get(r, at.match + i), i * at.row + moves
        left = accumulate(left, mass, code_entry(code, entry))
        kept = accumulate(kept, mass, code_entry(code, entry + 1))
        right = accumulate(right, mass, code_entry(code, entry + 2))
    put(r, at.move, left)
    put(r, at.move + 1, kept)
    put(r, at.move + 2, right)


def mix_block(code, r, at, unused, column, count, target, to):
    """Mix ``count`` columns, four at a time so that each match is loaded once for the four."""
    match, tuples, width = at.match, at.tuples, at.row
    for e in range(0, count - 3, 4):
        a, b = get(r, unused + e), get(r, unused + e + 1)
        c, d = get(r, unused + e + 2), get(r, unused + e + 3)
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
        a = get(r, unused + e)
        for i in range(tuples):
            a = accumulate(a, get(r, match + i), code_entry(code, i * width + column + e))
        put(target, to + e, a)


def transport(tape, window, step, r, at, blank):
    """Shift the head-relative tape: cell k becomes D_S Y_k + D_L Y_{k−1} + D_R Y_{k+1}."""
    symbols, d = at.symbols, at.move
    left, stay, right = get(r, d), get(r, d + 1), get(r, d + 2)
    low, high, target = window[step + 1, LOW], window[step + 1, HIGH], window[step + 1, BASE]
    source = window[step, BASE]
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


def put_start(program, blank, start, window, tape, first):
    """Put blank tapes and the start state into all lanes of the tape and of the registers before the first step."""
    at = layout_of(program)
    for k in range(window[0, LOW] - PAD, window[0, HIGH] + PAD + 1):
        put_blank(tape, window[0, BASE] + k * at.symbols, at.symbols, blank)
    for q in range(at.states):
        put(first, at.z + q, one() if q == start else zero())
        put(first, at.rest_z + q, zero() if q == start else one())


def put_word(program, word, blank, window, lanes, lane, tape):
    """Write an input onto the blank tape of a lane."""
    symbols = layout_of(program).symbols
    for k in range(min(word.size, window[0, HIGH] + PAD + 1)):
        cell = window[0, BASE] + k * symbols
        tape[(cell + blank) * lanes + lane] = ZERO
        tape[(cell + word[k]) * lanes + lane] = ONE


def clear_tape(window, step, symbols, half, tape_bar):
    """Set the cotangents of the tape before ``step`` to zero."""
    base = bar_base(window, step, symbols, half)
    for i in range((window[step, LOW] - PAD) * symbols, (window[step, HIGH] + PAD + 1) * symbols):
        put(tape_bar, base + i, nothing())


def forward(program, code, blank, steps, window, tape, regs):
    """Run ``steps`` relaxed steps; the tapes, the registers and the states of all of them are left behind.

    The first tape and the first state must be in place.
    """
    at = layout_of(program)
    for step in range(steps):
        r = regs[step]
        here = window[step, BASE]
        for e in range(at.symbols):
            put(r, at.y + e, get(tape, here + e))
        normalise_with_rest(r, at.y, at.rest_y, at.symbols)
        head(program, code, r)
        mix(code, r, regs[step + 1], at)
        normalise(r, at.move, 3)
        normalise_with_rest(regs[step + 1], at.z, at.rest_z, at.states)
        for e in range(at.symbols):
            put(tape, here + e, get(r, at.written + e))
        transport(tape, window, step, r, at, blank)


def forward_watched(program, code, blank, steps, window, tape, regs, control):
    """Run as `forward` does, a few steps at a time, unless it is told to end."""
    for done in range(0, steps, WATCHED_STEPS):
        if control[STOP] != 0:
            return
        count = min(WATCHED_STEPS, steps - done)
        forward(program, code, blank, count, window[done:], tape, regs[done:])
        control[DONE] += count


def backward(program, code, steps, window, tape, regs, tape_bar, half, z_bar, bar, out_bar, code_bar):
    """Pull cotangents back through all steps, adding to ``code_bar`` or leaving those of each step in ``out_bar``.

    ``z_bar`` and ``tape_bar`` hold, on entry, the cotangents of the final state and of the final tape. Of tapes'
    cotangents only two are needed at a time; they take turns in ``tape_bar``, see `bar_base`.
    """
    at = layout_of(program)
    for step in range(steps - 1, -1, -1):
        r = regs[step]
        here, here_bar = window[step, BASE], bar_base(window, step, at.symbols, half)
        transport_adjoint(tape, tape_bar, half, window, step, r, bar, at)
        for e in range(at.symbols):
            put(bar, at.written + e, get(tape_bar, here_bar + e))
            put(tape, here + e, get(r, at.y + e))  # what was read, whose sum the step before this one shares out
        normalise_adjoint(r, at.move, 3, bar, at.move)
        normalise_adjoint(regs[step + 1], at.z, at.states, z_bar, 0)
        unmix(code, code_bar, out_bar[step], r, bar, regs[step + 1], z_bar, at)
        head_adjoint(program, code, r, bar, code_bar)
        rest_adjoint(r, bar, at.y, at.rest_y, at.symbols)
        rest_adjoint(r, bar, at.z, at.rest_z, at.states)
        normalise_adjoint(r, at.y, at.symbols, bar, at.y)
        for e in range(at.symbols):
            put(tape_bar, here_bar + e, get(bar, at.y + e))
        for q in range(at.states):
            put(z_bar, q, get(bar, at.z + q))


def backward_watched(program, code, steps, window, tape, regs, tape_bar, half, z_bar, bar, out_bar, code_bar, control):
    """Pull back as `backward` does, an even number of steps at a time, unless it is told to end."""
    for begin in range((steps - 1) // WATCHED_STEPS * WATCHED_STEPS, -1, -WATCHED_STEPS):
        if control[STOP] != 0:
            return
        count = min(WATCHED_STEPS, steps - begin)
        backward(
            program, code, count, window[begin:], tape, regs[begin:], tape_bar, half, z_bar, bar, out_bar[begin:],
            code_bar,
        )  # fmt: skip
        control[DONE] += count
