"""Space-time diagrams, with their forms as text, JSON and picture."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from noisytm._checks import flag, path_of
from noisytm.show.diagrams.rows import Rows
from noisytm.show.diagrams.saving import save
from noisytm.show.diagrams.text import description, diagram_text


@dataclass(frozen=True, eq=False)
class SpaceTime(Rows):
    """Rows of a run, from the first configuration to the last, each cut or compressed to a number of columns.

    ``str`` gives the diagram in plain characters. In each row the head's column has the name of the state before
    the symbol.

    Parameters
    ----------
    machine : TuringMachine
        The machine.
    reason : {"halted", "undefined", "budget"}
        Why the run ended.
    sample : {"all", "even", "extremes"}
        The rows are all configurations; or evenly spaced in time; or those in which the head reaches a cell for
        the first time, with the first and the last row.
    view : {"head", "whole"}
        Each row is a window that follows the head, one cell to a column; or the whole tape with
        ``cells_per_column`` cells to a column.
    cells_per_column : int
        1 for ``head``. A column of several cells shows the symbol that most of them hold; of equally common ones
        one that is not blank, and the first in the alphabet.
    steps : tuple of int, length R
        Number of steps before each row.
    states : tuple of str, length R
        The state of each row.
    heads : tuple of int, length R
        Position of the head, relative to where it started.
    offsets : tuple of int, length R
        Position of the first cell of the first column.
    cells : int32 array, shape (R, C)
        Index of the symbol in each column; -1 where nothing of the tape has been visited or is not blank.
        Read-only.
    first, last : int
        The outermost positions that have been visited or are not blank at the end of the run.
    """

    def __str__(self) -> str:
        return self.text()

    def text(self, colour: bool = False) -> str:
        """Return the diagram as lines of text, with ANSI colours if asked for.

        Examples
        --------
        >>> from noisytm import TuringMachine, space_time
        >>> walker = TuringMachine(["_", "one"], "_", ["go", "end"], "go",
        ...     [("one", "go", "_", "go", "R"), ("_", "go", "one", "end", "L")], ["end"])
        >>> print(space_time(walker, ["one", "one"]))
        steps 0 to 3, every step
        cells 0 to 2
        step  state
           0  go    gone one
           1  go     _  gone
           2  go     _   _  g_
           3  end    _  e_   one
        """
        return diagram_text(self, flag("colour", colour))

    @property
    def description(self) -> str:
        """Which rows and which cells are shown, in two lines."""
        return description(self)

    def to_json(self) -> dict[str, Any]:
        """Return the diagram as a JSON object; columns with nothing on the tape are ``null``.

        Examples
        --------
        >>> from noisytm import library, space_time
        >>> space_time(library.machine("bb2")).to_json()["rows"][1]
        {'step': 1, 'state': 'B', 'head': 1, 'offset': -2, 'cells': [None, None, '1', '0']}
        """
        names = [*self.machine.symbols, None]  # the last is also at index -1
        rows = zip(self.steps, self.states, self.heads, self.offsets, self.cells.tolist(), strict=True)
        return {
            "reason": self.reason,
            "sample": self.sample,
            "view": self.view,
            "cells_per_column": self.cells_per_column,
            "first": self.first,
            "last": self.last,
            "rows": [
                {"step": step, "state": state, "head": head, "offset": offset, "cells": [names[i] for i in cells]}
                for step, state, head, offset, cells in rows
            ],
        }

    def save(self, path: str | Path) -> None:
        """Write the diagram as a picture, SVG or PNG by the ending of ``path``; needs matplotlib.

        The same diagram gives the same bytes, for one version of matplotlib.

        Raises
        ------
        FormatError
            If the ending is another one, or the file cannot be written.
        NoisytmError
            If matplotlib is not installed.

        Examples
        --------
        >>> from noisytm import library, space_time
        >>> space_time(library.machine("bb2")).save("picture.gif")
        Traceback (most recent call last):
        noisytm.errors.FormatError: a picture cannot be written to 'picture.gif'; end the name in .svg or .png
        """
        save(self, Path(path_of(path, "picture")))
