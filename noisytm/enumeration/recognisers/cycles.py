"""Cycles: a configuration comes back. ``docs/enumeration.md`` has the proof."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from noisytm.enumeration.recognisers.protocol import RunRecogniser
from noisytm.enumeration.table import Table, blank_but, configurations


@dataclass(frozen=True)
class Cycle:
    """The configuration after ``preperiod`` steps is there again ``period`` steps later."""

    preperiod: int
    period: int


class _Cycles(RunRecogniser):
    name: ClassVar[str] = "cycles"
    label: ClassVar[str] = "cycle"
    description: ClassVar[str] = "a configuration comes back"
    proof: ClassVar[type] = Cycle
    kernel_class: ClassVar[int] = 2

    def watcher(self) -> Callable[[int, int, Mapping[int, int]], Cycle | None]:
        """Return what keeps all configurations."""
        met: dict[object, int] = {}

        def see(state: int, head: int, tape: Mapping[int, int]) -> Cycle | None:
            here, step = (state, head, blank_but(tape)), len(met)
            earlier = met.setdefault(here, step)
            return None if earlier == step else Cycle(earlier, step - earlier)

        return see

    def proves(self, table: Table, proof: Cycle) -> bool:
        """Return whether the configuration is there again.

        Examples
        --------
        >>> table = {(0, 0): (0, 1, 1), (1, 0): (0, -1, 0)}
        >>> RECOGNISER.proves(table, Cycle(0, 2)), RECOGNISER.proves(table, Cycle(0, 1))
        (True, False)
        """
        times = (proof.preperiod, proof.preperiod + proof.period)
        run = enumerate(itertools.islice(configurations(table), times[1] + 1))
        met = [(state, head, blank_but(tape)) for step, (state, head, tape) in run if step in times]
        return proof.period > 0 and len(met) == 2 and met[0] == met[1]


RECOGNISER = _Cycles()
