"""New names for symbols and states that a format gives a meaning of its own, or cannot write; every order is kept."""

from __future__ import annotations

import string
from collections.abc import Callable, Iterator, Mapping

from noisytm.formats._common import is_one_character, renamed
from noisytm.machine import TuringMachine

# letters and digits first, then whatever is printable and common
_CANDIDATES = (
    *string.ascii_lowercase,
    *string.ascii_uppercase,
    *string.digits,
    *(c for c in map(chr, range(0x21, 0x250)) if c.isprintable() and not c.isascii()),
    *(c for c in string.punctuation),
)


def renamed_where_needed(
    machine: TuringMachine,
    *,
    blank: str | None = None,
    allowed: Callable[[str], bool] = is_one_character,
    states: Mapping[str, str] | None = None,
) -> TuringMachine:
    """Rename the blank to what a format prescribes, and whatever symbols and states it cannot have.

    Parameters
    ----------
    machine : TuringMachine
        The machine.
    blank : str, optional
        What the format calls the blank; another symbol of that name is renamed, too.
    allowed : callable
        Whether a symbol, the blank aside, can be written as it is.
    states : mapping from str to str, optional
        New names of states.

    Examples
    --------
    >>> machine = TuringMachine([" ", "*", "b", "_"], " ", ["go"], "go", [])
    >>> renamed_where_needed(machine, blank="_", allowed=lambda symbol: symbol != "*").symbols
    ('_', 'a', 'b', 'c')
    """
    return renamed(machine, dict(_symbol_names(machine, blank, allowed)), states)


def _symbol_names(
    machine: TuringMachine, blank: str | None, allowed: Callable[[str], bool]
) -> Iterator[tuple[str, str]]:
    own = machine.blank if blank is None else blank
    yield machine.blank, own
    others = [s for s in machine.symbols if s != machine.blank]
    taken = {s for s in others if allowed(s) and s != own}
    kept, taken = set(taken), taken | {own}
    free = [c for c in _CANDIDATES if allowed(c) and c not in taken]
    place = 0
    while place < len(others):
        end = place
        while end < len(others) and others[end] not in kept:
            end += 1
        if end == place:
            place += 1
            continue
        before = others[place - 1] if place else ""
        after = others[end] if end < len(others) else chr(0x10FFFF)
        # between the neighbours, so that they stay in the order of their code points
        fitting = [c for c in free if before < c < after]
        chosen = sorted((fitting if len(fitting) >= end - place else free)[: end - place])
        yield from zip(others[place:end], chosen, strict=False)
        free = [c for c in free if c not in set(chosen)]
        place = end


def state_names(
    machine: TuringMachine, allowed: Callable[[str], bool], suggested: Callable[[str], str]
) -> dict[str, str]:
    """Return new names of the states that are not allowed: what is suggested for each, made distinct.

    Examples
    --------
    >>> machine = TuringMachine(["_"], "_", ["a b", "a-b", "c"], "c", [])
    >>> state_names(machine, lambda q: " " not in q, lambda q: q.replace(" ", "-"))
    {'a b': 'a-b-2'}
    """
    taken = set(machine.states)
    names: dict[str, str] = {}
    for state in machine.states:
        if allowed(state):
            continue
        base = name = suggested(state)
        count = 1
        while name in taken:
            count += 1
            name = f"{base}-{count}"
        taken.add(name)
        names[state] = name
    return names
