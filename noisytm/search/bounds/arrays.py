"""The packing program as the kernels take it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from noisytm._summary import line_of

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

# Rows that a way down may hold in all: some hundreds are usual.
MOST_ROWS = 4096


class Packing(NamedTuple):
    """Rows, and a basis for each level of the way down to a node; d coordinates at most.

    Attributes
    ----------
    gains : ndarray of int64, shape (d,)
        γ, as coprime integers.
    size, place, often : ndarray of int64, shapes (rows,), (rows, d), (rows, d)
        How many coordinates a row has, which, and how often.
    hot, listed : ndarray of int64, shapes (levels, rows), (levels,)
        The rows that are looked at on a level, and how many these are.
    inverse : ndarray of float64, shape (levels, d, d)
        Transposed inverses of the bases.
    basis : ndarray of int64, shape (levels, d)
        Rows, and slacks: −1 − coordinate.
    level, plain, prices : ndarray of float64, shape (levels, d)
        y and slacks for the raised γ and for the true one; v.
    determinant : ndarray of float64, shape (levels,)
        Of the bases, but for the sign.
    weights, load, scale : ndarray of int64, shapes (d,), (d,), (1,)
        A dual that was checked: y · scale by basic place, and Σ α y · scale.
    used, full : ndarray of bool, shapes (rows,), (d,)
        Rows with weight in some noted dual; coordinates that all of these load in full.
    change, step, second : ndarray of float64, shape (d,)
        For pivots.
    square, square_of, columns : ndarray
        For eliminations.
    """

    gains: Ints
    size: Ints
    place: Ints
    often: Ints
    hot: Ints
    listed: Ints
    inverse: Floats
    basis: Ints
    level: Floats
    plain: Floats
    prices: Floats
    determinant: Floats
    weights: Ints
    load: Ints
    scale: Ints
    used: NDArray[np.bool_]
    full: NDArray[np.bool_]
    change: Floats
    step: Floats
    second: Floats
    square: Floats
    square_of: Ints
    columns: Ints

    def __repr__(self) -> str:
        return line_of(self)


def new_packing(dimension: int, levels: int, rows: int = MOST_ROWS) -> Packing:
    """Return an empty program for so many coordinates and levels."""
    d = dimension

    def ints(*shape: int) -> Ints:
        return np.zeros(shape, dtype=np.int64)

    def floats(*shape: int) -> Floats:
        return np.zeros(shape, dtype=np.float64)

    return Packing(
        gains=ints(d),
        size=ints(rows),
        place=ints(rows, d),
        often=ints(rows, d),
        hot=ints(levels, rows),
        listed=ints(levels),
        inverse=floats(levels, d, d),
        basis=ints(levels, d),
        level=floats(levels, d),
        plain=floats(levels, d),
        prices=floats(levels, d),
        determinant=floats(levels),
        weights=ints(d),
        load=ints(d),
        scale=ints(1),
        used=np.zeros(rows, dtype=np.bool_),
        full=np.zeros(d, dtype=np.bool_),
        change=floats(d),
        step=floats(d),
        second=floats(d),
        square=floats(d, d),
        square_of=ints(4 * d, d),
        columns=ints(d),
    )
