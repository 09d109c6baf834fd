"""Lanes that are codes, all given the same input."""

from noisytm.relaxation.marginal.lanes import load

OVER_CODES = True


def code_entry(code, i):
    """Return entry ``i`` of the codes, as a value: each lane has its own."""
    return load(code, i)
