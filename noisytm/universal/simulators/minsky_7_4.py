"""Minsky's universal machine with 7 states and 4 symbols, which runs 2-tag systems."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from noisytm.discrete.configuration import Configuration
from noisytm.machine import Word
from noisytm.universal.simulators.tag_simulator import blocks, named, symbols_between
from noisytm.universal.simulators.two_tag_simulator import TwoTagSimulator


@dataclass(frozen=True)
class Minsky74(TwoTagSimulator):
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
    >>> from noisytm import TagSystem
    >>> simulator = Minsky74(TagSystem(2, "abH", {"a": "bb", "b": "H"}))
    >>> simulator.numbers
    {'a': 1, 'b': 3, 'H': 4}
    >>> "".join(simulator.tape(simulator.system.word("aab"))[0])
    '110101110000110000100011yAyAyyy'
    >>> [(seen.steps, "".join(seen.word), seen.reason) for seen in simulator.words("aaaa", 10_000)][-3:]
    [(1226, 'bbH', ''), (1830, 'HH', ''), (2463, 'HH', 'halted')]
    """

    name: ClassVar[str] = "minsky-7-4"
    description: ClassVar[str] = "Minsky's machine with 7 states and 4 symbols, by way of a 2-tag system"
    source: ClassVar[str] = "Minsky 1962"
    completed: ClassVar[tuple[str, str]] = ("A", "q7")

    def _tape(self, word: Word) -> tuple[Sequence[str], int]:
        """Return the initial tape for a checked word, and the place of the head on it."""
        size = self.numbers
        parts = ["110101"]
        for _, production in reversed(self.system.productions):
            parts.append("11" + "01".join("0" * size[letter] for letter in reversed(production)))
        program = "".join(parts) + "11"
        return program + "A".join("y" * size[letter] for letter in word), len(program)

    def _read(self, configuration: Configuration) -> Word | None:
        """Return the word on the tape, which begins at the head; ``None`` if none is complete."""
        return named(blocks(symbols_between(configuration, configuration.head), "y", "A"), self._letters)
