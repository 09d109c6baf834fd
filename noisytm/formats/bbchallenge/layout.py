"""How the rows and cells of one machine stand on its line: joined, spaced, without separators, text after it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from noisytm._text import shown
from noisytm.errors import FormatError
from noisytm.formats.bbchallenge.cells import (
    CELL,
    CELL_RULE,
    LETTERS,
    MAX_SYMBOLS,
    UNDEFINED,
    machine_of_rows,
    shape_of,
)
from noisytm.machine import TuringMachine

TOKEN = re.compile(rf"(?:{CELL})+(?:_(?:{CELL})+)*")
_CELL = re.compile(CELL)
_NEARLY_A_CELL = re.compile(r"[0-9][A-Za-z]{2}|[-.]{2,4}")
_SEVERAL_ROWS = re.compile(rf"(?:{CELL})+_(?:{CELL})")


def machine_of(text: str) -> TuringMachine:
    r"""Return the machine that a line begins with; whatever comes after white space is not looked at.

    Raises
    ------
    FormatError
        If there is none, or more than one, or it can be read in two ways.

    Examples
    --------
    >>> machine_of("1RB1LB_1LA1RZ Halt 6 4") == machine_of("1RB 1LB  1LA 1RZ") == machine_of("1RB\t1LB\t\t1LA\t1RZ")
    True
    """
    token, *rest = text.split(None, 1)
    if not rest or "_" not in rest[0]:
        found = _joined(token)
        if found is not None and (not rest or not _is_cells(rest[0].split(None, 1)[0])):
            return found
    return machine_of_rows(rows_of(text))


def rows_of(text: str) -> list[list[str]]:
    """Return the rows of cells of the machine that a line begins with."""
    parts = re.split(r"(\s+)", text.strip())
    tokens, gaps = parts[::2], parts[1::2]
    if not _is_cells(tokens[0]):
        raise FormatError(_bad_cell(tokens[0]))
    if len(tokens[0]) > 3:
        if any(map(_is_cells, tokens[1:])):
            raise FormatError(
                f"{shown(text)} mixes spaced and joined cells; join the cells of a row and put '_' between rows"
            )
        rows = [_cells(row) for row in tokens[0].split("_")]
    else:
        rows = _spaced(text, tokens, gaps)
    return _split_bare(rows[0]) if len(rows) == 1 else rows


def second_machine(text: str) -> str | None:
    """Return a machine of several rows that a text has in it, if it has one."""
    found = _SEVERAL_ROWS.search(text) if "_" in text else None
    return None if found is None else found[0]


def _joined(token: str) -> TuringMachine | None:
    """Return the machine of a joined text as most are, or ``None`` for whatever else it is, or is wrong with it."""
    end = token.find("_")
    if end < 3 or end % 3:
        return None
    try:
        shape = shape_of(end // 3, token.count("_") + 1)
        return shape.of_joined(token.replace("_", "")) if shape.fits(token) else None
    except FormatError:
        return None


def _is_cells(token: str) -> bool:
    return TOKEN.fullmatch(token) is not None


def _spaced(text: str, tokens: list[str], gaps: list[str]) -> list[list[str]]:
    count = 1
    while count < len(tokens) and _CELL.fullmatch(tokens[count]):
        count += 1
    for token in tokens[count:]:
        if _NEARLY_A_CELL.fullmatch(token) or _CELL.match(token):
            raise FormatError(_bad_cell(token))
    between = gaps[: count - 1]
    if "\t" in between and " " in between:
        raise FormatError(
            f"{shown(text)} has single spaces and single tabs between cells, so that either may stand between rows;"
            " join the cells of a row and put '_' between rows"
        )
    rows = [[tokens[0]]]
    for gap, token in zip(between, tokens[1:count], strict=True):
        if len(gap) == 1:
            rows[-1].append(token)
        else:
            rows.append([token])
    return rows


def _cells(row: str) -> list[str]:
    return [row[i : i + 3] for i in range(0, len(row), 3)]


def _bad_cell(token: str) -> str:
    for row in token.split("_"):
        if not row:
            return f"{shown(token)} has an empty row; put one '_' between rows, and all rows on one line"
        for cell in _cells(row):
            if not _CELL.fullmatch(cell):
                return f"{shown(cell)} in {shown(token)} is not a cell; {CELL_RULE}"
    return f"{shown(token)} is where one cell must be; {CELL_RULE}"


def _split_bare(cells: list[str]) -> list[list[str]]:
    # Old lists of 2-symbol machines have no row separator; the same text may be a machine with one row.
    pairs = [cells[i : i + 2] for i in range(0, len(cells), 2)]
    defined = [c for c in cells if c not in UNDEFINED]
    if len(cells) <= 2 or len(cells) % 2 or len(pairs) > len(LETTERS) or any(c[0] > "1" for c in defined):
        return [cells]
    later_rows = set(LETTERS[1 : len(pairs)])
    as_pairs = any(c[2] in later_rows for c in defined)
    as_one = len(cells) <= MAX_SYMBOLS and len({c[2] for c in defined} - {"A"}) <= 1
    if as_pairs and as_one:
        raise FormatError(
            f"{shown(''.join(cells))} has no row separator and reads as one row of {len(cells)} symbols or as"
            f" {len(pairs)} rows of 2; put '_' between the rows"
        )
    return pairs if as_pairs else [cells]


def are_rows_of_one(lines: Sequence[Sequence[Sequence[str]]]) -> bool:
    """Return whether machines of one row each, in the order of their lines, may be meant as the rows of one machine."""
    if not 2 <= len(lines) <= len(LETTERS) or any(len(rows) != 1 for rows in lines):
        return False
    widths = {len(rows[0]) for rows in lines}
    targets = {cell[2] for rows in lines for cell in rows[0] if cell not in UNDEFINED}
    return len(widths) == 1 and bool(targets & set(LETTERS[1 : len(lines)]))
