"""The tm-files of the simulator Tursi: a rule a line, and commands that begin with ``#!``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from noisytm._notes import tell
from noisytm._text import shown, shown_list
from noisytm.errors import FormatError, ReadingNote
from noisytm.formats._common import (
    MAX_TUPLES,
    Rule,
    begins_otherwise,
    check_read_back,
    is_one_character,
    ordered_machine,
    refuse_other_order,
    refuse_symbols,
    refuse_write_1,
    tuples_by_state,
)
from noisytm.formats._open import closed_over, mentioned_symbols
from noisytm.formats._renaming import renamed_where_needed, state_names
from noisytm.formats.programs.rules import Program, checked_symbol, refuse_lost_states
from noisytm.formats.protocol import Format
from noisytm.machine import TuringMachine

NAME = "tursi"
DEFAULT_FILL = "*"

_MARK = re.compile(r"#![ \t]*(?:start|end|fill|break|write|wildcard)\b")
_SPACE = re.compile(r"[ \t\n\v\f\r]+")  # what Java splits at; others, such as the no-break space, are symbols
_MOVES = dict.fromkeys("lL<", "L") | dict.fromkeys("nNsS=", "S") | dict.fromkeys("rR>", "R")
_STEPS = {-1: "L", 0: "S", 1: "R"}
_LETTERS = {"L": "L", "S": "N", "R": "R"}
_COMMANDS = ("start", "end", "fill", "wildcard", "break", "write")


class _Line(NamedTuple):
    number: int
    rule: list[str]
    commands: list[list[str]]


class _Commands:
    """What the commands of a file declare."""

    def __init__(self) -> None:
        self.start: str | None = None
        self.end: list[str] | None = None
        self.fill: str | None = None
        self.wildcard: str | None = None

    def run(self, number: int, words: list[str]) -> None:
        name, *given = words
        if name not in _COMMANDS:
            raise FormatError(
                f"line {number}: the command {shown(name)} is unknown; the commands are {', '.join(_COMMANDS)}"
            )
        if name == "end":
            self.end = list(dict.fromkeys([*(self.end or []), *given]))
        elif name == "write":
            tell(f"the command 'write' of line {number} is about the tape, not the machine, and left out", ReadingNote)
        elif name in ("start", "fill", "wildcard"):
            if len(given) != 1:
                raise FormatError(f"line {number}: the command {name!r} has {len(given)} arguments; it takes one")
            if getattr(self, name) is not None:
                raise FormatError(f"line {number}: the command {name!r} stands twice; keep one")
            setattr(self, name, given[0])

    def blank(self) -> str:
        word = self.fill or DEFAULT_FILL
        if self.fill is None:
            tell(f"no fill is given; the tape is full of {DEFAULT_FILL!r}, as in Tursi", ReadingNote)
        if self.wildcard is not None:
            _one(self.wildcard, "wildcard")
        if len(set(word)) > 1:
            raise FormatError(f"fill is {shown(word)}, a tape of several symbols in turn; only one blank can be read")
        return _one(word[0], "fill")


def looks_like(text: str) -> bool:
    """Return whether there is a command of Tursi, and what stands first besides is a rule of five words."""
    if not _MARK.search(text) or begins_otherwise(text):
        return False
    first = next((line.rule for line in _lines(text) if line.rule), None)
    return first is None or (len(first) == 5 and len(first[1]) == len(first[2]) == 1)


def read(text: str, final: str | None = None, symbols: Sequence[str] | None = None) -> list[TuringMachine]:
    """Read the one machine of a file, its wildcard written out over the symbols that occur.

    Parameters
    ----------
    text : str
        The file.
    final : {"halts"}, optional
        Leave out the rules of end states; by default they are refused.
    symbols : sequence of str, optional
        What the wildcard stands for besides the symbols in the file.

    Raises
    ------
    FormatError
        If a line is neither a rule nor a command, or the machine moves by more than a cell or has no single blank.
    """
    commands, rows = _Commands(), []
    for line in _lines(text):
        for words in line.commands:
            commands.run(line.number, words)
        if line.rule:
            rows.append((line.number, _rule(line)))
    program = Program()
    for number, (state, symbol, *rule) in rows:
        program.add(number, state, symbol, (rule[0], rule[1], rule[2]), repeated=False)
    blank = commands.blank()
    if not program.rules and commands.start is None:
        raise FormatError("the file has no rules and no start state; write lines 'state read write move next'")
    start = _start(program, commands.start)
    ends = _ends(program) if commands.end is None else commands.end
    program.settle_rules_of(ends, "the command 'end' names it", final)
    ending = set(ends)
    alphabet = _alphabet(program, blank, commands.wildcard, symbols)
    return [
        ordered_machine(
            blank=blank,
            start=start,
            rows=[q for q in program.states(start) if q not in ending],
            halting=ends,
            rules=_written_out(program, alphabet, commands.wildcard),
            symbols=alphabet,
        )
    ]


def write(machine: TuringMachine) -> str:
    """Write the machine as a tm-file without wildcard.

    Raises
    ------
    FormatError
        If the machine would not come back the same.
    """
    refuse_symbols(machine, NAME)
    refuse_other_order(machine, NAME)
    refuse_write_1(machine, NAME)
    for what, names in (("symbol", machine.symbols), ("state", machine.states)):
        for name in names:
            if _SPACE.search(name):
                raise FormatError(f"{what} {shown(name)} has white space, which {NAME} splits at; rename it")
    refuse_lost_states(machine, NAME, (machine.start, *machine.halting))
    lines = [f"#! start {_escaped(machine.start)}"]
    lines.append(" ".join(["#! end", *map(_escaped, machine.halting)]))
    lines += [f"#! fill {_escaped(machine.blank)}", ""]
    for row in tuples_by_state(machine).values():
        for t in row:
            lines.append(" ".join(map(_escaped, (t.state, t.read, t.write, _LETTERS[t.move], t.next))))
    text = "\n".join(lines) + "\n"
    check_read_back(machine, text, read, NAME)
    return text


def rename(machine: TuringMachine) -> TuringMachine:
    """Rename symbols that are longer than a character or white space, and put ``-`` for white space in states."""
    return renamed_where_needed(
        machine,
        allowed=_is_symbol,
        blank=machine.blank if _is_symbol(machine.blank) else DEFAULT_FILL,
        states=state_names(machine, lambda q: not _SPACE.search(q), lambda q: _SPACE.sub("-", q)),
    )


def _is_symbol(symbol: str) -> bool:
    return is_one_character(symbol) and not _SPACE.search(symbol)


def _lines(text: str) -> Iterator[_Line]:
    for number, raw in enumerate(re.split(r"\r\n|\r|\n", text), start=1):
        parts = _parts(raw)
        words = [[word.replace("\0", "#") for word in _SPACE.split(part) if word] for part in parts]
        if any(words):
            yield _Line(number, words[0], [command for command in words[1:] if command])


def _parts(line: str) -> list[str]:
    """Return what stands before the first command of a line, and each command, the comment cut off."""
    kept = line.replace("##", "\0")  # no text has this character
    comment = re.search(r"#(?!!)", kept)
    return (kept[: comment.start()] if comment else kept).split("#!")


def _rule(line: _Line) -> list[str]:
    if len(line.rule) != 5:
        raise FormatError(
            f"line {line.number}: {shown(' '.join(line.rule))} has {len(line.rule)} entries; a rule is"
            " 'state read write move next'"
        )
    state, symbol, write, move, target = line.rule
    for letter in (symbol, write):
        checked_symbol(line.number, letter, "'#' is written '##'")
    if move in _MOVES:
        return [state, symbol, write, target, _MOVES[move]]
    steps = int(move) if re.fullmatch(r"[+-]?[0-9]{1,9}", move, re.ASCII) else None
    if steps is None:
        raise FormatError(f"line {line.number}: move {shown(move)} must be -1, 0 or 1, or one of {' '.join(_MOVES)}")
    if steps not in _STEPS:
        raise FormatError(f"line {line.number}: move {move} is by more than a cell; write it as several rules")
    return [state, symbol, write, target, _STEPS[steps]]


def _start(program: Program, declared: str | None) -> str:
    """Return the start state: the one declared, else, as Tursi guesses, the only one that no rule goes to."""
    if declared is not None:
        return declared
    targets = {rule[1] for rule in program.rules.values()}
    sources = list(dict.fromkeys(state for state, _ in program.rules if state not in targets))
    if len(sources) > 1:
        raise FormatError(f"no start state is given and no rule goes to {', '.join(sources[:5])}; add '#! start STATE'")
    start = sources[0] if sources else next(iter(program.rules))[0]
    tell(f"no start state is given; it is {shown(start)}, as Tursi guesses", ReadingNote)
    return start


def _ends(program: Program) -> list[str]:
    """Return the end states of a file that names none: those without rules, as in Tursi."""
    rows = {state for state, _ in program.rules}
    ends = list(dict.fromkeys(rule[1] for rule in program.rules.values() if rule[1] not in rows))
    if ends:
        tell(f"no end states are given; they are {shown_list(ends)}, which have no rules, as in Tursi", ReadingNote)
    return ends


def _alphabet(program: Program, blank: str, wildcard: str | None, more: Sequence[str] | None) -> list[str]:
    """Return the symbols that the wildcard stands for, and tell what they were taken for."""
    mentioned = {s for (_, read), rule in program.rules.items() for s in (read, rule[0])}
    known = mentioned_symbols(blank, mentioned - ({wildcard} if wildcard else set()))
    wild = [q for q, s in program.rules if s == wildcard]
    idle = [program.lines[q, wildcard] for q in wild if wildcard and all((q, s) in program.rules for s in known)]
    unused = f", and none is left to line {idle[0]}" if idle and more is None else ""
    alphabet = closed_over(blank, known, more, wildcards=bool(wild), unused=unused)
    if len(wild) * len(alphabet) > MAX_TUPLES:
        raise FormatError(f"the wildcard stands for {len(wild) * len(alphabet)} tuples; the limit is {MAX_TUPLES}")
    return alphabet


def _written_out(program: Program, alphabet: list[str], wildcard: str | None) -> dict[tuple[str, str], Rule]:
    """Return the rules with the wildcard replaced by every symbol that the state has no rule for."""
    rules = {key: rule for key, rule in program.rules.items() if key[1] != wildcard}
    for (state, symbol), rule in program.rules.items():
        for letter in alphabet if symbol == wildcard else ():
            rules.setdefault((state, letter), rule)
    return {
        (q, s): (s if write == wildcard else write, target, move) for (q, s), (write, target, move) in rules.items()
    }


def _one(symbol: str, command: str) -> str:
    if len(symbol) != 1 or ord(symbol) > 0xFFFF:
        raise FormatError(f"{command} is {shown(symbol)}; it must be one character")
    return symbol


def _escaped(word: str) -> str:
    return word.replace("#", "##")


TURSI = Format(
    name=NAME,
    description="tm-files of the simulator Tursi",
    endings=(".tm",),
    lossy="orders that it does not declare; unlisted tuples that write 1; the name",
    looks_like=looks_like,
    read=read,
    write=write,
    rename=rename,
    options=("final", "symbols"),
)
