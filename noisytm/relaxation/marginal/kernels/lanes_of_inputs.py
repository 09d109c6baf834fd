"""Lanes that are inputs to one code: its entries are numbers, put into every lane as they are loaded."""

from noisytm._compile import inner
from noisytm.relaxation.marginal.lanes import splat

OVER_CODES = False


@inner
def code_entry(code, i):
    return splat(code[i])
