"""Over costs: nothing is normalised; the rest of a distribution is the least of the other entries; its adjoint."""

from noisytm.relaxation.marginal.kernels.min_plus import claim, keep, plus, times
from noisytm.relaxation.marginal.kernels.scalars import get, put, zero


def normalise(r, at, n):
    """Leave costs as they are."""


def normalise_adjoint(r, at, n, bar, bar_at):
    """Leave cotangents as they are."""


def normalise_with_rest(r, at, out, n):
    """Put at ``out``, for each of n entries, the least of the others."""
    for i in range(n):
        least = zero()
        for j in range(n):
            if j != i:
                least = plus(least, get(r, at + j))
        put(r, out + i, least)


def rest_adjoint(r, bar, at, out, n):
    """Pass the cotangents of the least of the others on to one of the others."""
    for i in range(n):
        left = get(bar, out + i)
        for j in range(n):
            if j != i:
                claimed = claim(left, get(r, out + i), get(r, at + j))
                left = keep(left, claimed)
                put(bar, at + j, get(bar, at + j) + claimed)


def rest_of_pair_adjoint(g, total, rest_y, y, rest_z, mass_bar, rest_y_bar, y_bar, rest_z_bar):
    """Return the cotangents of a pair's mass and of what its rest is made from, the rest's being ``g``.

    That of (1 − y_σ) + y_σ (1 − z_q) goes to one of its terms; over probabilities it is the mass that takes it.
    """
    first = claim(g, total, rest_y)
    second = claim(keep(g, first), total, times(y, rest_z))
    return mass_bar, rest_y_bar + first, y_bar + second, rest_z_bar + second


def rest_term_adjoint(share, entry, value_bar, rest_bar):
    """Return the cotangents of a value and of its rest, the rest times an entry having the cotangent ``share``."""
    return value_bar, rest_bar + share
