"""From cells to machines: the cells of a shape are checked once each, so that a long list is read in little time."""

from __future__ import annotations

import functools
import re
import string
from collections.abc import Sequence
from typing import cast

from noisytm._text import shown
from noisytm.errors import FormatError
from noisytm.machine import TransitionTuple, TuringMachine, machine_of_checked

MAX_SYMBOLS = 10
LETTERS = string.ascii_uppercase
UNDEFINED = ("---", "...")
CELL = r"(?:[0-9][LR][A-Z]|---|\.\.\.)"
CELL_RULE = "a cell is a digit, L or R, and a capital letter, or '---'"

_CELL = re.compile(CELL)


class Shape:
    """All machines with so many symbols and rows.

    Parameters
    ----------
    width, rows : int
        The number of cells in a row, and of rows.

    Raises
    ------
    FormatError
        If there are no digits or letters for so many.

    Examples
    --------
    >>> Shape(2, 2).machine(["1RB", "1LB", "1LA", "1RZ"]).states
    ('A', 'B', 'Z')
    """

    def __init__(self, width: int, rows: int) -> None:
        if width > MAX_SYMBOLS or rows > len(LETTERS):
            raise FormatError(
                f"the machine has {width} symbols and {rows} rows; bbchallenge has at most {MAX_SYMBOLS} and"
                f" {len(LETTERS)}"
            )
        self.width, self.rows = width, rows
        self.symbols = tuple(string.digits[:width])
        self.working = tuple(LETTERS[:rows])
        # tuples go by symbol, then by state, and the cells of a text by state, then by symbol
        self.places = [row * width + column for column in range(width) for row in range(rows)]
        self.cells = [_Cells(self, *divmod(place, width)) for place in self.places]
        self.starts = [3 * place for place in self.places]
        self.joins = "_" * (rows - 1)
        self.length = rows * (3 * width + 1) - 1
        self._no_ending = frozenset(self.working) | {"-", "."}
        self._endings: dict[frozenset[str], tuple[tuple[str, ...], tuple[str, ...]]] = {}

    def fits(self, text: str) -> bool:
        """Return whether joined text has a ``_`` where this shape has one."""
        step = 3 * self.width
        return len(text) == self.length and text[step :: step + 1] == self.joins

    def machine(self, cells: Sequence[str]) -> TuringMachine:
        """Return the machine of cells, row after row."""
        return self.of_joined("".join(cells))

    def of_joined(self, joined: str) -> TuringMachine:
        """Return the machine of cells that are joined, row after row, without separators."""
        found = [known[joined[i : i + 3]] for known, i in zip(self.cells, self.starts, strict=True)]
        states, halting = self._names(frozenset(joined[2::3]))
        listed = tuple(found) if None not in found else tuple(t for t in found if t is not None)
        undefined = "stop" if len(listed) == len(found) else "write-1"
        return machine_of_checked(
            self.symbols, "0", states, "A", cast("tuple[TransitionTuple, ...]", listed), halting, undefined
        )

    def _names(self, targets: frozenset[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        found = self._endings.get(targets)
        if found is None:
            halting = tuple(sorted(targets - self._no_ending))
            found = self._endings[targets] = ((*self.working, *halting), halting)
        return found


class _Cells(dict[str, TransitionTuple | None]):
    """What the cells at one place mean, each of them checked when it is first met."""

    def __init__(self, shape: Shape, row: int, column: int) -> None:
        super().__init__()
        self._shape, self._state, self._symbol = shape, LETTERS[row], string.digits[column]

    def __missing__(self, cell: str) -> TransitionTuple | None:
        if not _CELL.fullmatch(cell):
            raise FormatError(f"{shown(cell)} is not a cell; {CELL_RULE}")
        width = self._shape.width
        if cell in UNDEFINED:
            if width == 1:
                raise FormatError("'---' writes 1, but a machine with one cell a row has only the symbol 0")
            found = None
        elif cell[0] not in self._shape.symbols:
            raise FormatError(
                f"cell {cell!r} of state {self._state} writes {cell[0]}, but {width} cells a row mean the"
                f" symbols 0 to {width - 1}"
            )
        else:
            found = TransitionTuple(self._symbol, self._state, cell[0], cell[2], cell[1])
        self[cell] = found
        return found


@functools.lru_cache(maxsize=512)
def shape_of(width: int, rows: int) -> Shape:
    """Return the shape of so many symbols and rows."""
    return Shape(width, rows)


def machine_of_rows(rows: Sequence[Sequence[str]]) -> TuringMachine:
    """Return the machine of rows of cells.

    Raises
    ------
    FormatError
        If they do not make a machine.
    """
    width = len(rows[0])
    for number, row in enumerate(rows, start=1):
        if len(row) != width:
            raise FormatError(f"row {number} has {len(row)} cells and row 1 has {width}; every row needs one a symbol")
    return shape_of(width, len(rows)).machine([cell for row in rows for cell in row])
