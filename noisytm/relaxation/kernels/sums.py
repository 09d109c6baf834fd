"""Sums and products of probabilities and their cotangents: the same text for numbers and for vectors."""

from noisytm._compile import jit


@jit
def plus(a, b):
    return a + b


@jit
def times(a, b):
    return a * b


@jit
def through(g, other):
    """Cotangent of one factor of a product whose cotangent is ``g``."""
    return g * other


@jit
def claim(left, total, term):
    """Part of a sum's cotangent that a term receives: over probabilities all of it."""
    return left


@jit
def keep(left, claimed):
    """What later terms may still claim."""
    return left
