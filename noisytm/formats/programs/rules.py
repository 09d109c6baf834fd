"""What the readers of programs share: rules with the lines they stand on, and states in the order of their rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from noisytm._text import shown, shown_list
from noisytm.errors import FormatError
from noisytm.formats._common import KEEPS_ALL, MAX_TUPLES, Rule, is_one_character, tuples_by_state
from noisytm.formats._open import refuse_final_rules
from noisytm.machine import TuringMachine


class Program:
    """The rules of a program by state and symbol, each with its line.

    Examples
    --------
    >>> program = Program()
    >>> program.add(3, "q", "1", ("0", "h", "R"))
    >>> program.add(5, "q", "1", ("1", "q", "R"))
    Traceback (most recent call last):
    noisytm.errors.FormatError: lines 3 and 5 are two rules for state 'q' and symbol '1'; keep one
    """

    def __init__(self) -> None:
        self.rules: dict[tuple[str, str], Rule] = {}
        self.lines: dict[tuple[str, str], int] = {}

    def add(self, line: int, state: str, symbol: str, rule: Rule, repeated: bool = True) -> None:
        """Add a rule; a second one for its state and symbol is refused, unless it is the same and may be repeated."""
        key = (state, symbol)
        if key in self.rules and (self.rules[key] != rule or not repeated):
            raise FormatError(
                f"lines {self.lines[key]} and {line} are two rules for state {shown(state)} and symbol"
                f" {shown(symbol)}; keep one"
            )
        if len(self.rules) >= MAX_TUPLES:
            raise FormatError(f"line {line}: the program has more than {MAX_TUPLES} rules, the limit")
        self.rules.setdefault(key, rule)
        self.lines.setdefault(key, line)

    def settle_rules_of(self, halting: Iterable[str], why: str, final: str | None) -> None:
        """Refuse rules for halting states, where whether they are used depends on the simulator, or leave them out.

        Parameters
        ----------
        halting : iterable of str
            The halting states.
        why : str
            What says so, for the message.
        final : {"halts"}, optional
            What the caller says of them; ``halts`` leaves the rules out.
        """
        ending = set(halting)
        for key, line in list(self.lines.items()):
            if key[0] in ending:
                refuse_final_rules(key[0], f"{why}, and line {line} is a rule for it", final)
                del self.rules[key], self.lines[key]

    def states(self, start: str) -> list[str]:
        """Return the start state, those with rules in the order of their first, then those only gone to."""
        rows = dict.fromkeys((start, *(state for state, _ in self.rules)))
        return list(dict.fromkeys((*rows, *(rule[1] for rule in self.rules.values()))))


def checked_symbol(line: int, symbol: str, note: str) -> str:
    """Return ``symbol`` if it is one character; ``note`` is added to the message otherwise."""
    if not is_one_character(symbol):
        raise FormatError(f"line {line}: symbol {shown(symbol)} must be a single character; {note}")
    return symbol


def refuse_lost_states(machine: TuringMachine, target: str, declared: Iterable[str]) -> None:
    """Raise `FormatError` unless ``target`` text, which declares only some states, gives back all in their order."""
    rows = tuples_by_state(machine)
    mentioned = {q for t in machine.tuples for q in (t.state, t.next)} | set(declared)
    lost = [q for q in machine.states if q not in mentioned]
    if lost:
        raise FormatError(
            f"no tuple mentions the states {shown_list(lost)}, so {target} text would lose them; {KEEPS_ALL}"
        )
    ending = set(machine.halting)
    working = [q for q in machine.states if q not in ending]
    bare = {q for q in working if not rows[q] and q != machine.start}
    back = list(dict.fromkeys(t.next for row in rows.values() for t in row if t.next in bare))
    wanted = [machine.start, *(q for q in working if q != machine.start and rows[q]), *back]
    if working and working != wanted:
        raise FormatError(
            f"the states are in the order {shown_list(machine.states)}; {target} text would come back with"
            f" {shown_list(wanted)} first; {KEEPS_ALL}"
        )


def plain_names(names: Sequence[str], allowed: str) -> dict[str, str]:
    """Return new names for those with characters that a regular expression for one does not allow, kept distinct.

    Examples
    --------
    >>> plain_names(["q 0", "q_0", "ok"], "[A-Za-z0-9_]")
    {'q 0': 'q_0_2'}
    """
    plain = {name for name in names if re.fullmatch(f"(?:{allowed})+", name)}
    taken, new = set(plain), {}
    for name in names:
        if name in plain:
            continue
        base = "".join(c if re.fullmatch(allowed, c) else "_" for c in name)
        number, candidate = 1, base
        while candidate in taken:
            number += 1
            candidate = f"{base}_{number}"
        taken.add(candidate)
        new[name] = candidate
    return new
