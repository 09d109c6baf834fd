"""Transition tables in Markdown: a header, a line of dashes, and rows, cells between bars."""

from __future__ import annotations

import itertools
import re

from noisytm.errors import FormatError
from noisytm.formats._common import check_read_back
from noisytm.formats.protocol import Format
from noisytm.formats.tables.grid import Grid, grid_of_machine, is_header, machine_of_grid
from noisytm.formats.tables.marks import is_plain, plainly_named
from noisytm.machine import TuringMachine

NAME = "markdown"

_DASHES = re.compile(r"^[ \t]*(?=[^\n]*\|)\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$", re.MULTILINE)
_CELL_END = re.compile(r"(?<!\\)\|")
_BOLD = re.compile(r"(?<!\\)\*\*([^*|\\]+)\*\*")
_CODE = re.compile(r"`([^`]+)`")


def is_markdown(text: str) -> bool:
    """Return whether a line of dashes between bars stands below a header of a transition table."""
    if "|" not in text or text.lstrip()[:1] in ("{", "[", "<"):
        return False
    for before, line in itertools.pairwise(text.replace("\r", "").split("\n")):
        if "|" in before and _DASHES.match(line):
            bars = line.strip()
            return is_header(_cells(before.strip(), (bars.startswith("|"), bars.endswith("|"))))
    return False


def read(text: str, final: str | None = None) -> list[TuringMachine]:
    """Read the machine of the one table in a text; what stands around the table is not looked at.

    Parameters
    ----------
    text : str
        The text.
    final : {"halts"}, optional
        Leave out the rules of states marked as halting; by default they are refused.

    Raises
    ------
    FormatError
        If there is no table or several, or it is no transition table.
    """
    lines = [line.strip() for line in text.replace("\r", "").split("\n")]
    heads = [i for i in range(len(lines) - 1) if "|" in lines[i] and _DASHES.match(lines[i + 1])]
    if len(heads) != 1:
        count = f"has {len(heads)} tables; keep one" if heads else "has no table, a header over a line '|---|---|'"
        raise FormatError(f"the text {count}")
    first = heads[0]
    dashes = lines[first + 1]
    outer = (dashes.startswith("|"), dashes.endswith("|"))
    header = _cells(lines[first], outer)
    if len(_cells(dashes, outer)) != len(header):
        raise FormatError(f"line {first + 2}: the line of dashes has not as many cells as the header")
    rows = []
    for number in range(first + 2, len(lines)):
        if "|" not in lines[number]:
            break
        rows.append((number + 1, _cells(lines[number], outer)))
    return [machine_of_grid(Grid(header, rows), final)]


def write(machine: TuringMachine) -> str:
    """Write the machine as a table, its columns as wide as their cells.

    Raises
    ------
    FormatError
        If the machine would not come back the same.
    """
    for what, names in (("symbol", machine.symbols), ("state", machine.states)):
        for name in names:
            if not _is_unmarked(name):
                raise FormatError(f"{what} {name!r} has a character that Markdown reads as its own; rename it")
    grid = grid_of_machine(machine, NAME)
    table = [[_escaped(cell) for cell in row] for row in (grid.header, *(row for _, row in grid.rows))]
    widths = [max(3, *(len(row[i]) for row in table)) for i in range(len(grid.header))]
    table.insert(1, ["-" * width for width in widths])
    lines = ["| " + " | ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)) + " |" for row in table]
    text = "\n".join(lines) + "\n"
    check_read_back(machine, text, read, NAME)
    return text


def rename(machine: TuringMachine) -> TuringMachine:
    """Rename what a table in Markdown cannot hold, or takes for a mark."""
    return plainly_named(machine, lambda name: is_plain(name) and _is_unmarked(name))


def _is_unmarked(name: str) -> bool:
    return "\\" not in name and "`" not in name


def _cells(line: str, outer: tuple[bool, bool]) -> list[str]:
    """Return the cells of a row, in a table with or without bars before and after each."""
    inner = line.removeprefix("|") if outer[0] else line
    inner = inner[:-1] if outer[1] and inner.endswith("|") and not inner.endswith("\\|") else inner
    return [_plain(cell.strip()) for cell in _CELL_END.split(inner)]


def _plain(cell: str) -> str:
    """Return what a cell shows: without the marks of code and of bold type, and without escapes."""
    shown_as = _CODE.sub(r"\1", _BOLD.sub(r"\1", cell))
    return shown_as.replace("\\|", "|").replace("\\*", "*")


def _escaped(cell: str) -> str:
    return cell.replace("|", "\\|").replace("*", "\\*")


MARKDOWN = Format(
    name=NAME,
    description="transition tables in Markdown, a row a state",
    endings=(".md",),
    lossy="tuples in another order than the standard one; the name",
    looks_like=is_markdown,
    read=read,
    write=write,
    rename=rename,
    options=("final",),
)
