"""Elementary cellular automata on rows that are periodic far to the left and far to the right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from noisytm._checks import bits, instance, place_of, run_length, whole
from noisytm._summary import Described
from noisytm.errors import BudgetError, MachineError

MOST_CELLS = 100_000_000


@dataclass(frozen=True)
class Row(Described):
    """A two-way infinite row of 0s and 1s, brought to its shortest form.

    Parameters
    ----------
    cells : str
        The part that is not periodic; may be empty.
    left, right : str
        What is repeated for ever to the left of ``cells``, and to the right; not empty.
    origin : int
        The position of the first of ``cells``.

    Raises
    ------
    MachineError
        If a part is not a string of 0 and 1, or a period is empty.

    Examples
    --------
    >>> Row("0010", origin=5)
    Row(cells='1', left='0', right='0', origin=7)
    >>> Row("1", left="10", right="01").between(-4, 4)
    '101010101'
    """

    cells: str
    left: str = "0"
    right: str = "0"
    origin: int = 0

    def __post_init__(self) -> None:
        for what, value in (("cells", self.cells), ("left", self.left), ("right", self.right)):
            bits(f"{what} of the row", value, empty=what == "cells")
        cells, left, right = self.cells, _primitive(self.left), _primitive(self.right)
        first, last = 0, len(cells)
        while first < last and cells[first] == left[0]:
            first, left = first + 1, left[1:] + left[0]
        while first < last and cells[last - 1] == right[-1]:
            last, right = last - 1, right[-1] + right[:-1]
        start = place_of("origin", self.origin) + first
        if first == last:
            left, right, start = _boundary(left, right, start)
        for name, value in (("cells", cells[first:last]), ("left", left), ("right", right)):
            object.__setattr__(self, name, value)
        object.__setattr__(self, "origin", start)

    def at(self, position: int) -> str:
        """Return the cell at a position."""
        place = place_of("position", position) - self.origin
        if place < 0:
            return self.left[place % len(self.left)]
        if place < len(self.cells):
            return self.cells[place]
        return self.right[(place - len(self.cells)) % len(self.right)]

    def between(self, first: int, last: int) -> str:
        """Return the cells at the positions from ``first`` to ``last``, both included."""
        first, last = place_of("first", first), place_of("last", last)
        if last - first >= MOST_CELLS:
            raise BudgetError(f"there are more than {MOST_CELLS:,} cells from {first} to {last}; ask for fewer")
        return "".join(self.at(position) for position in range(first, last + 1))

    def text(self, margin: int = 0) -> str:
        """Return the cells that are not periodic, with ``margin`` more on either side."""
        margin = place_of("margin", margin)
        return self.between(self.origin - margin, self.origin + len(self.cells) - 1 + margin)


@dataclass(frozen=True)
class ElementaryAutomaton(Described):
    """The elementary cellular automaton with a number from 0 to 255: bit 4a + 2b + c is what a b c makes of b.

    Raises
    ------
    MachineError
        If the number is not an integer from 0 to 255.

    Examples
    --------
    >>> for row in ElementaryAutomaton(110).rows(Row("1"), 4):
    ...     print(row.text().rjust(5))
        1
       11
      111
     1101
    11111
    """

    rule: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "rule", whole("rule", self.rule, 0, 255, MachineError))

    def step(self, row: Row) -> Row:
        """Return the next row: a cell more on either side may depend on what is not periodic."""
        instance("row", row, Row)
        first, last = row.origin - 1, row.origin + len(row.cells)
        new = self._cells(row, first - len(row.left), last + len(row.right))
        left, right = len(row.left), len(row.right)
        return Row(new[left : len(new) - right], new[:left], new[len(new) - right :], first)

    def _cells(self, row: Row, first: int, last: int) -> str:
        old = row.between(first - 1, last + 1)
        return "".join(str(self.rule >> int(old[i : i + 3], 2) & 1) for i in range(len(old) - 2))

    def rows(self, row: Row, steps: int) -> Iterator[Row]:
        """Yield the row and those of the next ``steps`` steps."""
        most = run_length("steps", steps)
        yield instance("row", row, Row)
        for _ in range(most):
            row = self.step(row)
            yield row


def _boundary(left: str, right: str, origin: int) -> tuple[str, str, int]:
    """Move the place where two periods meet as far right as it goes; to 0 if the whole row is periodic."""
    for _ in range(len(left) * len(right)):
        if left[0] != right[0]:
            return left, right, origin
        left, right, origin = left[1:] + left[0], right[1:] + right[0], origin + 1
    turn = -origin % len(left)
    return left[turn:] + left[:turn], left[turn:] + left[:turn], 0


def _primitive(period: str) -> str:
    """Return the shortest word of which ``period`` is a power."""
    size = (period + period).index(period, 1)
    return period[:size]
