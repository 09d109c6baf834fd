"""The programs of turingmachinesimulator.com: ``name:``, ``init:``, ``accept:``, and rules over two lines."""

from __future__ import annotations

import re
from collections.abc import Iterator

from noisytm._text import shown, shown_list
from noisytm.errors import FormatError
from noisytm.formats._common import (
    KEEPS_ALL,
    STATE_CHARACTER,
    begins_otherwise,
    check_read_back,
    is_one_character,
    ordered_machine,
    refuse_blank,
    refuse_other_order,
    refuse_states,
    refuse_symbols,
    refuse_write_1,
    tuples_by_state,
)
from noisytm.formats._renaming import renamed_where_needed
from noisytm.formats.programs.rules import Program, checked_symbol, plain_names, refuse_lost_states
from noisytm.formats.protocol import Format
from noisytm.machine import TuringMachine

NAME = "turingmachinesimulator.com"
BLANK = "_"

_MARK = re.compile(r"^init[ \t]*:", re.MULTILINE)
_KEY = re.compile(r"([A-Za-z]+)[ \t]*:(.*)")
_KEYS = ("name", "init", "accept")
_MOVES = {"<": "L", ">": "R", "-": "S"}
_SIGNS = {move: sign for sign, move in _MOVES.items()}
_FORBIDDEN = {",": "it separates the fields of a rule", "/": "two of them begin a comment", " ": "fields are trimmed"}


def looks_like(text: str) -> bool:
    """Return whether a line begins with ``init:``."""
    return not begins_otherwise(text) and bool(_MARK.search(text))


def read(text: str, final: str | None = None) -> list[TuringMachine]:
    """Read the one machine of a program.

    Parameters
    ----------
    text : str
        The text.
    final : {"halts"}, optional
        Leave out the rules of halting states; by default they are refused.

    Raises
    ------
    FormatError
        If a line is neither a key nor half a rule, or the machine has several tapes.
    """
    keys: dict[str, str] = {}
    program = Program()
    first: tuple[int, str, str] | None = None
    for number, line in _lines(text):
        found = _KEY.fullmatch(line)
        if found and first is None:
            _add_key(keys, number, found[1], found[2].strip())
            continue
        fields = [field.strip() for field in line.split(",")]
        if first is None:
            first = (number, *_condition(number, line, fields))
        else:
            line_of_rule, state, symbol = first
            program.add(line_of_rule, state, symbol, _action(number, line, fields))
            first = None
    if first is not None:
        raise FormatError(f"line {first[0]} begins a rule that does not go on; add a line 'state,symbol,>' (or < or -)")
    for key in ("init", "accept"):
        if key not in keys:
            raise FormatError(f"the line '{key}: …' is missing; a program has name, init and accept")
    start = keys["init"]
    if not start or "," in start:
        raise FormatError(f"init is {shown(start)}; it must be one state")
    accept = dict.fromkeys(state for part in keys["accept"].split(",") if (state := part.strip()))
    program.settle_rules_of(accept, "'accept' names it", final)
    return [
        ordered_machine(
            blank=BLANK,
            start=start,
            rows=[q for q in program.states(start) if q not in accept],
            halting=accept,
            rules=program.rules,
            name=keys.get("name", ""),
        )
    ]


def write(machine: TuringMachine) -> str:
    """Write the machine as a program, a rule on two lines.

    Raises
    ------
    FormatError
        If the machine would not come back the same.
    """
    refuse_symbols(machine, NAME, _FORBIDDEN)
    refuse_blank(machine, NAME, BLANK)
    refuse_other_order(machine, NAME)
    refuse_write_1(machine, NAME)
    refuse_states(machine, NAME, "is safe with")
    if not machine.halting:
        raise FormatError(f"no state is halting, and {NAME} wants one in 'accept:'; {KEEPS_ALL}")
    refuse_lost_states(machine, NAME, (machine.start, *machine.halting))
    name = " ".join(machine.name.split())
    lines = [f"name: {name}"] if name and name.isprintable() and "//" not in name else []
    lines += [f"init: {machine.start}", f"accept: {','.join(machine.halting)}"]
    for row in tuples_by_state(machine).values():
        for t in row:
            lines += ["", f"{t.state},{t.read}", f"{t.next},{t.write},{_SIGNS[t.move]}"]
    text = "\n".join(lines) + "\n"
    check_read_back(machine, text, read, NAME)
    return text


def rename(machine: TuringMachine) -> TuringMachine:
    """Call the blank ``_``, rename symbols that have a meaning, and put ``_`` for odd characters of states."""
    return renamed_where_needed(
        machine,
        blank=BLANK,
        allowed=lambda s: is_one_character(s) and s not in _FORBIDDEN,
        states=plain_names(machine.states, STATE_CHARACTER),
    )


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, raw in enumerate(text.replace("\r", "").split("\n"), start=1):
        line = raw.split("//", 1)[0].strip()
        if line:
            yield number, line


def _add_key(keys: dict[str, str], number: int, key: str, value: str) -> None:
    name = key.lower()
    if name not in _KEYS:
        raise FormatError(f"line {number}: the key {shown(key)} is unknown; the keys are {', '.join(_KEYS)}")
    if name in keys:
        raise FormatError(f"line {number}: the key {shown(key)} stands twice; keep one")
    keys[name] = value


def _condition(number: int, line: str, fields: list[str]) -> tuple[str, str]:
    if len(fields) > 2:
        raise FormatError(
            f"line {number}: {shown(line)} has {len(fields)} entries where a rule begins, 'state,symbol'; only machines"
            " with one tape can be read"
        )
    if len(fields) < 2 or not fields[0]:
        raise FormatError(f"line {number}: {shown(line)} is no key and no beginning of a rule, 'state,symbol'")
    return fields[0], checked_symbol(number, fields[1], "'_' is the blank")


def _action(number: int, line: str, fields: list[str]) -> tuple[str, str, str]:
    if len(fields) != 3 or not fields[0]:
        raise FormatError(f"line {number}: {shown(line)} must be the second half of a rule, 'state,symbol,>'")
    if fields[2] not in _MOVES:
        raise FormatError(f"line {number}: move {shown(fields[2])} must be one of {shown_list(_MOVES)}")
    return checked_symbol(number, fields[1], "'_' is the blank"), fields[0], _MOVES[fields[2]]


TURINGMACHINESIMULATOR = Format(
    name=NAME,
    description="programs of the simulator at turingmachinesimulator.com, one tape",
    endings=(".tms.txt",),
    lossy="orders that it does not declare; unlisted tuples that write 1; machines without a halting state",
    looks_like=looks_like,
    read=read,
    write=write,
    rename=rename,
    options=("final",),
)
