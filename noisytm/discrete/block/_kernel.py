"""The compiled loop over blocks of cells.

A block of K cells is one number in base S, its leftmost cell the highest digit. What a machine does from entering
a block to leaving it depends only on its state, the side it enters by and the block: this is looked up, once it
has been worked out. The row of a state entered from the left is 2·state, from the right 2·state + 1.

An entry is one unsigned 64-bit word: the new block in bits 0-15, the offset of the next row in bits 16-39, whether
the head leaves to the right in bit 40, the steps in bits 41-54, the leftmost and the rightmost cell visited in bits
55-58 and 59-62. Bit 63 marks what does not fit: the machine stops inside, or takes too many steps. 0 is not yet
worked out. Index arithmetic is unsigned, as in the loop over cells.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from noisytm._compile import inner, jit

COMPILES = "discrete runs by blocks"

OUT_OF_STEPS = 0
NO_PASSAGE = 1
OUT_OF_TAPE = 2
AT_REST = 3
AGAIN = 4
LEFT = 5

_ONE = np.uint64(1)
_TWO = np.uint64(2)
_NO_PASSAGE = np.uint64(1 << 63)
_MOST_STEPS = np.uint64((1 << 14) - 1)
_CODE_MASK = np.uint64((1 << 16) - 1)
_ROW_MASK = np.uint64((1 << 24) - 1)
_CELL_MASK = np.uint64(15)
_ROW_SHIFT = np.uint64(16)
_SIDE_SHIFT = np.uint64(40)
_STEPS_SHIFT = np.uint64(41)
_LOW_SHIFT = np.uint64(55)
_HIGH_SHIFT = np.uint64(59)
_SYMBOL_MASK = np.uint64(0xFFFFFFFF)
_MOVE_MASK = np.uint64(3)
_MOVE_SHIFT = np.uint64(32)
_NEXT_SHIFT = np.uint64(34)


@inner
def _same(cells, others) -> Any:  # type: ignore[no-untyped-def]
    for i in range(cells.size):  # noqa: SIM110
        if cells[np.uint64(i)] != others[np.uint64(i)]:
            return False
    return True


@inner
def _walk(table, cells, row, at, steps, searching, saved, uses, times) -> Any:  # type: ignore[no-untyped-def]
    """Run cell by cell until the head leaves the block, as `inside` does; count each use ``times`` over."""
    width = np.uint64(cells.size)
    low, high = at, at
    made = then = np.uint64(0)
    saved_row, saved_at = row, width
    why = LEFT
    while at < width:
        low, high = min(low, at), max(high, at)
        index = row + cells[at]
        entry = table[index]
        if entry >> np.uint64(63):
            why = AT_REST
            break
        if made == steps:
            why = OUT_OF_STEPS
            break
        if searching:
            if at == saved_at and row == saved_row and _same(cells, saved):
                why = AGAIN
                break
            if made & (made - _ONE) == np.uint64(0):
                saved_row, saved_at, then = row, at, made
                for i in range(width):
                    saved[np.uint64(i)] = cells[np.uint64(i)]
        if uses is not None:
            uses[index] += times
        made += _ONE
        cells[at] = entry & _SYMBOL_MASK
        row = entry >> _NEXT_SHIFT
        at += ((entry >> _MOVE_SHIFT) & _MOVE_MASK) - _ONE
    return why, row, at, low, high, made, then


@inner
def passage(table, row, code, size, symbols, cells, uses, times) -> Any:  # type: ignore[no-untyped-def]
    """Work out one entry cell by cell in the scratch array ``cells``; count its tuples ``times`` over in ``uses``."""
    width = np.uint64(cells.size)
    rest = code
    for i in range(width):
        cells[width - _ONE - np.uint64(i)] = rest % symbols
        rest //= symbols
    at = (width - _ONE) * ((row // size) & _ONE)
    inner_row = (row // size) // _TWO * (_TWO * symbols)
    why, inner_row, at, low, high, steps, _ = _walk(table, cells, inner_row, at, _MOST_STEPS, False, cells, uses, times)
    if why != LEFT:
        return _NO_PASSAGE
    new = np.uint64(0)
    for i in range(width):
        new = new * symbols + cells[np.uint64(i)]
    to_right = np.uint64(1) if at == width else np.uint64(0)
    next_row = (inner_row // symbols + _ONE - to_right) * size
    last = (low << _LOW_SHIFT) | (high << _HIGH_SHIFT)
    return new | (next_row << _ROW_SHIFT) | (to_right << _SIDE_SHIFT) | (steps << _STEPS_SHIFT) | last


@jit
def advance(  # type: ignore[no-untyped-def]
    entries, table, tape, head, row, steps, symbols, size, cells, edges, uses
) -> Any:
    """Run until the next passage would take too many steps or has no entry, or the tape is too short.

    Parameters
    ----------
    entries : uint64 array, shape (2·|Q|·size,)
        Entries as described above, at ``row + block``; those needed are filled in.
    table : uint64 array
        The packed table of single cells.
    tape : uint16 array
        Blocks, changed in place. The two outermost on each side are never visited.
    head, row : uint64
        Index of the head's block; offset of the row of its state and side.
    steps : uint64
        Steps to make at most.
    symbols, size : uint64
        S, and S to the power K.
    cells : uint64 array, shape (K,)
        Scratch.
    edges : uint64 array, shape (4,)
        The outermost visited blocks and the outermost visited cells in them (left block, right block, left cell,
        right cell); changed in place.
    uses : int64 array like ``entries``, or None
        Times each entry was used, added to in place.

    Returns
    -------
    why, head, row, steps left, passages made
    """
    passages = np.uint64(0)
    last = np.uint64(tape.size) - _ONE
    left_edge, right_edge, left_cell, right_cell = edges[0], edges[1], edges[2], edges[3]
    code = np.uint64(tape[head])
    why = OUT_OF_STEPS
    while True:
        entry = entries[row + code]
        left = tape[head - _ONE]
        right = tape[head + _ONE]
        if entry - _ONE >= _NO_PASSAGE - _ONE:
            if entry != np.uint64(0):
                why = NO_PASSAGE
                break
            entries[row + code] = passage(table, row, code, size, symbols, cells, None, 0)
            continue
        made = (entry >> _STEPS_SHIFT) & _MOST_STEPS
        if made > steps:
            break
        if head <= left_edge or head >= right_edge:
            if head - _TWO >= last - np.uint64(3):
                why = OUT_OF_TAPE
                break
            if head < left_edge:
                left_edge, left_cell = head, _CELL_MASK
            if head > right_edge:
                right_edge, right_cell = head, np.uint64(0)
            if head == left_edge:
                left_cell = min(left_cell, (entry >> _LOW_SHIFT) & _CELL_MASK)
            if head == right_edge:
                right_cell = max(right_cell, (entry >> _HIGH_SHIFT) & _CELL_MASK)
        if uses is not None:
            uses[row + code] += 1
        steps -= made
        passages += _ONE
        tape[head] = entry & _CODE_MASK
        row = (entry >> _ROW_SHIFT) & _ROW_MASK
        if (entry >> _SIDE_SHIFT) & _ONE:
            head += _ONE
            code = np.uint64(right)
        else:
            head -= _ONE
            code = np.uint64(left)
    edges[0], edges[1], edges[2], edges[3] = left_edge, right_edge, left_cell, right_cell
    return why, head, row, steps, passages


@jit
def inside(table, cells, place, steps, searching, saved, tally) -> Any:  # type: ignore[no-untyped-def]
    """Run cell by cell until the head leaves a block, the machine is at rest or the steps are used up.

    Parameters
    ----------
    table : uint64 array
        The packed table of single cells.
    cells : uint64 array, shape (K,)
        The block; changed in place.
    place : uint64 array, shape (4,)
        Offset of the state's row in the table, the head's cell, the leftmost and the rightmost cell visited; changed
        in place.
    steps : uint64
        Steps to make at most.
    searching : bool
        Whether to stop where block, state and head are what they were at an earlier step.
    saved : uint64 array, shape (K,)
        Scratch.
    tally : int64 array like ``table``, or None
        Uses of each table entry, added to in place.

    Returns
    -------
    why, steps left, steps since the block was the same
    """
    why, place[0], place[1], low, high, made, then = _walk(
        table, cells, place[0], place[1], steps, searching, saved, tally, 1
    )
    place[2], place[3] = min(place[2], low), max(place[3], high)
    return why, steps - made, made - then


@jit
def add_uses(table, uses, first, last, symbols, size, cells, tally) -> None:  # type: ignore[no-untyped-def]
    """Add to ``tally``, an array like ``table``, the tuples of some passages, each as often as ``uses`` says."""
    for i in range(first, last):
        if uses[i]:
            row = np.uint64(i) // size * size
            passage(table, row, np.uint64(i) - row, size, symbols, cells, tally, uses[i])
