"""The compiled loop of a discrete run.

A cell holds ``symbol`` once the head has been there and ``symbol + S`` before. The second kind has no entry
in the table, so that one test per step serves three ends: first visits, the edge of the buffer, and cells of
the table at which the machine stops. The symbols on both sides of the head are loaded before the move is
known, which takes the load off the chain of operations that has to wait for the table.

All index arithmetic is unsigned: numba adds a wrap-around test to every signed index. A table entry is one
unsigned 64-bit word: the written symbol in bits 0-31, the move (L, S, R = 0, 1, 2) in bits 32-33, the offset
of the next state's row in bits 34-62; bit 63 marks cells without an entry.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from noisytm._compile import jit

COMPILES = "discrete runs"

OUT_OF_STEPS = 0
AT_REST = 1
OUT_OF_TAPE = 2

_ONE = np.uint64(1)
_TWO = np.uint64(2)
_THREE = np.uint64(3)
_SYMBOL_MASK = np.uint64(0xFFFFFFFF)
_MOVE_MASK = np.uint64(3)
_MOVE_SHIFT = np.uint64(32)
_NEXT_SHIFT = np.uint64(34)
_EMPTY_SHIFT = np.uint64(63)


@jit
def advance(  # type: ignore[no-untyped-def]
    table, tape, head, row, steps, symbols, leftmost, rightmost, counts
) -> Any:
    """Run until the steps are used up, the machine is at rest, or the head needs a cell beyond the buffer.

    Parameters
    ----------
    table : uint64 array, shape (|Q|·2S,)
        Entries as described above, at ``row + symbol``.
    tape : unsigned array
        Cells, changed in place. The two outermost on each side are never visited: the inner of the two stops
        the head, the outer is there for its neighbour to be loaded.
    head, row : uint64
        Index of the head in the buffer; offset of the state's row in the table.
    steps : int64
        Steps to make at most.
    symbols : uint64
        S, the number of symbols.
    leftmost, rightmost : uint64
        Indices of the outermost cells visited so far.
    counts : int64 array like ``table``, or None
        Times each entry was used, added to in place. ``None`` compiles a loop without it.

    Returns
    -------
    why, head, row, steps left, leftmost, rightmost
    """
    last = np.uint64(tape.size) - _ONE
    symbol = np.uint64(tape[head])
    while True:
        entry = table[row + symbol]
        left = tape[head - _ONE]
        right = tape[head + _ONE]
        if entry >> _EMPTY_SHIFT:
            if symbol < symbols:
                return AT_REST, head, row, steps, leftmost, rightmost
            if head - _TWO >= last - _THREE:
                return OUT_OF_TAPE, head, row, steps, leftmost, rightmost
            symbol -= symbols
            tape[head] = symbol
            leftmost = min(leftmost, head)
            rightmost = max(rightmost, head)
            continue
        if steps == 0:
            return OUT_OF_STEPS, head, row, steps, leftmost, rightmost
        steps -= 1
        if counts is not None:
            counts[row + symbol] += 1
        written = entry & _SYMBOL_MASK
        tape[head] = written
        move = (entry >> _MOVE_SHIFT) & _MOVE_MASK
        row = entry >> _NEXT_SHIFT
        head = head + move - _ONE
        symbol = np.uint64(left) if move == np.uint64(0) else np.uint64(right)
        if move == _ONE:
            symbol = written
