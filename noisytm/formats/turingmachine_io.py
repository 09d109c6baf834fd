"""The YAML of turingmachine.io: a table from states to symbols to instructions."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from typing import Any

from noisytm._text import clipped, did_you_mean, shown, shown_list
from noisytm._yaml import MAX_CHARACTERS, yaml_nodes
from noisytm.errors import FormatError
from noisytm.formats._common import (
    KEEPS_ALL,
    Rule,
    check_read_back,
    is_one_character,
    ordered_machine,
    refuse_other_order,
    refuse_symbols,
    refuse_write_1,
    shown_key,
    tuples_by_state,
)
from noisytm.formats._renaming import renamed_where_needed, state_names
from noisytm.formats.protocol import Format
from noisytm.machine import TransitionTuple, TuringMachine

NAME = "turingmachine.io"

_REQUIRED = ("blank", "start state", "table")
_DOCUMENT = ("name", "source code", "positions", "editor contents")
_KNOWN = {*_REQUIRED, *_DOCUMENT, "input", "synonyms"}
_TOP_LEVEL = re.compile(
    r"""^(?:---)?[ \t]*\{?[ \t]*(['"]?)(?:blank|start[ ]state|table|source[ ]code)\1[ \t]*:(?:\s|$)""", re.MULTILINE
)
_FLOW = re.compile(r"\s*\{\s*(?:blank|start[ ]state|table|source[ ]code|name|input|synonyms)\s*:\s")
_NULLS = ("", "~", "null", "Null", "NULL")
_MOVES = {"L": "L", "R": "R", "N": "S"}
_YAML_WORDS = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"}
_PROTOTYPE = "__proto__"
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_-]*|[0-9]")

# (write, next, move), where None stands for what was read and for the same state
Instruction = tuple[str | None, str | None, str]


def looks_like(text: str) -> bool:
    """Return whether a line begins with one of the keys that the format requires."""
    start = text.lstrip()[:1]
    return bool(_FLOW.match(text) if start == "{" else start not in ("[", "<") and _TOP_LEVEL.search(text))


def read(text: str) -> list[TuringMachine]:
    """Read the one machine of a document.

    Raises
    ------
    FormatError
        If the text is not YAML, or not a machine by the rules of turingmachine.io.
    """
    if len(text) > MAX_CHARACTERS:
        raise FormatError(
            f"the text has {len(text)} characters; turingmachine.io YAML is read up to {MAX_CHARACTERS};"
            " use json instead"
        )
    return [_Reader().document(text)]


def write(machine: TuringMachine) -> str:
    """Write the machine as a document that turingmachine.io reads.

    Raises
    ------
    FormatError
        If the machine would not come back the same.
    """
    refuse_symbols(machine, NAME)
    _refuse_what_the_site_rejects(machine)
    refuse_other_order(machine, NAME)
    refuse_write_1(machine, NAME)
    lines = [f"blank: {_quoted(machine.blank)}", f"start state: {_scalar(machine.start)}", "table:"]
    if machine.name and machine.name.isprintable():
        lines.insert(0, f"name: {_quoted(machine.name)}")
    halting = set(machine.halting)
    for state, row in tuples_by_state(machine).items():
        empty = " {}" if not row and state not in halting else ""
        lines.append(f"  {_scalar(state)}:{empty}")
        lines += [f"    {_scalar(t.read)}: {_written(t)}" for t in row]
    text = "\n".join(lines) + "\n"
    check_read_back(machine, text, read, NAME)
    return text


def rename(machine: TuringMachine) -> TuringMachine:
    """Rename symbols that are longer than one character, and the state that is no name to JavaScript."""
    names = state_names(machine, lambda q: q != _PROTOTYPE, lambda q: q.strip("_"))
    return renamed_where_needed(machine, blank=_blank_name(machine), states=names)


def _blank_name(machine: TuringMachine) -> str:
    if is_one_character(machine.blank):
        return machine.blank
    return next(c for c in (" ", "_", *map(chr, range(0x21, 0xFFFF))) if c.isprintable() and c not in machine.symbols)


def _refuse_what_the_site_rejects(machine: TuringMachine) -> None:
    for t in machine.tuples:
        if t.move == "S":
            raise FormatError(
                f"tuple {shown_key(t.read, t.state)} stays (S), and turingmachine.io moves only L or R; {KEEPS_ALL}"
            )
    if _PROTOTYPE in machine.states:
        raise FormatError(
            f"state {_PROTOTYPE!r} is no name to the JavaScript of turingmachine.io; rename it (--rename)"
        )


class _Reader:
    """Walks the YAML nodes themselves: scalars stay as written, and repeated keys and aliases are seen."""

    def __init__(self) -> None:
        self.visited: set[int] = set()
        self.synonyms: dict[str, Instruction] = {}
        self.table: dict[str, Any] = {}

    def document(self, text: str, nested: bool = False) -> TuringMachine:
        top = self.mapping(_composed(text), "the document")
        unknown = sorted(set(top) - _KNOWN)
        if unknown:
            raise FormatError(
                f"unknown top-level keys {shown_list(unknown)}; the known ones are {shown_list(sorted(_KNOWN))}"
            )
        name = "" if _is_null(top.get("name")) else self.scalar(top["name"], "name")
        if "table" not in top and "source code" in top and not nested:
            machine = _Reader().document(self.scalar(top["source code"], "source code"), nested=True)
            return dataclasses.replace(machine, name=name or machine.name)
        for key in _REQUIRED:
            if key not in top or _is_null(top[key]):
                raise FormatError(f"the key {key!r} is missing or empty; a machine needs blank, start state and table")
        return self.machine(top, name)

    def machine(self, top: dict[str, Any], name: str) -> TuringMachine:
        blank = self.scalar(top["blank"], "blank")
        if not is_one_character(blank):
            raise FormatError(f"blank is {shown(blank)}; it must be one character")
        start = self.scalar(top["start state"], "start state")
        self.table = self.mapping(top["table"], "table")
        if "synonyms" in top and not _is_null(top["synonyms"]):
            for key, node in self.mapping(top["synonyms"], "synonyms").items():
                self.synonyms[key] = self.instruction(node, f"synonym {shown(key)}", in_synonym=True)
        self.declared(start, "start state")
        rules: dict[tuple[str, str], Rule] = {}
        lines: dict[tuple[str, str], int] = {}
        for state, row in self.table.items():
            if not _is_null(row):
                for line, symbol, rule in self.row(state, row):
                    if (state, symbol) in rules:
                        first, second = lines[state, symbol], line
                        raise FormatError(
                            f"state {shown(state)} has two rules for symbol {symbol!r}; keep one (they are on lines"
                            f" {first} and {second})"
                        )
                    rules[state, symbol], lines[state, symbol] = rule, line
        return ordered_machine(
            blank=blank,
            start=start,
            rows=[q for q, row in self.table.items() if not _is_null(row)],
            halting=[q for q, row in self.table.items() if _is_null(row)],
            rules=rules,
            name=name,
        )

    def row(self, state: str, node: Any) -> Iterator[tuple[int, str, Rule]]:
        where = f"state {shown(state)}"
        for key, value in self.pairs(node, where):
            symbols = self.symbols(key, where)
            write, target, move = self.instruction(value, f"{where}, symbol {shown(','.join(symbols))}")
            for symbol in symbols:
                yield (
                    _line(key),
                    symbol,
                    (symbol if write is None else write, state if target is None else target, move),
                )

    def symbols(self, key: Any, where: str) -> list[str]:
        if _kind(key) == "sequence":
            self.visit(key, where)
            symbols = [self.scalar(item, f"a symbol of {where}") for item in key.value]
        else:
            symbols = _split_commas(self.scalar(key, f"a symbol of {where}"))
        for symbol in symbols:
            if not is_one_character(symbol):
                raise FormatError(f"{where}: symbol {shown(symbol)} must be one character, or a list of them")
        if not symbols:
            raise FormatError(f"{where}: the list of symbols is empty; name at least one")
        return symbols

    def instruction(self, node: Any, where: str, in_synonym: bool = False) -> Instruction:
        if _kind(node) == "scalar" and not _is_null(node):
            word = self.scalar(node, where)
            if word in _MOVES:
                return None, None, _MOVES[word]
            if word in self.synonyms and not in_synonym:
                return self.synonyms[word]
            more = "; a synonym cannot use another synonym" if in_synonym else " or a declared synonym"
            raise FormatError(f"{where}: instruction {shown(word)} must be L, R, N{more}")
        if _kind(node) != "mapping":
            raise FormatError(f"{where}: the instruction must be L, R, N, a synonym, or like {{write: 1, R: state}}")
        entries = self.mapping(node, where)
        unknown = sorted(set(entries) - {"write", *_MOVES})
        if unknown:
            raise FormatError(f"{where}: unknown keys {shown_list(unknown)}; use write and one of L, R, N")
        moves = [m for m in _MOVES if m in entries]
        if len(moves) != 1:
            raise FormatError(f"{where}: the instruction has {len(moves)} moves; give exactly one of L, R, N")
        write = self.scalar(entries["write"], f"write of {where}") if "write" in entries else None
        if write is not None and not is_one_character(write):
            raise FormatError(f"{where}: write is {shown(write)}; it must be one character")
        target = entries[moves[0]]
        state = None if _is_null(target) else self.scalar(target, f"next state of {where}")
        if state is not None:
            self.declared(state, where)
        return write, state, _MOVES[moves[0]]

    def declared(self, state: str, where: str) -> None:
        if state not in self.table:
            raise FormatError(
                f"{where}: state {shown(state)} is not declared in the table; add a line '{clipped(state, 40)}:' to it"
                f"{did_you_mean(state, list(self.table))}"
            )

    def mapping(self, node: Any, where: str) -> dict[str, Any]:
        entries: dict[str, Any] = {}
        lines: dict[str, int] = {}
        for key, value in self.pairs(node, where):
            name = self.scalar(key, f"a key of {where}")
            if name in entries:
                raise FormatError(
                    f"{where} has the key {shown(name)} twice; keep one (they are on lines {lines[name]} and"
                    f" {_line(key)})"
                )
            entries[name], lines[name] = value, _line(key)
        return entries

    def pairs(self, node: Any, where: str) -> list[tuple[Any, Any]]:
        if _kind(node) != "mapping":
            raise FormatError(f"{where} must be a mapping 'key: value'")
        self.visit(node, where)
        return list(node.value)

    def scalar(self, node: Any, where: str) -> str:
        if _kind(node) != "scalar" or _is_null(node):
            raise FormatError(f"{where} must be a word or a quoted string, and not empty")
        self.visit(node, where)
        return str(node.value)

    def visit(self, node: Any, where: str) -> None:
        # an alias gives the same node again; bombs are built of aliases
        if id(node) in self.visited:
            raise FormatError(f"{where} is a YAML alias (*name); write the value out")
        self.visited.add(id(node))


def _composed(text: str) -> Any:
    try:
        node = yaml_nodes(text)
    except FormatError as error:
        raise FormatError(f"the text is {error}") from None
    if node is None:
        raise FormatError("the YAML document is empty; a machine needs blank, start state and table")
    return node


def _line(node: Any) -> int:
    return int(node.start_mark.line) + 1


def _kind(node: Any) -> str:
    return str(node.id)


def _is_null(node: Any) -> bool:
    return node is None or (_kind(node) == "scalar" and not node.style and node.value in _NULLS)


def _split_commas(key: str) -> list[str]:
    # the site turns the list [0, 1] into the key "0,1" and splits it again; ",," stands for the comma itself
    symbols: list[str] = []
    for part in key.split(","):
        if part == "" and symbols and symbols[-1] == "":
            symbols[-1] = ","
        else:
            symbols.append(part)
    return symbols


def _written(t: TransitionTuple) -> str:
    parts = [] if t.write == t.read else [f"write: {_scalar(t.write)}"]
    if not parts and t.next == t.state:
        return t.move
    parts.append(t.move if t.next == t.state else f"{t.move}: {_scalar(t.next)}")
    return "{" + ", ".join(parts) + "}"


def _scalar(value: str) -> str:
    return value if _PLAIN.fullmatch(value) and value.lower() not in _YAML_WORDS else _quoted(value)


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


FORMAT = Format(
    name=NAME,
    description="the YAML of turingmachine.io",
    endings=(".yaml", ".yml"),
    lossy="tuples that stay; orders that it does not declare; unlisted tuples that write 1",
    looks_like=looks_like,
    read=read,
    write=write,
    rename=rename,
)
