"""Lists as the tables that they are on average, and cotangents of tables pulled back: `kernels/lists.py` in NumPy.

The operations on each number, and their order, are those of the kernels, and so is every bit.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class ListShape(NamedTuple):
    """What lists are: S, |Q|, the number N of tuples, and the states that a key can name."""

    symbols: int
    states: int
    tuples: int
    named: tuple[int, ...]

    @property
    def rows(self) -> int:
        """Rows of the table: a symbol and a state that a key can name."""
        return self.symbols * len(self.named)

    @property
    def columns(self) -> int:
        """Entries of a row of the table."""
        return self.symbols + self.states + 3

    @property
    def keys(self) -> int:
        """Entries of a key."""
        return self.symbols + len(self.named)

    @property
    def row(self) -> int:
        """Entries of a tuple of a list."""
        return self.keys + self.columns


class _Scan:
    """The scans of some lists, codes innermost, at all symbols and states: arrays of shape (S, named, n)."""

    def __init__(self, shape: ListShape, codes: Array) -> None:
        lists = codes.reshape(len(codes), shape.tuples, shape.row).transpose(1, 2, 0)
        self.read, self.held = lists[:, : shape.symbols].copy(), lists[:, shape.symbols : shape.keys].copy()
        self.entries = lists[:, shape.keys :].copy()
        other, other_in = _rests(self.read), _rests(self.held)
        left = np.ones((shape.symbols, len(shape.named), len(codes)))
        self.left, self.used, self.missed, self.chance = ([left] * shape.tuples for _ in range(4))
        for i in reversed(range(shape.tuples)):
            key = self.read[i][:, None]
            self.left[i], self.chance[i] = left, key * self.held[i][None]
            self.missed[i] = other[i][:, None] + key * other_in[i][None]
            self.used[i] = left * self.chance[i]
            left = left * self.missed[i]
        self.nothing = left


def _rests(key: Array) -> Array:
    """Return for each entry of keys, shape (N, entries, n), the sum of the others: from both ends."""
    rests, before, after = np.empty(key.shape), np.zeros(key[:, 0].shape), np.zeros(key[:, 0].shape)
    for e in range(key.shape[1]):
        rests[:, e] = before
        before = before + key[:, e]
    for e in reversed(range(key.shape[1])):
        rests[:, e] += after
        after = after + key[:, e]
    return rests


def tabulated(shape: ListShape, codes: Array) -> Array:
    """Return the tables, shape (n, rows · columns), of lists, shape (n, N · entries)."""
    scan = _Scan(shape, codes)
    table = np.zeros((shape.symbols, len(shape.named), shape.columns, len(codes)))
    for i in reversed(range(shape.tuples)):
        table += scan.used[i][:, :, None] * scan.entries[i]
    for symbol in range(shape.symbols):
        table[symbol, :, symbol] += scan.nothing[symbol]
    for place, state in enumerate(shape.named):
        table[:, place, shape.symbols + state] += scan.nothing[:, place]
    table[:, :, shape.symbols + shape.states + 1] += scan.nothing  # of the moves L, S, R
    return table.reshape(-1, len(codes)).T


def untabulated(shape: ListShape, codes: Array, tables_bar: Array) -> Array:
    """Return the cotangents of lists, shape (n, N · entries), from those of their tables."""
    scan = _Scan(shape, codes)
    bar = tables_bar.T.reshape(-1, len(shape.named), shape.columns, len(codes))
    found = np.zeros((shape.tuples, shape.row, bar.shape[-1]))
    of_symbol = np.stack([bar[symbol, :, symbol] for symbol in range(shape.symbols)])
    of_state = np.stack([bar[:, place, shape.symbols + state] for place, state in enumerate(shape.named)], axis=1)
    left_bar = of_symbol + of_state + bar[:, :, shape.symbols + shape.states + 1]
    for i in range(shape.tuples):
        g = np.zeros(left_bar.shape)
        for column in range(shape.columns):
            g += bar[:, :, column] * scan.entries[i, column]
        mass_bar = scan.left[i] * (g - left_bar)
        left_bar = left_bar * scan.missed[i] + g * scan.chance[i]
        for symbol, place in np.ndindex(shape.symbols, len(shape.named)):
            found[i, shape.keys :] += scan.used[i][symbol, place] * bar[symbol, place]
            found[i, symbol] += mass_bar[symbol, place] * scan.held[i, place]
            found[i, shape.symbols + place] += mass_bar[symbol, place] * scan.read[i, symbol]
    return found.reshape(-1, len(codes)).T
