"""Values that are single numbers: constants, and moving them in and out of arrays."""

from noisytm.relaxation.marginal.kernels.real import ONE, ZERO

OVER_CODES = False


def zero():
    """Impossible."""
    return ZERO


def one():
    """Certain."""
    return ONE


def get(r, i):
    """Return value ``i``."""
    return r[i]


def code_entry(code, i):
    """Return entry ``i`` of the code, as a value."""
    return code[i]


def pick(values, slot, a, b):
    """Return a if the value in ``slot`` is 1, else b."""
    return a if values[slot] == ONE else b


def put(r, i, value):
    """Put a value where `get` finds it."""
    r[i] = value
