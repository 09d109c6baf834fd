"""Adjoints of mix and transport where a sum is a minimum: its cotangent goes to the first term that attains it.

Most cotangents are zero, in every lane: what has none is passed over.
"""

from noisytm.relaxation.marginal.kernels.min_plus import claim, keep, nothing, some, times
from noisytm.relaxation.marginal.kernels.places import BASE, HIGH, LOW, PAD, bar_base
from noisytm.relaxation.marginal.kernels.scalars import code_entry, get, put


def add(bar, i, claimed):
    """Add to a cotangent."""
    put(bar, i, get(bar, i) + claimed)


def transport_adjoint(tape, tape_bar, half, window, step, r, bar, at):
    """Trace every entry of the tape after a step back to one entry of the tape before it and one of D."""
    symbols, d = at.symbols, at.move
    left, stay, right = get(r, d), get(r, d + 1), get(r, d + 2)
    low, high, target = window[step + 1, LOW], window[step + 1, HIGH], window[step + 1, BASE]
    source = window[step, BASE]
    source_bar, target_bar = bar_base(window, step, symbols, half), bar_base(window, step + 1, symbols, half)
    for i in range((window[step, LOW] - PAD) * symbols, (window[step, HIGH] + PAD + 1) * symbols):
        put(tape_bar, source_bar + i, nothing())
    for m in range(3):
        put(bar, d + m, nothing())
    for i in range(low * symbols, (high + 1) * symbols):
        g = get(tape_bar, target_bar + i)
        if not some(g):
            continue
        total, here, bar_here = get(tape, target + i), source + i, source_bar + i
        claimed = claim(g, total, times(stay, get(tape, here)))
        add(bar, d + 1, claimed)
        add(tape_bar, bar_here, claimed)
        g = keep(g, claimed)
        claimed = claim(g, total, times(left, get(tape, here - symbols)))
        add(bar, d, claimed)
        add(tape_bar, bar_here - symbols, claimed)
        g = keep(g, claimed)
        claimed = claim(g, total, times(right, get(tape, here + symbols)))
        add(bar, d + 2, claimed)
        add(tape_bar, bar_here + symbols, claimed)


def unmix_entry(code, code_bar, r, bar, column, g, total, unused, at):
    """Pass the cotangent ``g`` of one mixed entry to the unmatched part or to one match and its entry of the code."""
    left = g
    if unused >= 0:
        claimed = claim(left, total, get(r, unused))
        add(bar, unused, claimed)
        left = keep(left, claimed)
    for i in range(at.tuples):
        if not some(left):
            break
        entry = i * at.row + at.keys + column
        claimed = claim(left, total, times(get(r, at.match + i), code_entry(code, entry)))
        add(bar, at.match + i, claimed)
        add(code_bar, entry, claimed)
        left = keep(left, claimed)


def unmix(code, code_bar, out, r, bar, following, z_bar, at):
    """Pass the cotangents of all mixed entries on, to the head and to the code. ``out`` is not used."""
    symbols, states = at.symbols, at.states
    for k in range(at.match, at.written):
        put(bar, k, nothing())
    for column in range(at.columns):
        if column < symbols:
            g, total, unused = get(bar, at.written + column), get(r, at.written + column), at.write + column
        elif column < symbols + states:
            q = column - symbols
            g, total, unused = get(z_bar, q), get(following, at.z + q), at.next + q
        else:
            m = column - symbols - states
            g, total, unused = get(bar, at.move + m), get(r, at.move + m), at.stay if m == 1 else -1
        if some(g):
            unmix_entry(code, code_bar, r, bar, column, g, total, unused, at)
