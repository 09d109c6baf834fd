"""Lanes that are codes, all given the same input."""

from noisytm._compile import inner
from noisytm.relaxation.marginal.lanes import load

OVER_CODES = True


@inner
def code_entry(code, i):
    return load(code, i)
