"""The annealed semantics."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from noisytm.relaxation.semantics.configurations import Effect
from noisytm.relaxation.semantics.runs import Memory, Runs


class Annealed(Runs):
    """The Markov chain on configurations: noise is drawn anew each time a tuple is used."""

    name = "annealed"
    description = "the Markov chain on configurations: noise is drawn anew each time a tuple is used"
    anew = True

    def ways(self, at: int, memory: Memory, choices: Sequence[Effect]) -> Iterator[tuple[int, Memory, bool]]:
        """Draw; nothing is remembered. See `Runs.ways`."""
        return ((k, memory, True) for k in range(len(choices)))


ANNEALED = Annealed()
