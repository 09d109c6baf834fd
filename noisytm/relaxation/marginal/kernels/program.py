"""The instructions of a head, and the formulas of each: forwards, and of its cotangents."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

from noisytm.relaxation.marginal.kernels.places import Layout
from noisytm.relaxation.marginal.kernels.real import accumulate
from noisytm.relaxation.marginal.kernels.sums import claim, keep

# Where the numbers of registers and of entries of a key, if that is not 0, stand in `Program.shape`, and the columns of
# `Program.instructions`.
REGISTERS, KEYS = 3, 4
OP, TARGET, FIRST, SECOND = 0, 1, 2, 3


# Bits of the length of a span, less one, and the longest span: no division, which would take as long as the sum.
SPAN_BITS, LONGEST_SPAN = 8, 256


class Op(IntEnum):
    """What an instruction (op, target, a, b) does to the registers."""

    PLUS = 0
    TIMES = 1
    COPY = 2
    ZERO = 3
    ONE = 4
    REST = 5  # of the pair b = σ·|Q| + q, whose mass stands at a: (1 − y_σ) + y_σ (1 − z_q)
    DOT = 6  # of some entries of the code with as many registers from a on; b says which and how many, see `span`
    DOT_REST = 7  # of the same with the rests of these registers, of y or of z: right behind its DOT, which forms both
    ENTRY = 8  # entry b of the code


class Pair(NamedTuple):
    """The registers that the rest of a pair is made from: 1 − y_σ, y_σ and 1 − z_q."""

    rest_y: int
    y: int
    rest_z: int


def pair(b: int, at: Layout) -> Pair:
    """Return the registers of the pair b = σ·|Q| + q."""
    symbol = b // at.states
    return Pair(rest_y=at.rest_y + symbol, y=at.y + symbol, rest_z=at.rest_z + b - symbol * at.states)


class Span(NamedTuple):
    """Some entries of the code, one after the other: the first, and how many."""

    first: int
    size: int


def span(b: int) -> Span:
    """Return the entries of the code that b = 256·first + size − 1 stands for."""
    return Span(first=b >> SPAN_BITS, size=(b & (LONGEST_SPAN - 1)) + 1)


def rests_from(a: int, at: Layout) -> int:
    """Return where the rests of the registers from ``a`` on begin, of y or of z."""
    return a + at.symbols if a < at.z else a + at.states


def rest_of_pair(rest_y, y, rest_z):
    """Return the mass of everything but a pair: a sum of terms that are not negative, so that it stays accurate."""
    return accumulate(rest_y, y, rest_z)


def shares_of_sum(g, total, a, b):
    """Return what the two terms of a sum take of its cotangent ``g``."""
    first = claim(g, total, a)
    return first, claim(keep(g, first), total, b)
