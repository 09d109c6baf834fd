"""The least Σ q(v) over all v at which every fatal syndrome has α·v ≥ 1, exactly, with rows on demand.

q(v) = Σ v² − (Σ v)²/k over the wrong entries of a distribution of k values: the program of logits with normal tails.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import fmpz_mat
from numpy.typing import NDArray

from noisytm import _clock
from noisytm.degeneracy.program.cutting import GRID, CuttingPlanes, RowOracle
from noisytm.degeneracy.program.exact_program import Integers, Scaled, product, solved, times


@dataclass(frozen=True)
class QuadraticSolution:
    """An optimal pair: half the gradient at v is at least Σ y α, with equality where v > 0, and α·v = 1 where y > 0.

    Attributes
    ----------
    value : Fraction
        Σ q(v) = Σ y.
    primal : Scaled
        v, shape (d,).
    dual : tuple of Fraction
        y ≥ 0 of each row.
    """

    value: Fraction
    primal: Scaled
    dual: tuple[Fraction, ...]


class QuadraticCover:
    """min Σ q(v),  α·v ≥ 1,  v ≥ 0, in rationals, by its dual: non-negative least squares over Gram matrices.

    With A the matrix of Σ q, the constraints C v ≥ b, and u = y / (1 + b·y), the dual is to make the vector
    (A^{-1/2} Cᵀ u, b·u − 1) as short as possible over u ≥ 0. The method of Lawson and Hanson solves it by linear
    systems in the Gram matrix C A^{-1} Cᵀ + b bᵀ of the constraints that are active; A^{-1} is 1 + 11ᵀ on each
    distribution, so all is in integers. The active set is kept from one call to the next, as rows are added.

    Parameters
    ----------
    distributions : sequence of d int
        The number of the distribution of each coordinate.

    Examples
    --------
    >>> program = QuadraticCover([0, 0])  # three values: q = v₁² + v₂² − (v₁ + v₂)²/3
    >>> solution = program.solve(np.array([[1, 0]]))
    >>> solution.value, solution.primal.fractions()
    (Fraction(1, 2), (Fraction(1, 1), Fraction(1, 2)))
    """

    def __init__(self, distributions: Sequence[int]) -> None:
        numbers = np.asarray(distributions, dtype=np.int64)
        self._dimension = len(numbers)
        self._spread = (numbers[:, None] == numbers[None]).astype(np.int64) + np.eye(len(numbers), dtype=np.int64)
        # constraints by number: first v ≥ 0, then the rows, which may be added to
        self._active: list[int] = []
        self._u = Scaled(np.zeros(0, dtype=np.int64), 1)

    def solve(self, rows: NDArray[np.int64]) -> QuadraticSolution:
        """Return the optimum over some rows: those of the last call, and perhaps more.

        Raises
        ------
        BudgetError
            If the time runs out.
        """
        d = self._dimension
        constraints = np.concatenate([np.eye(d, dtype=np.int64), rows.reshape(-1, d)])
        bound = np.concatenate([np.zeros(d, dtype=np.int64), np.ones(len(rows), dtype=np.int64)])
        while True:
            _clock.tick()
            v, left = self._at(constraints, bound)
            worst = int(np.argmin(left)) if len(left) else 0
            if not len(left) or left[worst] >= 0:
                return self._solution(v, bound)
            self._enter(worst, constraints, bound)

    def _at(self, constraints: Integers, bound: Integers) -> tuple[Scaled, Integers]:
        """Return v at u, and C v − b times what is positive: negative where a constraint is violated."""
        u, scale = self._u.numerators, self._u.denominator
        rest = scale - int(product(bound[self._active][None], u)[0]) if self._active else scale
        combined = (
            product(constraints[self._active].T, u) if self._active else np.zeros(self._dimension, dtype=np.int64)
        )
        v = product(self._spread, combined)
        left = product(constraints, v).astype(object) - times(bound, rest).astype(object)
        return Scaled(v, rest), left

    def _enter(self, new: int, constraints: Integers, bound: Integers) -> None:
        """Make a constraint active, and those inactive that then have no weight left."""
        active = [*self._active, new]
        before = [*self._u.fractions(), Fraction(0)]
        while True:
            _clock.tick()
            wanted = self._solved(active, constraints, bound)
            target = wanted.fractions()
            if min(target) > 0:
                self._active, self._u = active, wanted
                return
            step = min(x / (x - y) for x, y in zip(before, target, strict=True) if y <= 0)
            moved = [x + step * (y - x) for x, y in zip(before, target, strict=True)]
            kept = [i for i, x in enumerate(moved) if x > 0]
            active, before = [active[i] for i in kept], [moved[i] for i in kept]

    def _solved(self, active: Sequence[int], constraints: Integers, bound: Integers) -> Scaled:
        """Return u on some constraints, were they all active."""
        chosen, b = constraints[list(active)], bound[list(active)]
        gram = product(product(chosen, self._spread), chosen.T) + b[:, None] * b[None]
        return solved(fmpz_mat(gram.tolist()), b)

    def _solution(self, v: Scaled, bound: Integers) -> QuadraticSolution:
        dual = [Fraction(0)] * (len(bound) - self._dimension)
        for number, x in zip(self._active, self._u.numerators.tolist(), strict=True):
            if number >= self._dimension:
                dual[number - self._dimension] = Fraction(int(x), v.denominator)
        return QuadraticSolution(sum(dual, Fraction(0)), v, tuple(dual))


class QuadraticPlanes(CuttingPlanes):
    """Solve the quadratic program of all fatal syndromes with the rows that an oracle finds violated.

    Parameters
    ----------
    oracle : RowOracle
        Finds violated rows.
    distributions : sequence of d int
        The number of the distribution of each coordinate.
    progress : bool
        Show the rounds on a terminal.

    Attributes
    ----------
    at_least : Fraction
        What the rows so far prove: the optimum is not below.
    """

    def __init__(self, oracle: RowOracle, distributions: Sequence[int], progress: bool = False) -> None:
        super().__init__(oracle, progress)
        self._quadratic = QuadraticCover(distributions)
        self.at_least = Fraction(0)

    def least(self) -> QuadraticSolution:
        """Return an optimal pair of the whole program.

        Raises
        ------
        BudgetError
            If the rounds, or a budget of the oracle's, run out.
        """
        return self._run(lambda: _on_grid(self._solve().primal), lambda: self._last)

    def _solve(self) -> QuadraticSolution:
        """Return, and keep, the optimum over the rows so far: it is exact already."""
        self._last = self._quadratic.solve(self.program.rows)
        self.at_least = self._last.value
        return self._last

    def _so_far(self) -> str:
        return f"at least {float(self.at_least):.6g}"


def _on_grid(v: Scaled) -> NDArray[np.int64]:
    """Return v rounded to the grid of the cutting planes; what is dearer than 2 is no different."""
    parts = [min(int(x) * GRID // v.denominator, 2 * GRID) for x in v.numerators.tolist()]
    return np.array(parts, dtype=np.int64)
