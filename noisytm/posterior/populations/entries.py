"""What particles are made of, for compiled code: `Factors` as arrays."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from noisytm._compile import uncounted

COMPILES = "moves of a population"


class Layout(NamedTuple):
    """`Factors` as arrays.

    Attributes
    ----------
    starts, sizes, rights, owners : ndarray of int64, shape (factors,)
        As of `Factor`; and the block that each belongs to.
    concentrations, pulls : ndarray of float64, shape (factors,)
    columns, values, firsts, counts : ndarray of int64, shape (blocks,)
        As of `Block`.
    sources : ndarray of int64, shape (entries of a code,)
        Where the entries of codes stand among those of factors; behind them all, where one is 1 always.
    places : ndarray of int64, shape (columns,)
        0, 1, 2 and so on.
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
    pulls: NDArray[np.float64]
    columns: NDArray[np.int64]
    values: NDArray[np.int64]
    firsts: NDArray[np.int64]
    counts: NDArray[np.int64]
    sources: NDArray[np.int64]
    places: NDArray[np.int64]
    binary: bool
    divisions: float


@uncounted
def share_of(at, j):
    """Return how much of the mass of a factor its entries divide: half, where the right one has the other half."""
    return 0.5 if at.rights[j] >= 0 else 1.0


@uncounted
def held_by_right(at):
    """Return the least multiple that is at least ½."""
    return at.divisions - np.floor(at.divisions / 2.0)
