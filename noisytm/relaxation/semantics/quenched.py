"""The quenched semantics."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from noisytm.relaxation.semantics.configurations import Effect
from noisytm.relaxation.semantics.runs import Memory, Runs


class Quenched(Runs):
    """One table is drawn from the noisy code and then run: a tuple is drawn when it is first used."""

    name = "quenched"
    description = "one table is drawn from the noisy code and then run"
    unit = "noisy runs"
    anew = False

    def ways(self, at: int, memory: Memory, choices: Sequence[Effect]) -> Iterator[tuple[int, Memory, bool]]:
        """Draw if the tuple is new to the run, else do as before. See `Runs.ways`."""
        for known, k in memory:
            if known == at:
                yield k, memory, False
                return
        for k in range(len(choices)):
            yield k, (*memory, (at, k)), True

    def formed(self, draws: int, size: int) -> int:
        """Count runs: every draw begins one."""
        return draws


QUENCHED = Quenched()
