"""Values that are single numbers: constants, and moving them in and out of arrays."""

from noisytm._compile import inner
from noisytm.relaxation.marginal.kernels.real import ONE, ZERO

OVER_CODES = False


@inner
def zero():
    """Impossible."""
    return ZERO


@inner
def one():
    """Certain."""
    return ONE


@inner
def get(r, i):
    return r[i]


@inner
def code_entry(code, i):
    """Return entry ``i`` of the code, as a value."""
    return code[i]


@inner
def pick(values, slot, a, b):
    """Return a if the value in ``slot`` is 1, else b."""
    return a if values[slot] == ONE else b


@inner
def put(r, i, value):
    r[i] = value
