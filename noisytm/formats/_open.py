"""What a text may leave open, decided alike in every format: the symbols of wildcards, names, rules of final states.

Nothing is decided in silence: it is told by a `ReadingNote`, or refused until the caller says what is meant.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from noisytm._notes import tell
from noisytm._text import shown, shown_list
from noisytm.errors import FormatError, ReadingNote
from noisytm.formats._common import is_one_character

FINAL_RULES = {"halts": "the machine stops there, and their rules are left out"}
"""What final states that have rules may be read as."""


class NoWildcardsError(FormatError):
    """Symbols were given for wildcards to stand for, and the text has none."""


def mentioned_symbols(blank: str, symbols: Iterable[str]) -> list[str]:
    """Return an alphabet in the order that a format without declared order gives it: the blank, then by code point."""
    return [blank, *sorted(set(symbols) - {blank})]


def closed_over(
    blank: str, mentioned: Iterable[str], more: Sequence[str] | None, *, wildcards: bool, unused: str = ""
) -> list[str]:
    """Return the alphabet that the wildcards of a text stand for, and tell so where the caller left it open.

    Parameters
    ----------
    blank : str
        The blank symbol.
    mentioned : iterable of str
        The symbols that the text mentions.
    more : sequence of str, optional
        Further symbols that the caller names; with ``None`` nothing is said of them, and a `ReadingNote` tells what the
        wildcards were taken for.
    wildcards : bool
        Whether the text has wildcards.
    unused : str, optional
        What to tell, further, of wildcards that stand for no symbol that has no rule of its own.

    Raises
    ------
    NoWildcardsError
        If there are further symbols and no wildcards.
    FormatError
        If a further symbol is not a single character.
    """
    known = mentioned_symbols(blank, mentioned)
    if more:
        if not wildcards:
            raise NoWildcardsError(
                f"the text has no wildcards that could stand for the symbols {shown_list(more)}; leave them out"
            )
        for symbol in more:
            if not is_one_character(symbol):
                raise FormatError(f"symbol {shown(symbol)} for wildcards to stand for must be a single character")
        return mentioned_symbols(blank, [*known, *more])
    if wildcards and more is None:
        tell(
            f"the wildcards stand for the symbols that the text mentions, {shown_list(known)}{unused}; other symbols"
            " have no rule: name them with symbols=… (convert has --symbols; run takes those of its word)",
            ReadingNote,
        )
    return known


def refuse_final_rules(state: str, why: str, final: str | None) -> None:
    """Raise `FormatError` because a final state has rules, unless the caller says that such a state halts."""
    if final is None:
        raise FormatError(
            f"state {shown(state)} is final and has a transition; {why}; to read it so, without the transitions that"
            " are then never made, say --final halts (in Python final='halts'), or remove them or the final mark"
        )


def distinct_names(named: Mapping[str, str]) -> dict[str, str]:
    """Return the names of states that ids tell apart, made distinct: the id is put after a name that is taken.

    Parameters
    ----------
    named : mapping from str to str
        The name of each id, in order.

    Examples
    --------
    >>> import warnings
    >>> with warnings.catch_warnings(record=True) as told:
    ...     warnings.simplefilter("always")
    ...     print(distinct_names({"0": "q", "1": "q", "2": "q-1"}))
    {'0': 'q', '1': 'q-1-1', '2': 'q-1'}
    >>> print(told[0].message)
    several states have one name, and ids tell them apart: the state 'q' of id 1 is called 'q-1-1'
    """
    given = set(named.values())
    taken: set[str] = set()
    names: dict[str, str] = {}
    changed = []
    for number, name in named.items():
        names[number] = name
        while names[number] in taken or (names[number] != name and names[number] in given):
            names[number] += f"-{number}"
        taken.add(names[number])
        if names[number] != name:
            changed.append(f"the state {shown(name)} of id {number} is called {shown(names[number])}")
    if changed:
        more = f", … ({len(changed) - 4} more)" if len(changed) > 4 else ""
        tell(f"several states have one name, and ids tell them apart: {', '.join(changed[:4])}{more}", ReadingNote)
    return names
