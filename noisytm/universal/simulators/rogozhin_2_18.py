"""Rogozhin's universal machine with 2 states and 18 symbols, which runs 2-tag systems."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import ClassVar

from noisytm.discrete.configuration import Configuration
from noisytm.machine import Word
from noisytm.universal.simulators.tag_simulator import blocks, named, symbols_between
from noisytm.universal.simulators.two_tag_simulator import TwoTagSimulator


@dataclass(frozen=True)
class Rogozhin218(TwoTagSimulator):
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
    >>> from noisytm import TagSystem
    >>> simulator = Rogozhin218(TagSystem(2, "abH", {"a": "bb", "b": "H"}))
    >>> list(simulator.words("aa", 10_000))[-1]
    Seen(steps=1557, word=('H',), reason='halted')
    """

    name: ClassVar[str] = "rogozhin-2-18"
    description: ClassVar[str] = "Rogozhin's machine with 2 states and 18 symbols, by way of a 2-tag system"
    source: ClassVar[str] = "Rogozhin 1996"
    completed: ClassVar[tuple[str, str]] = ("c<1", "q2")
    extra: ClassVar[int] = 1

    def _tape(self, word: Word) -> tuple[Sequence[str], int]:
        """Return the initial tape for a checked word, and the place of the head on it."""
        size, cells = self.numbers, ["c<1", "c<1"]
        for _, production in reversed(self.system.productions):
            cells += "bb" + "1b".join("1" * size[letter] for letter in reversed(production))
        cells += "bb"
        return [*cells, *"".join("1" * size[letter] + "c" for letter in word)], len(cells) - 1

    def _read(self, configuration: Configuration) -> Word | None:
        """Return the word at the end of the tape; ``None`` if none is complete."""
        cells = symbols_between(configuration, configuration.origin)
        while cells and cells[-1] == self.machine.blank:
            cells.pop()
        end = list(takewhile(lambda cell: cell in ("1", "c"), reversed(cells)))
        return named(blocks(end[::-1], "1", "c"), self._letters) if not end or end[0] == "c" else None
