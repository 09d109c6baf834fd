"""Programs like Morphett's under a head of sections ``#Q``, ``#S``, ``#G``, ``#q0``, ``#B``, ``#F``, ``#N``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from noisytm._text import shown, shown_list
from noisytm.errors import FormatError
from noisytm.formats._common import (
    MAX_TUPLES,
    STATE_CHARACTER,
    Rule,
    begins_otherwise,
    check_read_back,
    declared_machine,
    is_one_character,
    refuse_blank,
    refuse_other_tuple_order,
    refuse_states,
    refuse_symbols,
    refuse_write_1,
    tuples_by_state,
)
from noisytm.formats._renaming import renamed_where_needed
from noisytm.formats.programs.rules import Program, checked_symbol, plain_names
from noisytm.formats.protocol import Format
from noisytm.machine import TuringMachine

NAME = "morphett_sections"
BLANK = "_"

_SECTION = re.compile(r"#(Q|S|G|T|q0|B|F|N)[ \t]*=[ \t]*(.*)")
_MARK = re.compile(r"^[ \t]*#(?:Q|G|T|q0)[ \t]*=", re.MULTILINE)
_MOVES = {"l": "L", "r": "R", "*": "S"}
_LETTERS = {move: letter for letter, move in _MOVES.items()}
_FORBIDDEN = {
    "*": "it is the wildcard",
    ";": "it begins a comment",
    ",": "it separates the symbols of a section",
    "{": "it begins a section's list",
    "}": "it ends a section's list",
    " ": "white space separates the entries of a rule",
}
_WANTED = ("Q", "G", "q0", "F")


class _Head(NamedTuple):
    symbols: list[str]
    blank: str
    states: list[str]
    start: str
    halting: list[str]
    older: bool


def looks_like(text: str) -> bool:
    """Return whether a line is a section ``#Q``, ``#G``, ``#T`` or ``#q0``."""
    return not begins_otherwise(text) and bool(_MARK.search(text))


def read(text: str, final: str | None = None) -> list[TuringMachine]:
    """Read the one machine of a program, its wildcards written out over the tape symbols that it declares.

    Parameters
    ----------
    text : str
        The text.
    final : {"halts"}, optional
        Leave out the rules of halting states; by default they are refused.

    Raises
    ------
    FormatError
        If a section is missing or wrong, a line is not a rule, or the machine has several tapes.
    """
    sections: dict[str, tuple[int, str]] = {}
    rows: list[tuple[int, list[str]]] = []
    for number, line in _lines(text):
        found = _SECTION.fullmatch(line)
        if found:
            _add_section(sections, number, found[1], found[2].strip())
        elif line.startswith("#") and len(line.split()) != 5:
            raise FormatError(f"line {number}: {shown(line)} is no section; write one like '#Q = {{q0,q1}}'")
        else:
            rows.append((number, line.split()))
    head = _head(sections)
    program, wild = Program(), Program()
    states, letters = set(head.states), {"*", *head.symbols}
    for number, words in rows:
        state, symbol, rule = _rule(number, words, states, letters)
        (wild if symbol == "*" else program).add(number, state, symbol, rule)
    for part in (program, wild):
        part.settle_rules_of(head.halting, "#F names it", final)
    return [
        declared_machine(
            symbols=head.symbols,
            blank=head.blank,
            states=head.states,
            start=head.start,
            halting=head.halting,
            rules=_written_out(program, wild, head),
        )
    ]


def write(machine: TuringMachine) -> str:
    """Write the machine with all sections, a rule a tuple, without wildcards.

    Raises
    ------
    FormatError
        If the machine would not come back the same.
    """
    refuse_symbols(machine, NAME, _FORBIDDEN)
    refuse_blank(machine, NAME, BLANK)
    refuse_other_tuple_order(machine, NAME)
    refuse_write_1(machine, NAME)
    for symbol in machine.symbols:
        if not symbol.isascii():
            raise FormatError(f"symbol {symbol!r} is not ASCII, as {NAME} needs; rename it")
    refuse_states(machine, NAME)
    lines = [
        f"#Q = {_set(machine.states)}",
        f"#S = {_set([s for s in machine.symbols if s != BLANK])}",
        f"#G = {_set(machine.symbols)}",
        f"#q0 = {machine.start}",
        f"#B = {BLANK}",
        f"#F = {_set(machine.halting)}",
        "#N = 1",
        "",
    ]
    for row in tuples_by_state(machine).values():
        lines += [f"{t.state} {t.read} {t.write} {_LETTERS[t.move]} {t.next}" for t in row]
    text = "\n".join(lines) + "\n"
    check_read_back(machine, text, read, NAME)
    return text


def rename(machine: TuringMachine) -> TuringMachine:
    """Call the blank ``_``, rename symbols that have a meaning, and put ``_`` for odd characters of states."""
    return renamed_where_needed(
        machine,
        blank=BLANK,
        allowed=lambda s: is_one_character(s) and s.isascii() and s not in _FORBIDDEN,
        states=plain_names(machine.states, STATE_CHARACTER),
    )


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, raw in enumerate(text.replace("\r", "").split("\n"), start=1):
        line = raw.split(";", 1)[0].strip()
        if line:
            yield number, line


def _add_section(sections: dict[str, tuple[int, str]], number: int, key: str, value: str) -> None:
    name = "G" if key == "T" else key
    if name in sections:
        raise FormatError(f"lines {sections[name][0]} and {number} are both the section #{key}; keep one")
    sections[name] = (number, value)
    if key == "T":
        sections["T"] = (number, value)


def _head(sections: Mapping[str, tuple[int, str]]) -> _Head:
    for key in _WANTED:
        if key not in sections:
            raise FormatError(f"the section #{key} is missing; a program has {shown_list(f'#{k}' for k in _WANTED)}")
    tapes = sections.get("N", (0, "1"))[1]
    if tapes != "1":
        raise FormatError(f"line {sections['N'][0]}: #N is {shown(tapes)}; only machines with one tape can be read")
    states, symbols = _members(sections, "Q"), _members(sections, "G")
    for symbol in symbols:
        if not is_one_character(symbol) or symbol == "*":
            raise FormatError(
                f"line {sections['G'][0]}: {shown(symbol)} in the tape symbols must be a single character, and not '*'"
            )
    if not states or not symbols:
        raise FormatError(f"line {sections['Q' if symbols else 'G'][0]}: the section is empty; name what there is")
    start, blank = sections["q0"][1], sections.get("B", (0, BLANK))[1]
    halting, letters = _members(sections, "F"), _members(sections, "S") if "S" in sections else []
    for key, names, where, all_names in (
        ("q0", [start], "#Q", states),
        ("F", halting, "#Q", states),
        ("B", [blank], "#G", symbols),
        ("S", letters, "#G", symbols),
    ):
        known = set(all_names)
        for name in names:
            if name not in known:
                place = f"line {sections[key][0]}: " if key in sections else ""
                raise FormatError(f"{place}#{key} has {shown(name)}, which is not in {where}; add it there")
    return _Head(symbols, blank, states, start, halting, "T" in sections)


def _members(sections: Mapping[str, tuple[int, str]], key: str) -> list[str]:
    """Return the members of a section's set in order; one that stands twice counts once, as in any set."""
    number, value = sections[key]
    if not (value.startswith("{") and value.endswith("}")) or len(value) < 2:
        raise FormatError(f"line {number}: #{key} is {shown(value)}; it must be a list in braces, as {{a,b}}")
    inside = value[1:-1].strip()
    members = [part.strip() for part in inside.split(",")] if inside else []
    if not all(members):
        raise FormatError(f"line {number}: #{key} has an empty entry; name it or remove the comma")
    return list(dict.fromkeys(members))


def _rule(number: int, words: list[str], states: set[str], letters: set[str]) -> tuple[str, str, Rule]:
    if len(words) != 5:
        raise FormatError(
            f"line {number}: {shown(' '.join(words))} has {len(words)} entries; a rule is 'state symbol newsymbol"
            " direction newstate'"
        )
    state, symbol, write, move, target = words
    for name in (state, target):
        if name not in states:
            raise FormatError(f"line {number}: state {shown(name)} is not in #Q; add it there")
    for letter in (symbol, write):
        if checked_symbol(number, letter, "'_' is the blank, '*' the wildcard") not in letters:
            raise FormatError(f"line {number}: symbol {shown(letter)} is not in the tape symbols; add it there")
    if move.lower() not in _MOVES:
        raise FormatError(f"line {number}: direction {shown(move)} must be l, r or * (no move)")
    return state, symbol, (write, target, _MOVES[move.lower()])


def _written_out(program: Program, wild: Program, head: _Head) -> dict[tuple[str, str], Rule]:
    """Return the rules with ``*`` replaced: read, by every symbol but the blank; written, by the one read."""
    if len(wild.rules) * len(head.symbols) > MAX_TUPLES:
        raise FormatError(
            f"the wildcards stand for up to {len(wild.rules) * len(head.symbols)} tuples; the limit is {MAX_TUPLES}"
        )
    rules = dict(program.rules)
    for (state, _), rule in wild.rules.items():
        line = wild.lines[state, "*"]
        if head.older and (state, head.blank) not in rules:
            raise FormatError(
                f"line {line}: with #T some simulators read '*' as any symbol and some as any but the blank; write the"
                f" rule of state {shown(state)} for the blank too, or #G for #T (any but the blank)"
            )
        for symbol in head.symbols:
            later = program.lines.get((state, symbol), 0) > line
            if later and symbol != head.blank and program.rules[state, symbol] != rule:
                raise FormatError(
                    f"lines {line} and {program.lines[state, symbol]} are two rules for state {shown(state)} and symbol"
                    f" {shown(symbol)}, the one with '*' first; put it last"
                )
            if symbol != head.blank:
                rules.setdefault((state, symbol), rule)
    return {(q, s): (s if write == "*" else write, target, move) for (q, s), (write, target, move) in rules.items()}


def _set(names: list[str] | tuple[str, ...]) -> str:
    return "{" + ",".join(names) + "}"


MORPHETT_SECTIONS = Format(
    name=NAME,
    description="programs like Morphett's with sections `#Q`, `#S`, `#G`, `#q0`, `#B`, `#F`, `#N`",
    endings=(".tm",),
    lossy="tuples in another order than the standard one; unlisted tuples that write 1; the name",
    looks_like=looks_like,
    read=read,
    write=write,
    rename=rename,
    options=("final",),
)
