"""The rejected mass of a product readout and its adjoint, over any algebra.

``marginals`` has shape (C, V): C cells of V values (for the state readout one cell whose values are the states).
"""

from noisytm._compile import inner
from noisytm.relaxation.kernels.head import shape
from noisytm.relaxation.kernels.places import bar_base, places
from noisytm.relaxation.kernels.real import ONE, ZERO
from noisytm.relaxation.kernels.sums import claim, keep, plus, through, times


@inner
def gather(program, steps, width, window, tape, regs, lanes, lane, marginals):
    """Copy what is read after the last step: the state, or ``width`` cells from the head rightwards."""
    symbols, states, tuples, _ = shape(program)
    if width == 0:
        z = places(symbols, states, tuples)[1]
        for q in range(states):
            marginals[0, q] = regs[steps, (z + q) * lanes + lane]
    else:
        base = window[steps, 2]
        for c in range(width):
            for e in range(symbols):
                marginals[c, e] = tape[(base + c * symbols + e) * lanes + lane]


@inner
def scatter(program, steps, width, window, half, lanes, lane, marginals_bar, tape_bar, z_bar):
    """Put the cotangents of what was read where `backward` expects them; the rest of the buffers must be zero."""
    symbols, states, _, _ = shape(program)
    if width == 0:
        for q in range(states):
            z_bar[q * lanes + lane] = marginals_bar[0, q]
    else:
        base = bar_base(window, steps, symbols, half)
        for c in range(width):
            for e in range(symbols):
                tape_bar[(base + c * symbols + e) * lanes + lane] = marginals_bar[c, e]


@inner
def wrong_entries(marginals, c, target):
    bad = ZERO
    for v in range(marginals.shape[1]):
        if v != target:
            bad = plus(bad, marginals[c, v])
    return bad


@inner
def wrong_mass(marginals, target, right):
    """Return the mass of all outcomes but ``target``: Σ_c right_c · (wrong entries of cell c).

    ``right``, shape (C + 1,), is filled with the mass that is right in the cells before c.
    """
    wrong = ZERO
    right[0] = ONE
    for c in range(target.size):
        wrong = plus(wrong, times(right[c], wrong_entries(marginals, c, target[c])))
        right[c + 1] = times(right[c], marginals[c, target[c]])
    return wrong


@inner
def wrong_mass_adjoint(marginals, target, right, wrong, g, right_bar, marginals_bar):
    """Add the cotangents of `wrong_mass`, whose own is ``g``, to ``marginals_bar``."""
    left = g
    for c in range(target.size):
        bad = wrong_entries(marginals, c, target[c])
        claimed = claim(left, wrong, times(right[c], bad))
        left = keep(left, claimed)
        right_bar[c] = through(claimed, bad)
        share = through(claimed, right[c])
        for v in range(marginals.shape[1]):
            if v != target[c]:
                taken = claim(share, bad, marginals[c, v])
                share = keep(share, taken)
                marginals_bar[c, v] += taken
    right_bar[target.size] = 0
    for c in range(target.size - 1, -1, -1):
        marginals_bar[c, target[c]] += through(right_bar[c + 1], right[c])
        right_bar[c] += through(right_bar[c + 1], marginals[c, target[c]])
