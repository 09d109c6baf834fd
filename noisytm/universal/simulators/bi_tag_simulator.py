"""What the universal machines of Neary and Woods, which run bi-tag systems, have in common."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from noisytm._checks import instance
from noisytm._text import shown
from noisytm.errors import MachineError
from noisytm.machine import Word
from noisytm.universal.simulators.tag_simulator import TagSimulator, require_room
from noisytm.universal.tag import BiTagSystem


@dataclass(frozen=True)
class BiTagSimulator(TagSimulator):
    """A universal machine that runs bi-tag systems.

    The letters of A are numbered from 1 to q, those of E from 1 to h, the halting one last. Together with the letter
    of A after it, a letter of E is written as one code: e_j a_i is the number j·q + i, and a_i alone the number i.
    """

    source: ClassVar[str] = "Neary and Woods 2009"
    runs: ClassVar[str] = "bi-tag systems"
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
