"""What marks the blank, the start and the halting states in a table, and names that would be taken for marks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from noisytm._notes import tell
from noisytm._text import shown, shown_list
from noisytm.errors import FormatError, ReadingNote
from noisytm.formats._common import KEEPS_ALL
from noisytm.formats._renaming import renamed_where_needed, state_names
from noisytm.formats.tables.cells import EMPTY, WRITE_1
from noisytm.machine import TuringMachine

BLANK_MARK = " (blank)"
START_MARK = "→"
FINAL_MARK = "*"
BLANK_SIGNS = frozenset({"_", "□", "␣", "⊔", "␢", "blank", "Blank"})

_MARKS = (START_MARK, "->", FINAL_MARK)


def symbol_of(cell: str) -> tuple[str, bool]:
    """Return the symbol that a cell names, and whether it is marked as the blank.

    Examples
    --------
    >>> symbol_of("0 (blank)"), symbol_of("a")
    (('0', True), ('a', False))
    """
    name = cell.strip()
    marked = name.endswith(BLANK_MARK.strip()) and name != BLANK_MARK.strip()
    return (name.removesuffix(BLANK_MARK.strip()).strip() if marked else name), marked


def blank_of(symbols: Sequence[tuple[str, bool]], digits: bool = False) -> str:
    """Return the blank: the symbol marked so, else the only one that is a usual sign for it.

    Parameters
    ----------
    symbols : sequence of (str, bool)
        The symbols, with whether they are marked.
    digits : bool
        Whether 0 is the blank if none is marked, as in tables with cells like ``1RB``.

    Raises
    ------
    FormatError
        If it is left open.

    Examples
    --------
    >>> blank_of([("a", False), ("□", False)])
    '□'
    """
    names = list(dict.fromkeys(name for name, _ in symbols))
    marked = list(dict.fromkeys(name for name, mark in symbols if mark))
    signs = [name for name in names if name in BLANK_SIGNS]
    found = marked or signs or (["0"] if digits else [])
    if len(found) != 1:
        state = (
            f"several symbols could be the blank: {shown_list(found)}" if found else "no symbol is known as the blank"
        )
        raise FormatError(f"{state}; mark it, as in {shown(names[0] + BLANK_MARK)}")
    if not marked and not signs:
        tell("no symbol is marked as the blank; it is '0', as in bbchallenge text", ReadingNote)
    return found[0]


def start_of(marked: Sequence[str], first: str) -> str:
    """Return the start state: the one that is marked, else the first, which is then told.

    Raises
    ------
    FormatError
        If several are marked.
    """
    if len(marked) > 1:
        raise FormatError(f"{len(marked)} states are marked as start: {shown_list(marked)}; mark one with {START_MARK}")
    if not marked:
        tell(f"no state is marked as the start; it is the first, {shown(first)}", ReadingNote)
    return marked[0] if marked else first


def written_state(state: str, starts: bool, halts: bool) -> str:
    """Return the name of a state with its marks."""
    return START_MARK * starts + FINAL_MARK * halts + state


def is_plain(name: str) -> bool:
    """Return whether a table can hold a name and gives it back as it is.

    Examples
    --------
    >>> is_plain("a b"), is_plain("*"), is_plain("-"), is_plain(" ")
    (True, False, False, False)
    """
    return not (_is_lost(name) or _is_marked(name))


def plainly_named(machine: TuringMachine, allowed: Callable[[str], bool] = is_plain) -> TuringMachine:
    """Rename the symbols and states that a table cannot hold: a blank to ``_``, a state to ``q`` and a number."""
    return renamed_where_needed(
        machine,
        blank=machine.blank if allowed(machine.blank) else "_",
        allowed=allowed,
        states=state_names(machine, allowed, lambda state: f"q{machine.states.index(state)}"),
    )


def checked_plain(what: str, names: Iterable[str], target: str) -> None:
    """Raise `FormatError` at a name that a table cannot hold, or would give back otherwise."""
    for name in names:
        if _is_lost(name):
            raise FormatError(
                f"{what} {shown(name)} is empty, a dash or has white space around it, which {target} loses"
            )
        if _is_marked(name):
            raise FormatError(f"{what} {shown(name)} would be taken for a mark in {target}; rename it, or {KEEPS_ALL}")


def _is_lost(name: str) -> bool:
    return name != name.strip() or name in EMPTY or name == WRITE_1


def _is_marked(name: str) -> bool:
    return name.startswith(_MARKS) or name.endswith(BLANK_MARK.strip()) or "\n" in name or "\r" in name
