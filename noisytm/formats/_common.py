"""What the exchange formats share: limits, the order where none is declared, reasons to refuse."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from noisytm._text import clipped, shown, shown_list, shown_name
from noisytm.errors import FormatError, MachineError
from noisytm.machine import TransitionTuple, TuringMachine

MAX_TEXT = 10_000_000
MAX_TUPLES = 1_000_000
MAX_MACHINES = 100_000
LONGEST_NAME = 40

# Of the names of states in formats whose parsers want, or are safe with, such alone.
STATE_CHARACTER = "[A-Za-z0-9_]"
KEEPS_ALL = "write it as json, which keeps everything"

Rule = tuple[str, str, str]
"""What a rule does: (write, next, move)."""


def begins_otherwise(text: str) -> bool:
    """Return whether a text begins as JSON, XML or a Markdown table do, whatever lines of another format it has.

    Examples
    --------
    >>> begins_otherwise(' {"init": "A"}'), begins_otherwise("init: A")
    (True, False)
    """
    return text.lstrip()[:1] in ("{", "[", "<", "|")


def is_one_character(symbol: str) -> bool:
    """Return whether ``symbol`` is one UTF-16 unit, which is one character to Java and JavaScript.

    Examples
    --------
    >>> is_one_character("a"), is_one_character("ab"), is_one_character("🂡")
    (True, False, False)
    """
    return len(symbol) == 1 and ord(symbol) <= 0xFFFF


def shown_key(symbol: str, state: str) -> str:
    """Return what names a tuple in a message: ``(symbol, state)``, long names in quotes and cut.

    Examples
    --------
    >>> print(shown_key("1", "A"), shown_key(" ", "A"))
    (1, A) (' ', A)
    """
    return f"({', '.join(shown_name(x) if len(x) <= LONGEST_NAME else shown(x) for x in (symbol, state))})"


def ordered_machine(
    *,
    blank: str,
    start: str,
    rows: Iterable[str],
    halting: Iterable[str],
    rules: Mapping[tuple[str, str], Rule],
    symbols: Sequence[str] | None = None,
    undefined: str = "stop",
    name: str = "",
) -> TuringMachine:
    """Build a machine in the order that a format without declared order gives it.

    Parameters
    ----------
    blank, start : str
        The blank symbol and the start state.
    rows : iterable of str
        The states that are not halting, in the order of their rows; the start state is moved to the front.
    halting : iterable of str
        The halting states; they come last.
    rules : mapping (state, symbol) → (write, next, move)
        The table.
    symbols : sequence of str, optional
        The alphabet in order; by default the blank, then the other symbols of ``rules`` by code point.
    undefined, name : str, optional
        As in `TuringMachine`.

    Raises
    ------
    FormatError
        If the parts do not make a machine.

    Examples
    --------
    >>> machine = ordered_machine(blank="_", start="B", rows=["A", "B"], halting=["H"],
    ...     rules={("A", "b"): ("a", "B", "R"), ("B", "_"): ("b", "H", "L")})
    >>> machine.symbols, machine.states
    (('_', 'a', 'b'), ('B', 'A', 'H'))
    """
    if symbols is None:
        seen = {s for (_, read), (write, _, _) in rules.items() for s in (read, write)}
        symbols = (blank, *sorted(seen - {blank}))
    ending = tuple(halting)
    states = tuple(dict.fromkeys((start, *rows, *ending)))
    return declared_machine(
        symbols=symbols,
        blank=blank,
        states=states,
        start=start,
        halting=ending,
        rules=rules,
        undefined=undefined,
        name=name,
    )


def declared_machine(
    *,
    symbols: Sequence[str],
    blank: str,
    states: Sequence[str],
    start: str,
    halting: Iterable[str],
    rules: Mapping[tuple[str, str], Rule],
    undefined: str = "stop",
    name: str = "",
) -> TuringMachine:
    """Build a machine whose format declares its symbols and states, each in order; the tuples are in standard order.

    Parameters
    ----------
    symbols, states : sequence of str
        The alphabet and all states, in order.
    blank, start, halting, undefined, name
        As in `TuringMachine`.
    rules : mapping (state, symbol) → (write, next, move)
        The table.

    Raises
    ------
    FormatError
        If the parts do not make a machine.

    Examples
    --------
    >>> machine = declared_machine(symbols="ba", blank="a", states=["q", "p"], start="p", halting=[],
    ...     rules={("p", "a"): ("b", "q", "R"), ("q", "b"): ("b", "q", "R")})
    >>> machine.symbols, machine.start, [t.read for t in machine.tuples]
    (('b', 'a'), 'p', ['b', 'a'])
    """
    symbol_rank = {s: i for i, s in enumerate(symbols)}
    state_rank = {q: i for i, q in enumerate(states)}
    keys = sorted(rules, key=lambda k: (symbol_rank.get(k[1], -1), state_rank.get(k[0], -1)))
    try:
        return TuringMachine(
            symbols=tuple(symbols),
            blank=blank,
            states=tuple(states),
            start=start,
            tuples=tuple(TransitionTuple(s, q, *rules[q, s]) for q, s in keys),
            halting=tuple(halting),
            undefined=undefined,
            name=name,
        )
    except MachineError as error:
        raise FormatError(clipped(str(error))) from error


def standard_keys(machine: TuringMachine) -> list[tuple[str, str]]:
    """Return the machine's (symbol, state) keys in standard order: by symbol, then by state."""
    symbol_rank = {s: i for i, s in enumerate(machine.symbols)}
    state_rank = {q: i for i, q in enumerate(machine.states)}
    return sorted(machine.keys, key=lambda key: (symbol_rank[key[0]], state_rank[key[1]]))


def tuples_by_state(machine: TuringMachine) -> dict[str, list[TransitionTuple]]:
    """Return the listed tuples of every state, also of those that have none, in listed order."""
    rows: dict[str, list[TransitionTuple]] = {state: [] for state in machine.states}
    for t in machine.tuples:
        rows[t.state].append(t)
    return rows


def unlisted(machine: TuringMachine) -> tuple[str, str] | None:
    """Return the first unlisted (symbol, state), halting states aside, or ``None`` if all are listed."""
    listed, halting = set(machine.keys), set(machine.halting)
    cells = ((s, q) for s in machine.symbols for q in machine.states)
    return next((cell for cell in cells if cell not in listed and cell[1] not in halting), None)


def refuse_other_order(machine: TuringMachine, target: str) -> None:
    """Raise `FormatError` unless the machine has the order that ``target``, which declares none, gives it."""
    others = [s for s in machine.symbols if s != machine.blank]
    if machine.symbols != (machine.blank, *sorted(others)):
        raise FormatError(
            f"the symbols are in the order {shown_list(machine.symbols)}; {target} text would come back"
            f" with the blank first, then the others by code point; {KEEPS_ALL}"
        )
    refuse_other_state_order(machine, target)
    mentioned = {s for t in machine.tuples for s in (t.read, t.write)} | {machine.blank}
    lost = [s for s in machine.symbols if s not in mentioned]
    if lost:
        raise FormatError(
            f"no tuple mentions the symbols {shown_list(lost)}, and {target} text declares no alphabet, so"
            f" they would be lost; {KEEPS_ALL}"
        )


def refuse_other_state_order(machine: TuringMachine, target: str) -> None:
    """Raise `FormatError` unless states and tuples are in the order in which ``target`` text comes back."""
    if machine.states[0] != machine.start:
        raise FormatError(
            f"the start state {shown(machine.start)} is not the first of the states {shown_list(machine.states)};"
            f" {target} text would come back with it first; {KEEPS_ALL}"
        )
    halting = set(machine.halting) - {machine.start}
    working = [q for q in machine.states if q not in halting]
    if list(machine.states[: len(working)]) != working:
        raise FormatError(
            f"the halting states {shown_list(machine.halting)} are not the last of"
            f" {shown_list(machine.states)}; {target} text would come back with them last; {KEEPS_ALL}"
        )
    refuse_other_tuple_order(machine, target)


def refuse_other_tuple_order(machine: TuringMachine, target: str) -> None:
    """Raise `FormatError` unless the tuples are in standard order, the only one that ``target`` text has."""
    for (s, q), key in zip(machine.keys, standard_keys(machine), strict=True):
        if (s, q) != key:
            raise FormatError(
                f"tuple {shown_key(s, q)} is listed where the standard order, by symbol and then by state, has"
                f" {shown_key(*key)}; {target} text has only the standard order; {KEEPS_ALL}"
            )


def refuse_write_1(machine: TuringMachine, target: str) -> None:
    """Raise `FormatError` if an unlisted tuple counts a step that writes 1, which ``target`` cannot say."""
    cell = unlisted(machine) if machine.undefined == "write-1" else None
    if cell is not None:
        raise FormatError(
            f"tuple {shown_key(*cell)} is unlisted and the machine's convention is 'write-1'; in"
            f" {target} an unlisted tuple stops at once, which changes the run; list the tuple, or write it"
            " as bbchallenge or json"
        )


def refuse_symbols(machine: TuringMachine, target: str, forbidden: Mapping[str, str] | None = None) -> None:
    """Raise `FormatError` at the first symbol ``target`` cannot write; ``forbidden`` maps symbol → reason."""
    for symbol in machine.symbols:
        if not is_one_character(symbol):
            raise FormatError(
                f"symbol {shown(symbol)} is not a single character up to U+FFFF, as {target} needs;"
                f" rename it, or {KEEPS_ALL}"
            )
        if forbidden and symbol in forbidden:
            raise FormatError(f"symbol {symbol!r} cannot be written in {target}: {forbidden[symbol]}; rename it")


def refuse_states(machine: TuringMachine, target: str, why: str = "needs") -> None:
    """Raise `FormatError` at the first state that is not made of `STATE_CHARACTER`, as ``target`` has it.

    Parameters
    ----------
    machine : TuringMachine
        The machine.
    target : str
        The format.
    why : str
        What the format does with such names, for the message: it needs them, or ``is safe with`` them.
    """
    for state in machine.states:
        if not re.fullmatch(f"{STATE_CHARACTER}+", state):
            raise FormatError(
                f"state {shown(state)} has other characters than letters, digits and '_', which {target} {why};"
                f" rename it (--rename, or renamed_for(machine, {target!r}))"
            )


def refuse_blank(machine: TuringMachine, target: str, blank: str) -> None:
    """Raise `FormatError` unless the machine's blank is the one ``target`` prescribes."""
    if machine.blank != blank:
        raise FormatError(
            f"the blank is {shown(machine.blank)}, and in {target} it is always {blank!r}, so words with"
            f" {shown(machine.blank)} would change; rename it (--rename, or renamed_for(machine, {target!r}))"
        )


def normal(machine: TuringMachine) -> TuringMachine:
    """Return the machine with ``undefined`` as ``stop`` if every tuple is listed, where it means nothing."""
    if machine.undefined == "stop" or unlisted(machine) is not None:
        return machine
    return dataclasses.replace(machine, undefined="stop")


def renamed(
    machine: TuringMachine, symbols: Mapping[str, str] | None = None, states: Mapping[str, str] | None = None
) -> TuringMachine:
    """Rename symbols and states, unless that would change what the machine does at an unlisted tuple."""
    machine = normal(machine)
    if machine.undefined == "write-1" and symbols and symbols.get("1", "1") != "1":
        return machine
    if all(old == new for names in (symbols, states) for old, new in (names or {}).items()):
        return machine
    return machine.renamed(symbols, states)


def check_read_back(machine: TuringMachine, text: str, read: Callable[[str], list[TuringMachine]], target: str) -> None:
    """Raise `FormatError`, naming what differs, unless ``text`` reads back as ``machine``.

    The safety net under the writers: whatever their own checks miss is still not written.
    """
    try:
        back = read(text)
    except FormatError as error:
        raise FormatError(clipped(f"the machine cannot be expressed in {target}: {error}; {KEEPS_ALL}")) from error
    if len(back) != 1:
        raise FormatError(f"the {target} text would read as {len(back)} machines; {KEEPS_ALL}")
    wanted, got = normal(machine), normal(back[0])
    for what in ("symbols", "blank", "states", "start", "halting", "undefined", "tuples"):
        mine, its = getattr(wanted, what), getattr(got, what)
        if mine != its:
            raise FormatError(
                f"the machine's {what} {shown(mine)} would come back from {target} as {shown(its)}; {KEEPS_ALL}"
            )
