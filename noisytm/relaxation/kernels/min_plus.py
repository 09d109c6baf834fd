"""The algebra of costs: (min, +) over int64, saturating at 2^60, with the adjoint that reads off exponents.

A tie is never split: of equal terms the first takes the whole cotangent, so the counts are the exponents of one
monomial that really occurs.
"""

from noisytm._compile import jit

ZERO = 1 << 60
ONE = 0
LANES = 1


@jit
def nothing():
    return 0


@jit
def plus(a, b):
    return min(a, b)


@jit
def times(a, b):
    return min(a + b, ZERO)


@jit
def accumulate(total, a, b):
    return min(total, a + b)


@jit
def through(g, other):
    return g


@jit
def pass_on(bar, g, other):
    return bar + g


@jit
def rest_of_pair_adjoint(r, bar, g, target, mass, rest_y, y, rest_z):
    first = claim(g, r[target], r[rest_y])
    second = claim(keep(g, first), r[target], times(r[y], r[rest_z]))
    bar[rest_y] += first
    bar[y] += second
    bar[rest_z] += second


@jit
def claim(left, total, term):
    return left if term == total else 0


@jit
def keep(left, claimed):
    return left - claimed


@jit
def normalise(r, at, n):
    pass


@jit
def normalise_adjoint(r, at, n, bar, bar_at):
    pass


@jit
def normalise_with_rest(r, at, out, n):
    """Put at ``out``, for each of n entries, the least of the others."""
    for i in range(n):
        least = ZERO
        for j in range(n):
            if j != i:
                least = min(least, r[at + j])
        r[out + i] = least


@jit
def rest_adjoint(r, bar, at, out, n):
    for i in range(n):
        left = bar[out + i]
        for j in range(n):
            if j != i:
                claimed = claim(left, r[out + i], r[at + j])
                left = keep(left, claimed)
                bar[at + j] += claimed
