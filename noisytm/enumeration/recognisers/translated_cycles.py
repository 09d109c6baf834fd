"""Translated cycles: a configuration comes back further along the tape. ``docs/enumeration.md`` has the proof."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from noisytm._summary import Described
from noisytm.enumeration.recognisers.protocol import RunRecogniser
from noisytm.enumeration.table import Table, configurations


@dataclass(frozen=True)
class TranslatedCycle(Described):
    """Record positions of the head after ``preperiod`` and ``period`` more steps, ``offset`` cells apart.

    Between the two the head stays within ``reach`` cells of the first, on the side where the tape is not blank;
    these cells look the same at both times.
    """

    preperiod: int
    period: int
    offset: int
    reach: int


@dataclass(frozen=True)
class Record:
    """A configuration whose head is on a cell it has not been on before, further out on a side (−1 or 1)."""

    side: int
    state: int
    step: int
    tape: dict[int, int]


class _TranslatedCycles(RunRecogniser):
    name: ClassVar[str] = "translated"
    label: ClassVar[str] = "translated cycle"
    description: ClassVar[str] = "a configuration comes back further along the tape"
    proof: ClassVar[type] = TranslatedCycle
    kernel_class: ClassVar[int] = 3

    def watcher(self) -> Callable[[int, int, Mapping[int, int]], TranslatedCycle | None]:
        """Return what keeps all records."""
        heads: list[int] = []
        records: list[Record] = []

        def see(state: int, head: int, tape: Mapping[int, int]) -> TranslatedCycle | None:
            side = (head > max(heads, default=0)) - (head < min(heads, default=0))
            heads.append(head)
            if not side:
                return None
            now = Record(side, state, len(heads) - 1, dict(tape))
            before = [r for r in reversed(records) if (r.side, r.state) == (side, state)]
            records.append(now)
            return next(filter(None, (translated(earlier, now, heads) for earlier in before)), None)

        return see

    def proves(self, table: Table, proof: TranslatedCycle) -> bool:
        """Return whether the two are records that repeat each other.

        Examples
        --------
        >>> table = {(0, 0): (1, 1, 0)}
        >>> RECOGNISER.proves(table, TranslatedCycle(1, 1, 1, 0)), RECOGNISER.proves(table, TranslatedCycle(1, 2, 1, 0))
        (True, False)
        """
        last = proof.preperiod + proof.period
        heads: list[int] = []
        found: dict[int, Record] = {}
        for step, (state, head, tape) in enumerate(itertools.islice(configurations(table), last + 1)):
            side = (head > max(heads, default=0)) - (head < min(heads, default=0))
            heads.append(head)
            if step in (proof.preperiod, last) and side:
                found[step] = Record(side, state, step, dict(tape))
        if proof.period < 1 or len(found) < 2:
            return False
        earlier, now = found[proof.preperiod], found[last]
        same = (earlier.side, earlier.state) == (now.side, now.state)
        return same and translated(earlier, now, heads) == proof


def translated(earlier: Record, now: Record, heads: list[int]) -> TranslatedCycle | None:
    """Return the proof that two records on one side, in one state, repeat each other; ``heads`` are those so far."""
    first, last, side = heads[earlier.step], heads[now.step], now.side
    reach = max(side * (first - x) for x in heads[earlier.step :])
    for back in range(reach + 1):
        if earlier.tape.get(first - side * back, 0) != now.tape.get(last - side * back, 0):
            return None
    return TranslatedCycle(earlier.step, now.step - earlier.step, last - first, reach)


RECOGNISER = _TranslatedCycles()
