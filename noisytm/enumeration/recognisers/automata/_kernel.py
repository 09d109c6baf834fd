"""The compiled search for automata; `closures` has it in a readable form.

A transition of the deterministic automaton has the number ``state · S + symbol``, and they are filled in this order. A
state of the closure is a bit: ``q · Q + f`` for the pair of an automaton's and a machine's state, and the last one for
a run that has halted. So a row of one of its matrices is one number, and there are at most 64 states. The arrays are

- ``rows`` (n·S + 1, S, 64): the closure of the first k transitions, for each k: by symbol, row by row;
- ``accepted`` (n·S + 1,): the states of it from which blanks lead to the halt;
- ``filled`` (n·S + 1,): the states to which the transitions go;
- ``tops`` (n·S + 1,): the highest state to which the first k transitions go.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from noisytm._compile import jit, uncounted

COMPILES = "the search for automata"

_ZERO, _ONE = np.uint64(0), np.uint64(1)
_STATES = 63  # of a closure, but for the halt


@uncounted
def _mirrored(table, symbols, side, target):  # type: ignore[no-untyped-def]
    """Copy a table, with left and right exchanged if the automaton is to read the right side; return its states."""
    top = 0
    for x in range(target.size):
        entry = table[x]
        target[x] = entry if entry < 0 else entry ^ side
        if entry >= 0:
            top = max(top, (entry >> 8) // symbols, x // symbols)
    return top + 1


@uncounted
def _begin(table, shape, rows, accepted):  # type: ignore[no-untyped-def]
    """Put in what holds for every automaton: a cell that is undefined leads to the halt, which goes on."""
    states, symbols, size = shape[0], shape[1], shape[2]
    last = size * states
    halt = _ONE << np.uint64(last)
    for symbol in range(symbols):
        for q in range(size):
            for f in range(states):
                rows[0, symbol, q * states + f] = halt if table[f * symbols + symbol] < 0 else _ZERO
        rows[0, symbol, last] = halt
    accepted[0] = halt


@uncounted
def _after(rows, level, first, second, row):  # type: ignore[no-untyped-def]
    """Return where two symbols lead from a state."""
    reached, left, at = _ZERO, rows[level, first, row], 0
    while left:
        if left & _ONE:
            reached |= rows[level, second, at]
        left >>= _ONE
        at += 1
    return reached


@uncounted
def _close(table, shape, rows, level, filled):  # type: ignore[no-untyped-def]
    """Add what moves to the left ask for, until nothing is new."""
    states, symbols = shape[0], shape[1]
    new = True
    while new:
        new = False
        for cell in range(states * symbols):
            entry = table[cell]
            if entry < 0 or entry & 1:
                continue
            following, write = (entry >> 8) // symbols, entry >> 1 & 127
            f, read = cell // symbols, cell % symbols
            for place in range(level):
                q, behind = place // symbols, place % symbols
                row = filled[place] * states + f
                reached = _after(rows, level, behind, write, q * states + following)
                if reached & ~rows[level, read, row]:
                    rows[level, read, row] |= reached
                    new = True


@uncounted
def _accept(rows, level, accepted, number):  # type: ignore[no-untyped-def]
    """Add the states from which blanks lead to an accepted one; return whether the start is none of them."""
    found, before = accepted[level], _ZERO
    while found != before:
        before = found
        for row in range(number):
            if rows[level, 0, row] & found:
                found |= _ONE << np.uint64(row)
    accepted[level] = found
    return found & _ONE == _ZERO


@uncounted
def _extend(table, shape, rows, accepted, level, filled):  # type: ignore[no-untyped-def]
    """Take in the transition before a level; return whether the blank tape is still rejected."""
    states, symbols, number = shape[0], shape[1], shape[0] * shape[2]
    for symbol in range(symbols):
        for row in range(number + 1):
            rows[level, symbol, row] = rows[level - 1, symbol, row]
    accepted[level] = accepted[level - 1]
    q, written = (level - 1) // symbols, (level - 1) % symbols
    for cell in range(states * symbols):
        entry = table[cell]
        if entry >= 0 and entry & 1 and entry >> 1 & 127 == written:
            target = filled[level - 1] * states + (entry >> 8) // symbols
            rows[level, cell % symbols, q * states + cell // symbols] |= _ONE << np.uint64(target)
    _close(table, shape, rows, level, filled)
    return _accept(rows, level, accepted, number)


@uncounted
def _search(table, shape, most_tried, rows, accepted, filled, tops):  # type: ignore[no-untyped-def]
    """Go through the automata of a size, depth first; return whether the closure of one rejects the blank tape."""
    symbols, size = shape[1], shape[2]
    _begin(table, shape, rows, accepted)
    filled[0] = tops[0] = tops[1] = 0
    if not _extend(table, shape, rows, accepted, 1, filled):
        return False
    level, tried = 1, 0
    filled[level] = -1
    while 0 < level < size * symbols:
        filled[level] += 1
        if filled[level] > min(tops[level] + 1, size - 1):
            level -= 1
            continue
        if tried == most_tried:
            return False
        tried += 1
        if _extend(table, shape, rows, accepted, level + 1, filled):
            top = max(tops[level], filled[level])
            # where no transition goes to the state that is next, this is a smaller automaton, which has been tried
            if top >= (level + 1) // symbols or level + 1 == size * symbols:
                level += 1
                tops[level], filled[level] = top, -1
    return level > 0


@jit
def decide(tables, symbols, most_states, most_tried, found) -> Any:  # type: ignore[no-untyped-def]
    """Find for each machine the first automaton that proves that it never halts.

    Parameters
    ----------
    tables : int64 array, shape (m, Q·S)
        The machines as in the search.
    symbols : int64
        S.
    most_states : int64
        States of the largest automata.
    most_tried : int64
        With automata of one size and side, so many transitions are tried at most.
    found : int64 array, shape (m,)
        Receives 2 · (states of the automaton), and 1 more if it reads the right side; −1 if there is none.
    """
    cells = tables.shape[1]
    rows = np.empty((most_states * symbols + 1, symbols, 64), np.uint64)
    accepted = np.empty(most_states * symbols + 1, np.uint64)
    filled = np.zeros(most_states * symbols + 1, np.int64)
    tops = np.zeros(most_states * symbols + 1, np.int64)
    table = np.empty(cells, np.int64)
    shape = np.empty(3, np.int64)
    for machine in range(tables.shape[0]):
        found[machine] = -1
        which, states = 2, 1
        while found[machine] < 0 and which >> 1 <= min(most_states, _STATES // states):
            states = _mirrored(tables[machine], symbols, which & 1, table)
            shape[0], shape[1], shape[2] = states, symbols, which >> 1
            if _search(table, shape, most_tried, rows, accepted, filled, tops):
                found[machine] = which
            which += 1
