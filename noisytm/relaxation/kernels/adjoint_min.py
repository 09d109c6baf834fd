"""Adjoints of mix and transport where a sum is a minimum: its cotangent goes to the first term that attains it."""

from noisytm._compile import jit
from noisytm.relaxation.kernels.min_plus import claim, keep, times
from noisytm.relaxation.kernels.places import PAD, bar_base, places


@jit
def transport_adjoint(tape, tape_bar, half, window, step, r, bar, d, symbols):
    """Trace every entry of the tape after a step back to one entry of the tape before it and one of D."""
    left, stay, right = r[d], r[d + 1], r[d + 2]
    low, high, target = window[step + 1, 0], window[step + 1, 1], window[step + 1, 2]
    source = window[step, 2]
    source_bar, target_bar = bar_base(window, step, symbols, half), bar_base(window, step + 1, symbols, half)
    for i in range((window[step, 0] - PAD) * symbols, (window[step, 1] + PAD + 1) * symbols):
        tape_bar[source_bar + i] = 0
    for m in range(3):
        bar[d + m] = 0
    for i in range(low * symbols, (high + 1) * symbols):
        g, total = tape_bar[target_bar + i], tape[target + i]
        if g == 0:
            continue
        here, before, after = source + i, source + i - symbols, source + i + symbols
        bar_here = source_bar + i
        claimed = claim(g, total, times(stay, tape[here]))
        bar[d + 1] += claimed
        tape_bar[bar_here] += claimed
        g = keep(g, claimed)
        claimed = claim(g, total, times(left, tape[before]))
        bar[d] += claimed
        tape_bar[bar_here - symbols] += claimed
        g = keep(g, claimed)
        claimed = claim(g, total, times(right, tape[after]))
        bar[d + 2] += claimed
        tape_bar[bar_here + symbols] += claimed


@jit
def unmix_entry(code, code_bar, r, bar, column, width, g, total, unused, match, tuples):
    """Pass the cotangent ``g`` of one mixed entry to the unmatched part or to one match and its entry of the code."""
    left = g
    if unused >= 0:
        claimed = claim(left, total, r[unused])
        bar[unused] += claimed
        left = keep(left, claimed)
    for i in range(tuples):
        claimed = claim(left, total, times(r[match + i], code[i * width + column]))
        bar[match + i] += claimed
        code_bar[i * width + column] += claimed
        left = keep(left, claimed)


@jit
def unmix(code, code_bar, out, r, bar, following, z_bar, symbols, states, tuples):
    """Pass the cotangents of all mixed entries on, to the head and to the code. ``out`` is not used."""
    _, z, _, match, write, nxt, stay, a, d = places(symbols, states, tuples)
    width = symbols + states + 3
    for k in range(match, a):
        bar[k] = 0
    for e in range(symbols):
        if bar[a + e] != 0:
            unmix_entry(code, code_bar, r, bar, e, width, bar[a + e], r[a + e], write + e, match, tuples)
    for q in range(states):
        if z_bar[q] != 0:
            unmix_entry(code, code_bar, r, bar, symbols + q, width, z_bar[q], following[z + q], nxt + q, match, tuples)
    for m in range(3):
        if bar[d + m] != 0:
            column, unused = symbols + states + m, stay if m == 1 else -1
            unmix_entry(code, code_bar, r, bar, column, width, bar[d + m], r[d + m], unused, match, tuples)
