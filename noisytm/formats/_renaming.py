"""New names for symbols and states that a format gives a meaning of its own, or cannot write; every order is kept."""

from __future__ import annotations

import itertools
import string
from collections.abc import Callable, Iterator, Mapping

from noisytm.formats._common import is_one_character, renamed
from noisytm.machine import TuringMachine

_FIRST_UNUSUAL = 0x250
# letters and digits first, then whatever is printable and common
_CANDIDATES = (
    *string.ascii_lowercase,
    *string.ascii_uppercase,
    *string.digits,
    *(c for c in map(chr, range(0x21, _FIRST_UNUSUAL)) if c.isprintable() and not c.isascii()),
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
    return renamed(machine, _symbol_names(machine, blank, allowed), states)


def one_character_each(machine: TuringMachine, blank: str = "_") -> TuringMachine:
    """Rename the symbols that are not a single character; a blank that is none is called ``blank``.

    Examples
    --------
    >>> machine = TuringMachine(["empty", "a", "one"], "empty", ["go"], "go", [])
    >>> one_character_each(machine).symbols
    ('_', 'a', 'b')
    """
    return renamed_where_needed(machine, blank=machine.blank if is_one_character(machine.blank) else blank)


def _symbol_names(machine: TuringMachine, blank: str | None, allowed: Callable[[str], bool]) -> dict[str, str]:
    own = machine.blank if blank is None else blank
    others = [s for s in machine.symbols if s != machine.blank]
    kept = {s for s in others if allowed(s) and s != own}
    names = _fitted(others, kept, own, allowed)
    if others == sorted(others) and names != sorted(names):  # there is no room beside a neighbour: rename all
        names = _fitted(others, set(), own, allowed)
    return {machine.blank: own, **dict(zip(others, names, strict=True))}


def _fitted(others: list[str], kept: set[str], blank: str, allowed: Callable[[str], bool]) -> list[str]:
    """Return the names of symbols, those that are not kept between their neighbours in the order of code points."""
    taken = kept | {blank}
    names: list[str] = []
    for is_kept, group in itertools.groupby(others, kept.__contains__):
        symbols = list(group)
        if is_kept:
            names += symbols
            continue
        before = names[-1] if names else ""
        place = len(names) + len(symbols)
        after = others[place] if place < len(others) else chr(0xFFFF)
        usual = (c for c in _CANDIDATES if before < c < after and c not in taken and allowed(c))
        anywhere = (c for c in _CANDIDATES if c not in taken and allowed(c))
        chosen: set[str] = set()
        for letter in itertools.chain(usual, _between(before, after, taken, allowed), anywhere):
            if len(chosen) == len(symbols):
                break
            chosen.add(letter)
        names += sorted(chosen)
        taken |= chosen
    return names


def _between(before: str, after: str, taken: set[str], allowed: Callable[[str], bool]) -> Iterator[str]:
    """Yield the letters between two symbols that are not among the usual ones."""
    last = ord(after[0]) + (len(after) > 1)  # a letter comes before the longer symbols that begin with it
    for number in range(max(ord(before[:1] or " ") + 1, _FIRST_UNUSUAL), min(last, 0xFFFF)):
        letter = chr(number)
        if letter.isalpha() and letter not in taken and allowed(letter):
            yield letter


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
