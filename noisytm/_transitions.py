"""The entries of a transition table, and the check that a list of them is one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from noisytm._checks import listed
from noisytm._summary import line_of
from noisytm._text import did_you_mean, shown, shown_list
from noisytm.errors import MachineError

MOVES = ("L", "S", "R")


class TransitionTuple(NamedTuple):
    """One entry of a transition table: in ``state`` reading ``read``, write, go to ``next``, move."""

    read: str
    state: str
    write: str
    next: str
    move: str

    def __repr__(self) -> str:
        return line_of(self)


def checked_tuples(
    tuples: Iterable[Sequence[str]],
    symbols: tuple[str, ...],
    states: tuple[str, ...],
    halting: set[str],
    distinct: bool,
) -> tuple[TransitionTuple, ...]:
    """Return rows as tuples in their order, of ``distinct`` keys as those of a machine, or raise `MachineError`."""
    known_symbols, known_states, seen = set(symbols), set(states), set()
    checked = []
    for row in listed("tuples", tuples):
        sequence = isinstance(row, Sequence) and not isinstance(row, str)
        if not sequence or len(row) != 5 or not all(isinstance(x, str) for x in row):
            raise MachineError(f"tuple {shown(row)} is not (read, state, write, next, move)")
        t = TransitionTuple(*row)
        for what, value, where, known in (
            ("read symbol", t.read, "symbols", known_symbols),
            ("state", t.state, "states", known_states),
            ("written symbol", t.write, "symbols", known_symbols),
            ("next state", t.next, "states", known_states),
        ):
            if value not in known:
                declared = symbols if where == "symbols" else states
                raise MachineError(
                    f"tuple {shown(tuple(t))}: {what} {shown(value)} is not declared;"
                    f" the declared {where} are {shown_list(declared)}{did_you_mean(value, declared)}"
                )
        if t.move not in MOVES:
            raise MachineError(f"tuple {shown(tuple(t))}: move {shown(t.move)} must be one of L, S, R")
        if t.state in halting:
            raise MachineError(
                f"tuple {shown(tuple(t))}: state {shown(t.state)} is halting and cannot have tuples;"
                " remove the tuple or do not declare the state as halting"
            )
        if distinct and (t.read, t.state) in seen:
            raise MachineError(f"tuple {shown((t.read, t.state))} is listed twice; a deterministic machine has one")
        seen.add((t.read, t.state))
        checked.append(t)
    return tuple(checked)
