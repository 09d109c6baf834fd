"""Lanes that are codes, all given the same input."""

from noisytm._compile import jit
from noisytm.relaxation.lanes import load

OVER_CODES = True


@jit
def code_entry(code, i):
    return load(code, i)
