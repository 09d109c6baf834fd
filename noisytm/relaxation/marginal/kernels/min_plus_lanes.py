"""The algebra of costs with eight lanes to a value: (min, +) over float64, which impossible entries make inf.

Sums of whole numbers are exact below 2^53, and a sum that is not below it is not rounded to below it: results under
2^53 are right, and so are their ties. The adjoint is that of `min_plus`.
"""

import numpy as np

from noisytm._compile import inner
from noisytm.relaxation.marginal.lanes import lesser, some_lane, where_same

ZERO = np.inf
ONE = 0.0
LANES = 8


@inner
def plus(a, b):
    return lesser(a, b)


@inner
def times(a, b):
    return a + b


@inner
def accumulate(total, a, b):
    return lesser(total, a + b)


@inner
def pass_on(bar, g, other):
    return bar + g


@inner
def through(g, other):
    return g


@inner
def claim(left, total, term):
    return where_same(total, term, left)


@inner
def keep(left, claimed):
    return left - claimed


@inner
def some(g):
    return some_lane(g)
