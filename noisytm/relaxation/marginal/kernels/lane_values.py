"""Values that are vectors: constants, and moving them in and out of arrays, as `scalars` does for numbers."""

from noisytm.relaxation.marginal.kernels.vector import ONE, ZERO
from noisytm.relaxation.marginal.lanes import load, splat, store


def zero():
    """Impossible, in every lane."""
    return splat(ZERO)


def one():
    """Certain, in every lane."""
    return splat(ONE)


def nothing():
    """Return the cotangent of what does not matter."""
    return splat(0.0)


def get(r, i):
    """Return value ``i``, all lanes of it."""
    return load(r, i)


def put(r, i, value):
    """Put a value where `get` finds it."""
    store(r, i, value)
