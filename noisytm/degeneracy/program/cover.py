"""The fractional covering program  min Σ γ_i v_i,  α·v ≥ 1,  v ≥ 0,  with rows added as they are found.

HiGHS solves it in floating point and keeps its basis between solves; the optimum is then found in rationals.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import highspy
import numpy as np
from numpy.typing import NDArray

from noisytm.degeneracy.program.exact_program import (
    Integers,
    Program,
    Scaled,
    Vertex,
    basis,
    product,
    quiet_highs,
    times,
)

LARGEST_ENTRY = 1e14  # HiGHS refuses rows with entries of 1e15 and more
# Where a dual is only certain and not exact, it is rounded to this grid, and its value down to so many parts.
GRID, DECIMALS = 1 << 40, 10**9


@dataclass(frozen=True)
class CoverSolution:
    """An optimal pair of the covering program on the rows so far, in rationals.

    Attributes
    ----------
    value : Fraction
        The optimum Σ γ_i v_i = Σ y.
    primal : Scaled
        v, shape (d,).
    dual : tuple of Fraction
        y ≥ 0 of each row.
    vertex : Vertex
        The basis: its columns are rows of the cover, and its tight rows are coordinates, because it is the basis of
        max Σ x,  Aᵀ x ≤ g,  with g the weights as coprime integers.
    """

    value: Fraction
    primal: Scaled
    dual: tuple[Fraction, ...]
    vertex: Vertex


class Cover:
    """The covering program of the rows found so far.

    Parameters
    ----------
    weights : sequence of d positive Fraction or int
        γ, the weights of the objective.

    Examples
    --------
    >>> program = Cover([1, 1, 1])
    >>> program.add(np.array([[1, 1, 0], [0, 1, 1], [1, 0, 1], [0, 1, 1]])).tolist()
    [0, 1, 2]
    >>> program.solve().round(6).tolist(), str(program.solve_exactly().value)
    ([0.5, 0.5, 0.5], '3/2')
    """

    def __init__(self, weights: Sequence[Fraction | int]) -> None:
        self.dimension = dimension = len(weights)
        self.unit, self.gains = _coprime(weights)
        self._rows = np.zeros((64, dimension), dtype=np.int64)
        self._known: dict[bytes, int] = {}  # which of those it was given with
        self._highs = quiet_highs()
        self._highs.addVars(dimension, np.zeros(dimension), np.full(dimension, highspy.kHighsInf))
        self._highs.changeColsCost(dimension, np.arange(dimension, dtype=np.int32), self._objective())

    def _objective(self) -> NDArray[np.float64]:
        largest = max(self.gains.tolist(), default=1)
        return np.array([float(Fraction(g, largest)) for g in self.gains.tolist()])

    @property
    def rows(self) -> NDArray[np.int64]:
        """The rows α, shape (n, d)."""
        return self._rows[: len(self._known)]

    def add(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Add rows that are not there yet; return where these first stand among those given."""
        new: dict[bytes, int] = {}
        for i, row in enumerate(rows):
            key = row.tobytes()
            if key not in self._known and key not in new:
                new[key] = i
        if new:
            self._append(rows[list(new.values())])
            self._known.update(new)  # last, so that after an interrupt there are no rows without entries
        return np.array([*new.values()], dtype=np.int64)

    @property
    def whole(self) -> bool:
        """Whether HiGHS has just the rows that are known: an interrupt may come between the two."""
        return bool(self._highs.getNumRow() == len(self._known))

    def _append(self, rows: NDArray[np.int64]) -> None:
        before = len(self._known)
        after = before + len(rows)
        if after > len(self._rows):
            self._rows = np.concatenate([self._rows[:before], np.zeros((after, self.dimension), dtype=np.int64)])
        self._rows[before:after] = rows
        scale = np.maximum(rows.max(axis=1) / LARGEST_ENTRY, 1.0)
        row, column = rows.nonzero()
        starts = np.searchsorted(row, np.arange(len(rows))).astype(np.int32)
        entries = rows[row, column] / scale[row]
        none = np.full(len(rows), highspy.kHighsInf)
        self._highs.addRows(len(rows), 1.0 / scale, none, len(row), starts, column.astype(np.int32), entries)

    def solve(self) -> NDArray[np.float64]:
        """Return an optimal v in floating point."""
        if not self.dimension:
            return np.zeros(0)  # HiGHS calls such a program empty, not optimal
        self._highs.run()
        if self._highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return np.array([float(x) for x in self.solve_exactly().primal.fractions()])
        values: NDArray[np.float64] = np.maximum(np.array(self._highs.getSolution().col_value), 0.0)
        return values

    @property
    def value(self) -> float:
        """Optimum of the last `solve`; infinite where no float holds it."""
        largest = self.unit * max(self.gains.tolist(), default=1)
        try:
            return float(self._highs.getObjectiveValue()) * float(largest)
        except OverflowError:
            return math.inf

    def certain_value(self) -> Fraction:
        """Return at most the optimum of the rows so far: what the dual of the last `solve` proves once it is feasible.

        Whatever y ≥ 0 is, y / max (Aᵀy)_i / γ_i is feasible, and Σ y of that is at most the optimum.
        """
        duals = np.nan_to_num(np.array(self._highs.getSolution().row_dual, dtype=np.float64), posinf=0.0, neginf=0.0)
        rows = self.rows[: len(duals)]
        scaled = np.maximum(duals[: len(rows)], 0.0) / np.maximum(rows.max(axis=1, initial=0) / LARGEST_ENTRY, 1.0)
        y = np.rint(scaled * (GRID / max(scaled.max(initial=0.0), 1.0))).astype(np.int64)
        load = product(rows.T, y)
        most = max(
            (Fraction(x, g) for x, g in zip(load.tolist(), self.gains.tolist(), strict=True)), default=Fraction(0)
        )
        if not most:
            return Fraction(0)
        return Fraction(math.floor(self.unit * sum(y.tolist()) / most * DECIMALS), DECIMALS)

    def solve_exactly(self) -> CoverSolution:
        """Return an optimal pair in rationals, from the basis of the last `solve`."""
        rows = self.rows
        packing = Program(np.ones(len(rows), dtype=np.int64), rows.T, self.gains)
        columns, tight = basis(self._highs)
        vertex = packing.optimum(tight, columns)
        dual = tuple(self.unit * Fraction(x, vertex.x.denominator) for x in vertex.x.numerators.tolist())
        return CoverSolution(sum(dual, Fraction(0)), vertex.prices, dual, vertex)

    def slack(self, v: Scaled) -> Integers:
        """Return α·v − 1 of each row, times the denominator of v."""
        return product(self.rows, v.numerators) - times(np.ones(len(self.rows), dtype=np.int64), v.denominator)


def _coprime(weights: Sequence[Fraction | int]) -> tuple[Fraction, Integers]:
    """Return a unit and coprime integers g with weights = unit · g."""
    exact = [Fraction(w) for w in weights]
    scale = math.lcm(*(w.denominator for w in exact))
    whole = [w.numerator * (scale // w.denominator) for w in exact]
    divisor = math.gcd(*whole) or 1
    gains = [w // divisor for w in whole]
    fits = max(gains, default=1) < LARGEST_ENTRY
    return Fraction(divisor, scale), np.array(gains, dtype=np.int64 if fits else object)
