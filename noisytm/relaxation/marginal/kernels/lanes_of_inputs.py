"""Lanes that are inputs to one code: its entries are numbers, put into every lane as they are loaded."""

from noisytm.relaxation.marginal.lanes import splat

OVER_CODES = False


def code_entry(code, i):
    """Return entry ``i`` of the code, as a value: the same in every lane."""
    return splat(code[i])
