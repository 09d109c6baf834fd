"""The compiled search for cycles: configurations that come again, in place or further along the tape.

Three moments are kept, each replaced by a new one when the number of steps has doubled: one at any step, one at a
new rightmost cell, one at a new leftmost cell. A configuration repeats the first kind when state, head and tape
are the same again; the number of cells that differ is kept up to date with every write. It repeats the others when
the state is the same at a later new outermost cell and so are all the cells visited since, relative to the head.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from noisytm._compile import inner, jit

COMPILES = "the search for cycles"

OUT_OF_STEPS = 0
AT_REST = 1
OUT_OF_TAPE = 2
FOUND = 3

ANYWHERE, RIGHTMOST, LEFTMOST = 0, 1, 2
TIME, ROW, HEAD, BOUND = 0, 1, 2, 3


@inner
def _keep(moments, saved, kind, tape, symbols, time, row, head) -> None:  # type: ignore[no-untyped-def]
    moments[kind, TIME], moments[kind, ROW] = time, row
    moments[kind, HEAD], moments[kind, BOUND] = head, head
    for i in range(tape.size):
        cell = tape[i]
        saved[kind, i] = cell - symbols if cell >= symbols else cell


@inner
def _comes_again(moments, saved, kind, tape, head) -> bool:  # type: ignore[no-untyped-def]
    """Compare the cells visited since the moment, from the head on."""
    then, bound = moments[kind, HEAD], moments[kind, BOUND]
    toward = np.int64(1) if bound > then else np.int64(-1)
    i = np.int64(0)
    while i <= abs(bound - then) and tape[head + i * toward] == saved[kind, then + i * toward]:
        i += 1
    return bool(i > abs(bound - then))


@jit
def search(table, tape, saved, moments, place, last_step, symbols, extent) -> Any:  # type: ignore[no-untyped-def]
    """Run on until something comes again, the machine is at rest, or the steps or the buffer are used up.

    Parameters
    ----------
    table : uint64 array
        The packed table.
    tape : unsigned array, shape (n,)
        Cells as in the plain loop, changed in place.
    saved : unsigned array, shape (3, n)
        The tapes at the three moments.
    moments : int64 array, shape (3, 4)
        Step, row, head of each moment, and how far back the head has been since. Step -1 is none yet.
    place : int64 array, shape (6,)
        Head, row, steps, leftmost and rightmost visited cell, number of cells that differ from the first moment.
    last_step : int64
        Step to stop at.
    symbols : int64
        S.
    extent : int64 array, shape (2,)
        The outermost cells that were not blank in the beginning.

    Returns
    -------
    why, kind of moment
    """
    head, row, steps, leftmost, rightmost, differing = place
    why, kind = OUT_OF_STEPS, ANYWHERE
    while True:
        if head < 2 or head > tape.size - 3:
            why = OUT_OF_TAPE
            break
        symbol = np.int64(tape[head])
        if symbol >= symbols:
            symbol -= symbols
            tape[head] = symbol
        if head > rightmost:
            rightmost, kind = head, RIGHTMOST
        elif head < leftmost:
            leftmost, kind = head, LEFTMOST
        else:
            kind = ANYWHERE
        outside = head > extent[1] if kind == RIGHTMOST else head < extent[0]
        if kind != ANYWHERE and outside:
            if (
                row == moments[kind, ROW]
                and moments[kind, TIME] >= 0
                and _comes_again(moments, saved, kind, tape, head)
            ):
                why = FOUND
                break
            if steps >= 2 * moments[kind, TIME]:
                _keep(moments, saved, kind, tape, symbols, steps, row, head)
        if differing == 0 and row == moments[0, ROW] and head == moments[0, HEAD] and steps > moments[0, TIME] >= 0:
            why, kind = FOUND, ANYWHERE
            break
        if steps >= 2 * moments[0, TIME]:
            _keep(moments, saved, 0, tape, symbols, steps, row, head)
            differing = 0
        entry = table[row + symbol]
        if entry >> np.uint64(63):
            why = AT_REST
            break
        if steps == last_step:
            break
        written = np.int64(entry & np.uint64(0xFFFFFFFF))
        was = np.int64(saved[0, head])
        differing += np.int64(written != was) - np.int64(symbol != was)
        tape[head] = written
        row = np.int64(entry >> np.uint64(34))
        head += np.int64((entry >> np.uint64(32)) & np.uint64(3)) - 1
        moments[RIGHTMOST, BOUND] = min(moments[RIGHTMOST, BOUND], head)
        moments[LEFTMOST, BOUND] = max(moments[LEFTMOST, BOUND], head)
        steps += 1
    place[0], place[1], place[2] = head, row, steps
    place[3], place[4], place[5] = leftmost, rightmost, differing
    return why, kind


@inner
def _step(table, tape, place) -> None:  # type: ignore[no-untyped-def]
    entry = table[place[1] + tape[place[0]]]
    tape[place[0]] = entry & np.uint64(0xFFFFFFFF)
    place[1] = entry >> np.uint64(34)
    place[0] += np.int64((entry >> np.uint64(32)) & np.uint64(3)) - 1


@jit
def go(table, tape, place, steps) -> None:  # type: ignore[no-untyped-def]
    """Make steps on a tape that holds all cells that are going to be visited; ``place`` is (head, row)."""
    for _ in range(steps):
        _step(table, tape, place)


@jit
def differ(table, early, late, first, second, begin, steps) -> Any:  # type: ignore[no-untyped-def]
    """Return 1 + the last of the steps from ``begin`` on before which two runs read other cells of the table, or 0.

    ``early`` and ``late`` are their tapes, ``first`` and ``second`` their (head, row); all are changed.
    """
    last = 0
    for i in range(begin, begin + steps):
        if first[1] != second[1] or early[first[0]] != late[second[0]]:
            last = i + 1
        _step(table, early, first)
        _step(table, late, second)
    return last
