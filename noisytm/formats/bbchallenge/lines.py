"""Where the machines of a text stand: a line each, or in a column of a table of comma-separated values."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from noisytm._text import shown
from noisytm.errors import FormatError
from noisytm.formats.bbchallenge.layout import TOKEN, second_machine
from noisytm.formats.tables import is_markdown

DELIMITERS = (",", ";", "\t", "|")
HEADER = "machine"

_FIRST_CELL = re.compile(r"[0-9][A-Za-z][A-Za-z]|(?:---|\.\.\.)(?=\s*(?:[0-9][A-Za-z][A-Za-z]|---|\.\.\.|_))")
_UNDEFINED_ALONE = re.compile(r"(?:---|\.\.\.)\s*(?:[#,;|].*)?")
_OTHER_BEGINNINGS = ("{", "[", "<", "%")
_PLACE = re.compile(r"[0-9][A-Za-z]{2}|---|\.\.\.")
_END_OF_MACHINE = re.compile(r"[,;|#]")


@dataclass(frozen=True)
class Column:
    """The column of a table that holds the machines.

    Parameters
    ----------
    delimiter : str
        What stands between the fields of a line.
    index : int
        Which field has the machine.
    header : bool
        Whether the first line names the columns.
    """

    delimiter: str
    index: int
    header: bool


def looks_like(text: str) -> bool:
    """Return whether the first line, comments aside, begins with a cell, or a column of its table holds machines."""
    if text.lstrip()[:1] in _OTHER_BEGINNINGS or is_markdown(text):  # its line of dashes looks like cells
        return False
    lines = _first_two(text)
    if not lines:
        return False
    if _FIRST_CELL.match(lines[0]) or lines[0].lower() == HEADER:
        return True
    try:
        return _column(lines) is not None
    except FormatError:  # it is a table of machines, and something else is wrong with it
        return True


Lines = Iterator[tuple[int, str | FormatError]]


def machine_lines(text: str) -> tuple[bool, Lines]:
    """Return the lines that hold machines.

    Returns
    -------
    declared : bool
        Whether the text says that each line is a machine of its own: it has a header, or is a table.
    lines : iterator of (int, str or FormatError)
        The number of each line, and its part from the machine on, or what is wrong with it: there is no machine, or a
        second one.

    Raises
    ------
    FormatError
        If more than one column may hold the machines, or when its turn comes, if the quotes of a table are wrong.
    """
    first = _first_two(text)
    if first and first[0].lower() == HEADER:
        lines = _significant(text)
        next(lines)
        return True, _without_rest(lines)
    column = _column_of(first)
    if column is None:
        return False, _without_rest(_significant(text))
    return True, _fields(text, column)


def header_for_more(text: str) -> str:
    """Return the header under which further lines of a text read as they do after its beginning."""
    first = _first_two(text)
    column = None if first and first[0].lower() == HEADER else _column_of(first)
    if column is None:
        return HEADER
    return column.delimiter.join([*"_" * column.index, HEADER, "_"])


def _first_two(text: str) -> list[str]:
    return [line for _, line in zip(range(2), (line for _, line in _significant(text)), strict=False)]


def _column_of(first: list[str]) -> Column | None:
    return None if not first or _begins_with_cell(first[0]) else _column(first)


def _significant(text: str) -> Iterator[tuple[int, str]]:
    for number, raw in enumerate(text.split("\n"), start=1):
        line = raw.strip()
        if line and line[0] != "#":
            yield number, line


def _without_rest(lines: Iterable[tuple[int, str]]) -> Lines:
    for number, line in lines:
        found = _END_OF_MACHINE.search(line)
        if found is None:
            yield number, line
            continue
        if not found.start():
            yield number, FormatError(f"{shown(line)} begins with {found[0]!r}; put the machine first, or a header")
            continue
        rest = line[found.start() :]
        more = None if found[0] == "#" else second_machine(rest)
        if more is not None:
            yield (
                number,
                FormatError(
                    f"there is a second machine, {shown(more)}, on the line; put each on its own line, or a header"
                    f" above that calls one column {HEADER!r}"
                ),
            )
            continue
        yield number, line[: found.start()].rstrip()


def _begins_with_cell(line: str) -> bool:
    return bool(_FIRST_CELL.match(line)) or bool(_UNDEFINED_ALONE.fullmatch(line))


def _column(first: list[str]) -> Column | None:
    """Return the column that the first two lines show to hold machines."""
    for delimiter in DELIMITERS:
        names = [name.strip().lower() for name in _split(first[0], delimiter)]
        if names.count(HEADER) > 1:
            raise FormatError(f"the header {shown(first[0])} has two columns named {HEADER!r}; rename one")
        if HEADER in names and len(names) > 1:
            return Column(delimiter, names.index(HEADER), header=True)
    for number, line in enumerate(first):
        for delimiter in DELIMITERS:
            fields = [field.strip() for field in _split(line, delimiter)]
            places = [i for i, field in enumerate(fields) if len(field) > 3 and TOKEN.fullmatch(field)]
            if len(places) > 1:
                raise FormatError(
                    f"several columns of {shown(line)} hold machines; put a header above that calls one {HEADER!r}"
                )
            if not places or (len(fields) == 1 and line == fields[0]):
                continue
            if number == 0 or _is_header(first[0], delimiter, len(fields)):
                return Column(delimiter, places[0], header=number > 0)
    return None


def _is_header(line: str, delimiter: str, columns: int) -> bool:
    """Return whether a line above the first machine names so many columns, and is no machine with a slip in it."""
    return len(_split(line, delimiter)) == columns and not _PLACE.search(line)


def _split(line: str, delimiter: str) -> list[str]:
    if '"' not in line:
        return line.split(delimiter)
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True), [])
    except csv.Error:  # a field that goes on in the next line
        return line.split(delimiter)


def _fields(text: str, column: Column) -> Lines:
    numbers: list[int] = []
    rows = csv.reader(_counted(text, numbers), delimiter=column.delimiter, strict=True)
    skip = column.header
    while True:
        try:
            fields = next(rows, None)
        except csv.Error as error:
            raise FormatError(f"line {numbers[0]}: the quotes or fields of the table are wrong: {error}") from None
        if fields is None:
            return
        if skip or not any(map(str.strip, fields)):
            skip = False
            continue
        if len(fields) <= column.index or not fields[column.index].strip():
            missing = f"column {column.index + 1}, which holds the machines, is missing or empty"
            yield numbers[-1], FormatError(missing)
            continue
        yield numbers[-1], fields[column.index].split("#", 1)[0].strip()


def _counted(text: str, numbers: list[int]) -> Iterator[str]:
    """Yield the lines with their ends, as fields may span several, and keep the numbers of the first and the last."""
    quoted = False
    for number, line in enumerate(text.split("\n"), start=1):
        if quoted or (line.strip() and not line.lstrip().startswith("#")):
            numbers[:] = [numbers[0] if quoted else number, number]
            quoted ^= line.count('"') % 2 == 1
            yield line.rstrip("\r") + "\n"
