"""The compiled runs of machines that halt, once more, for what they leave on the tape.

The search (`noisytm.enumeration._kernel`) lists them and keeps no tapes. The words are counted in a book: a hash table
over words in a pool of cells. It is emptied when it is full.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from noisytm._compile import jit, uncounted

COMPILES = "the outputs of machines"

DONE, PAUSED, FULL = range(3)
# What is in ``place``: the machine that is next, where its run is, and how many cells the pool lacks.
NEXT, RUNS, ROW, HEAD, LEFT, RIGHT, LACKS = range(7)
_FRESH, _ON_ITS_WAY, _HALTED = range(3)
# What an entry of the book is: where its word begins in the pool, how long it is, its hash, its weight.
_START, _LENGTH, _HASH, _WEIGHT = range(4)
_NEXT_SHIFT = 8  # as in the search
_WRITE_MASK = 127
_WORK_OF_A_MACHINE = 32  # beside its steps, in steps
_BASIS, _PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)


@uncounted
def _go_on(table, symbols, tape, place, work):  # type: ignore[no-untyped-def]
    """Run on to the undefined cell at which the machine halts, or until the work is done; return what is left of it."""
    row, head, left, right = place[ROW], place[HEAD], place[LEFT], place[RIGHT]
    place[RUNS] = _ON_ITS_WAY
    while work > 0:
        entry = table[row + tape[head]]
        if entry < 0:
            place[RUNS] = _HALTED
            break
        tape[head] = entry >> 1 & _WRITE_MASK
        head += ((entry & 1) << 1) - 1
        row = entry >> _NEXT_SHIFT
        left, right = min(left, head), max(right, head)
        work -= 1
    place[ROW], place[HEAD], place[LEFT], place[RIGHT] = row, head, left, right
    return work


@uncounted
def _written(tape, place, pool, start, names):  # type: ignore[no-untyped-def]
    """Write the visited cells, symbols but the blank renamed as they come; return the last of these, and a hash."""
    names[:] = 0
    top, mixed = 0, _BASIS
    at = start
    for x in range(place[LEFT], place[RIGHT] + 1):
        symbol = tape[x]
        if symbol != 0 and names[symbol] == 0:
            top += 1
            names[symbol] = top
        pool[at] = names[symbol]
        mixed = (mixed ^ np.uint64(names[symbol])) * _PRIME
        at += 1
    return top, np.int64(mixed >> np.uint64(1))


@uncounted
def _same(pool, first, second, length):  # type: ignore[no-untyped-def]
    for x in range(length):  # noqa: SIM110
        if pool[first + x] != pool[second + x]:
            return False
    return True


@uncounted
def _count(slots, entries, pool, sizes, length, mixed, weight):  # type: ignore[no-untyped-def]
    """Add the weight to that of the word just written at the end of the pool, which stays there if it is new."""
    last, start = slots.size - 1, sizes[1]
    at = (mixed ^ mixed >> 32) & last
    while slots[at] != 0:
        entry = entries[slots[at] - 1]
        if entry[_HASH] == mixed and entry[_LENGTH] == length and _same(pool, entry[_START], start, length):
            entry[_WEIGHT] += weight
            return
        at = (at + 1) & last
    entry = entries[sizes[0]]
    entry[_START], entry[_LENGTH], entry[_HASH], entry[_WEIGHT] = start, length, mixed, weight
    sizes[0] += 1
    sizes[1] += length
    slots[at] = sizes[0]


@uncounted
def _of_table(table, symbols):  # type: ignore[no-untyped-def]
    """Return the number of undefined cells of a table, its highest state and its highest symbol."""
    undefined = top_state = top_symbol = 0
    for entry in table:
        if entry < 0:
            undefined += 1
        else:
            top_state = max(top_state, (entry >> _NEXT_SHIFT) // symbols)
            top_symbol = max(top_symbol, entry >> 1 & _WRITE_MASK)
    return undefined, top_state, top_symbol


@jit
def record(rows, shape, weights, renamings, place, tape, slots, entries, pool, sizes, names, work) -> Any:  # type: ignore[no-untyped-def]
    """Run machines that halt, and count the words that they leave, until all are done, the book is full, or work is.

    Parameters
    ----------
    rows : int64 array, shape (n, Q·S or more)
        The tables as in the search; further columns are not looked at.
    shape : int64 array, shape (2,)
        Q and S.
    weights : int64 array, shape (Q·S + 1, Q)
        What a word counts, by the undefined cells and the highest state of the table, but for the names of symbols.
    renamings : int64 array, shape (S, S)
        By the highest symbol of the table, the halting cell included, and the number of symbols but the blank in the
        word: in how many ways the symbols that are not in the word can be named.
    place : int64 array, shape (7,)
        Where it is; updated in place. All are 0 at the beginning of ``rows``.
    tape : uint8 array
        Blank; the head begins in the middle.
    slots : int64 array, shape (2^j,)
        The hash table: 0, or the number of an entry plus 1.
    entries : int64 array, shape (m, 4), m < 2^j
        Start and length of each word in the pool, its hash, its weight.
    pool : uint8 array
        The words.
    sizes : int64 array, shape (2,)
        How many entries and cells of the pool are in use.
    names : uint8 array, shape (S,)
        Room for names.
    work : int64
        Steps after which it pauses, about; in the middle of a run if need be.

    Returns
    -------
    int
        `DONE`, `PAUSED`, or `FULL`, with the cells in ``place`` that the pool must have for the next machine.
    """
    symbols, middle = shape[1], tape.size // 2
    while place[NEXT] < rows.shape[0]:
        table = rows[place[NEXT], : shape[0] * symbols]
        if place[RUNS] == _FRESH:
            place[ROW], place[HEAD], place[LEFT], place[RIGHT] = 0, middle, middle, middle
            work -= _WORK_OF_A_MACHINE
        if place[RUNS] != _HALTED:
            work = _go_on(table, symbols, tape, place, work)
        if place[RUNS] != _HALTED:
            return PAUSED
        length = place[RIGHT] - place[LEFT] + 1
        place[LACKS] = symbols * length
        if sizes[0] + symbols > entries.shape[0] or sizes[1] + symbols * length > pool.size:
            return FULL
        undefined, top_state, top_symbol = _of_table(table, symbols)
        for symbol in range(min(top_symbol + 2, symbols)):
            tape[place[HEAD]] = symbol
            used, mixed = _written(tape, place, pool, sizes[1], names)
            weight = weights[undefined, top_state] * renamings[max(top_symbol, symbol), used]
            _count(slots, entries, pool, sizes, length, mixed, weight)
        for x in range(place[LEFT], place[RIGHT] + 1):
            tape[x] = 0
        place[RUNS] = _FRESH
        place[NEXT] += 1
    return DONE
