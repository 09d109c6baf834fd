"""Adjoints of mix and transport over probabilities, scalar or vector: a sum passes its cotangent to every term."""

from noisytm.relaxation.marginal.kernels.places import BASE, HIGH, LOW, PAD, bar_base
from noisytm.relaxation.marginal.kernels.real import accumulate, nothing
from noisytm.relaxation.marginal.kernels.scalars import code_entry, get, put
from noisytm.relaxation.marginal.kernels.sums import times


def transport_adjoint(tape, tape_bar, half, window, step, r, bar, at):
    """Gather the cotangents of the tape before a step, and of D, from those of the tape after it.

    A cell of the earlier tape is the source of three of the later one; outside its window the later one has zeros.
    The moves' cotangents are given less that of staying: D sums to 1, so only their differences have a meaning.
    """
    symbols, d = at.symbols, at.move
    left, stay, right = get(r, d), get(r, d + 1), get(r, d + 2)
    left_bar, minus_right_bar = nothing(), nothing()
    low, high, y_base = window[step, LOW], window[step, HIGH], window[step, BASE]
    source, target = bar_base(window, step, symbols, half), bar_base(window, step + 1, symbols, half)
    first = min(low, window[step + 1, LOW] - 1)
    last = max(high, window[step + 1, HIGH] + 1)
    for e in range(symbols):
        before, here = get(tape_bar, target + (first - 1) * symbols + e), get(tape_bar, target + first * symbols + e)
        rise = here - before
        for k in range(first, last + 1):
            y, after = get(tape, y_base + k * symbols + e), get(tape_bar, target + (k + 1) * symbols + e)
            minus_right_bar = accumulate(minus_right_bar, y, rise)
            rise = after - here
            left_bar = accumulate(left_bar, y, rise)
            g = accumulate(accumulate(times(stay, here), left, after), right, before)
            put(tape_bar, source + k * symbols + e, g)
            before, here = here, after
    for i in range(symbols * PAD):
        put(tape_bar, source + (low - PAD) * symbols + i, nothing())
        put(tape_bar, source + (high + 1) * symbols + i, nothing())
    put(bar, d, left_bar)
    put(bar, d + 1, nothing())
    put(bar, d + 2, nothing() - minus_right_bar)


def unmix(code, code_bar, out, r, bar, following, z_bar, at):
    """Put the cotangents of the mixed entries into ``out``, for `spread_code`, and those of the head into ``bar``."""
    symbols, states, tuples, width, row, first = at.symbols, at.states, at.tuples, at.columns, at.row, at.keys
    for e in range(symbols):
        put(out, e, get(bar, at.written + e))
        put(bar, at.write + e, get(bar, at.written + e))
    for q in range(states):
        put(out, symbols + q, get(z_bar, q))
        put(bar, at.next + q, get(z_bar, q))
    for m in range(3):
        put(out, symbols + states + m, get(bar, at.move + m))
    put(bar, at.stay, get(bar, at.move + 1))
    for i in range(0, tuples - 3, 4):
        unmix_block(code, out, bar, at.match, i, at)
    for i in range(tuples - tuples % 4, tuples):
        g = nothing()
        for column in range(width):
            g = accumulate(g, get(out, column), code_entry(code, i * row + first + column))
        put(bar, at.match + i, g)


def unmix_block(code, out, bar, match, i, at):
    """Form the cotangents of four matches at once, so that each cotangent of an entry is loaded once for the four."""
    a, b, c, d, row = nothing(), nothing(), nothing(), nothing(), at.row
    first = i * row + at.keys
    for column in range(at.columns):
        g = get(out, column)
        a = accumulate(a, g, code_entry(code, first + column))
        b = accumulate(b, g, code_entry(code, first + row + column))
        c = accumulate(c, g, code_entry(code, first + 2 * row + column))
        d = accumulate(d, g, code_entry(code, first + 3 * row + column))
    put(bar, match + i, a)
    put(bar, match + i + 1, b)
    put(bar, match + i + 2, c)
    put(bar, match + i + 3, d)


def spread_code(regs, out_bar, steps, at, code_bar):
    """Add to the code's cotangents, over all steps, match of the tuple times cotangent of the entry.

    The last step comes first: so a run that is pulled back in segments adds the same numbers in the same order.
    Four tuples by four entries at a time, so that sixteen sums stay in registers while eight values are loaded.
    """
    match, tuples, width, row = at.match, at.tuples, at.columns, at.row
    for i in range(0, tuples - 3, 4):
        first = i * row + at.keys
        for column in range(0, width - 3, 4):
            spread_tile(regs, out_bar, steps, match + i, first + column, column, row, code_bar)
        for column in range(width - width % 4, width):
            spread_column(regs, out_bar, steps, match + i, first + column, column, row, code_bar)
    for i in range(tuples - tuples % 4, tuples):
        first = i * row + at.keys
        for column in range(0, width - 3, 4):
            spread_row(regs, out_bar, steps, match + i, first + column, column, code_bar)
        for column in range(width - width % 4, width):
            g = get(code_bar, first + column)
            for step in range(steps - 1, -1, -1):
                g = accumulate(g, get(regs[step], match + i), get(out_bar[step], column))
            put(code_bar, first + column, g)


def spread_tile(regs, out_bar, steps, match, a, column, row, code_bar):
    """Add the cotangents of four entries, from ``a`` on, of four tuples."""
    b, c, d = a + row, a + 2 * row, a + 3 * row
    a0, a1, a2, a3 = four(code_bar, a, 1)
    b0, b1, b2, b3 = four(code_bar, b, 1)
    c0, c1, c2, c3 = four(code_bar, c, 1)
    d0, d1, d2, d3 = four(code_bar, d, 1)
    for step in range(steps - 1, -1, -1):
        k, m, n, o = four(regs[step], match, 1)
        g0, g1, g2, g3 = four(out_bar[step], column, 1)
        a0, a1, a2, a3 = accumulate(a0, k, g0), accumulate(a1, k, g1), accumulate(a2, k, g2), accumulate(a3, k, g3)
        b0, b1, b2, b3 = accumulate(b0, m, g0), accumulate(b1, m, g1), accumulate(b2, m, g2), accumulate(b3, m, g3)
        c0, c1, c2, c3 = accumulate(c0, n, g0), accumulate(c1, n, g1), accumulate(c2, n, g2), accumulate(c3, n, g3)
        d0, d1, d2, d3 = accumulate(d0, o, g0), accumulate(d1, o, g1), accumulate(d2, o, g2), accumulate(d3, o, g3)
    put_four(code_bar, a, 1, a0, a1, a2, a3)
    put_four(code_bar, b, 1, b0, b1, b2, b3)
    put_four(code_bar, c, 1, c0, c1, c2, c3)
    put_four(code_bar, d, 1, d0, d1, d2, d3)


def spread_column(regs, out_bar, steps, match, entry, column, row, code_bar):
    """Add the cotangents of one entry of four tuples."""
    a, b, c, d = four(code_bar, entry, row)
    for step in range(steps - 1, -1, -1):
        g = get(out_bar[step], column)
        k, m, n, o = four(regs[step], match, 1)
        a, b, c, d = accumulate(a, k, g), accumulate(b, m, g), accumulate(c, n, g), accumulate(d, o, g)
    put_four(code_bar, entry, row, a, b, c, d)


def spread_row(regs, out_bar, steps, match, entry, column, code_bar):
    """Add the cotangents of four entries of one tuple."""
    a, b, c, d = four(code_bar, entry, 1)
    for step in range(steps - 1, -1, -1):
        k = get(regs[step], match)
        g0, g1, g2, g3 = four(out_bar[step], column, 1)
        a, b, c, d = accumulate(a, k, g0), accumulate(b, k, g1), accumulate(c, k, g2), accumulate(d, k, g3)
    put_four(code_bar, entry, 1, a, b, c, d)


def four(values, at, stride):
    """Return four values, ``stride`` apart."""
    return get(values, at), get(values, at + stride), get(values, at + 2 * stride), get(values, at + 3 * stride)


def put_four(values, at, stride, a, b, c, d):
    """Put four values, ``stride`` apart."""
    put(values, at, a)
    put(values, at + stride, b)
    put(values, at + 2 * stride, c)
    put(values, at + 3 * stride, d)
