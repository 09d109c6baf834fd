"""The programs of the Morphett simulator: one rule a line, ``state symbol newsymbol direction newstate``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from noisytm._notes import tell
from noisytm._text import shown
from noisytm.errors import FormatError, ReadingNote
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
    tuples_by_state,
)
from noisytm.formats._open import closed_over, mentioned_symbols
from noisytm.formats._renaming import renamed_where_needed, state_names
from noisytm.formats.programs import headed, tursi_files
from noisytm.formats.protocol import Format
from noisytm.formats.tables import is_markdown
from noisytm.machine import TuringMachine

NAME = "morphett"
BLANK = "_"
DEFAULT_START = "0"
_ENTER = "; enter "  # the comment of what is written here; the state and a space follow

_MOVES = {"l": "L", "r": "R", "*": "S"}
_LETTERS = {"L": "l", "R": "r", "S": "*"}
_FORBIDDEN = {"*": "it is the wildcard", ";": "it begins a comment", " ": "rules are split at white space"}
_PROTOTYPE = "__proto__"  # the simulator keeps rules in JavaScript objects, to which this is no name like others


class _Line(NamedTuple):
    state: str
    symbol: str
    write: str
    move: str
    next: str
    number: int

    @property
    def does(self) -> tuple[str, str, str]:
        return self.write, self.move.lower(), self.next


def looks_like(text: str) -> bool:
    """Return whether the first rule has five tokens, of which two are symbols and one a direction."""
    tokens = next(_tokens(text), (0, []))[1]
    if any(other(text) for other in (headed.looks_like, tursi_files.looks_like, is_markdown)):
        return False
    return len(tokens) >= 5 and len(tokens[1]) == len(tokens[2]) == len(tokens[3]) == 1 and tokens[3].lower() in _MOVES


def read(text: str, symbols: Sequence[str] | None = None) -> list[TuringMachine]:
    """Read the one machine of a program, its wildcards written out over the states and symbols that occur.

    Parameters
    ----------
    text : str
        The program.
    symbols : sequence of str, optional
        What ``*`` stands for besides the symbols that occur.

    Raises
    ------
    FormatError
        If a line is not a rule, two lines are rules for one pair, or there are too many tuples.
    """
    lines = [_line(number, tokens) for number, tokens in _tokens(text)]
    if not lines:
        raise FormatError("the program has no rules; write lines 'state symbol newsymbol direction newstate'")
    # in a halting state no rule is ever looked up
    never = [line for line in lines if _is_halting(line.state)]
    lines = [line for line in lines if not _is_halting(line.state)]
    if not lines:
        raise FormatError("every rule is for a halting state, where none is used; add a rule for another state")
    if never:
        tell(
            f"the rules for halting states are never used, and left out: {_shown_numbers(never)}, first for"
            f" {shown(never[0].state)}",
            ReadingNote,
        )
    start = _start(lines)
    if start != DEFAULT_START and f"{_ENTER}{start} " not in text:
        tell(
            f"the program does not say where to start, and has no rule for {DEFAULT_START!r}, which the simulator"
            f" proposes; taken is {shown(start)}, the state of the first rule",
            ReadingNote,
        )
    rows = dict.fromkeys([start, *(line.state for line in lines if line.state != "*")])
    targets = dict.fromkeys(line.next for line in lines if line.next != "*")
    states = dict.fromkeys([*rows, *(q for q in targets if not _is_halting(q))])
    alphabet = _alphabet(lines, list(states), symbols)
    return [
        ordered_machine(
            blank=BLANK,
            start=start,
            rows=states,
            halting=[q for q in targets if _is_halting(q)],
            rules=_expanded(_table(lines), list(states), alphabet),
            symbols=alphabet,
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
    lines = [] if machine.start == DEFAULT_START else [f"{_ENTER}{machine.start} in the box of the initial state"]
    for row in tuples_by_state(machine).values():
        lines += [f"{t.state} {t.read} {t.write} {_LETTERS[t.move]} {t.next}" for t in row]
    text = "\n".join(lines) + "\n"
    check_read_back(machine, text, read, NAME)
    return text


def rename(machine: TuringMachine) -> TuringMachine:
    """Call the blank ``_``, and rename whatever the simulator gives a meaning, or splits at.

    The names of halting states begin with ``halt`` then, and no other's; no state but the start is called ``0``.
    """
    halting = set(machine.halting)

    def allowed(state: str) -> bool:
        plain = _is_one_token(state) and _is_halting(state) == (state in halting)
        return plain and (state != DEFAULT_START or state == machine.start)

    def suggested(state: str) -> str:
        plain = "".join("-" if c in "*;" or c.isspace() else c for c in state)
        if state in halting:
            return plain if _is_halting(plain) else "halt" if len(halting) == 1 else f"halt-{plain}"
        return plain if _is_one_token(plain) and not _is_halting(plain) and plain != DEFAULT_START else f"q{plain}"

    return renamed_where_needed(
        machine,
        blank=BLANK,
        allowed=lambda symbol: is_one_character(symbol) and symbol not in _FORBIDDEN and not symbol.isspace(),
        states=state_names(machine, allowed, suggested),
    )


def _is_one_token(state: str) -> bool:
    return state not in ("*", _PROTOTYPE) and not any(c == ";" or c.isspace() for c in state)


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
    state, symbol, write, move, target = tokens
    line = _Line(state, symbol, write, move, target, number)
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


def _table(lines: list[_Line]) -> dict[tuple[str, str], _Line]:
    table: dict[tuple[str, str], _Line] = {}
    for line in lines:
        other = table.setdefault((line.state, line.symbol), line)
        if other.does != line.does:
            raise FormatError(
                f"lines {other.number} and {line.number} are different rules for state {shown(line.state)} and symbol"
                f" {shown(line.symbol)}: {shown(' '.join(other[:5]))} and {shown(' '.join(line[:5]))}; keep one"
            )
    return table


def _found(table: Mapping[tuple[str, str], _Line], state: str, symbol: str) -> _Line | None:
    """Return the rule that the simulator uses, the first there is from the most to the least special."""
    keys = ((state, symbol), (state, "*"), ("*", symbol), ("*", "*"))
    return next((table[key] for key in keys if key in table), None)


def _alphabet(lines: list[_Line], states: list[str], more: Sequence[str] | None) -> list[str]:
    """Return the symbols that the wildcards stand for, and tell what they were taken for."""
    known = mentioned_symbols(BLANK, {s for line in lines for s in (line.symbol, line.write)} - {"*"})
    wild = [line for line in lines if line.symbol == "*"]
    if not wild:
        return closed_over(BLANK, known, more, wildcards=False)
    tuples = len(states) * len(known)
    if tuples > MAX_TUPLES:
        raise FormatError(f"the wildcards stand for up to {tuples} tuples; the limit is {MAX_TUPLES}")
    unused = ""
    if more is None:
        table = _table(lines)
        used = {line.number for q in states for s in known if (line := _found(table, q, s)) is not None}
        idle = [line for line in wild if line.number not in used]
        unused = f"; none of them is left to {_shown_numbers(idle)}" if idle else ""
    return closed_over(BLANK, known, more, wildcards=True, unused=unused)


def _shown_numbers(lines: list[_Line]) -> str:
    numbers = ", ".join(str(line.number) for line in lines[:6])
    return f"line{'s' * (len(lines) > 1)} {numbers}{' …' * (len(lines) > 6)}"


def _expanded(
    table: Mapping[tuple[str, str], _Line], states: list[str], symbols: list[str]
) -> dict[tuple[str, str], Rule]:
    if not any("*" in key for key in table):
        return {key: _rule(line, *key) for key, line in table.items()}
    if len(states) * len(symbols) > MAX_TUPLES:
        raise FormatError(
            f"the wildcards stand for up to {len(states) * len(symbols)} tuples; the limit is {MAX_TUPLES}"
        )
    cells = ((state, symbol) for state in states for symbol in symbols)
    return {cell: _rule(line, *cell) for cell in cells if (line := _found(table, *cell)) is not None}


def _rule(line: _Line, state: str, symbol: str) -> Rule:
    write = symbol if line.write == "*" else line.write
    target = state if line.next == "*" else line.next
    return write, target, _MOVES[line.move.lower()]


def _refuse_states(machine: TuringMachine) -> None:
    halting = set(machine.halting)
    for state in machine.states:
        if not _is_one_token(state):
            raise FormatError(
                f"state {shown(state)} is '*' or {_PROTOTYPE!r}, or has white space or ';', which morphett splits at;"
                " rename it (--rename, or renamed_for(machine, 'morphett'))"
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
    options=("symbols",),
)
