"""Many tapes at once, each cut to the cells near the head, packed into words, and moved together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from noisytm.machine import MOVES

Words = NDArray[np.uint64]
Indices = NDArray[np.int64]

WORD_BITS = 64
# What distinguishing one tape takes beside its words: key, order, inverse and flags.
KEY_BYTES = 48


@dataclass(frozen=True)
class Tapes:
    """Tapes relative to the head: two stacks of cells, the nearest on top (in the lowest bits), and the cell between.

    Attributes
    ----------
    bits : int
        Bits of a cell.
    cells : tuple of int
        How many cells are kept to the left and to the right of the head.
    left, right : ndarray of uint64, shape (n, words)
        The stacks, lowest word first.
    head : ndarray of int64, shape (n,)
        The symbol under the head.
    """

    bits: int
    cells: tuple[int, int]
    left: Words
    head: Indices
    right: Words

    def __len__(self) -> int:
        return len(self.head)

    @property
    def row_bytes(self) -> int:
        """Bytes that one tape takes, with what it takes to tell it from others."""
        return 8 * int(self.left.shape[1] + self.right.shape[1] + 1) + KEY_BYTES

    def take(self, index: NDArray[np.int64] | NDArray[np.bool_]) -> Tapes:
        """Return some of the tapes."""
        return Tapes(self.bits, self.cells, self.left[index], self.head[index], self.right[index])

    def moved(self, write: int | Indices, move: int, cells: tuple[int, int]) -> Tapes:
        """Return the tapes after ``write`` is written and the head moved, cut to ``cells`` on either side.

        Parameters
        ----------
        write : int or ndarray of int64, shape (n,)
            The symbol that each head leaves behind.
        move : int
            Index into L, S, R.
        cells : tuple of int
            Cells to keep on the left and on the right; one fewer than now at the most, or they are filled with 0.
        """
        written = np.broadcast_to(np.asarray(write, dtype=np.int64), self.head.shape)
        if MOVES[move] == "S":
            left, head, right = self.left, written, self.right
        elif MOVES[move] == "L":
            left, head, right = self._popped(self.left), self._top(self.left), self._pushed(self.right, written)
        else:
            left, head, right = self._pushed(self.left, written), self._top(self.right), self._popped(self.right)
        return Tapes(self.bits, cells, self._cut(left, cells[0]), head, self._cut(right, cells[1]))

    def distinct(self) -> tuple[Indices, Indices]:
        """Return the indices of tapes that differ from one another, and for each tape which of these it equals."""
        if self.bits * (sum(self.cells) + 1) < WORD_BITS:
            _, first, inverse = np.unique(self._in_one_word(), return_index=True, return_inverse=True)
            return first, inverse
        columns = [*self.left.T, *self.right.T, self.head.astype(np.uint64)]
        order = np.lexsort(columns)
        new = np.zeros(len(order), dtype=bool)
        new[:1] = True
        for column in columns:
            ordered = column[order]
            new[1:] |= ordered[1:] != ordered[:-1]
        inverse = np.empty(len(order), dtype=np.int64)
        inverse[order] = np.cumsum(new) - 1
        return order[new], inverse

    def _in_one_word(self) -> Words:
        key = self.head.astype(np.uint64)
        for stack, cells in ((self.left, self.cells[0]), (self.right, self.cells[1])):
            if stack.shape[1]:
                key = key << np.uint64(self.bits * cells) | stack[:, 0]
        return key

    def read(self, width: int) -> Indices:
        """Return, shape (n, width), the symbols from the head rightwards."""
        columns, stack = [self.head], self.right
        for _ in range(width - 1):
            columns.append(self._top(stack))
            stack = self._popped(stack)
        return np.stack(columns, axis=1)[:, :width]

    def _top(self, stack: Words) -> Indices:
        if not stack.shape[1]:
            return np.zeros(len(stack), dtype=np.int64)
        return (stack[:, 0] & np.uint64((1 << self.bits) - 1)).astype(np.int64)

    def _popped(self, stack: Words) -> Words:
        low, high = np.uint64(self.bits), np.uint64(WORD_BITS - self.bits)
        result = stack >> low
        result[:, :-1] |= stack[:, 1:] << high
        return result

    def _pushed(self, stack: Words, symbols: Indices) -> Words:
        low, high = np.uint64(self.bits), np.uint64(WORD_BITS - self.bits)
        result = stack << low
        result[:, 1:] |= stack[:, :-1] >> high
        if stack.shape[1]:
            result[:, 0] |= symbols.astype(np.uint64)
        return result

    def _cut(self, stack: Words, cells: int) -> Words:
        return stack[:, : word_count(self.bits, cells)] & _mask(self.bits, cells)


def word_count(bits: int, cells: int) -> int:
    """Return how many words a stack of cells takes."""
    return -(-bits * cells // WORD_BITS)


def packed(words: Sequence[Indices], blank: int, symbols: int, cells: tuple[int, int]) -> Tapes:
    """Return the tapes with the head on the first symbol of each word and blanks around it.

    Examples
    --------
    >>> tapes = packed([np.array([1, 2]), np.array([], dtype=np.int64)], blank=0, symbols=3, cells=(0, 2))
    >>> tapes.read(3).tolist()
    [[1, 2, 0], [0, 0, 0]]
    """
    bits = (symbols - 1).bit_length()
    around = np.full((len(words), 1 + max(cells)), blank)
    left = _stacked(around[:, : cells[0]], bits)
    for row, word in zip(around, words, strict=True):
        kept = word[: around.shape[1]]
        row[: len(kept)] = kept
    return Tapes(bits, cells, left, around[:, 0].copy(), _stacked(around[:, 1 : 1 + cells[1]], bits))


def _stacked(cells: Indices, bits: int) -> Words:
    """Return rows of cells, the nearest first, as stacks."""
    rows, count = cells.shape
    digits = np.zeros((rows, word_count(bits, count) * WORD_BITS), dtype=np.uint8)
    digits[:, : count * bits] = ((cells[:, :, None] >> np.arange(bits)) & 1).reshape(rows, count * bits)
    return np.packbits(digits, axis=1, bitorder="little").view("<u8").astype(np.uint64)


def _mask(bits: int, cells: int) -> Words:
    """Return the words of a stack in which just so many cells are filled with ones."""
    used = bits * cells
    whole, rest = divmod(used, WORD_BITS)
    words = [(1 << WORD_BITS) - 1] * whole + ([(1 << rest) - 1] if rest else [])
    return np.array(words, dtype=np.uint64)
