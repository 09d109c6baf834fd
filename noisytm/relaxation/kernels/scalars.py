"""Values that are single numbers: constants, and moving them in and out of arrays."""

from noisytm._compile import jit
from noisytm.relaxation.kernels.real import ONE, ZERO

OVER_CODES = False


@jit
def zero():
    """Impossible."""
    return ZERO


@jit
def one():
    """Certain."""
    return ONE


@jit
def get(r, i):
    return r[i]


@jit
def code_entry(code, i):
    """Return entry ``i`` of the code, as a value."""
    return code[i]


@jit
def pick(values, slot, number, a, b):
    """Return a if the value in ``slot`` is ``number``, else b."""
    return a if values[slot] == number else b


@jit
def put(r, i, value):
    r[i] = value
