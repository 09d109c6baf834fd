"""Over costs: nothing is normalised; the rest of a distribution is the least of the other entries; its adjoint."""

from noisytm._compile import inner
from noisytm.relaxation.marginal.kernels.min_plus import claim, keep, plus, times
from noisytm.relaxation.marginal.kernels.scalars import get, put, zero


@inner
def normalise(r, at, n):
    pass


@inner
def normalise_adjoint(r, at, n, bar, bar_at):
    pass


@inner
def normalise_with_rest(r, at, out, n):
    """Put at ``out``, for each of n entries, the least of the others."""
    for i in range(n):
        least = zero()
        for j in range(n):
            if j != i:
                least = plus(least, get(r, at + j))
        put(r, out + i, least)


@inner
def rest_adjoint(r, bar, at, out, n):
    for i in range(n):
        left = get(bar, out + i)
        for j in range(n):
            if j != i:
                claimed = claim(left, get(r, out + i), get(r, at + j))
                left = keep(left, claimed)
                put(bar, at + j, get(bar, at + j) + claimed)


@inner
def rest_of_pair_adjoint(r, bar, g, target, mass, rest_y, y, rest_z):
    """Pass the cotangent of (1 − y_σ) + y_σ (1 − z_q) on; over probabilities it is the mass that takes it."""
    first = claim(g, get(r, target), get(r, rest_y))
    second = claim(keep(g, first), get(r, target), times(get(r, y), get(r, rest_z)))
    put(bar, rest_y, get(bar, rest_y) + first)
    put(bar, y, get(bar, y) + second)
    put(bar, rest_z, get(bar, rest_z) + second)
