"""Space-time diagrams, with their forms as text, JSON and picture."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from noisytm._checks import flag, path_of
from noisytm._json import ENDINGS, save_record
from noisytm._records import Kind, Record, provenance, result_form
from noisytm._schema import COUNT, INTEGER, STRING, entries, many, nullable
from noisytm._summary import Grid, Summary, count, label_of, number
from noisytm.errors import FormatError
from noisytm.machine import MACHINE, TuringMachine
from noisytm.show.diagrams.picture import figure_of
from noisytm.show.diagrams.rows import OUTSIDE, Rows
from noisytm.show.diagrams.saving import save
from noisytm.show.diagrams.text import description, diagram_text

SPACE_TIME = Kind(
    "space-time",
    {
        1: result_form(
            machine=MACHINE.schema(),
            reason=STRING,
            sample=STRING,
            view=STRING,
            cells_per_column={"type": "integer", "minimum": 1},
            first=INTEGER,
            last=INTEGER,
            rows=many(entries(step=COUNT, state=STRING, head=INTEGER, offset=INTEGER, cells=many(nullable(STRING)))),
        )
    },
)


@dataclass(frozen=True, eq=False)
class SpaceTime(Rows, Record):
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

    kind: ClassVar[Kind] = SPACE_TIME

    def _summary(self) -> Summary:
        rows = zip(map(number, self.steps), self.states, map(number, self.heads), strict=True)
        return Summary(
            f"{count(len(self.steps), 'row')} of a run of {label_of(self.machine)}, steps {number(self.steps[0])} to"
            f" {number(self.steps[-1])}, cells {number(self.first)} to {number(self.last)}; the run: {self.reason}",
            {"rows": self.sample, "view": self.view, "cells in a column": self.cells_per_column},
            Grid(("steps", "state", "head"), rows, len(self.steps)),
        )

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
        """Return the diagram as a JSON object; columns with nothing on the tape are ``null``."""
        return self.kind.tagged(provenance(self.machine.key), {"machine": self.machine.to_json()}, self.drawn_json())

    def drawn_json(self) -> dict[str, Any]:
        """Return the rows and how they are shown, without the machine, as part of another record.

        Examples
        --------
        >>> from noisytm import library, space_time
        >>> space_time(library.machine("bb2")).drawn_json()["rows"][1]
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

    @classmethod
    def _of_record(cls, record: dict[str, Any], number: int) -> SpaceTime:
        machine = TuringMachine.from_json(record["machine"])
        index: dict[str | None, int] = {symbol: i for i, symbol in enumerate(machine.symbols)} | {None: OUTSIDE}
        rows = record["rows"]
        widths = {len(row["cells"]) for row in rows}
        if len(widths) > 1 or not {name for row in rows for name in row["cells"]} <= index.keys():
            raise FormatError("space-time record: the cells of all rows must be as many, and symbols of the machine")
        numbers = [[index[name] for name in row["cells"]] for row in rows]
        cells = np.array(numbers, dtype=np.int32).reshape(len(rows), max(widths, default=0))
        cells.setflags(write=False)
        steps, states, heads, offsets = (
            tuple(row[name] for row in rows) for name in ("step", "state", "head", "offset")
        )
        return cls(
            machine=machine,
            reason=record["reason"],
            sample=record["sample"],
            view=record["view"],
            cells_per_column=record["cells_per_column"],
            steps=steps,
            states=states,
            heads=heads,
            offsets=offsets,
            cells=cells,
            first=record["first"],
            last=record["last"],
        )

    def plot(self, path: str | os.PathLike[str] | None = None) -> Any:
        """Draw the diagram, ``.svg`` or ``.png``.

        Return the figure; it is written to a file where there is a path.

        Raises
        ------
        FormatError
            If the path has another ending, or cannot be written.
        NoisytmError
            If matplotlib is not installed.
        """
        if path is not None:
            save(self, Path(path_of(path, "picture")))
        return figure_of(self)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the diagram by the ending of ``path``: as a picture, SVG or PNG, or as a record, .json or .json.gz.

        Pictures need matplotlib.

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
        if str(path).endswith(ENDINGS):
            save_record(self.to_json(), path)
        else:
            save(self, Path(path_of(path, "picture")))
