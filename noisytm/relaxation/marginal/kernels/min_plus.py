"""The algebra of costs: (min, +) over int64, saturating at 2^60, with the adjoint that reads off exponents.

A tie is never split: of equal terms the first takes the whole cotangent, so the counts are the exponents of one
monomial that really occurs.
"""

from noisytm._compile import inner

ZERO = 1 << 60
ONE = 0
LANES = 1


@inner
def nothing():
    return 0


@inner
def plus(a, b):
    return min(a, b)


@inner
def times(a, b):
    return min(a + b, ZERO)


@inner
def accumulate(total, a, b):
    return min(total, a + b)


@inner
def through(g, other):
    return g


@inner
def pass_on(bar, g, other):
    return bar + g


@inner
def claim(left, total, term):
    return left if term == total else 0


@inner
def keep(left, claimed):
    return left - claimed


@inner
def some(g):
    """Whether there is a cotangent, in any lane."""
    return g != 0
