"""The programs of the Morphett simulator: one rule a line, ``state symbol newsymbol direction newstate``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from noisytm._text import shown
from noisytm.errors import FormatError
from noisytm.formats._common import (
    MAX_TUPLES,
    Rule,
    check_read_back,
    is_one_character,
    ordered_machine,
    refuse_blank,
    refuse_other_order,
    refuse_symbols,
    refuse_write_1,
    renamed,
    tuples_by_state,
)
from noisytm.formats.protocol import Format
from noisytm.machine import TuringMachine

NAME = "morphett"
BLANK = "_"
DEFAULT_START = "0"

_MOVES = {"l": "L", "r": "R", "*": "S"}
_LETTERS = {"L": "l", "R": "r", "S": "*"}
_FORBIDDEN = {"*": "it is the wildcard", ";": "it begins a comment"}


class _Line(NamedTuple):
    state: str
    symbol: str
    write: str
    move: str
    next: str


def looks_like(text: str) -> bool:
    """Return whether the first rule has five tokens, of which two are symbols and one a direction."""
    tokens = next(_tokens(text), (0, []))[1]
    return len(tokens) >= 5 and len(tokens[1]) == len(tokens[2]) == len(tokens[3]) == 1 and tokens[3].lower() in _MOVES


def read(text: str) -> list[TuringMachine]:
    """Read the one machine of a program, its wildcards written out over the states and symbols that occur.

    Raises
    ------
    FormatError
        If a line is not a rule, or there are too many tuples.
    """
    lines = [_line(number, tokens) for number, tokens in _tokens(text)]
    if not lines:
        raise FormatError("the program has no rules; write lines 'state symbol newsymbol direction newstate'")
    # in a halting state no rule is ever looked up
    lines = [line for line in lines if not _is_halting(line.state)]
    if not lines:
        raise FormatError("every rule is for a halting state, where none is used; add a rule for another state")
    start = _start(lines)
    rows = dict.fromkeys([start, *(line.state for line in lines if line.state != "*")])
    targets = dict.fromkeys(line.next for line in lines if line.next != "*")
    states = dict.fromkeys([*rows, *(q for q in targets if not _is_halting(q))])
    mentioned = {s for line in lines for s in (line.symbol, line.write)} - {"*", BLANK}
    return [
        ordered_machine(
            blank=BLANK,
            start=start,
            rows=states,
            halting=[q for q in targets if _is_halting(q)],
            rules=_expanded(lines, list(states), [BLANK, *sorted(mentioned)]),
        )
    ]


def write(machine: TuringMachine) -> str:
    """Write the machine as a program without wildcards.

    Raises
    ------
    FormatError
        If the machine would not come back the same.
    """
    refuse_symbols(machine, NAME, _FORBIDDEN)
    refuse_blank(machine, NAME, BLANK)
    refuse_other_order(machine, NAME)
    refuse_write_1(machine, NAME)
    _refuse_states(machine)
    lines = [] if machine.start == DEFAULT_START else [f"; enter {machine.start} in the box of the initial state"]
    for row in tuples_by_state(machine).values():
        lines += [f"{t.state} {t.read} {t.write} {_LETTERS[t.move]} {t.next}" for t in row]
    text = "\n".join(lines) + "\n"
    check_read_back(machine, text, read, NAME)
    return text


def rename(machine: TuringMachine) -> TuringMachine:
    """Call the blank ``_``, and make the names of halting states begin with ``halt``."""
    symbols = {} if BLANK in machine.symbols else {machine.blank: BLANK}
    wrong = [q for q in machine.halting if not _is_halting(q)]
    states = {q: f"halt-{q}" for q in wrong}
    if len(machine.halting) == 1:
        states = dict.fromkeys(wrong, "halt")
    return machine if set(states.values()) & set(machine.states) else renamed(machine, symbols, states)


def _tokens(text: str) -> Iterator[tuple[int, list[str]]]:
    for number, raw in enumerate(text.replace("\r", "").split("\n"), start=1):
        tokens = raw.split(";", 1)[0].split()
        if tokens:
            yield number, tokens


def _line(number: int, tokens: list[str]) -> _Line:
    if len(tokens) == 6 and tokens[5] == "!":
        tokens = tokens[:5]
    if len(tokens) != 5:
        raise FormatError(
            f"line {number}: {shown(' '.join(tokens))} has {len(tokens)} entries; a rule is 'state symbol"
            " newsymbol direction newstate', with '!' after it for a breakpoint"
        )
    line = _Line(*tokens)
    for symbol in (line.symbol, line.write):
        if not is_one_character(symbol):
            raise FormatError(f"line {number}: symbol {shown(symbol)} must be a single character; '_' is the blank")
    if line.move.lower() not in _MOVES:
        raise FormatError(f"line {number}: direction {shown(line.move)} must be l, r or * (no move)")
    return line


def _is_halting(state: str) -> bool:
    return state[:4].lower() == "halt"


def _start(lines: list[_Line]) -> str:
    named = [line.state for line in lines if line.state != "*"]
    return DEFAULT_START if DEFAULT_START in named or not named else named[0]


def _expanded(lines: list[_Line], states: list[str], symbols: list[str]) -> dict[tuple[str, str], Rule]:
    table = {(line.state, line.symbol): line for line in lines}
    if not any("*" in key for key in table):
        return {key: _rule(line, *key) for key, line in table.items()}
    if len(states) * len(symbols) > MAX_TUPLES:
        raise FormatError(
            f"the wildcards stand for up to {len(states) * len(symbols)} tuples; the limit is {MAX_TUPLES}"
        )
    rules = {}
    for state in states:
        for symbol in symbols:
            for key in ((state, symbol), (state, "*"), ("*", symbol), ("*", "*")):
                if key in table:
                    rules[state, symbol] = _rule(table[key], state, symbol)
                    break
    return rules


def _rule(line: _Line, state: str, symbol: str) -> Rule:
    write = symbol if line.write == "*" else line.write
    target = state if line.next == "*" else line.next
    return write, target, _MOVES[line.move.lower()]


def _refuse_states(machine: TuringMachine) -> None:
    halting = set(machine.halting)
    for state in machine.states:
        if state == "*" or ";" in state or len(state.split()) != 1 or state.split()[0] != state:
            raise FormatError(
                f"state {shown(state)} is '*' or has white space or ';', which morphett splits at; rename it"
            )
        if _is_halting(state) != (state in halting):
            verb = "is not" if _is_halting(state) else "is"
            raise FormatError(
                f"state {shown(state)} {verb} halting, and in morphett the halting states are those whose"
                " names begin with 'halt'; rename it (--rename, or renamed_for(machine, 'morphett'))"
            )
    mentioned = {q for t in machine.tuples for q in (t.state, t.next)}
    for state in machine.states:
        if state not in mentioned:
            raise FormatError(
                f"no tuple mentions state {shown(state)}, so morphett text would lose it; write json instead"
            )
    with_rows = [q for q, row in tuples_by_state(machine).items() if row]
    picked = DEFAULT_START if DEFAULT_START in with_rows else with_rows[0]
    if picked != machine.start:
        raise FormatError(
            f"the start state is {shown(machine.start)}, but morphett text does not say where to start and would"
            f" be read as starting at {shown(picked)}; rename the states so that the start is '0', or write json"
            " instead"
        )


MORPHETT = Format(
    name=NAME,
    description="programs of the simulator at morphett.info",
    endings=(".txt",),
    lossy="orders that it does not declare; unlisted tuples that write 1; the name",
    looks_like=looks_like,
    read=read,
    write=write,
    rename=rename,
)
