"""Adjoints of mix and transport over probabilities, scalar or vector: a sum passes its cotangent to every term."""

from noisytm._compile import jit
from noisytm.relaxation.kernels.places import PAD, bar_base, places
from noisytm.relaxation.kernels.real import accumulate, nothing
from noisytm.relaxation.kernels.scalars import get, put
from noisytm.relaxation.kernels.sums import times


@jit
def transport_adjoint(tape, tape_bar, half, window, step, r, bar, d, symbols):
    """Gather the cotangents of the tape before a step, and of D, from those of the tape after it.

    A cell of the earlier tape is the source of three of the later one; outside its window the later one has zeros.
    """
    left, stay, right = get(r, d), get(r, d + 1), get(r, d + 2)
    left_bar, stay_bar, right_bar = nothing(), nothing(), nothing()
    low, high, y_base = window[step, 0], window[step, 1], window[step, 2]
    source, target = bar_base(window, step, symbols, half), bar_base(window, step + 1, symbols, half)
    first = min(low, window[step + 1, 0] - 1)
    last = max(high, window[step + 1, 1] + 1)
    for e in range(symbols):
        before, here = get(tape_bar, target + (first - 1) * symbols + e), get(tape_bar, target + first * symbols + e)
        for k in range(first, last + 1):
            y, after = get(tape, y_base + k * symbols + e), get(tape_bar, target + (k + 1) * symbols + e)
            stay_bar = accumulate(stay_bar, y, here)
            left_bar = accumulate(left_bar, y, after)
            right_bar = accumulate(right_bar, y, before)
            g = accumulate(accumulate(times(stay, here), left, after), right, before)
            put(tape_bar, source + k * symbols + e, g)
            before, here = here, after
    for i in range(symbols * PAD):
        put(tape_bar, source + (low - PAD) * symbols + i, nothing())
        put(tape_bar, source + (high + 1) * symbols + i, nothing())
    put(bar, d, left_bar)
    put(bar, d + 1, stay_bar)
    put(bar, d + 2, right_bar)


@jit
def unmix(code, code_bar, out, r, bar, following, z_bar, symbols, states, tuples):
    """Put the cotangents of the mixed entries into ``out``, for `spread_code`, and those of the head into ``bar``."""
    _, _, _, match, write, nxt, stay, a, d = places(symbols, states, tuples)
    width = symbols + states + 3
    for e in range(symbols):
        put(out, e, get(bar, a + e))
        put(bar, write + e, get(bar, a + e))
    for q in range(states):
        put(out, symbols + q, get(z_bar, q))
        put(bar, nxt + q, get(z_bar, q))
    for m in range(3):
        put(out, symbols + states + m, get(bar, d + m))
    put(bar, stay, get(bar, d + 1))
    for i in range(0, tuples - 3, 4):
        unmix_block(code, out, bar, match, i, width)
    for i in range(tuples - tuples % 4, tuples):
        g = nothing()
        for column in range(width):
            g = accumulate(g, get(out, column), get(code, i * width + column))
        put(bar, match + i, g)


@jit
def unmix_block(code, out, bar, match, i, width):
    """Form the cotangents of four matches at once, so that each cotangent of an entry is loaded once for the four."""
    a, b, c, d = nothing(), nothing(), nothing(), nothing()
    for column in range(width):
        g = get(out, column)
        a = accumulate(a, g, get(code, i * width + column))
        b = accumulate(b, g, get(code, (i + 1) * width + column))
        c = accumulate(c, g, get(code, (i + 2) * width + column))
        d = accumulate(d, g, get(code, (i + 3) * width + column))
    put(bar, match + i, a)
    put(bar, match + i + 1, b)
    put(bar, match + i + 2, c)
    put(bar, match + i + 3, d)


@jit
def spread_code(regs, out_bar, steps, match, tuples, width, code_bar):
    """Add to the code's cotangents, over all steps, match of the tuple times cotangent of the entry.

    Two tuples by four entries at a time, so that eight sums stay in registers while six values are loaded.
    """
    for i in range(0, tuples - 1, 2):
        for column in range(0, width - 3, 4):
            spread_block(regs, out_bar, steps, match, i, column, width, code_bar)
        for column in range(width - width % 4, width):
            spread_entry(regs, out_bar, steps, match, i, column, width, code_bar)
            spread_entry(regs, out_bar, steps, match, i + 1, column, width, code_bar)
    if tuples % 2:
        for column in range(width):
            spread_entry(regs, out_bar, steps, match, tuples - 1, column, width, code_bar)


@jit
def spread_block(regs, out_bar, steps, match, i, column, width, code_bar):
    at, below = i * width + column, (i + 1) * width + column
    a0, a1, a2, a3 = get(code_bar, at), get(code_bar, at + 1), get(code_bar, at + 2), get(code_bar, at + 3)
    b0, b1 = get(code_bar, below), get(code_bar, below + 1)
    b2, b3 = get(code_bar, below + 2), get(code_bar, below + 3)
    for step in range(steps):
        out = out_bar[step]
        first, second = get(regs[step], match + i), get(regs[step], match + i + 1)
        g = get(out, column)
        a0, b0 = accumulate(a0, first, g), accumulate(b0, second, g)
        g = get(out, column + 1)
        a1, b1 = accumulate(a1, first, g), accumulate(b1, second, g)
        g = get(out, column + 2)
        a2, b2 = accumulate(a2, first, g), accumulate(b2, second, g)
        g = get(out, column + 3)
        a3, b3 = accumulate(a3, first, g), accumulate(b3, second, g)
    put(code_bar, at, a0)
    put(code_bar, at + 1, a1)
    put(code_bar, at + 2, a2)
    put(code_bar, at + 3, a3)
    put(code_bar, below, b0)
    put(code_bar, below + 1, b1)
    put(code_bar, below + 2, b2)
    put(code_bar, below + 3, b3)


@jit
def spread_entry(regs, out_bar, steps, match, i, column, width, code_bar):
    g = get(code_bar, i * width + column)
    for step in range(steps):
        g = accumulate(g, get(regs[step], match + i), get(out_bar[step], column))
    put(code_bar, i * width + column, g)
