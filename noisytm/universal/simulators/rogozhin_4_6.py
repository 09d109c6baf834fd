"""Rogozhin's universal machine with 4 states and 6 symbols, which runs 2-tag systems with letters put in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from typing import ClassVar

from noisytm.discrete.configuration import Configuration
from noisytm.machine import Word
from noisytm.universal.simulators.tag_simulator import blocks, named, symbols_between
from noisytm.universal.simulators.two_tag_simulator import TwoTagSimulator
from noisytm.universal.tag import TagSystem

FILLER = "fill"


@dataclass(frozen=True)
class Rogozhin46(TwoTagSimulator):
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
    description: ClassVar[str] = "Rogozhin's machine with 4 states and 6 symbols, by way of a 2-tag system"
    source: ClassVar[str] = "Rogozhin 1996"
    runs: ClassVar[str] = "2-tag systems, with letters put in"
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

    def _tape(self, word: Word) -> tuple[Sequence[str], int]:
        """Return the initial tape for a checked word, and the place of the head on it."""
        size, rows = self.numbers, self.filled.productions
        last = size[rows[-1][0]]
        parts = ["<b"]
        for letter, production in reversed(rows):
            rest = "".join(f"b{'1' * size[x]}b" for x in reversed(production[1:]))
            parts.append("b1" + rest + "b" + "1" * (last - size[letter]))
        program = "".join(parts) + "b"
        return program + "c".join("1" * size[letter] for letter in word), len(program)

    def _read(self, configuration: Configuration) -> Word | None:
        """Return the word on the tape, with the letters put in; ``None`` if none is complete."""
        return named(blocks(symbols_between(configuration, configuration.head), "1", "c"), self._letters)

    def _cleaned(self, written: Word) -> Word:
        """Return the word of the system for a word as it is written on the tape."""
        return without_filler(written, self.filler)

    def _is_step(self, written: Word) -> bool:
        """Return whether reading the first letter of a word on the tape is a step of the system."""
        return not written or written[0] != self.filler


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
