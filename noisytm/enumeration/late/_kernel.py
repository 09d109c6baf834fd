"""The compiled run of a single machine from the blank tape; it is the search's run."""

from __future__ import annotations

from typing import Any

import numpy as np

from noisytm._compile import calling
from noisytm.enumeration._kernel import HALTED, PAUSED, _clear, _note_halt, _run

COMPILES = "the runs of holdouts"


@calling(_run)
def run_on(table, flags, max_steps, place, best, best_tables, work) -> Any:  # type: ignore[no-untyped-def]
    """Run a machine until it halts or repeats itself, up to a number of steps, or until work is done.

    Parameters
    ----------
    table : int64 array, shape (Q·S,)
        The machine as in the search.
    flags : bool array, shape (2,)
        Whether cycles and translated cycles are recognised.
    max_steps : int64
        Most steps of the run.
    place : tuple of arrays
        The tape, which is blank; row, head, steps, leftmost and rightmost cell; room for older tapes; anchors; a pause.
        As they were before, when it has ended.
    best : int64 array, shape (n, 2)
        As in `explore`, or of no length: what it makes is not noted.
    best_tables : int64 array, shape (n, m, Q·S + 1)
        As in `explore`.
    work : int64
        Steps after which it pauses.

    Returns
    -------
    int, int, int
        The class, or `PAUSED`; if it has halted, the cell at which it does, and its steps.
    """
    tape, at, saved, anchors, held = place
    outcome = _run(table, tape, at, max_steps, flags[0], flags[1], saved, anchors, work, held)
    cell, steps = -1, at[2] + 1
    if outcome == PAUSED:
        return outcome, cell, steps
    if outcome == HALTED:
        cell = at[0] + tape[at[1]]
        if best.shape[0]:
            _note_halt(table, cell, tape, at, best, best_tables)
    _clear(tape, at[3], at[4])
    middle = np.int64(tape.size // 2)
    at[0], at[1], at[2], at[3], at[4] = 0, middle, 0, middle, middle
    held[0] = 0
    return outcome, cell, steps
