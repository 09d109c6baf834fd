"""The algebra of costs with eight lanes to a value: (min, +) over float64, which impossible entries make inf.

Sums of whole numbers are exact below 2^53, and a sum that is not below it is not rounded to below it: results under
2^53 are right, and so are their ties. The adjoint is that of `min_plus`.
"""

import numpy as np

from noisytm.relaxation.marginal.lanes import lesser, some_lane, where_same

ZERO = np.inf
ONE = 0.0
LANES = 8


def plus(a, b):
    """Either: the lesser cost."""
    return lesser(a, b)


def times(a, b):
    """Both: the sum of the costs."""
    return a + b


def accumulate(total, a, b):
    """Return the lesser of ``total`` and a + b."""
    return lesser(total, a + b)


def pass_on(bar, g, other):
    """Return the cotangent ``bar``, increased by all that goes through a sum of costs."""
    return bar + g


def through(g, other):
    """Return the cotangent of one term of a sum of costs: all of it."""
    return g


def claim(left, total, term):
    """Return what a term takes of the cotangent of a minimum: all that is left, if it attains the minimum."""
    return where_same(total, term, left)


def keep(left, claimed):
    """Return what later terms may still claim."""
    return left - claimed


def some(g):
    """Return whether there is a cotangent, in any lane."""
    return some_lane(g)
