"""Transition tables as CSV: a row a state and a column a symbol, or a row a transition with named columns."""

from __future__ import annotations

import csv
import io
import itertools
import re

from noisytm._text import clipped
from noisytm.errors import FormatError
from noisytm.formats._common import begins_otherwise, check_read_back
from noisytm.formats.protocol import Format
from noisytm.formats.tables.cells import EMPTY, is_rule
from noisytm.formats.tables.grid import Grid, grid_of_machine, is_declared, is_header, machine_of_grid
from noisytm.formats.tables.marks import plainly_named
from noisytm.machine import TuringMachine

NAME = "csv"

_SEPARATORS = (",", ";", "\t")
_LINE = re.compile(r"[^\r\n]*\S[^\r\n]*")


def looks_like(text: str) -> bool:
    """Return whether the first line heads a transition table; one that says little needs a row with a rule."""
    lines = [line[0] for line in itertools.islice(_LINE.finditer(text), 3)]
    if not lines or begins_otherwise(lines[0]) or lines[0].lstrip().startswith(";"):
        return False
    header, *rows = (_cells_of(line, _separator(lines[0])) for line in lines)
    if not is_header(header):
        return False
    return is_declared(header) or any(len(row) == len(header) and _has_cells(row) for row in rows)


def read(text: str, final: str | None = None) -> list[TuringMachine]:
    """Read the machine of a table whose cells are separated by commas, semicolons or tabs.

    Parameters
    ----------
    text : str
        The text.
    final : {"halts"}, optional
        Leave out the rules of states marked as halting; by default they are refused.

    Raises
    ------
    FormatError
        If it is not CSV, or no transition table.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    first = next(line for line in lines if line.strip())
    reader = csv.reader(io.StringIO("\n".join(lines)), delimiter=_separator(first), skipinitialspace=True, strict=True)
    found = []
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                found.append((reader.line_num, row))
    except csv.Error as error:
        raise FormatError(f"line {reader.line_num}: the text is not CSV: {clipped(str(error))}") from None
    if not found:
        raise FormatError("the table is empty; write a header 'state' and the symbols, and a row for every state")
    return [machine_of_grid(Grid([cell.strip() for cell in found[0][1]], found[1:]), final)]


def write(machine: TuringMachine) -> str:
    """Write the machine as a table, a row a state and a column a symbol.

    Raises
    ------
    FormatError
        If the machine would not come back the same.
    """
    grid = grid_of_machine(machine, NAME)
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([grid.header, *(row for _, row in grid.rows)])
    text = out.getvalue()
    check_read_back(machine, text, read, NAME)
    return text


def _has_cells(row: list[str]) -> bool:
    cells = [cell.strip() for cell in row[1:]]
    return any(map(is_rule, cells)) or all(cell in EMPTY for cell in cells)


def _cells_of(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=separator, skipinitialspace=True, strict=True), [])
    except csv.Error:
        return []


def _separator(line: str) -> str:
    """Return what separates the cells of a header: the first of the separators outside quotes."""
    quoted = False
    for character in line:
        quoted ^= character == '"'
        if character in _SEPARATORS and not quoted:
            return character
    return ","


CSV = Format(
    name=NAME,
    description="transition tables as CSV, a row a state or a row a transition",
    endings=(".csv",),
    lossy="tuples in another order than the standard one; the name",
    looks_like=looks_like,
    read=read,
    write=write,
    rename=plainly_named,
    options=("final",),
)
