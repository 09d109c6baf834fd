"""Sums and products of probabilities and their cotangents: the same text for numbers and for vectors."""

from noisytm._compile import inner
from noisytm.relaxation.marginal.kernels.real import accumulate
from noisytm.relaxation.marginal.kernels.scalars import get, put


@inner
def plus(a, b):
    return a + b


@inner
def times(a, b):
    return a * b


@inner
def through(g, other):
    """Cotangent of one factor of a product whose cotangent is ``g``."""
    return g * other


@inner
def pass_on(bar, g, other):
    """Return the cotangent ``bar`` of a factor, increased by what a product with cotangent ``g`` passes to it."""
    return accumulate(bar, g, other)


@inner
def rest_of_pair_adjoint(r, bar, g, target, mass, rest_y, y, rest_z):
    """The rest of a pair is one minus its mass: distributions sum to 1, along the simplices this is exact."""
    put(bar, mass, get(bar, mass) - g)


@inner
def claim(left, total, term):
    """Part of a sum's cotangent that a term receives: over probabilities all of it."""
    return left


@inner
def keep(left, claimed):
    """What later terms may still claim."""
    return left
