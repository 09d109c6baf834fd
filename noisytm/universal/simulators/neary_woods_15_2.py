"""The universal machine of Neary and Woods with 15 states and 2 symbols, which runs bi-tag systems."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from noisytm.discrete.configuration import Configuration
from noisytm.machine import Word
from noisytm.universal.simulators.bi_tag_simulator import BiTagSimulator
from noisytm.universal.simulators.tag_simulator import symbols_between


@dataclass(frozen=True)
class NearyWoods152(BiTagSimulator):
    """The universal machine of Neary and Woods with 15 states and 2 symbols, with a bi-tag system for it to run.

    Parameters
    ----------
    system : BiTagSystem
        A bi-tag system with one halting letter, each production one or two letters of A and then one of E.

    Raises
    ------
    MachineError
        If the system is not of this form.
    BudgetError
        If its tape would have more than 2^26 cells or so.

    Examples
    --------
    >>> from noisytm import BiTagSystem
    >>> system = BiTagSystem("a", "eh", {("e", "a"): "ah"})
    >>> [(seen.steps, "".join(seen.word), seen.reason) for seen in NearyWoods152(system).words("ea", 10**5)]
    [(0, 'ea', ''), (6726, 'ah', ''), (7888, 'ha', ''), (11849, 'ha', 'halted')]
    """

    name: ClassVar[str] = "neary-woods-15-2"
    description: ClassVar[str] = "the machine of Neary and Woods with 15 states and 2 symbols, for bi-tag systems"
    completed: ClassVar[tuple[str, str]] = ("c", "u5")

    def _tape(self, word: Word) -> tuple[Sequence[str], int]:
        """Return the initial tape for a checked word, and the place of the head on it."""
        passive = ["cb" * 4 + "cccb" * 2 + "cc" * (8 * self._a(a) - 5) for a in reversed(self.system.a_letters)]
        program = "bbcccb" + "cb".join(self._active()) + "cbcb" + "cbcb".join(passive) + "cbcbcb"
        return program + "bc" + "".join(map(self._code, word)), len(program) + 1

    def _code(self, letter: str) -> str:
        if letter in self.system.a_letters:
            return "cb" * (8 * self._a(letter) - 5) + "bb"
        size = 8 * self._e(letter) * len(self.system.a_letters)
        return "cb" * (size + 3) + "bb" if self._halts(letter) else "cb" * size

    def _production(self, word: Word) -> str:
        *ordinary, special = word
        halts, two = self._halts(special), len(ordinary) == 2
        size = 8 * self._e(special) * len(self.system.a_letters) + 3 * halts
        head = ("cb" if two else "cb" * 3) + "cccb" * 2 if halts else "cb" * (3 if two else 5)
        return head + "cc" * size + "".join("cccb" * 2 + "cc" * (8 * self._a(a) - 5) for a in reversed(ordinary))

    def _is_complete(self, configuration: Configuration) -> bool:
        """Return whether a whole word has been read or appended, and not only a part of a letter."""
        return configuration.symbol == "c"

    def _read(self, configuration: Configuration) -> Word | None:
        """Return the word on the tape, which begins after the head; ``None`` if none is complete."""
        cells = "".join(symbols_between(configuration, configuration.head + 1))
        word: list[str] = []
        count, size = 0, len(self.system.a_letters)
        for pair in map("".join, zip(cells[::2], cells[1::2], strict=False)):
            if pair == "cb":
                count += 1
            elif pair == "bb":
                number, rest = divmod(count + 5, 8)
                if rest or not 0 < number <= len(self.e_order) * size + 1:
                    return None
                word += (self.e_order[-1],) if number > len(self.e_order) * size else self._letters_of(number)
                count = 0
            else:
                break
        number, rest = divmod(count, 8 * size)
        if rest or number >= len(self.e_order):
            return None
        return (*word, self.e_order[number - 1]) if number else tuple(word)
