"""The universal machine of Neary and Woods with 9 states and 3 symbols, which runs bi-tag systems."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from noisytm.discrete.configuration import Configuration
from noisytm.machine import Word
from noisytm.universal.simulators.bi_tag_simulator import BiTagSimulator
from noisytm.universal.simulators.tag_simulator import symbols_between


@dataclass(frozen=True)
class NearyWoods93(BiTagSimulator):
    """The universal machine of Neary and Woods with 9 states and 3 symbols, with a bi-tag system for it to run.

    On a word with a single letter of A beside the one of E it can run off to the right for ever instead of halting.

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
    >>> [(seen.steps, "".join(seen.word), seen.reason) for seen in NearyWoods93(system).words("eaa", 10**5)]
    [(0, 'eaa', ''), (1884, 'aah', ''), (2378, 'aha', ''), (2936, 'haa', ''), (4051, 'haa', 'halted')]
    """

    name: ClassVar[str] = "neary-woods-9-3"
    description: ClassVar[str] = "the machine of Neary and Woods with 9 states and 3 symbols, for bi-tag systems"
    completed: ClassVar[tuple[str, str]] = ("d", "u9")

    def _tape(self, word: Word) -> tuple[Sequence[str], int]:
        """Return the initial tape for a checked word, and the place of the head on it."""
        passive = ["ddccd" + "c" * (8 * self._a(a)) for a in reversed(self.system.a_letters)]
        program = "bccbc" + "dcc".join(self._active()) + "dccdcc" + "dccdcc".join(passive) + "dccdccdcc"
        return program + "".join(map(self._code, word)), len(program)

    def _code(self, letter: str) -> str:
        if letter in self.system.a_letters:
            return "b" * (4 * self._a(letter) - 1) + "d"
        return "b" * (4 * self._e(letter) * len(self.system.a_letters))

    def _production(self, word: Word) -> str:
        *ordinary, special = word
        head = "dd" if len(ordinary) == 2 else "dccdd"
        size = 8 * self._e(special) * len(self.system.a_letters) + 2
        return head + "c" * size + "".join("d" + "c" * (8 * self._a(a)) for a in reversed(ordinary))

    def _read(self, configuration: Configuration) -> Word | None:
        """Return the word on the tape, which begins at the head; ``None`` if none is complete."""
        text = "".join(symbols_between(configuration, configuration.head)).partition("c")[0]
        *codes, last = text.split("d")
        size = len(self.system.a_letters)
        word: list[str] = []
        for code in codes:
            number, rest = divmod(len(code) + 1, 4)
            if rest or not 0 < number <= (len(self.e_order) + 1) * size:
                return None
            word += self._letters_of(number)
        number, rest = divmod(len(last), 4 * size)
        if rest or number > len(self.e_order):
            return None
        return (*word, self.e_order[number - 1]) if number else tuple(word)
