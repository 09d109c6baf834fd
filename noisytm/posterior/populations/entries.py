"""What particles are made of, for compiled code: `Factors` as arrays, and the codes that they make.

Plain loops throughout: numba takes seconds to compile the assignment of an array to a slice.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from noisytm._compile import apart, inner

COMPILES = "moves of a population"


class Layout(NamedTuple):
    """`Factors` as arrays.

    Attributes
    ----------
    starts, sizes, rights, owners : ndarray of int64, shape (factors,)
        As of `Factor`; and the block that each belongs to.
    concentrations : ndarray of float64, shape (factors,)
    columns, values, firsts, counts : ndarray of int64, shape (blocks,)
        As of `Block`.
    binary : bool
        Whether factors are binary digits.
    divisions : float
        N, if entries are multiples of 1/N, and particles have the multiples; else 0, and they have logs.
    """

    starts: NDArray[np.int64]
    sizes: NDArray[np.int64]
    rights: NDArray[np.int64]
    owners: NDArray[np.int64]
    concentrations: NDArray[np.float64]
    columns: NDArray[np.int64]
    values: NDArray[np.int64]
    firsts: NDArray[np.int64]
    counts: NDArray[np.int64]
    binary: bool
    divisions: float


@inner
def share_of(at, j):
    """Return how much of the mass of a factor its entries divide: half, where the right one has the other half."""
    return 0.5 if at.rights[j] >= 0 else 1.0


@inner
def reference(at, j, row):
    """Return the entry that is what the others leave: the right one, else the largest."""
    start = at.starts[j]
    if at.rights[j] >= 0:
        return start + at.rights[j]
    found = start
    for c in range(start + 1, start + at.sizes[j]):
        if row[c] > row[found]:
            found = c
    return found


@apart
def put_multiples(at, j, row, parts):
    """Put the probabilities of a factor on a grid, which are exact."""
    for c in range(at.starts[j], at.starts[j] + at.sizes[j]):
        parts[c] = row[c] / at.divisions
    if at.rights[j] >= 0:
        parts[at.starts[j] + at.rights[j]] += held_by_right(at) / at.divisions


@inner
def held_by_right(at):
    """Return the least multiple that is at least ½."""
    return at.divisions - np.floor(at.divisions / 2.0)


@apart
def put_factor(at, j, row, parts):
    """Put the probabilities of a factor; if ``row`` are logs give it the mass 1."""
    if at.divisions > 0.0:
        put_multiples(at, j, row, parts)
        return
    start, end, share = at.starts[j], at.starts[j] + at.sizes[j], share_of(at, j)
    rest = reference(at, j, row)
    top, total, left = row[start], 0.0, 1.0
    for c in range(start + 1, end):
        top = max(top, row[c])
    for c in range(start, end):
        parts[c] = np.exp(row[c] - top)
        total += parts[c]
    shift = top + np.log(total)
    for c in range(start, end):
        row[c] -= shift
        parts[c] *= share / total
        if c != rest:
            left -= parts[c]
    parts[rest] = left


@apart
def put_block(at, b, parts, code):
    """Put the entries of a flat code that a block's factors make."""
    column, count, first, values = at.columns[b], at.counts[b], at.firsts[b], at.values[b]
    if count and not at.binary:
        for e in range(values):
            code[column + e] = parts[at.starts[first] + e]
        return
    for e in range(values):
        code[column + e] = 0.0
    for pattern in range(1 << count):
        mass = 1.0
        for k in range(count):
            mass *= parts[at.starts[first + k] + ((pattern >> (count - 1 - k)) & 1)]
        code[column + pattern % values] += mass


@apart
def put_code(at, row, parts, code):
    """Put the code of a particle, flat."""
    for j in range(at.starts.size):
        put_factor(at, j, row, parts)
    for b in range(at.columns.size):
        put_block(at, b, parts, code)
