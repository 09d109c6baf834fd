"""Values that are single numbers: constants, and moving them in and out of arrays."""

from noisytm._compile import jit
from noisytm.relaxation.kernels.real import ONE, ZERO


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
def put(r, i, value):
    r[i] = value
