"""The search of what lies below one partial table, in slices: the compiled search with what it writes into."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import lru_cache
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from noisytm import _clock
from noisytm.errors import BudgetError
from noisytm.search.bounds import SHRINK, new_packing, pivot
from noisytm.search.costs import cheapest_run, head_of, joined, run_without_errors, work_of
from noisytm.search.minimum import rows_kernel as k
from noisytm.search.minimum.arrays import new_way
from noisytm.search.minimum.asked import AskedOfAll
from noisytm.search.minimum.kernel import advance
from noisytm.search.store import Incumbent
from noisytm.search.tables import UNFIXED

Ints = NDArray[np.int64]

# A slice takes about so long, so that the clock is looked at and signals are answered.
SECONDS_OF_SLICE, FIRST_SLICE = 0.2, 200
TALLY = ("nodes", "programs", "refuted", "bounded", "tied", "runs", "pivots", "rows")


@lru_cache(maxsize=1)
def compiled() -> ModuleType:
    """Return the compiled search."""
    return joined("least_coefficient", (cheapest_run, run_without_errors, pivot, k.add_row), advance)


class Below:
    """The search below partial tables, one after another; for one thread.

    Parameters
    ----------
    asked : AskedOfAll
        What is searched.
    events : int
        For how many numbers there is room where events are wanted.
    """

    def __init__(self, asked: AskedOfAll, events: int = 0) -> None:
        self.asked = asked
        blocks, problem = asked.coordinates.blocks, asked.problem
        n, width = blocks.gains.shape
        self._task, self._blocks = problem.encoded, blocks
        self._head = head_of(asked.tables, asked.step, problem.space)
        self._work = work_of(asked.tables, problem, asked.step, problem.space)
        self._tuples, self._first = len(asked.tables.space.keys), asked.coordinates.first
        self.way = new_way(blocks, len(problem.inputs), events)
        self.packing = new_packing(n * width, n + 1)
        # Σ y is at most Σ γ, and weights are in parts of less than 2^30.
        self._most_denominator = (1 << 32) // max(int(blocks.gains.sum()), 1)
        self._advance = compiled().advance
        self._slice = FIRST_SLICE

    def begin(
        self,
        table: Sequence[int] | Ints,
        best: Incumbent | None = None,
        deepest: int | None = None,
        ties: bool = False,
        each: bool = False,
    ) -> None:
        """Begin below a partial table of choices.

        Parameters
        ----------
        table : sequence of N int
            Choices, and `UNFIXED`.
        best : Incumbent, optional
            The least value so far.
        deepest : int, optional
            Nodes so far below the table are handed back instead of branched; by default none is.
        ties : bool
            Keep open what just attains the least value.
        each : bool
            Come back at every node that stays open and at which all runs are settled.
        """
        way, blocks = self.way, self._blocks
        way.table[: self._tuples], way.table[self._tuples :] = table, self._first
        fixed = np.flatnonzero(way.table != UNFIXED)
        way.actions[:] = UNFIXED
        own = fixed[fixed < self._tuples]
        way.actions[own] = blocks.action[way.table[own]]
        way.tuple_of[: len(fixed)] = fixed
        self.packing.gains[: len(fixed) * blocks.gains.shape[1]] = blocks.gains[fixed].ravel()
        way.state[:] = 0
        way.state[k.BLOCKS] = len(fixed)
        way.state[k.DEEPEST] = len(way.table) if deepest is None else deepest
        way.state[k.RECORDED], way.state[k.TIES], way.state[k.EACH] = way.events.size > 0, ties, each
        way.tally[:], way.seed[:], way.written[:] = 0, 0, 0
        self.better(best)

    def better(self, best: Incumbent | None) -> None:
        """Set the least value so far; one with too large a denominator is rounded up, so that products fit 64 bits."""
        self.way.best[:] = 0
        if best is not None:
            value, multiplicity = self.asked.to_beat(best)
            if value.denominator > self._most_denominator:
                value = Fraction(math.ceil(value * self._most_denominator), self._most_denominator)
            self.way.best[:] = 1, value.numerator, value.denominator, multiplicity

    def events(self) -> Iterator[int]:
        """Go on; yield, whenever the compiled search comes back for more than a look at the clock, why.

        `CANDIDATE`: all completions of the table attain the value at hand; a code is to be looked at, and the node
        then gone on with. `HANDED`: a node is handed back. `PAUSED`: events are to be taken.
        """
        way = self.way
        while True:
            begun = time.perf_counter()
            why = self._advance(*self.arguments, self._slice)
            took = time.perf_counter() - begun
            if why == k.PAUSED:
                faster = SECONDS_OF_SLICE / max(took, 1e-3)
                self._slice = max(1, int(self._slice * min(max(faster, 0.2), 2.0)))
            _clock.tick()
            if why == k.CANDIDATE:
                way.judged[way.state[k.LEVEL]] = 1
            if why != k.PAUSED or way.written[0] > 0:
                yield why
            if why == k.DONE:
                return

    def taken(self) -> list[int]:
        """Take the events since the last time."""
        written = self.way.written
        if written[3]:
            raise BudgetError("one node of the search has more to be written down than there is room for")
        events: list[int] = self.way.events[: written[0]].tolist()
        written[0] = 0
        return events

    def leave(self) -> None:
        """Take the node at hand for done."""
        self.way.state[k.PHASE] = k.LEAVE

    @property
    def arguments(self) -> tuple[Any, ...]:
        """What the kernels take."""
        return self._task, self._head, self._work, self._blocks, self.packing, self.way

    @property
    def level(self) -> int:
        """Level of the node at hand."""
        return int(self.way.state[k.LEVEL])

    @property
    def table(self) -> tuple[int, ...]:
        """The partial table at hand."""
        return tuple(self.way.table[: self._tuples].tolist())

    @property
    def completed(self) -> tuple[int, ...]:
        """Its first completion."""
        return tuple(np.maximum(self.way.table[: self._tuples], 0).tolist())

    @property
    def value(self) -> float:
        """The optimum of the node at hand, in the units of the kernels."""
        return float(self.way.value[self.level])

    @property
    def tally(self) -> dict[str, int]:
        """What was done since the search began."""
        return dict(zip(TALLY, self.way.tally.tolist(), strict=True))

    def proved(self) -> Fraction:
        """Return what the basis at hand proves, in the units of the learning coefficient; 0 if it cannot be told.

        Over the determinant, or, where that is no whole number any more, with weights that are a little smaller.
        """
        determinant = abs(float(self.packing.determinant[self.level]))
        if determinant < float(1 << 53) and (exact := self._proved(max(round(determinant), 1), 0.0)):
            return exact
        return self._proved(1 << 40, SHRINK) or Fraction(0)

    def _proved(self, scale: int, less: float) -> Fraction | None:
        """Return what weights that are smaller by a part, in parts of a scale, prove; ``None`` if they are no dual."""
        lp, depth = self.packing, self.level
        n = (int(self.way.state[k.BLOCKS]) + depth) * self._blocks.gains.shape[1]
        load, total = [0] * n, 0
        for r in np.flatnonzero(lp.basis[depth, :n] >= 0).tolist():
            row, exact = int(lp.basis[depth, r]), float(lp.plain[depth, r])
            if not (-1.0 < exact * scale < float(1 << 62)):
                return None
            weight = math.floor(exact * (1 - less) * scale) if less else round(exact * scale)
            if weight < 0:
                if not less:
                    return None
                continue
            total += weight
            for j in range(int(lp.size[row])):
                load[int(lp.place[row, j])] += weight * int(lp.often[row, j])
        if any(x > int(g) * scale for x, g in zip(load, lp.gains, strict=False)):
            return None
        return self.asked.unit * Fraction(total, scale)
