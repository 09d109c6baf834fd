"""Wolfram's machine with 2 states and 5 symbols, which computes the rows of rule 110."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import ClassVar

import numpy as np

from noisytm import _memory, library
from noisytm._checks import instance, place_of, run_length
from noisytm._summary import Described
from noisytm._text import shown
from noisytm.discrete import run as direct_run
from noisytm.discrete.configuration import Configuration, cell_type
from noisytm.errors import MachineError
from noisytm.machine import TuringMachine
from noisytm.universal.tag import Row

EDGE = "edge"


class Rule110Machine(Described):
    """Wolfram's machine with 2 states and 5 symbols, running rule 110 on rows with finitely many 1s.

    A cell 0 is the symbol 0, a cell 1 the symbol 4; one more 0 stands before the row, only 1s to the left of that,
    and blanks to the right. The machine starts on the cell right of the row. Whenever it comes one cell further right
    than before, the next row stands to the left of its head. The row grows by one cell a step to the left, so that a
    finite stretch of 1s will do for a given number of steps.

    Examples
    --------
    >>> [row.text() for row in Rule110Machine().rows(Row("1011"), 3)]
    ['1011', '11111', '110001', '1110011']
    """

    name: ClassVar[str] = "wolfram-2-5"
    description: ClassVar[str] = "Wolfram's machine with 2 states and 5 symbols, for rows of rule 110"
    source: ClassVar[str] = "Wolfram 2002"
    runs: ClassVar[str] = "rule 110 (weakly universal)"

    def __init__(self) -> None:
        self.machine = library.machine(self.name)
        # the run stops where this symbol stands, since no tuple reads it
        self._stopping = dataclasses.replace(self.machine, symbols=(*self.machine.symbols, EDGE))

    def configuration(self, row: Row, steps: int) -> Configuration:
        """Return the configuration before the first step, with enough 1s for ``steps`` rows; the head is at 0.

        Raises
        ------
        MachineError
            If the row is not all 0 far to the left and far to the right, or has no 1.
        """
        return self._configuration(self.machine, row, steps)

    def _configuration(self, used: TuringMachine, row: Row, steps: int, after: tuple[str, ...] = ()) -> Configuration:
        instance("row", row, Row)
        if (row.left, row.right) != ("0", "0") or not row.cells:
            raise MachineError(f"row {shown(row)} must have finitely many 1s, and at least one, for this machine")
        steps = run_length("steps", steps)
        _memory.require(20 * (steps + len(row.cells)), f"{shown(steps)} rows", "ask for fewer rows")
        before = ["1"] * (steps + 2) + ["0"] + ["4" if cell == "1" else "0" for cell in row.cells]
        cells = np.array([used.symbols.index(x) for x in (*before, used.blank, *after)], dtype=cell_type(used))
        return Configuration.trimmed(
            used, state=used.start, head=0, steps=0, cells=cells, origin=-len(before), leftmost=0, rightmost=0
        )

    def decode(self, configuration: Configuration, end: int = 0) -> Row:
        """Return the row to the left of the head, ``end`` being the position of the cell where the head was at first.

        Raises
        ------
        MachineError
            If no row is complete: the head must be where it never was before, further to the right.
        """
        c = instance("configuration", configuration, Configuration)
        end = place_of("end", end)
        names = [self._stopping.symbols[i] for i in c.cells.tolist()][: c.head - c.origin]
        first = max((i for i, symbol in enumerate(names) if symbol == "1"), default=-1) + 1
        if c.head != c.rightmost or set(names[first:]) - {"0", "4"}:
            raise MachineError(f"after {c.steps} steps no row is complete; decode where the head is furthest right")
        return Row("".join("1" if x == "4" else "0" for x in names[first:]), origin=c.origin + first + end)

    def rows(self, row: Row, steps: int) -> Iterator[Row]:
        """Run the machine and decode the row, and the rows of the next ``steps`` steps.

        Raises
        ------
        MachineError
            If the row is not one for this machine, or the head does not come back.
        BudgetError
            If the tape does not fit into memory.
        """
        steps = run_length("steps", steps)
        end = instance("row", row, Row).origin + len(row.cells)
        yield self.decode(self.configuration(row, steps), end)
        here = self._configuration(self._stopping, row, steps, (EDGE,))
        edge = len(self.machine.symbols)
        for number in range(1, steps + 1):
            allowed = here.steps + 16 * (here.cells.size + 8)  # a trip to the left and back takes about 4 a cell
            here = direct_run(self._stopping, max_steps=allowed, method="direct", start=here, cycles=0).configuration
            if here.head != number or here.symbol != EDGE:
                raise MachineError(f"row {number} is not complete after {here.steps} steps; the machine is wrong")
            cells = np.append(here.cells, np.uint8(edge))
            cells[here.head - here.origin] = self.machine.symbols.index(self.machine.blank)
            here = dataclasses.replace(here, cells=cells)
            yield self.decode(here, end)
