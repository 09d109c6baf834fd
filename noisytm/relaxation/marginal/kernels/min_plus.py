"""The algebra of costs: (min, +) over int64, saturating at 2^60, with the adjoint that reads off exponents.

A tie is never split: of equal terms the first takes the whole cotangent, so the counts are the exponents of one
monomial that really occurs.
"""

ZERO = 1 << 60
ONE = 0
LANES = 1


def nothing():
    """Return the cotangent of what does not matter."""
    return 0


def plus(a, b):
    """Either: the lesser cost."""
    return min(a, b)


def times(a, b):
    """Both: the sum of the costs."""
    return min(a + b, ZERO)


def accumulate(total, a, b):
    """Return the lesser of ``total`` and a + b."""
    return min(total, a + b)


def through(g, other):
    """Return the cotangent of one term of a sum of costs: all of it."""
    return g


def pass_on(bar, g, other):
    """Return the cotangent ``bar``, increased by all that goes through a sum of costs."""
    return bar + g


def claim(left, total, term):
    """Return what a term takes of the cotangent of a minimum: all that is left, if it attains the minimum."""
    return left if term == total else 0


def keep(left, claimed):
    """Return what later terms may still claim."""
    return left - claimed


def some(g):
    """Whether there is a cotangent, in any lane."""
    return g != 0
