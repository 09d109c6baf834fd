"""The universal machines of Neary and Woods that run bi-tag systems: with 15 states and 2 symbols, with 9 and 3."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from noisytm._checks import instance
from noisytm._text import shown
from noisytm.discrete.configuration import Configuration
from noisytm.errors import MachineError
from noisytm.machine import Word
from noisytm.universal.simulators.tag_simulator import TagSimulator, require_room, symbols_between
from noisytm.universal.tag import BiTagSystem


@dataclass(frozen=True)
class _BiTagSimulator(TagSimulator):
    """A universal machine that runs bi-tag systems.

    The letters of A are numbered from 1 to q, those of E from 1 to h, the halting one last. Together with the letter
    of A after it, a letter of E is written as one code: e_j a_i is the number j·q + i, and a_i alone the number i.
    """

    system: BiTagSystem

    def __post_init__(self) -> None:
        system = instance("system", self.system, BiTagSystem)
        if len(system.halting) != 1:
            raise MachineError(
                f"the bi-tag system has the halting letters {shown(system.halting)}; this machine needs exactly one"
            )
        for pair, word in system.productions:
            if len(word) not in (2, 3) or word[-1] not in system.e_letters:
                raise MachineError(
                    f"production of {shown(pair)} is {shown(word)}; this machine needs one or two letters of A,"
                    " then one of E"
                )

        count = len(system.a_letters) * len(system.e_letters)
        require_room(self.name, 32 * count * (count + len(system.a_letters)))

    @cached_property
    def e_order(self) -> Word:
        """The letters of E, the halting one last."""
        running = tuple(e for e in self.system.e_letters if e not in self.system.halting)
        return running + self.system.halting

    def _a(self, letter: str) -> int:
        return self.system.a_letters.index(letter) + 1

    def _e(self, letter: str) -> int:
        return self.e_order.index(letter) + 1

    def _halts(self, letter: str) -> bool:
        return letter in self.system.halting

    def _active(self) -> list[str]:
        """Return the codes of the productions, the last first."""
        known = self.system.production_of
        running = [e for e in reversed(self.e_order) if not self._halts(e)]
        return [self._production(known[e, a]) for e in running for a in reversed(self.system.a_letters)]

    def _production(self, word: Word) -> str:
        raise NotImplementedError

    def _letters_of(self, number: int) -> Word:
        """Return the letters with the number j·q + i, i from 1 to q: e_j a_i, or a_i if j is 0."""
        e, a = divmod(number - 1, len(self.system.a_letters))
        return (*self.e_order[e - 1 : e][: bool(e)], self.system.a_letters[a])


@dataclass(frozen=True)
class NearyWoods152(_BiTagSimulator):
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
    >>> system = BiTagSystem("a", "eh", {("e", "a"): "ah"})
    >>> [(seen.steps, "".join(seen.word), seen.reason) for seen in NearyWoods152(system).words("ea", 10**5)]
    [(0, 'ea', ''), (6726, 'ah', ''), (7888, 'ha', ''), (11849, 'ha', 'halted')]
    """

    name: ClassVar[str] = "neary-woods-15-2"
    completed: ClassVar[tuple[str, str]] = ("c", "u5")

    def tape(self, word: Word) -> tuple[Sequence[str], int]:
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

    def is_complete(self, configuration: Configuration) -> bool:
        """Return whether a whole word has been read or appended, and not only a part of a letter."""
        return configuration.symbol == "c"

    def read(self, configuration: Configuration) -> Word | None:
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


@dataclass(frozen=True)
class NearyWoods93(_BiTagSimulator):
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
    >>> system = BiTagSystem("a", "eh", {("e", "a"): "ah"})
    >>> [(seen.steps, "".join(seen.word), seen.reason) for seen in NearyWoods93(system).words("eaa", 10**5)]
    [(0, 'eaa', ''), (1884, 'aah', ''), (2378, 'aha', ''), (2936, 'haa', ''), (4051, 'haa', 'halted')]
    """

    name: ClassVar[str] = "neary-woods-9-3"
    completed: ClassVar[tuple[str, str]] = ("d", "u9")

    def tape(self, word: Word) -> tuple[Sequence[str], int]:
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

    def read(self, configuration: Configuration) -> Word | None:
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
