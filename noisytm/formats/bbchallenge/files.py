"""The bbchallenge standard text: ``1RB1LB_1LA1RZ``, one row per state and one cell per symbol read."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Iterator, Sequence

from noisytm._text import shown, shown_list
from noisytm.errors import FormatError
from noisytm.formats._common import (
    KEEPS_ALL,
    MAX_MACHINES,
    check_read_back,
    normal,
    refuse_other_state_order,
    renamed,
    shown_key,
    unlisted,
)
from noisytm.formats.bbchallenge.cells import LETTERS, MAX_SYMBOLS
from noisytm.formats.bbchallenge.layout import are_rows_of_one, machine_of, rows_of
from noisytm.formats.bbchallenge.lines import HEADER, header_for_more, looks_like, machine_lines
from noisytm.formats.protocol import Format
from noisytm.machine import TransitionTuple, TuringMachine

NAME = "bbchallenge"


def read(text: str) -> Iterator[TuringMachine]:
    """Read one machine per line, one after the other.

    Raises
    ------
    FormatError
        If a line is not a machine, the lines may be the rows of one machine, or there are more than 100 000.
    """
    if text.count("\n") >= MAX_MACHINES and (count := sum(1 for _ in machine_lines(text)[1])) > MAX_MACHINES:
        raise FormatError(f"the text lists {count} machines; the limit is {MAX_MACHINES}; split it")
    for number, found in read_each(text):
        if isinstance(found, FormatError):
            raise FormatError(f"line {number}: {found}") from None
        yield found


def read_each(text: str) -> Iterator[tuple[int, TuringMachine | FormatError]]:
    """Read one machine per line, and go on after a line that is none: its number, and the machine or the error."""
    declared, lines = machine_lines(text)
    first = list(itertools.islice(lines, len(LETTERS) + 1))
    if not declared:
        _refuse_rows_of_one(first)
    for number, line in itertools.chain(first, lines):
        try:
            yield number, line if isinstance(line, FormatError) else machine_of(line)
        except FormatError as error:
            yield number, error


def read_stream(parts: Iterable[str]) -> Iterator[tuple[int, TuringMachine | FormatError]]:
    """Read as `read_each` does a text that comes in parts, each of whole lines, as soon as they are there."""
    before, header = 0, ""
    for count, part in enumerate(_with_quotes_closed(parts)):
        for number, found in read_each(f"{header}\n{part}" if count else part):
            yield before + number - bool(count), found
        if not count:
            header = header_for_more(part)
        before += part.count("\n")


def _with_quotes_closed(parts: Iterable[str]) -> Iterator[str]:
    """Put parts together where a field of a table goes on in the next one."""
    text = ""
    for part in parts:
        text += part
        if text.count('"') % 2 == 0:
            yield text
            text = ""
    if text:
        yield text


def write(machine: TuringMachine) -> str:
    """Write one machine on one line.

    Raises
    ------
    FormatError
        If the machine would not come back the same.
    """
    text = _layout_of(
        machine.symbols, machine.blank, machine.states, machine.start, machine.halting, machine.undefined
    ).text(machine)
    back = machine_of(text)
    if back != machine and back != normal(machine):
        check_read_back(machine, text, lambda written: list(read(written)), NAME)
    return text + "\n"


def write_list(machines: Iterable[TuringMachine]) -> Iterator[str]:
    """Write a machine a line, one after the other; under a header if they might be the rows of one machine."""
    texts = map(write, machines)
    first = list(itertools.islice(texts, len(LETTERS) + 1))
    if are_rows_of_one([rows_of(text) for text in first]):
        yield HEADER + "\n"
    yield from first
    yield from texts


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


def _refuse_rows_of_one(lines: Sequence[tuple[int, str | FormatError]]) -> None:
    texts = [line for _, line in lines if isinstance(line, str)]
    if not 2 <= len(lines) <= len(LETTERS) or len(texts) < len(lines) or any("_" in line for line in texts):
        return
    try:
        rows = [rows_of(line) for line in texts]
    except FormatError:  # said where the line is read
        return
    if are_rows_of_one(rows):
        raise FormatError(
            f"lines {lines[0][0]} to {lines[-1][0]} may be {len(lines)} machines of one row, or the {len(lines)}"
            f" rows of one machine; put the rows on one line with '_' between them, or, for machines, a line"
            f" {HEADER!r} above"
        )


class _Layout:
    """The names, shape and convention of machines, checked once for all machines that share them."""

    def __init__(
        self, symbols: tuple[str, ...], blank: str, states: tuple[str, ...], start: str, halting: tuple[str, ...]
    ) -> None:
        _refuse_symbols(symbols, blank)
        width, ending = len(symbols), frozenset(halting)
        self.working = [q for q in states if q not in ending]
        self.halting = ending
        self.width, self.places = width, {}
        for row, state in enumerate(self.working):
            for column, symbol in enumerate(symbols):
                # the rank in the order of the tuples, and the place in the text
                self.places[symbol, state] = (column * len(self.working) + row, row * width + column)
        self.cells: dict[TransitionTuple, tuple[int, int, str]] = {}

    def cell(self, t: TransitionTuple) -> tuple[int, int, str]:
        found = self.cells.get(t)
        if found is None:
            if t.move == "S":
                raise FormatError(
                    f"tuple {shown_key(t.read, t.state)} stays (S), and bbchallenge moves only L or R; {KEEPS_ALL}"
                )
            found = self.cells[t] = (*self.places[t.read, t.state], f"{t.write}{t.move}{t.next}")
        return found

    def text(self, machine: TuringMachine) -> str:
        found = [self.cell(t) for t in machine.tuples]
        ranks = [rank for rank, _, _ in found]
        if ranks != sorted(ranks):
            refuse_other_state_order(machine, NAME)
        cells = ["---"] * len(self.places)
        for _, place, cell in found:
            cells[place] = cell
        if len(found) < len(cells) and machine.undefined == "stop":
            _refuse_stopping(machine)
        if self.halting:
            _refuse_lost(machine, self.halting)
        width = self.width
        return "_".join(["".join(cells[i : i + width]) for i in range(0, len(cells), width)])


@functools.lru_cache(maxsize=512)
def _layout_of(
    symbols: tuple[str, ...],
    blank: str,
    states: tuple[str, ...],
    start: str,
    halting: tuple[str, ...],
    undefined: str,
) -> _Layout:
    layout = _Layout(symbols, blank, states, start, halting)
    bare = TuringMachine(symbols, blank, states, start, (), halting, undefined)
    refuse_other_state_order(bare, NAME)
    _refuse_states(bare)
    return layout


def _refuse_symbols(symbols: tuple[str, ...], blank: str) -> None:
    digits = tuple(str(i) for i in range(len(symbols)))
    if len(digits) > MAX_SYMBOLS:
        raise FormatError(f"the machine has {len(digits)} symbols; bbchallenge has digits for {MAX_SYMBOLS}")
    if symbols[0] != blank:
        raise FormatError(
            f"the blank {shown(blank)} is not the first of the symbols {shown_list(symbols)}, as it is in bbchallenge,"
            f" and renaming keeps every order; {KEEPS_ALL}"
        )
    if symbols != digits or blank != "0":
        raise FormatError(
            f"the symbols are {shown_list(symbols)} with blank {shown(blank)}; in bbchallenge"
            f" they are {shown_list(digits)} with blank '0'; rename them (--rename, or renamed_for(machine,"
            " 'bbchallenge'))"
        )


def _refuse_stopping(machine: TuringMachine) -> None:
    cell = unlisted(machine)
    if cell is not None:
        raise FormatError(
            f"tuple {shown_key(*cell)} is unlisted and the machine stops there, but bbchallenge '---'"
            " counts one more step that writes 1; set undefined to 'write-1' if that is meant, or write"
            " another format"
        )


def _refuse_states(machine: TuringMachine) -> None:
    halting = [q for q in machine.states if q in set(machine.halting)]
    working = [q for q in machine.states if q not in set(halting)]
    if not working or machine.start in halting:
        raise FormatError(
            f"the start state {shown(machine.start)} is halting, and bbchallenge starts at the state of the"
            f" first row; {KEEPS_ALL}"
        )
    if len(machine.states) > len(LETTERS):
        raise FormatError(
            f"the machine has {len(machine.states)} states; bbchallenge has letters for {len(LETTERS)}; {KEEPS_ALL}"
        )
    letters = list(LETTERS[: len(working)])
    if working != letters:
        raise FormatError(
            f"the states with rows are {shown_list(working)}; in bbchallenge they are A, B, … in order;"
            " rename them (--rename, or renamed_for(machine, 'bbchallenge'))"
        )
    if not _are_halting_letters(halting, len(working)):
        raise FormatError(
            f"the halting states are {shown_list(halting)}; in bbchallenge they are letters after"
            f" {working[-1]}, in order; rename them (--rename, or renamed_for(machine, 'bbchallenge'))"
        )


def _refuse_lost(machine: TuringMachine, halting: frozenset[str]) -> None:
    reached = {t.next for t in machine.tuples}
    if not halting <= reached:
        lost = [q for q in machine.states if q in halting and q not in reached]
        raise FormatError(
            f"no tuple goes to the halting states {shown_list(lost)}, so bbchallenge text would lose them; {KEEPS_ALL}"
        )


def _are_halting_letters(halting: Sequence[str], rows: int) -> bool:
    return set(halting) <= set(LETTERS[rows:]) and list(halting) == sorted(halting)


BBCHALLENGE = Format(
    name=NAME,
    description="the standard text `1RB1LB_1LA1RZ`, a machine a line",
    endings=(".txt", ".csv"),
    lossy="symbols but 0, 1, …; tuples that stay; stopping at an unlisted tuple",
    looks_like=looks_like,
    read=read,
    write=write,
    read_stream=read_stream,
    write_several=write_list,
    rename=rename,
)
