"""The cells of transition tables: what to write, where to go and how to move, in one of the usual spellings."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from noisytm._text import shown, shown_list
from noisytm.errors import FormatError
from noisytm.formats._common import Rule

PARTS = ("write", "move", "next")
EMPTY = frozenset({"", "-", "–", "—"})
WRITE_1 = "---"

MOVES = (
    dict.fromkeys(("L", "l", "left", "Left", "LEFT", "←", "<", "<-"), "L")
    | dict.fromkeys(("R", "r", "right", "Right", "RIGHT", "→", ">", "->"), "R")
    | dict.fromkeys(("S", "s", "N", "n", "stay", "Stay", "STAY", "none", "None", "↓", "="), "S")
)
_SEPARATORS = ("/", ",", ";")
_COMPACT = re.compile(r"(.)([LRSN])(.+)", re.DOTALL)
_SEVERAL = re.compile(r"(?:[0-9][LR][A-Z]|---|_){2,}")  # a whole machine in the text of bbchallenge
_BRACKETS = {"(": ")", "[": "]", "{": "}", "<": ">", "⟨": "⟩"}


class Spelling(NamedTuple):
    """How the cells of a table are written: the order of their parts, and what separates them; "" joins them."""

    order: tuple[str, ...]
    separator: str

    @property
    def corner(self) -> str:
        """What the first cell of a header says of it: the parts in order, joined as in the cells."""
        return (self.separator or " ").join(self.order)

    def written(self, rule: Rule) -> str:
        """Return the cell of a rule (write, next, move)."""
        parts = {"write": rule[0], "next": rule[1], "move": rule[2]}
        return self.separator.join(parts[part] for part in self.order)

    def rule(self, cell: str, where: str) -> Rule:
        """Return the rule (write, next, move) that a cell says; ``where`` begins messages."""
        parts = _split(cell, self.separator)
        if len(parts) != len(PARTS) or not all(parts):
            raise FormatError(f"{where}: {shown(cell)} must be three entries, {self.corner}, as the first cell says")
        found = dict(zip(self.order, parts, strict=True))
        if found["move"] not in MOVES:
            raise FormatError(f"{where}: move {shown(found['move'])} in {shown(cell)} must be L, R or S")
        return found["write"], found["next"], MOVES[found["move"]]


def spelling_of_corner(corner: str) -> Spelling | None:
    """Return the spelling that the first cell of a header declares, or ``None`` if it names no parts.

    Examples
    --------
    >>> spelling_of_corner("next/write/move")
    Spelling(order=('next', 'write', 'move'), separator='/')
    >>> spelling_of_corner("state")
    """
    words = re.split(r"[\s/,;]+", corner.strip().lower())
    if sorted(words) != sorted(PARTS):
        return None
    separator = next((s for s in _SEPARATORS if s in corner), " ")
    return Spelling(tuple(words), separator)


def spelling_for(names: Iterable[str]) -> Spelling | None:
    """Return how cells with these symbols and states can be written, or ``None`` if each separator is in some name."""
    used = set("".join(names))
    for separator in (" ", *_SEPARATORS):
        if separator not in used:
            return Spelling(PARTS, separator)
    return None


def spelling_of_cells(cells: Sequence[str], symbols: Collection[str], states: Collection[str]) -> Spelling:
    """Return the one spelling in which all cells are rules over the columns' symbols.

    Raises
    ------
    FormatError
        If there is none, or several.

    Examples
    --------
    >>> spelling_of_cells(["(q1, 1, R)", "(q0, 0, L)"], ["0", "1"], ["q0", "q1"])
    Spelling(order=('next', 'write', 'move'), separator=',')
    """
    separator = next((s for s in _SEPARATORS if all(len(_split(c, s)) == len(PARTS) for c in cells)), None)
    if separator is None:
        spaced = all(len(_split(c, " ")) == len(PARTS) for c in cells)
        separator = " " if spaced else ""
    fits = [order for order in itertools.permutations(PARTS) if _fit(cells, Spelling(order, separator), symbols)]
    if not separator:
        fits = [order for order in fits if order == PARTS]
    if len(fits) > 1:
        known = set(states)
        fits = [order for order in fits if _known(cells, Spelling(order, separator), known)] or fits
    if not fits:
        raise FormatError(_misfit(cells, separator, symbols))
    if len(fits) > 1:
        ways = " or ".join(Spelling(order, separator).corner for order in fits)
        raise FormatError(f"cells such as {shown(cells[0])} could be {ways}; say which in the first cell of the header")
    return Spelling(fits[0], separator)


def is_rule(cell: str) -> bool:
    """Return whether a cell has the parts of a rule in some spelling, a move among them.

    Examples
    --------
    >>> is_rule("1RB"), is_rule("(q1, 1, R)"), is_rule("q1")
    (True, True, False)
    """
    if _SEVERAL.fullmatch(cell.strip()):
        return False
    for separator in (*_SEPARATORS, " ", ""):
        parts = _split(cell, separator)
        if len(parts) == len(PARTS) and all(parts) and any(part in MOVES for part in parts):
            return True
    return False


def _misfit(cells: Sequence[str], separator: str, symbols: Collection[str]) -> str:
    """Return what is wrong: a cell that fits in no order, or that cells are in several orders."""
    wrong = [
        c for c in cells if not any(_fit([c], Spelling(order, separator), symbols) for order in _orders(separator))
    ]
    rule = (
        f"a cell is a symbol of the columns ({shown_list(symbols, 6)}), a move L, R or S, and a state, as 1RB or B/1/R"
        " or (q1, 1, R)"
    )
    return f"{shown(wrong[0])} is no cell; {rule}" if wrong else f"the cells have their parts in several orders; {rule}"


def _orders(separator: str) -> list[tuple[str, ...]]:
    return list(itertools.permutations(PARTS)) if separator else [PARTS]


def _split(cell: str, separator: str) -> list[str]:
    inner = cell.strip()
    if len(inner) > 2 and _BRACKETS.get(inner[0]) == inner[-1] and separator:
        inner = inner[1:-1]
    if not separator:
        found = _COMPACT.fullmatch(inner)
        return list(found.groups()) if found else []
    if separator == " ":
        return inner.split()
    return [part.strip() for part in inner.split(separator)]


def _fit(cells: Sequence[str], spelling: Spelling, symbols: Collection[str]) -> bool:
    for cell in cells:
        parts = _split(cell, spelling.separator)
        if len(parts) != len(PARTS) or not all(parts):
            return False
        found = dict(zip(spelling.order, parts, strict=True))
        if found["move"] not in MOVES or found["write"] not in symbols:
            return False
    return True


def _known(cells: Sequence[str], spelling: Spelling, states: Collection[str]) -> bool:
    place = spelling.order.index("next")
    return all(_split(cell, spelling.separator)[place] in states for cell in cells)
