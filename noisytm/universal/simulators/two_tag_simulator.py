"""What the universal machines that run 2-tag systems have in common.

They number the letters so that the number of a letter is where its production begins on the tape, counted in
marks: reading a letter written as so many marks leads the head to its production, which is then copied to the end.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import ClassVar

from noisytm._checks import instance
from noisytm._text import shown
from noisytm.discrete.configuration import Configuration
from noisytm.errors import MachineError
from noisytm.machine import Word
from noisytm.universal.simulators.tag_simulator import TagSimulator, require_room
from noisytm.universal.tag import TagSystem


@dataclass(frozen=True)
class TwoTagSimulator(TagSimulator):
    """A universal machine that runs 2-tag systems.

    The system deletes two letters in a step, has one halting letter at most, and no production is empty.
    """

    runs: ClassVar[str] = "2-tag systems"
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
