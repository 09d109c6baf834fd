"""The readout ``tape:K``: the word in the K cells from the head rightwards."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from noisytm._text import shown
from noisytm.errors import ProblemError
from noisytm.problem.readout import Alphabets, Outcome, Readout, first_key

if TYPE_CHECKING:
    from typing import Self

    from noisytm.codespace import CodeSpace
    from noisytm.machine import Description

_FORM = re.compile(r"tape:([1-9][0-9]{0,5})")


class TapeReadout(Readout):
    """K cells; an outcome is written as a word: a string, or a list if some symbol is longer than a character.

    Examples
    --------
    >>> readout = TapeReadout.parse("tape:3")
    >>> readout.places, readout.reach, TapeReadout.parse("tape:0")
    ((0, 1, 2), 3, None)
    """

    name = "tape"
    form = "'tape:K' with K >= 1"
    description = "the K cells from the head rightwards"
    has_distance = True

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Return the readout of a text ``tape:K``, or ``None`` if it is not one."""
        return cls(text) if _FORM.fullmatch(text) else None

    @cached_property
    def places(self) -> tuple[int, ...]:
        """The cells 0 to K − 1."""
        return tuple(range(int(self.partition(":")[2])))

    @property
    def phrase(self) -> str:
        """What is read, in words."""
        return f"{self.reach} cell{'s' if self.reach > 1 else ''} from the head rightwards"

    def within_reach(self, outcome: Outcome, word: Sequence[str], steps: int, space: CodeSpace) -> bool:
        """Return whether the head can write what differs from the input and come to stand before the cells in time.

        If it ends at h, those of the cells h, …, h + K − 1 that differ from the input must have been under it before a
        step. It passes from 0 over the outermost of them, a and b, in one order or the other, and on to h; where it
        ends on the last of them it has stayed there for a step.
        """
        size = len(outcome)
        if first_key(word, space) not in space.keys:  # it never does anything
            return list(outcome) == [*word, *[space.blank] * size][:size]
        around = [space.blank] * (2 * size) + list(word) + [space.blank] * (2 * size)  # from the cell −2K on
        for h in range(-size, len(word) + 1):  # further out all cells are blank, as they are here
            here = around[h + 2 * size : h + 3 * size]
            changed = [h + i for i, (a, b) in enumerate(zip(here, outcome, strict=True)) if a != b]
            if not changed:
                needed = abs(h)
            else:
                a, b = changed[0], changed[-1]
                rightwards = abs(a) + (b - a) + abs(b - h) + (b == h)
                leftwards = abs(b) + (b - a) + abs(a - h) + (a == h)
                needed = min(rightwards, leftwards)
            if needed <= steps:
                return True
        return False

    def checked(self, machine: Description, word: Any, given: Any) -> Outcome:
        """Return the outcome that a string of K characters, or a list of K symbols, is; see `Readout.checked`."""
        if not isinstance(given, (str, list, tuple)) or not all(isinstance(x, str) for x in given):
            raise ProblemError(f"target {shown(given)} of {shown(word)} is not a word; quote it")
        symbols = machine.word(given)
        if len(symbols) != self.reach:
            raise ProblemError(
                f"target {shown(given)} of {shown(word)} has {len(symbols)} symbols; the readout has {self.reach}"
            )
        return symbols

    def written(self, outcome: Outcome, among: Alphabets) -> str | list[str]:
        """Return the word."""
        return "".join(outcome) if all(len(s) == 1 for s in among.symbols) else list(outcome)
