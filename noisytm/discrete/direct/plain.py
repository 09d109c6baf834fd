"""The loop of a discrete run in plain Python, for work that is done before compiled code would be loaded.

It keeps the convention of the compiled loop: a cell holds ``symbol`` once the head has been there and ``symbol + S``
before, and only the first kind has an entry, so that first visits, the edge of the buffer and cells at which the
machine stops are one test.
"""

from __future__ import annotations

import sys
from functools import lru_cache
from typing import Any

from noisytm.machine import MOVES, TuringMachine

OUT_OF_STEPS, AT_REST, OUT_OF_TAPE = 0, 1, 2  # as in the compiled loop
# Loading the compiled loops takes as long as some 6 million steps here (docs/running.md has the measurements).
STEPS_WORTH_COMPILING = 1 << 22
MOST_CELLS = 1 << 16  # of a tape or a table: larger ones take longer to be turned into lists than the steps are worth

Row = list[Any]


class Allowance:
    """How many steps are still made in plain Python in this process, before the compiled loops are worth loading."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    def take(self, steps: int, kernel: str, weight: int = 1) -> int:
        """Return how many of so many steps to make in plain Python: none once the kernel is loaded.

        Parameters
        ----------
        steps : int
            The steps wanted.
        kernel : str
            The module of the compiled loop that would make them otherwise.
        weight : int
            How much longer such a step takes than one of a run.
        """
        return 0 if kernel in sys.modules else max(0, min(steps, self.left // weight))

    def spend(self, steps: int) -> None:
        """Count steps that have been made."""
        self.left -= steps


ALLOWANCE = Allowance(STEPS_WORTH_COMPILING)


@lru_cache(maxsize=16)
def rows_of(machine: TuringMachine) -> list[Row]:
    """Return the table as a row for each state: (written, -1 to 1, next row) for a symbol, ``None`` for no entry.

    The second half of a row is of cells not visited; its last item is the number of the row.
    """
    count = len(machine.symbols)
    rows: list[Row] = [[None] * (2 * count) + [i] for i in range(len(machine.states))]
    symbol = {x: i for i, x in enumerate(machine.symbols)}
    row = dict(zip(machine.states, rows, strict=True))
    for read, state, write, following, move in machine.tuples:
        row[state][symbol[read]] = (symbol[write], MOVES.index(move) - 1, row[following])
    return rows


def advance(
    row: Row, tape: list[int], head: int, steps: int, symbols: int, extent: list[int], counts: Any
) -> tuple[int, int, Row, int]:
    """Run until the steps are used up, the machine is at rest, or the head needs a cell beyond the buffer.

    Parameters
    ----------
    row : list
        The row of the state.
    tape : list of int
        Cells, changed in place. The two outermost on each side are never visited.
    head : int
        Index of the head in the buffer.
    steps : int
        Steps to make at most.
    symbols : int
        S, the number of symbols.
    extent : list of int
        Indices of the leftmost and the rightmost cell visited so far, changed in place.
    counts : array like the packed table, or None
        Times each entry was used, added to in place.

    Returns
    -------
    why, head, row, steps left
    """
    last = len(tape) - 2
    while True:
        action = row[tape[head]]
        if action is None:
            symbol = tape[head]
            if symbol < symbols:
                return AT_REST, head, row, steps
            if not 2 <= head < last:
                return OUT_OF_TAPE, head, row, steps
            tape[head] = symbol - symbols
            if head < extent[0]:
                extent[0] = head
            elif head > extent[1]:
                extent[1] = head
            continue
        if not steps:
            return OUT_OF_STEPS, head, row, steps
        steps -= 1
        if counts is not None:
            counts[2 * symbols * row[-1] + tape[head]] += 1
        tape[head], move, row = action
        head += move
