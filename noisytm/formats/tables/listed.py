"""Transition tables with a row a transition, their columns named state, read, write, move and next."""

from __future__ import annotations

from collections.abc import Sequence

from noisytm._text import shown, shown_list
from noisytm.errors import FormatError
from noisytm.formats._common import Rule, ordered_machine, shown_key
from noisytm.formats._open import refuse_final_rules
from noisytm.formats.tables.cells import MOVES
from noisytm.formats.tables.marks import FINAL_MARK, START_MARK, blank_of, start_of, symbol_of
from noisytm.machine import TuringMachine

COLUMNS = {
    "state": ("state", "current state", "from", "from state", "old state", "in state"),
    "read": (
        "read",
        "symbol",
        "current symbol",
        "read symbol",
        "symbol read",
        "scanned symbol",
        "tape symbol",
        "input",
    ),
    "write": (
        "write",
        "new symbol",
        "write symbol",
        "written symbol",
        "symbol written",
        "print",
        "print symbol",
        "output",
    ),
    "move": ("move", "direction", "dir", "movement", "head direction", "head movement", "action", "head"),
    "next": ("next", "next state", "new state", "to", "to state", "final state", "target"),
}
_MEANING = {name: column for column, names in COLUMNS.items() for name in names}
_NOTES = frozenset({"comment", "comments", "note", "notes", "description"})


def is_list(header: Sequence[str]) -> bool:
    """Return whether the header names every column of a list of transitions.

    Examples
    --------
    >>> is_list(["Current state", "Symbol", "New symbol", "Direction", "New state"]), is_list(["state", "0", "1"])
    (True, False)
    """
    return set(COLUMNS) <= {_MEANING.get(_normal(name)) for name in header}


def machine_of_list(
    header: Sequence[str], rows: Sequence[tuple[int, list[str]]], final: str | None = None
) -> TuringMachine:
    """Read the machine of a list of transitions; the start state is the first unless one is marked.

    Raises
    ------
    FormatError
        If a column is unknown or twice, two rows are for one state and symbol, or the blank is left open.
    """
    places = _places(header)
    rules: dict[tuple[str, str], Rule] = {}
    lines: dict[tuple[str, str], int] = {}
    marked: list[tuple[str, bool]] = []
    states: dict[str, set[str]] = {}
    for line, row in rows:
        cells = {column: row[place].strip() for column, place in places.items()}
        empty = [column for column, cell in cells.items() if not cell]
        if empty:
            raise FormatError(f"line {line}: the cells {shown_list(empty)} are empty; a row is one whole transition")
        state, target = (_state(cells[column], states) for column in ("state", "next"))
        read, write = symbol_of(cells["read"]), symbol_of(cells["write"])
        marked += [read, write]
        if cells["move"] not in MOVES:
            raise FormatError(f"line {line}: move {shown(cells['move'])} must be L, R or S")
        rule = (write[0], target, MOVES[cells["move"]])
        if rules.setdefault((state, read[0]), rule) != rule:
            raise FormatError(
                f"lines {lines[state, read[0]]} and {line} are both for {shown_key(read[0], state)}; keep one"
            )
        lines.setdefault((state, read[0]), line)
    rows_of = dict.fromkeys(state for state, _ in rules)
    start = start_of([state for state, marks in states.items() if START_MARK in marks], next(iter(rows_of)))
    ends = [state for state, marks in states.items() if FINAL_MARK in marks or state not in rows_of]
    for state in ends:
        if state in rows_of:
            refuse_final_rules(state, f"it is marked {FINAL_MARK}", final)
    ending = set(ends)
    return ordered_machine(
        blank=blank_of(marked),
        start=start,
        rows=[q for q in rows_of if q not in ending],
        halting=ends,
        rules={key: rule for key, rule in rules.items() if key[0] not in ending},
    )


def _places(header: Sequence[str]) -> dict[str, int]:
    places: dict[str, int] = {}
    for place, name in enumerate(header):
        column = _MEANING.get(_normal(name))
        if column is None:
            if _normal(name) not in _NOTES:
                raise FormatError(
                    f"the column {shown(name)} is unknown; a list of transitions has {', '.join(COLUMNS)}, and notes"
                )
        elif column in places:
            raise FormatError(
                f"the columns {shown(header[places[column]])} and {shown(name)} are both {column}; keep one"
            )
        else:
            places[column] = place
    return places


def _state(cell: str, states: dict[str, set[str]]) -> str:
    name, marks = cell, set()
    while True:
        mark = next((m for m in (START_MARK, "->", FINAL_MARK) if name.startswith(m)), None)
        if mark is None:
            break
        marks.add(FINAL_MARK if mark == FINAL_MARK else START_MARK)
        name = name.removeprefix(mark).strip()
    if not name:
        raise FormatError(f"{shown(cell)} is a mark without a state")
    states.setdefault(name, set()).update(marks)
    return name


def _normal(name: str) -> str:
    return " ".join(name.lower().replace("_", " ").replace("-", " ").split())
