"""Optimal duals that tell the whole optimal face of a covering program apart from what surrounds it; in rationals.

Every optimal v has α·v = 1 on the rows where an optimal dual is positive, and v_j = 0 where it does not load j in full.
A vertex of the optimal duals often leaves more dimensions than the face has; averages of a few do not.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

import highspy
import numpy as np
from flint import fmpz_mat
from numpy.typing import NDArray

from noisytm.degeneracy.program.cover import Cover, CoverSolution
from noisytm.degeneracy.program.exact_program import (
    Integers,
    Program,
    Scaled,
    Vertex,
    basis,
    integers,
    product,
    quiet_highs,
    times,
)
from noisytm.errors import BudgetError

# Random combinations of directions that are to be cut off have coefficients up to this.
LARGEST_COEFFICIENT = 1000
# Weight of the value where it and a second objective are optimised in one go: raised by this factor until enough.
RAISED = 1 << 32
MAX_RAISES = 100


def complementary_dual(
    program: Cover, solution: CoverSolution, inner: Scaled, dimension: int
) -> tuple[Fraction, ...] | None:
    """Return an optimal dual whose equations leave just the optimal face; ``None`` if that of the solution does.

    Parameters
    ----------
    program : Cover
        The program. Rows may have been added since it was solved, if the solution's v satisfies them.
    solution : CoverSolution
        An optimal pair.
    inner : Scaled
        A point in the relative interior of the optimal face.
    dimension : int
        Dimension of the face.

    Examples
    --------
    >>> program = Cover([1, 1, 1])
    >>> _ = program.add(np.array([[1, 1, 0], [0, 0, 2], [1, 1, 2]]))
    >>> _ = program.solve()
    >>> solution = program.solve_exactly()
    >>> inner = Scaled(np.array([1, 1, 1]), 2)
    >>> complementary_dual(program, solution, inner, 1) is None
    True
    """
    own = solution.vertex.x
    search = _Search(program, solution, inner)
    duals = [_longer(own, len(program.rows))]
    while len(free := search.left_by(duals)) > dimension:
        duals.append(search.cutting_off(_combined(free, len(duals))))
    if len(duals) == 1:
        return None
    for dual in duals[:-1]:  # one that the others can do without is a vertex less, with its rows
        others = [x for x in duals if x is not dual]
        if len(search.left_by(others)) == dimension:
            duals = others
    return tuple(program.unit * x for x in _mean(duals))


class _Search:
    """Vertices of the optimal duals, each chosen to cut off a direction that is not of the face."""

    def __init__(self, program: Cover, solution: CoverSolution, inner: Scaled) -> None:
        self.program, self.rows = program, program.rows
        self.value = solution.value / program.unit
        self.vertex = solution.vertex
        self.positive = inner.numerators > 0
        self.tight = np.flatnonzero(program.slack(inner) == 0)

    def left_by(self, duals: Sequence[Scaled]) -> list[Integers]:
        """Return a basis of the directions that the equations of all these optimal duals leave."""
        used = np.zeros(len(self.rows), dtype=bool)
        full = np.ones(self.program.dimension, dtype=bool)
        for x in duals:
            used |= x.numerators > 0
            full &= self._loads(x) == times(self.program.gains, x.denominator)
        columns = np.flatnonzero(full)
        matrix = self.rows[np.ix_(used, columns)]
        if not matrix.size:
            return [_unit(j, self.program.dimension) for j in columns.tolist()]
        vectors, nullity = fmpz_mat(matrix.tolist()).nullspace()
        basis_ = integers(vectors).T[:nullity]
        spread = np.zeros((nullity, self.program.dimension), dtype=object)
        spread[:, columns] = basis_
        return list(spread)

    def _loads(self, x: Scaled) -> Integers:
        used = np.flatnonzero(x.numerators)
        return product(self.rows[used].T, x.numerators[used])

    def cutting_off(self, direction: Integers) -> Scaled:
        """Return an optimal dual with a row, or a coordinate not loaded in full, that the direction changes.

        There is one: else the direction would lead along the face. Rows and slacks with that are maximised.
        """
        changed = np.zeros(len(self.rows), dtype=bool)
        changed[self.tight] = product(self.rows[self.tight], direction) != 0
        moved = np.flatnonzero(~self.positive & (direction != 0))
        gain = changed.astype(np.int64).astype(object) - self.rows[:, moved].astype(object).sum(axis=1)
        return self._proposed(changed, moved) or self._exact(gain)

    def _proposed(self, changed: NDArray[np.bool_], moved: NDArray[np.int64]) -> Scaled | None:
        """Return the vertex that floating point finds best, if it is an optimal dual."""
        rows = self.rows[self.tight].astype(np.float64)
        scale = rows.max(axis=1)
        rows /= scale[:, None]
        gain = changed[self.tight] - rows[:, moved].sum(axis=1)
        highs = quiet_highs()
        n, d = rows.shape
        highs.addVars(n, np.zeros(n), np.full(n, highspy.kHighsInf))
        highs.changeColsCost(n, np.arange(n, dtype=np.int32), -gain)
        largest = max(self.program.gains.tolist())
        high = np.array([float(Fraction(g, largest)) for g in self.program.gains.tolist()])
        low = np.where(self.positive, high, -highspy.kHighsInf)
        at, columns = rows.T.nonzero()
        starts = np.searchsorted(at, np.arange(d)).astype(np.int32)
        highs.addRows(d, low, high, len(at), starts, columns.astype(np.int32), rows.T[at, columns])
        highs.run()
        chosen, full = basis(highs)
        packing = Program(np.ones(n, dtype=np.int64), self.rows[self.tight].T, self.program.gains)
        vertex = packing.at(chosen, full)
        if vertex is None or not packing.feasible(vertex) or not self._optimal(vertex.x):
            return None
        x = np.zeros(len(self.rows), dtype=vertex.x.numerators.dtype)
        x[self.tight] = vertex.x.numerators
        return Scaled(x, vertex.x.denominator)

    def _optimal(self, x: Scaled) -> bool:
        return bool(sum(x.numerators.tolist()) == self.value * x.denominator)

    def _exact(self, gain: Integers) -> Scaled:
        """Return a dual that is optimal and, among these, best for a second objective, by exact pivots alone."""
        at: Vertex = self.vertex
        first = RAISED
        for _ in range(MAX_RAISES):
            packing = Program(gain + first, self.rows.T, self.program.gains)
            at = packing.optimum(at.columns, at.tight)
            if self._optimal(at.x):
                return at.x
            first *= RAISED
        raise BudgetError(f"no optimal dual was found in {MAX_RAISES} attempts; report this problem")


def _combined(directions: Sequence[Integers], seed: int) -> Integers:
    """Return a random combination: one that is in no proper subspace but by accident."""
    coefficients = np.random.default_rng(seed).integers(1, LARGEST_COEFFICIENT, len(directions)).tolist()
    total = directions[0] * coefficients[0]
    for direction, k in zip(directions[1:], coefficients[1:], strict=True):
        total = total + direction * k
    return np.asarray(total)


def _unit(j: int, dimension: int) -> Integers:
    vector = np.zeros(dimension, dtype=object)
    vector[j] = 1
    return vector


def _longer(x: Scaled, size: int) -> Scaled:
    numerators = np.zeros(size, dtype=x.numerators.dtype)
    numerators[: len(x.numerators)] = x.numerators
    return Scaled(numerators, x.denominator)


def _mean(duals: Sequence[Scaled]) -> list[Fraction]:
    scale = math.lcm(*(x.denominator for x in duals))
    total = sum(x.numerators.astype(object) * (scale // x.denominator) for x in duals)
    return [Fraction(x, scale * len(duals)) if x else Fraction(0) for x in np.asarray(total).tolist()]
