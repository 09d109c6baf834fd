"""The nodes of a tree as bytes, and back: what they hold, not whether it is true.

Integers are written seven bits to a byte, the low ones first, the high bit saying that more follow. A node is

- ``0`` to ``199``: a leaf, refuted by the input of that number; ``200`` with the number: by a later one;
- ``201``, tuple, count, rows: an inner node that branches at a tuple, and rows that are fatal there and so below it;
- ``202``, count, rows: a leaf, bounded by rows of weight 1;
- ``203``, denominator, count, rows, each with the numerator of its weight: a leaf, bounded by rows of any weights;
- ``205``, denominator, count, rows, then the nodes of a tree over pinned errors: a leaf, bounded for all sets of errors
  that are pinned to 0. Such a node is 1 + column, which is pinned in the part that comes next and not in the one after
  it; or 0, count, and places among the rows, each with the numerator of its weight. Only trees for Λ(s) have them.

``204`` is no node: rows are numbered anew from there on, and none is known. A row is 3·number + how: how 0 is one that
an inner node above has shown; how 1 one that is shown here, by the input that follows, at costs of 1; how 2 the same at
costs that follow the input, one for each of its columns. A number not used before is followed by what it stands for:
count, then for each column its distance to the column before and its exponent. With how 0 that is not allowed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from noisytm.errors import CertificateError

FIRST_OPERATION = 200
REFUTED, INNER, UNITS, BOUNDED, FRESH, PINNED = range(FIRST_OPERATION, FIRST_OPERATION + 6)
KNOWN, PLAIN, PRICED = range(3)
HOWS = 3
# No number of a proof comes near it; reading one without end would take for ever.
MOST_BITS = 1 << 14

Exponents = tuple[tuple[int, int], ...]


class Row(NamedTuple):
    """A fatal syndrome with what shows it to be fatal.

    Attributes
    ----------
    exponents : tuple of (column, exponent)
        The columns rising.
    input : int
        An input on which it is.
    costs : tuple of int, or None
        Costs of its columns at which the oracle, all else costing too much, returns one that divides it; ``None`` if
        1 for each will do.
    """

    exponents: Exponents
    input: int
    costs: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Dual:
    """Rows with positive weights: integers over one denominator.

    Examples
    --------
    >>> Dual((Row(((3, 1),), 0),), (1,), 2).denominator
    2
    """

    rows: tuple[Row, ...]
    weights: tuple[int, ...]
    denominator: int


# The weights of a part, (place of a row, numerator); or the column that is pinned in the part that comes next, and not
# in the one after it.
Pin = int | tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class PinnedDual:
    """Weights for every set of errors that are pinned to 0: a tree over which are, its nodes in preorder.

    Examples
    --------
    >>> rows = Row(((3, 1),), 0), Row(((3, 1), (4, 1)), 0)
    >>> PinnedDual(rows, (3, (), ((0, 1), (1, 1))), 2).nodes[0]
    3
    """

    rows: tuple[Row, ...]
    nodes: tuple[Pin, ...]
    denominator: int


def put(out: bytearray, value: int) -> None:
    """Append an integer ≥ 0.

    Examples
    --------
    >>> out = bytearray()
    >>> put(out, 300)
    >>> out.hex()
    'ac02'
    """
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)


def get(data: bytes, at: int) -> tuple[int, int]:
    """Return the integer at a place, and the place after it.

    Raises
    ------
    IndexError
        If the bytes end before it does.
    CertificateError
        If it is written with more bytes than it needs, or has more than 2^14 bits.

    Examples
    --------
    >>> get(bytes.fromhex("ac02"), 0)
    (300, 2)
    """
    value, shift = data[at] & 127, 7
    while data[at] > 127:
        at += 1
        value |= (data[at] & 127) << shift
        shift += 7
        if shift > MOST_BITS:
            raise CertificateError(f"a number has more than {MOST_BITS:,} bits")
        if data[at] == 0:
            raise CertificateError(f"byte {at} of a block ends a number that needs fewer bytes")
    return value, at + 1


def put_exponents(out: bytearray, exponents: Sequence[tuple[int, int]]) -> None:
    """Append what a row stands for."""
    put(out, len(exponents))
    before = 0
    for column, exponent in exponents:
        put(out, column - before)
        put(out, exponent)
        before = column


def get_exponents(data: bytes, at: int, columns: int) -> tuple[Exponents, int]:
    """Return what a row stands for, and the place after it.

    Raises
    ------
    IndexError
        If the bytes end before it does.
    CertificateError
        If it is no row of so many columns.
    """
    count, at = get(data, at)
    found, column = [], -1
    for k in range(count):
        step, at = get(data, at)
        exponent, at = get(data, at)
        if (step == 0 and k) or exponent == 0:
            raise CertificateError("a row names a column twice, or without an exponent")
        column = step if k == 0 else column + step
        found.append((column, exponent))
        if column >= columns:
            raise CertificateError(f"a row names column {column}; there are {columns}")
    if not found:
        raise CertificateError("a row has no errors at all")
    return tuple(found), at
