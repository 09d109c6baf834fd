"""Values that are vectors: constants, and moving them in and out of arrays, as `scalars` does for numbers."""

from noisytm._compile import inner
from noisytm.relaxation.marginal.kernels.vector import ONE, ZERO
from noisytm.relaxation.marginal.lanes import load, splat, store


@inner
def zero():
    return splat(ZERO)


@inner
def one():
    return splat(ONE)


@inner
def nothing():
    return splat(0.0)


@inner
def get(r, i):
    return load(r, i)


@inner
def put(r, i, value):
    store(r, i, value)
