"""Least costs of fatal syndromes without compiled code, a few pairs at a time as they fit into memory."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from noisytm import _clock
from noisytm.problem import SynthesisProblem
from noisytm.relaxation.marginal import LEDGER, cheapest, last_head_step, seconds_in_arrays, traced
from noisytm.relaxation.semantics import Marginal

# What the runs of some pairs leave behind for the adjoint takes at most about this much.
MOST_BYTES = 64 << 20


class ArrayCosts:
    """The NumPy reading of the min-plus step; its answers, ties too, are those of the compiled kernels.

    Parameters
    ----------
    problem, semantics, columns, memory
        As of `searches.entry_costs`.
    """

    def __init__(
        self, problem: SynthesisProblem, semantics: Marginal, columns: NDArray[np.int64], memory: int | None = None
    ) -> None:
        self._trace, self._task, self._steps = traced(problem.space, semantics), problem.encoded, problem.steps
        self._columns, self._longest = columns, max(map(len, problem.inputs))
        self._horizon = last_head_step(problem.steps, self._task.reach)
        at = self._trace.layout
        cells = at.symbols * (self._longest + self._steps + max(self._task.reach, 1))
        of_pair = 8 * (self._steps * (self._trace.registers + at.columns + cells) + 6 * at.tuples * at.row)
        self._together = (MOST_BYTES if memory is None else min(memory, MOST_BYTES)) // of_pair

    def do(self, pairs: int, counted: bool, algebra: str) -> bool:
        """Return whether so many pairs are better run in NumPy than by the kernels of an algebra."""
        seconds = seconds_in_arrays(self._trace, self._steps, self._longest, pairs, counted)
        return self._together > 0 and LEDGER.arrays_do(algebra, seconds)

    def run(
        self, costs: NDArray[np.int64], pairs: NDArray[np.int64], limit: int, counted: bool
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return least costs (n,), up to ``limit``, and, if counted, exponents (n, d) where they are below.

        Raises
        ------
        BudgetError
            If exponents are too large to be exact.
        """
        parts = [(np.empty(0, dtype=np.int64), np.empty((0, len(self._columns)), dtype=np.int64))]
        for first in range(0, len(pairs), self._together):
            _clock.tick()
            chosen = pairs[first : first + self._together]
            parts.append(
                cheapest(
                    self._trace, self._task, self._steps, self._horizon, costs, self._columns, chosen, limit, counted
                )
            )
        least, counts = zip(*parts, strict=True)
        return np.concatenate(least), np.concatenate(counts)
