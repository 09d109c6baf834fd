"""An input's share of the loss, and its cotangents, from the marginals that are read."""

import numpy as np

from noisytm._compile import inner
from noisytm.relaxation.kernels.readout import wrong_mass, wrong_mass_adjoint

LOG = 0


@inner
def log_loss(wrong, right):
    """−log(1 − f), from whichever of f and 1 − f is accurate."""
    return -np.log1p(-wrong) if wrong <= 0.5 else -np.log(right)


@inner
def wrong_squares(marginals, target, right, mass):
    """Return Σ p(outcome)² over all outcomes but the target; fill the prefixes that the adjoint needs.

    Over the cells before c, ``right[c]`` is the right probability and ``mass[c]`` the squares' sum that is wrong.
    """
    mass[0] = 0.0
    for c in range(target.size):
        bad = 0.0
        for v in range(marginals.shape[1]):
            if v != target[c]:
                bad += marginals[c, v] ** 2
        good = marginals[c, target[c]] ** 2
        mass[c + 1] = mass[c] * (bad + good) + right[c] ** 2 * bad
    return mass[target.size]


@inner
def wrong_squares_adjoint(marginals, target, right, mass, g, marginals_bar):
    """Add the cotangents of `wrong_squares`, whose own is ``g``, to ``marginals_bar``."""
    mass_bar, square_bar = g, 0.0
    for c in range(target.size - 1, -1, -1):
        bad = 0.0
        for v in range(marginals.shape[1]):
            if v != target[c]:
                bad += marginals[c, v] ** 2
        p = marginals[c, target[c]]
        square = right[c] ** 2
        for v in range(marginals.shape[1]):
            if v != target[c]:
                marginals_bar[c, v] += 2.0 * marginals[c, v] * mass_bar * (mass[c] + square)
        marginals_bar[c, target[c]] += 2.0 * p * (mass_bar * mass[c] + square_bar * square)
        square_bar = mass_bar * bad + square_bar * p * p
        mass_bar *= bad + p * p


@inner
def loss_and_cotangents(loss, weight, marginals, target, prefixes, marginals_bar):
    """Return an input's share of the loss, and put its cotangents into ``marginals_bar``."""
    right, right_bar, mass = prefixes[0], prefixes[1], prefixes[2]
    wrong = wrong_mass(marginals, target, right)
    accepted = right[target.size]
    marginals_bar[:] = 0.0
    if loss == LOG:
        g = 1.0 / (1.0 - wrong) if wrong <= 0.5 else 1.0 / accepted
        wrong_mass_adjoint(marginals, target, right, wrong, weight * g, right_bar, marginals_bar)
        return weight * log_loss(wrong, accepted)
    wrong_mass_adjoint(marginals, target, right, wrong, weight * wrong, right_bar, marginals_bar)
    squares = wrong_squares(marginals, target, right, mass)
    wrong_squares_adjoint(marginals, target, right, mass, 0.5 * weight, marginals_bar)
    return 0.5 * weight * (wrong * wrong + squares)
