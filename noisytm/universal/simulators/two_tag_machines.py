"""The universal machines that run 2-tag systems: Minsky's with 7 states, Rogozhin's with 4 and with 2.

All three number the letters so that the number of a letter is where its production begins on the tape, counted in
marks: reading a letter written as so many marks leads the head to its production, which is then copied to the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, takewhile
from typing import ClassVar

from noisytm._checks import instance
from noisytm._text import shown
from noisytm.discrete.configuration import Configuration
from noisytm.errors import MachineError
from noisytm.machine import Word
from noisytm.universal.simulators.tag_simulator import TagSimulator, blocks, named, require_room, symbols_between
from noisytm.universal.tag import TagSystem

FILLER = "fill"


@dataclass(frozen=True)
class _TwoTagSimulator(TagSimulator):
    """A universal machine that runs 2-tag systems.

    The system deletes two letters in a step, has one halting letter at most, and no production is empty.
    """

    system: TagSystem
    marks: ClassVar[int] = 1
    extra: ClassVar[int] = 0

    def __post_init__(self) -> None:
        require_two_tag(instance("system", self.system, TagSystem))

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The number of marks that each letter is written with; the halting letter comes last."""
        lengths = [self.marks * len(word) + self.extra for _, word in self.system.productions]
        names = [letter for letter, _ in self.system.productions] + list(self.system.halting)
        return dict(zip(names, accumulate(lengths, initial=1), strict=False))

    @cached_property
    def _letters(self) -> dict[int, str]:
        return {number: letter for letter, number in self.numbers.items()}

    def configuration(self, word: str | Iterable[str]) -> Configuration:
        """Return the configuration of the universal machine before its first step.

        Raises
        ------
        MachineError
            If ``word`` is not one of the system.
        BudgetError
            If the tape would have more than 2^26 cells or so.
        """
        letters = self.system.word(word)
        require_room(self.name, (sum(len(self._appended(x)) + 3 for x in self.numbers) + len(letters)) * self._largest)
        return super().configuration(letters)

    def _appended(self, letter: str) -> Word:
        return self.system.production_of.get(letter, (letter,))

    @cached_property
    def _largest(self) -> int:
        return max(self.numbers.values())


@dataclass(frozen=True)
class Minsky74(_TwoTagSimulator):
    """Minsky's universal machine with 7 states and 4 symbols, with a 2-tag system for it to run.

    Parameters
    ----------
    system : TagSystem
        A 2-tag system with one halting letter at most and no empty production.

    Raises
    ------
    MachineError
        If the system is not of this form.

    Examples
    --------
    >>> simulator = Minsky74(TagSystem(2, "abH", {"a": "bb", "b": "H"}))
    >>> simulator.numbers
    {'a': 1, 'b': 3, 'H': 4}
    >>> "".join(simulator.tape(simulator.system.word("aab"))[0])
    '110101110000110000100011yAyAyyy'
    >>> [(seen.steps, "".join(seen.word), seen.reason) for seen in simulator.words("aaaa", 10_000)][-3:]
    [(1226, 'bbH', ''), (1830, 'HH', ''), (2463, 'HH', 'halted')]
    """

    name: ClassVar[str] = "minsky-7-4"
    completed: ClassVar[tuple[str, str]] = ("A", "q7")

    def tape(self, word: Word) -> tuple[Sequence[str], int]:
        """Return the initial tape for a checked word, and the place of the head on it."""
        size = self.numbers
        parts = ["110101"]
        for _, production in reversed(self.system.productions):
            parts.append("11" + "01".join("0" * size[letter] for letter in reversed(production)))
        program = "".join(parts) + "11"
        return program + "A".join("y" * size[letter] for letter in word), len(program)

    def read(self, configuration: Configuration) -> Word | None:
        """Return the word on the tape, which begins at the head; ``None`` if none is complete."""
        return named(blocks(symbols_between(configuration, configuration.head), "y", "A"), self._letters)


@dataclass(frozen=True)
class Rogozhin218(_TwoTagSimulator):
    """Rogozhin's universal machine with 2 states and 18 symbols, with a 2-tag system for it to run.

    Parameters
    ----------
    system : TagSystem
        A 2-tag system with one halting letter at most and no empty production.

    Raises
    ------
    MachineError
        If the system is not of this form.

    Examples
    --------
    >>> simulator = Rogozhin218(TagSystem(2, "abH", {"a": "bb", "b": "H"}))
    >>> list(simulator.words("aa", 10_000))[-1]
    Seen(steps=1557, word=('H',), reason='halted')
    """

    name: ClassVar[str] = "rogozhin-2-18"
    completed: ClassVar[tuple[str, str]] = ("c<1", "q2")
    extra: ClassVar[int] = 1

    def tape(self, word: Word) -> tuple[Sequence[str], int]:
        """Return the initial tape for a checked word, and the place of the head on it."""
        size, cells = self.numbers, ["c<1", "c<1"]
        for _, production in reversed(self.system.productions):
            cells += "bb" + "1b".join("1" * size[letter] for letter in reversed(production))
        cells += "bb"
        return [*cells, *"".join("1" * size[letter] + "c" for letter in word)], len(cells) - 1

    def read(self, configuration: Configuration) -> Word | None:
        """Return the word at the end of the tape; ``None`` if none is complete."""
        cells = symbols_between(configuration, configuration.origin)
        while cells and cells[-1] == self.machine.blank:
            cells.pop()
        end = list(takewhile(lambda cell: cell in ("1", "c"), reversed(cells)))
        return named(blocks(end[::-1], "1", "c"), self._letters) if not end or end[0] == "c" else None


@dataclass(frozen=True)
class Rogozhin46(_TwoTagSimulator):
    """Rogozhin's universal machine with 4 states and 6 symbols, with a 2-tag system for it to run.

    The machine needs a letter a with the production a a, the last one but for the halting letter, and every other
    production to begin with a a. A system without such a letter is run as `with_filler` of it, and the letters that
    this puts in are taken out again.

    Parameters
    ----------
    system : TagSystem
        A 2-tag system with one halting letter at most and no empty production.

    Raises
    ------
    MachineError
        If the system is not of this form.

    Examples
    --------
    >>> simulator = Rogozhin46(TagSystem(2, "abH", {"a": "bb", "b": "H"}))
    >>> [("".join(seen.word), seen.reason) for seen in simulator.words("aaa", 10**6)]
    [('aaa', ''), ('abb', ''), ('bbb', ''), ('bH', ''), ('H', ''), ('H', 'halted')]
    """

    name: ClassVar[str] = "rogozhin-4-6"
    completed: ClassVar[tuple[str, str]] = ("c", "q3")
    marks: ClassVar[int] = 2

    @cached_property
    def filler(self) -> str | None:
        """The letter that was put in, ``None`` if the system has the form as it is."""
        return None if _has_filler(self.system) else with_filler(self.system).productions[-1][0]

    @cached_property
    def filled(self) -> TagSystem:
        """The system that the machine runs."""
        return self.system if _has_filler(self.system) else with_filler(self.system)

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The number of marks that each letter is written with; the halting letter comes last."""
        if self.filled is self.system:
            return super().numbers
        return Rogozhin46(self.filled).numbers

    def tape(self, word: Word) -> tuple[Sequence[str], int]:
        """Return the initial tape for a checked word, and the place of the head on it."""
        size, rows = self.numbers, self.filled.productions
        last = size[rows[-1][0]]
        parts = ["<b"]
        for letter, production in reversed(rows):
            rest = "".join(f"b{'1' * size[x]}b" for x in reversed(production[1:]))
            parts.append("b1" + rest + "b" + "1" * (last - size[letter]))
        program = "".join(parts) + "b"
        return program + "c".join("1" * size[letter] for letter in word), len(program)

    def read(self, configuration: Configuration) -> Word | None:
        """Return the word on the tape, with the letters put in; ``None`` if none is complete."""
        return named(blocks(symbols_between(configuration, configuration.head), "1", "c"), self._letters)

    def cleaned(self, written: Word) -> Word:
        """Return the word of the system for a word as it is written on the tape."""
        return without_filler(written, self.filler)

    def is_step(self, written: Word) -> bool:
        """Return whether reading the first letter of a word on the tape is a step of the system."""
        return written[0] != self.filler


def require_two_tag(system: TagSystem) -> None:
    """Raise `MachineError` unless this is a 2-tag system that the universal machines can run."""
    if system.deletion != 2:
        raise MachineError(
            f"the tag system deletes {system.deletion} letters in a step; this machine runs 2-tag systems"
        )
    if len(system.halting) > 1:
        raise MachineError(f"the tag system has the halting letters {shown(system.halting)}; it may have one at most")
    empty = next((letter for letter, word in system.productions if not word), None)
    if empty is not None:
        raise MachineError(f"letter {shown(empty)} has an empty production; this machine runs systems without")
    if not system.productions:
        raise MachineError("the tag system has no productions; give at least one")


def with_filler(system: TagSystem) -> TagSystem:
    """Return a 2-tag system that does the same, in which every production begins with two letters that do nothing.

    Let f be that letter, f → f f. In every word the letters f stand in pairs. Two at the front are deleted and
    appended. One at the front, its partner having been deleted with the letter before, deletes the next letter,
    which that letter would have deleted. So the other letters are read, and appended, just as without the pairs.

    Examples
    --------
    >>> with_filler(TagSystem(2, "ab", {"a": "bb", "b": "a"})).text()
    '2: a -> fill fill b b; b -> fill fill a; fill -> fill fill'
    """
    name = FILLER
    while name in system.letters:
        name += "'"
    rows = [(letter, (name, name, *word)) for letter, word in system.productions] + [(name, (name, name))]
    letters = [letter for letter, _ in system.productions] + [name, *system.halting]
    return TagSystem(2, tuple(letters), tuple(rows), name=system.name)


def without_filler(word: Word, filler: str | None) -> Word:
    """Return the word of the system to which the filler was added.

    Examples
    --------
    >>> without_filler(("f", "f", "a", "f", "f", "b"), "f"), without_filler(("f", "a", "f", "f", "b"), "f")
    (('a', 'b'), ('b',))
    """
    kept = tuple(letter for letter in word if letter != filler)
    alone = sum(1 for _ in takewhile(lambda letter: letter == filler, word)) % 2
    return kept[alone:]


def _has_filler(system: TagSystem) -> bool:
    letter, word = system.productions[-1]
    pair = (letter, letter)
    return word == pair and all(production[:2] == pair for _, production in system.productions)
