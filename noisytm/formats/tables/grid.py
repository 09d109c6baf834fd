"""Transition tables as grids of text: a row a state and a column a symbol, or a row a transition with named columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from noisytm._text import shown
from noisytm.errors import FormatError
from noisytm.formats._common import (
    KEEPS_ALL,
    MAX_TUPLES,
    Rule,
    declared_machine,
    refuse_other_tuple_order,
    unlisted,
)
from noisytm.formats._open import refuse_final_rules
from noisytm.formats.tables.cells import EMPTY, WRITE_1, Spelling, spelling_for, spelling_of_cells, spelling_of_corner
from noisytm.formats.tables.listed import is_list, machine_of_list
from noisytm.formats.tables.marks import (
    BLANK_MARK,
    FINAL_MARK,
    START_MARK,
    blank_of,
    checked_plain,
    start_of,
    symbol_of,
    written_state,
)
from noisytm.machine import TuringMachine

CORNERS = frozenset({"", "state", "states", "q", "δ", "delta", "state/symbol", "state\\symbol", "state / symbol"})


class Grid(NamedTuple):
    """A table: its header, and its rows, each with the line it stands on."""

    header: list[str]
    rows: list[tuple[int, list[str]]]


def is_header(header: Sequence[str]) -> bool:
    """Return whether the cells can head a transition table."""
    if len(header) < 2:
        return False
    return is_declared(header) or header[0].strip().lower() in CORNERS


def is_declared(header: Sequence[str]) -> bool:
    """Return whether the cells say that they head a transition table: by the columns, or by the first cell."""
    return bool(header) and (is_list(header) or spelling_of_corner(header[0]) is not None)


def machine_of_grid(grid: Grid, final: str | None = None) -> TuringMachine:
    """Read the machine of a table; see `read_text` for ``final``.

    Raises
    ------
    FormatError
        If it is no transition table, leaves open what the blank is, or has two rows or columns of one name.
    """
    for line, row in grid.rows:
        if len(row) != len(grid.header):
            raise FormatError(f"line {line}: the row has {len(row)} cells and the header {len(grid.header)}")
    if not grid.rows:
        raise FormatError("the table has a header and no rows; add a row for every state")
    if len(grid.rows) * len(grid.header) > MAX_TUPLES:
        raise FormatError(f"the table has {len(grid.rows) * len(grid.header)} cells; the limit is {MAX_TUPLES}")
    if is_list(grid.header):
        return machine_of_list(grid.header, grid.rows, final)
    if not is_header(grid.header):
        raise FormatError(
            f"the header begins with {shown(grid.header[0])}; it must be 'state' and the symbols, or name the columns"
            " state, read, write, move and next"
        )
    return _matrix(grid, final)


def grid_of_machine(machine: TuringMachine, target: str) -> Grid:
    """Return the table of a machine: a row a state, a column a symbol, the blank, the start and halting states marked.

    Raises
    ------
    FormatError
        If it would not come back the same.
    """
    refuse_other_tuple_order(machine, target)
    checked_plain("symbol", machine.symbols, target)
    checked_plain("state", machine.states, target)
    spelling = spelling_for((*machine.symbols, *machine.states))
    if spelling is None:
        raise FormatError(
            f"the names hold all of ' ', '/', ',' and ';', which separate the parts of a cell; {KEEPS_ALL}"
        )
    missing = WRITE_1 if machine.undefined == "write-1" and unlisted(machine) is not None else ""
    header = [spelling.corner, *(s + BLANK_MARK if s == machine.blank else s for s in machine.symbols)]
    rows, ending = [], set(machine.halting)
    for state in machine.states:
        halts = state in ending
        cells = [machine.table.get((symbol, state)) for symbol in machine.symbols]
        written = [spelling.written(cell) if cell else "" if halts else missing for cell in cells]
        rows.append((0, [written_state(state, state == machine.start, halts), *written]))
    return Grid(header, rows)


def _matrix(grid: Grid, final: str | None) -> TuringMachine:
    marked = [symbol_of(cell) for cell in grid.header[1:]]
    symbols = [symbol for symbol, _ in marked]
    _refuse_twice(symbols, "columns")
    if not all(symbols):
        raise FormatError("a column has no symbol in the header; name it (a blank that is a space cannot be read here)")
    rows = [_Row.of(line, cells) for line, cells in grid.rows]
    _refuse_twice([row.state for row in rows], "rows")
    filled = [(row, symbol, cell) for row in rows for symbol, cell in zip(symbols, row.cells, strict=True)]
    cells = [cell for _, _, cell in filled if cell not in EMPTY and cell != WRITE_1]
    states = [row.state for row in rows]
    spelling = spelling_of_corner(grid.header[0])
    if spelling is None and cells:
        spelling = spelling_of_cells(cells, dict.fromkeys(symbols), set(states))
    rules = {} if spelling is None else _rules(filled, spelling, set(symbols), final)
    start = start_of([row.state for row in rows if row.starts], states[0])
    rowed = set(states)
    only_gone_to = dict.fromkeys(rule[1] for rule in rules.values() if rule[1] not in rowed)
    digits = symbols == [str(i) for i in range(len(symbols))] and spelling == Spelling(("write", "move", "next"), "")
    return declared_machine(
        symbols=symbols,
        blank=blank_of(marked, digits),
        states=[*states, *only_gone_to],
        start=start,
        halting=[*(row.state for row in rows if row.ends), *only_gone_to],
        rules=rules,
        undefined=_undefined(filled, symbols),
    )


class _Row(NamedTuple):
    line: int
    state: str
    starts: bool
    ends: bool
    cells: list[str]

    @classmethod
    def of(cls, line: int, row: list[str]) -> _Row:
        state, starts, ends = row[0].strip(), False, False
        while found := re.match(rf"{re.escape(START_MARK)}|->|{re.escape(FINAL_MARK)}", state):
            starts, ends = starts or found[0] != FINAL_MARK, ends or found[0] == FINAL_MARK
            state = state[found.end() :].strip()
        if not state:
            raise FormatError(f"line {line}: the row names no state in its first cell")
        return cls(line, state, starts, ends, [cell.strip() for cell in row[1:]])


def _rules(
    filled: Sequence[tuple[_Row, str, str]], spelling: Spelling, symbols: set[str], final: str | None
) -> dict[tuple[str, str], Rule]:
    rules = {}
    for row, symbol, cell in filled:
        if cell in EMPTY or cell == WRITE_1:
            continue
        where = f"line {row.line}"
        rule = spelling.rule(cell, where)
        if rule[0] not in symbols:
            raise FormatError(f"{where}: {shown(cell)} writes {shown(rule[0])}, which has no column; add one")
        if row.ends:
            refuse_final_rules(row.state, f"line {row.line} marks it {FINAL_MARK}", final)
            continue
        rules[row.state, symbol] = rule
    return rules


def _undefined(filled: Sequence[tuple[_Row, str, str]], symbols: Sequence[str]) -> str:
    """Return what happens at an empty cell: ``---`` counts a step that writes 1, as in bbchallenge text."""
    open_cells = {cell == WRITE_1 for row, _, cell in filled if not row.ends and (cell in EMPTY or cell == WRITE_1)}
    if len(open_cells) > 1:
        raise FormatError(f"the table has both empty cells and {WRITE_1}, which counts a step that writes 1; use one")
    if open_cells == {True} and "1" not in symbols:
        raise FormatError(f"{WRITE_1} counts a step that writes 1, and no column is '1'; leave the cell empty to stop")
    return "write-1" if open_cells == {True} else "stop"


def _refuse_twice(names: Sequence[str], what: str) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise FormatError(f"two {what} are named {shown(name)}; keep one")
        seen.add(name)
