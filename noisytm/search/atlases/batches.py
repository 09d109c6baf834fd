"""The rows of many codes at once, compiled: what the kernels decide, and what is left is computed by itself."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import lru_cache
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from noisytm import _clock
from noisytm.errors import BudgetError, ProblemError
from noisytm.geometry import CHARTS, BitFace
from noisytm.relaxation.semantics import Marginal, checked_semantics
from noisytm.search.atlases import kernel as k
from noisytm.search.atlases.asked import AtlasUnits
from noisytm.search.atlases.rows import CodeRow
from noisytm.search.bounds import pivot
from noisytm.search.costs import cheapest_run, joined, run_without_errors
from noisytm.search.minimum import DONE, AskedOfAll, Below, add_row, advance
from noisytm.search.tables import UNFIXED

Ints = NDArray[np.int64]

# Rows that are made between two looks at the clock, and nodes.
ROWS_AT_ONCE, NODES_AT_ONCE = 256, 2_000


@lru_cache(maxsize=1)
def compiled() -> ModuleType:
    """Return the compiled search."""
    homes = cheapest_run, run_without_errors, pivot, add_row, advance
    return joined("atlas", homes, k.rows_below)


class Batches:
    """The rows of the codes below partial tables; for one thread.

    Parameters
    ----------
    units : AtlasUnits
        The problem, in a marginal semantics, and the units.
    rows_below : callable, optional
        What fills rows; by default the compiled kernel.
    """

    def __init__(self, units: AtlasUnits, rows_below: Callable[..., tuple[int, int]] | None = None) -> None:
        self.units = units
        asked = AskedOfAll(
            units.problem, units.tables, units.semantics, units.loss, units.chart, units.prior_concentration
        )
        self._below, self._unit = Below(asked), asked.unit
        self._rows_below = compiled().rows_below if rows_below is None else rows_below
        dimension = len(self._below.packing.gains)
        self._points = np.zeros((k.MOST_POINTS, dimension), np.int64)
        self._turns = np.zeros((k.MOST_POINTS + 1, dimension))
        self._pivots = np.zeros(k.MOST_POINTS, np.int64)
        self._rows = np.zeros((ROWS_AT_ONCE, len(units.tables.space.keys) + k.FIELDS), np.int64)
        self.alone = 0  # codes that were computed by themselves

    @classmethod
    def can(cls, units: AtlasUnits) -> bool:
        """Return whether there is compiled code for a problem in some units.

        There is for semantics that follow marginals, in charts in which codes and actions are the same, unless the
        numbers are out of its range.
        """
        if not isinstance(checked_semantics(units.semantics), Marginal):
            return False
        if issubclass(CHARTS[units.chart].face_type, BitFace):
            return False
        try:
            asked = AskedOfAll(
                units.problem, units.tables, units.semantics, units.loss, units.chart, units.prior_concentration
            )
            return asked.coordinates.blocks.gains.size > 0
        except (BudgetError, ProblemError):
            return False

    def compile(self) -> None:
        """Compile, by something small."""
        self._below.begin([0] * len(self.units.tables.space.keys))
        self._rows_below(*self._below.arguments, self._points, self._pivots, self._turns, self._rows[:0], NODES_AT_ONCE)

    def below(self, table: Sequence[int] | Ints) -> Iterator[CodeRow]:
        """Yield the rows of all codes that complete a partial table and solve the problem."""
        below, why = self._below, None
        below.begin(table)
        while why != DONE:
            _clock.tick()
            number, why = self._rows_below(
                *below.arguments, self._points, self._pivots, self._turns, self._rows, NODES_AT_ONCE
            )
            for line in self._rows[:number].tolist():
                yield from self._completed(line)

    def _completed(self, line: list[int]) -> Iterator[CodeRow]:
        """Yield the rows of all completions of what the kernels found."""
        tuples, actions = len(line) - k.FIELDS, self.units.tables.actions
        table, (value, scale, shape, weight, used) = line[:tuples], line[tuples:]
        if shape == 0 or weight == 0:
            self.alone += 1
            yield self.units.row(table)
            return
        least = self._unit * Fraction(value, scale)
        for code in completions(table, actions):
            yield CodeRow(tuple(code), used, least, shape, None if weight < 0 else weight)


def completions(table: Sequence[int] | Ints, actions: int) -> Iterator[Sequence[int]]:
    """Yield all codes that complete a partial table, in canonical order.

    Examples
    --------
    >>> list(completions([1, -1], 3))
    [(1, 0), (1, 1), (1, 2)]
    """
    each = [range(actions) if action == UNFIXED else (int(action),) for action in table]
    return itertools.product(*each)
