"""The bbchallenge standard text: ``1RB1LB_1LA1RZ``, one row per state and one cell per symbol read."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Sequence

from noisytm._text import shown, shown_list
from noisytm.errors import FormatError
from noisytm.formats._common import (
    KEEPS_ALL,
    MAX_MACHINES,
    Rule,
    check_read_back,
    ordered_machine,
    refuse_other_state_order,
    renamed,
    shown_key,
    unlisted,
)
from noisytm.formats.protocol import Format
from noisytm.machine import TuringMachine

NAME = "bbchallenge"
MAX_SYMBOLS = 10
LETTERS = string.ascii_uppercase

_CELL = r"(?:[0-9][LR][A-Z]|---|\.\.\.)"
_TOKEN = re.compile(rf"(?:{_CELL})+(?:_(?:{_CELL})+)*")
_FIRST_CELL = re.compile(r"[0-9][A-Za-z][A-Za-z]|---|\.\.\.")
_UNDEFINED = ("---", "...")
_CELL_RULE = "a cell is a digit, L or R, and a capital letter, or '---'"


def looks_like(text: str) -> bool:
    """Return whether the first line, comments aside, begins with a cell or is the header of a CSV list."""
    line = next(_lines(text), (0, ""))[1]
    return bool(_FIRST_CELL.match(line)) or _is_header(line)


def read(text: str) -> list[TuringMachine]:
    """Read one machine per line.

    Raises
    ------
    FormatError
        If a line is not a machine, or there are more than 100 000.
    """
    lines = list(_lines(text))
    if lines and _is_header(lines[0][1]):
        del lines[0]
    if len(lines) > MAX_MACHINES:
        raise FormatError(f"the text lists {len(lines)} machines; the limit is {MAX_MACHINES}; split it")
    machines = []
    for number, line in lines:
        try:
            machines.append(_machine(_rows(line)))
        except FormatError as error:
            raise FormatError(f"line {number}: {error}") from None
    return machines


def write(machine: TuringMachine) -> str:
    """Write one machine on one line.

    Raises
    ------
    FormatError
        If the machine would not come back the same.
    """
    _refuse_symbols(machine)
    refuse_other_state_order(machine, NAME)
    _refuse_states(machine)
    cell = unlisted(machine)
    if machine.undefined == "stop" and cell is not None:
        raise FormatError(
            f"tuple {shown_key(*cell)} is unlisted and the machine stops there, but bbchallenge '---'"
            " counts one more step that writes 1; set undefined to 'write-1' if that is meant, or write"
            " another format"
        )
    rows = []
    for state in machine.states[: len(machine.states) - len(machine.halting)]:
        cells = (machine.table.get((symbol, state)) for symbol in machine.symbols)
        rows.append("".join(f"{c[0]}{c[2]}{c[1]}" if c else "---" for c in cells))
    text = "_".join(rows)
    check_read_back(machine, text, read, NAME)
    return text + "\n"


def write_list(machines: Sequence[TuringMachine]) -> str:
    """Write a machine a line."""
    return "".join(map(write, machines))


def rename(machine: TuringMachine) -> TuringMachine:
    """Number the symbols 0, 1, … and letter the states A, B, …, halting ones from the end of the alphabet."""
    halting = [q for q in machine.states if q in set(machine.halting)]
    working = [q for q in machine.states if q not in set(halting)]
    if len(working) + len(halting) > len(LETTERS) or len(machine.symbols) > MAX_SYMBOLS:
        return machine
    states = dict(zip(working, LETTERS, strict=False))
    letters = LETTERS[len(LETTERS) - len(halting) :]
    if not _are_halting_letters(halting, len(working)):
        states |= dict(zip(halting, letters, strict=True))
    return renamed(machine, symbols={s: str(i) for i, s in enumerate(machine.symbols)}, states=states)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, raw in enumerate(text.split("\n"), start=1):
        line = raw.split("#", 1)[0].strip()
        if line:
            yield number, line


def _is_header(line: str) -> bool:
    return line.split(",", 1)[0].strip().lower() == "machine"


def _rows(line: str) -> list[list[str]]:
    field = line.split(",", 1)[0].strip()
    parts = re.split(r"(\s+)", field)
    tokens, gaps = parts[::2], parts[1::2]
    cells_only = [bool(_TOKEN.fullmatch(t)) for t in tokens]
    if not cells_only[0]:
        raise FormatError(_bad_cell(tokens[0]))
    if len(tokens[0]) > 3:
        if any(cells_only[1:]):
            raise FormatError(
                f"{shown(field)} mixes spaced and joined cells; join the cells of a row and put '_' between rows"
            )
        rows = [_cells(row) for row in tokens[0].split("_")]
        return _split_bare(rows[0]) if len(rows) == 1 else rows
    if not all(len(t) == 3 and ok for t, ok in zip(tokens, cells_only, strict=True)):
        bad = next(t for t, ok in zip(tokens, cells_only, strict=True) if not (ok and len(t) == 3))
        raise FormatError(_bad_cell(bad))
    rows = [[tokens[0]]]
    for gap, token in zip(gaps, tokens[1:], strict=True):
        if gap == " ":
            rows[-1].append(token)
        else:
            rows.append([token])
    return _split_bare(rows[0]) if len(rows) == 1 else rows


def _cells(row: str) -> list[str]:
    return [row[i : i + 3] for i in range(0, len(row), 3)]


def _bad_cell(token: str) -> str:
    for row in token.split("_"):
        if not row:
            return f"{shown(token)} has an empty row; put one '_' between rows"
        for cell in _cells(row):
            if not re.fullmatch(_CELL, cell):
                return f"{shown(cell)} in {shown(token)} is not a cell; {_CELL_RULE}"
    return f"{shown(token)} is where one cell must be; {_CELL_RULE}"


def _split_bare(cells: list[str]) -> list[list[str]]:
    # Old lists of 2-symbol machines have no row separator; the same text may be a machine with one row.
    pairs = [cells[i : i + 2] for i in range(0, len(cells), 2)]
    defined = [c for c in cells if c not in _UNDEFINED]
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


def _machine(rows: Sequence[Sequence[str]]) -> TuringMachine:
    width = len(rows[0])
    for number, row in enumerate(rows, start=1):
        if len(row) != width:
            raise FormatError(f"row {number} has {len(row)} cells and row 1 has {width}; every row needs one a symbol")
    if width > MAX_SYMBOLS or len(rows) > len(LETTERS):
        raise FormatError(
            f"the machine has {width} symbols and {len(rows)} rows; bbchallenge has at most {MAX_SYMBOLS} and"
            f" {len(LETTERS)}"
        )
    symbols = [str(i) for i in range(width)]
    working = LETTERS[: len(rows)]
    rules: dict[tuple[str, str], Rule] = {}
    for state, row in zip(working, rows, strict=True):
        for symbol, cell in zip(symbols, row, strict=True):
            if cell in _UNDEFINED:
                if width == 1:
                    raise FormatError("'---' writes 1, but a machine with one cell a row has only the symbol 0")
                continue
            if cell[0] not in symbols:
                raise FormatError(
                    f"cell {cell!r} of state {state} writes {cell[0]}, but {width} cells a row mean the"
                    f" symbols 0 to {width - 1}"
                )
            rules[state, symbol] = (cell[0], cell[2], cell[1])
    complete = len(rules) == width * len(rows)
    return ordered_machine(
        blank="0",
        start="A",
        rows=working,
        halting=sorted({target for _, target, _ in rules.values()} - set(working)),
        rules=rules,
        symbols=symbols,
        undefined="stop" if complete else "write-1",
    )


def _refuse_symbols(machine: TuringMachine) -> None:
    digits = tuple(str(i) for i in range(len(machine.symbols)))
    if len(digits) > MAX_SYMBOLS:
        raise FormatError(f"the machine has {len(digits)} symbols; bbchallenge has digits for {MAX_SYMBOLS}")
    if machine.symbols != digits or machine.blank != "0":
        raise FormatError(
            f"the symbols are {shown_list(machine.symbols)} with blank {shown(machine.blank)}; in bbchallenge"
            f" they are {shown_list(digits)} with blank '0'; rename them (--rename, or renamed_for(machine,"
            " 'bbchallenge'))"
        )
    for t in machine.tuples:
        if t.move == "S":
            raise FormatError(
                f"tuple {shown_key(t.read, t.state)} stays (S), and bbchallenge moves only L or R; {KEEPS_ALL}"
            )


def _refuse_states(machine: TuringMachine) -> None:
    halting = [q for q in machine.states if q in set(machine.halting)]
    working = [q for q in machine.states if q not in set(halting)]
    if not working or machine.start in halting:
        raise FormatError(
            f"the start state {shown(machine.start)} is halting, and bbchallenge starts at the state of the"
            f" first row; {KEEPS_ALL}"
        )
    letters = list(LETTERS[: len(working)])
    if working != letters:
        raise FormatError(
            f"the states with rows are {shown_list(working)}; in bbchallenge they are A, B, … in order, at"
            f" most {len(LETTERS)}; rename them (--rename, or renamed_for(machine, 'bbchallenge'))"
        )
    if not _are_halting_letters(halting, len(working)):
        raise FormatError(
            f"the halting states are {shown_list(halting)}; in bbchallenge they are letters after"
            f" {working[-1]}, in order; rename them (--rename, or renamed_for(machine, 'bbchallenge'))"
        )
    lost = [q for q in halting if all(t.next != q for t in machine.tuples)]
    if lost:
        raise FormatError(
            f"no tuple goes to the halting states {shown_list(lost)}, so bbchallenge text would lose them; {KEEPS_ALL}"
        )


def _are_halting_letters(halting: Sequence[str], rows: int) -> bool:
    return set(halting) <= set(LETTERS[rows:]) and list(halting) == sorted(halting)


FORMAT = Format(
    name=NAME,
    description="the standard text `1RB1LB_1LA1RZ`, a machine a line",
    endings=(".txt", ".csv"),
    lossy="symbols but 0, 1, …; tuples that stay; stopping at an unlisted tuple",
    looks_like=looks_like,
    read=read,
    write=write,
    write_several=write_list,
    rename=rename,
)
