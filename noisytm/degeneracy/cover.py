"""The fractional covering program  min γ·v,  α·v ≥ 1,  v ≥ 0,  solved by HiGHS and then in rationals.

Floating point only finds the basis; values, feasibility and optimality come from exact linear algebra on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import highspy
import numpy as np
from flint import fmpq, fmpq_mat
from numpy.typing import NDArray

from noisytm.degeneracy.oracle import Syndrome
from noisytm.errors import BudgetError

MAX_PIVOTS = 10_000


@dataclass(frozen=True)
class CoverSolution:
    """An optimal pair of the covering program on the rows so far, in rationals.

    Attributes
    ----------
    value : Fraction
        The optimum γ·v = Σ y.
    primal : tuple of Fraction, length d
        v.
    dual : dict
        Row index → y > 0.
    """

    value: Fraction
    primal: tuple[Fraction, ...]
    dual: dict[int, Fraction]


class Cover:
    """The covering program with rows added as they are found; HiGHS keeps its basis between solves.

    Parameters
    ----------
    weights : sequence of Fraction
        γ > 0 of each coordinate.
    """

    def __init__(self, weights: Sequence[Fraction]) -> None:
        self.weights = tuple(weights)
        self.rows: list[Syndrome] = []
        self._known: set[Syndrome] = set()
        self._highs = quiet_highs()
        count = len(self.weights)
        self._highs.addVars(count, np.zeros(count), np.full(count, highspy.kHighsInf))
        for j, weight in enumerate(self.weights):
            self._highs.changeColCost(j, float(weight))

    def __contains__(self, row: Syndrome) -> bool:
        return row in self._known

    def add(self, row: Syndrome) -> bool:
        """Add a row; return whether it was new."""
        if row in self._known:
            return False
        self._known.add(row)
        self.rows.append(row)
        indices = np.array([j for j, _ in row], dtype=np.int32)
        values = np.array([k for _, k in row], dtype=np.float64)
        self._highs.addRow(1.0, highspy.kHighsInf, len(row), indices, values)
        return True

    def solve(self) -> NDArray[np.float64]:
        """Return an optimal v in floating point."""
        self._highs.run()
        if self._highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise BudgetError(f"the linear program ended as {self._highs.getModelStatus()}; report this problem")
        return np.maximum(np.array(self._highs.getSolution().col_value), 0.0)

    @property
    def value(self) -> float:
        """Optimum of the last `solve`."""
        return float(self._highs.getObjectiveValue())

    def solve_exactly(self) -> CoverSolution:
        """Return an optimal pair in rationals, from the basis of the last `solve`."""
        basis = self._highs.getBasis()
        basic = highspy.HighsBasisStatus.kBasic
        columns = [j for j, s in enumerate(basis.col_status) if s == basic]
        rows = [i for i, s in enumerate(basis.row_status) if s != basic]
        solution = self._solution_at(rows, columns)
        return self._pivoted() if solution is None else solution

    def _solution_at(self, rows: list[int], columns: list[int]) -> CoverSolution | None:
        """Solve on a basis (tight rows, free columns); ``None`` if that is not optimal."""
        matrix = dense([self.rows[i] for i in rows], columns)
        try:
            v = solve(matrix, [fmpq(1)] * len(rows))
            y = solve(matrix.transpose(), [to_fmpq(self.weights[j]) for j in columns])
        except ZeroDivisionError:
            return None
        primal = [Fraction(0)] * len(self.weights)
        for j, value in zip(columns, v, strict=True):
            primal[j] = to_fraction(value)
        dual = {i: to_fraction(value) for i, value in zip(rows, y, strict=True) if value != 0}
        if not self._optimal(primal, dual):
            return None
        return CoverSolution(sum(dual.values(), Fraction(0)), tuple(primal), dual)

    def _optimal(self, primal: Sequence[Fraction], dual: dict[int, Fraction]) -> bool:
        load = [Fraction(0)] * len(self.weights)
        for i, weight in dual.items():
            for j, k in self.rows[i]:
                load[j] += weight * k
        return (
            min(primal, default=Fraction(0)) >= 0
            and all(cost(row, primal) >= 1 for row in self.rows)
            and all(weight > 0 for weight in dual.values())
            and all(x <= w for x, w in zip(load, self.weights, strict=True))
        )

    def _pivoted(self) -> CoverSolution:
        """Solve  max Σ y,  Aᵀy + s = γ  from the slack basis by Bland's rule, in rationals throughout.

        Only for a basis that floating point got wrong. Basis members are ("y", row) and ("s", column).
        """
        d = len(self.weights)
        basis: list[tuple[str, int]] = [("s", j) for j in range(d)]
        gamma = [to_fmpq(w) for w in self.weights]
        for _ in range(MAX_PIVOTS):
            matrix = self._dual_columns(basis)
            x = solve(matrix, gamma)
            v = solve(matrix.transpose(), [fmpq(int(kind == "y")) for kind, _ in basis])
            primal = [to_fraction(value) for value in v]
            entering = self._entering(primal)
            if entering is None:
                dual = {i: to_fraction(b) for (kind, i), b in zip(basis, x, strict=True) if kind == "y" and b != 0}
                return CoverSolution(sum(dual.values(), Fraction(0)), tuple(primal), dual)
            direction = solve(matrix, [row[0] for row in self._dual_columns([entering]).tolist()])
            ratios = [(x[i] / direction[i], basis[i], i) for i in range(d) if direction[i] > 0]
            basis[min(ratios)[2]] = entering
        raise BudgetError(f"the exact linear program took more than {MAX_PIVOTS} pivots; report this problem")

    def _entering(self, primal: Sequence[Fraction]) -> tuple[str, int] | None:
        for j, value in enumerate(primal):
            if value < 0:
                return ("s", j)
        for i, row in enumerate(self.rows):
            if cost(row, primal) < 1:
                return ("y", i)
        return None

    def _dual_columns(self, members: Sequence[tuple[str, int]]) -> Any:
        matrix = fmpq_mat(len(self.weights), len(members))
        for column, (kind, index) in enumerate(members):
            for j, k in self.rows[index] if kind == "y" else ((index, 1),):
                matrix[j, column] = fmpq(k)
        return matrix


def quiet_highs() -> Any:
    """Return a HiGHS instance that prints nothing and uses one thread."""
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    return highs


def cost(row: Syndrome, v: Sequence[Fraction]) -> Fraction:
    """Return α·v."""
    return sum((k * v[j] for j, k in row), Fraction(0))


def dense(rows: Sequence[Syndrome], columns: Sequence[int]) -> Any:
    """Return the rows, restricted to some columns, as an exact matrix."""
    place = {j: c for c, j in enumerate(columns)}
    matrix = fmpq_mat(len(rows), len(columns))
    for i, row in enumerate(rows):
        for j, k in row:
            if j in place:
                matrix[i, place[j]] = fmpq(k)
    return matrix


def solve(matrix: Any, right: Sequence[Any]) -> list[Any]:
    """Solve a square system exactly; raises ZeroDivisionError if it is singular."""
    if not right:
        return []
    if matrix.nrows() != matrix.ncols():
        raise ZeroDivisionError
    solution = matrix.solve(fmpq_mat(len(right), 1, list(right)))
    return [solution[i, 0] for i in range(len(right))]


def to_fmpq(x: Fraction) -> Any:
    """Convert to flint's rationals."""
    return fmpq(x.numerator, x.denominator)


def to_fraction(x: Any) -> Fraction:
    """Convert from flint's rationals."""
    return Fraction(int(x.p), int(x.q))
