"""Sums and products of probabilities and their cotangents: the same text for numbers and for vectors."""

from noisytm.relaxation.marginal.kernels.real import accumulate


def plus(a, b):
    """Either: the sum of the probabilities."""
    return a + b


def times(a, b):
    """Both: the product of the probabilities."""
    return a * b


def through(g, other):
    """Cotangent of one factor of a product whose cotangent is ``g``."""
    return g * other


def pass_on(bar, g, other):
    """Return the cotangent ``bar`` of a factor, increased by what a product with cotangent ``g`` passes to it."""
    return accumulate(bar, g, other)


def rest_of_pair_adjoint(g, total, rest_y, y, rest_z, mass_bar, rest_y_bar, y_bar, rest_z_bar):
    """Return the cotangents of a pair's mass and of what its rest is made from, the rest's being ``g``.

    The rest is one minus the mass: distributions sum to 1, along the simplices this is exact.
    """
    return mass_bar - g, rest_y_bar, y_bar, rest_z_bar


def rest_term_adjoint(share, entry, value_bar, rest_bar):
    """Return the cotangents of a value and of its rest, the rest times an entry having the cotangent ``share``.

    The rest is one minus the value.
    """
    return value_bar - share * entry, rest_bar


def claim(left, total, term):
    """Part of a sum's cotangent that a term receives: over probabilities all of it."""
    return left


def keep(left, claimed):
    """What later terms may still claim."""
    return left
