"""The optimal face of a covering program: its relative interior and its directions, proved in rationals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import highspy
import numpy as np
from flint import fmpq, fmpq_mat
from numpy.typing import NDArray

from noisytm.degeneracy.cover import Cover, cost, dense, quiet_highs, to_fmpq, to_fraction
from noisytm.degeneracy.oracle import Syndrome
from noisytm.errors import BudgetError

SCALES = (1e3, 1e5, 1e7, highspy.kHighsInf)
POSITIVE = 1e-4
DENOMINATORS = (1 << 6, 1 << 10, 1 << 14, 1 << 20, 1 << 30)


@dataclass(frozen=True)
class Face:
    """The face of optimal v of a covering program.

    Attributes
    ----------
    point : tuple of Fraction, length d
        A point of its relative interior.
    directions : tuple of tuples of Fraction
        A basis of the directions of its affine hull.
    """

    point: tuple[Fraction, ...]
    directions: tuple[tuple[Fraction, ...], ...]

    @property
    def dimension(self) -> int:
        """Dimension of the face."""
        return len(self.directions)


def optimal_face(program: Cover, value: Fraction) -> Face:
    """Return the optimal face of a program whose optimum is ``value``.

    A linear program separates the constraints that are tight on the whole face from those that are slack
    somewhere. Both halves are then proved exactly: a point with all of the latter slack, and an optimal dual
    that is positive on all of the former (strict complementarity, Goldman and Tucker 1956).

    Raises
    ------
    BudgetError
        If floating point could not separate them, at any of several scales.
    """
    failure: BudgetError | None = None
    for largest_scale in SCALES:
        try:
            return _proved_face(program, *_tight_everywhere(program, value, largest_scale))
        except BudgetError as error:
            failure = error
    raise BudgetError(f"the optimal face could not be separated from its neighbours: {failure}")


def _proved_face(program: Cover, tight: set[int], zero: set[int]) -> Face:
    free = sorted({j for row in program.rows for j, _ in row} - zero)
    loose = [i for i in range(len(program.rows)) if i not in tight]
    rows = [program.rows[i] for i in sorted(tight)]
    equations = dense(rows, free)
    _prove_tight(program, rows, free, sorted(zero))
    point = _interior_point(program, equations, free, loose)
    directions = [_spread(b, free, len(program.weights)) for b in null_space(equations)]
    return Face(point, tuple(directions))


def _solve_lp(
    cost_: NDArray[np.float64],
    matrix: NDArray[np.float64],
    low: NDArray[np.float64],
    high: NDArray[np.float64],
    upper: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Maximise cost·x over low ≤ matrix·x ≤ high, 0 ≤ x ≤ upper."""
    highs = quiet_highs()
    highs.addVars(len(cost_), np.zeros(len(cost_)), upper)
    for j, c in enumerate(cost_):
        highs.changeColCost(j, -float(c))
    for i in range(len(matrix)):
        support = np.flatnonzero(matrix[i]).astype(np.int32)
        highs.addRow(float(low[i]), float(high[i]), len(support), support, matrix[i, support])
    highs.run()
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise BudgetError(
            f"the linear program of the optimal face ended as {highs.getModelStatus()}; report this problem"
        )
    return np.array(highs.getSolution().col_value)


def _float_rows(rows: Sequence[Syndrome], columns: Sequence[int]) -> NDArray[np.float64]:
    place = {j: c for c, j in enumerate(columns)}
    matrix = np.zeros((len(rows), len(columns)))
    for i, row in enumerate(rows):
        for j, k in row:
            if j in place:
                matrix[i, place[j]] = k
    return matrix


def _tight_everywhere(program: Cover, value: Fraction, largest_scale: float) -> tuple[set[int], set[int]]:
    """Guess which rows are tight, and which coordinates 0, on the whole optimal face.

    In  max Σ s,  A v' − s ≥ κ,  v' ≥ s,  γ·v' = value·κ,  0 ≤ s ≤ 1,  κ ≥ 1  (v' = κ v) every s is 0 or 1, and
    1 where slack is possible. A bound on κ keeps rounding errors, which κ multiplies, from looking like slack; where
    it is too low s is small, but positive.
    """
    used = sorted({j for row in program.rows for j, _ in row})
    a = _float_rows(program.rows, used)
    r, n = a.shape
    gamma = np.array([float(program.weights[j]) for j in used])
    # columns: v' (n), slack of rows (r), slack of coordinates (n), κ − 1
    matrix = np.zeros((r + n + 1, 2 * n + r + 1))
    matrix[:r, :n], matrix[:r, n : n + r], matrix[:r, -1] = a, -np.eye(r), -1.0
    matrix[r : r + n, :n], matrix[r : r + n, n + r : n + r + n] = np.eye(n), -np.eye(n)
    matrix[-1, :n], matrix[-1, -1] = gamma, -float(value)
    infinite = highspy.kHighsInf
    low = np.concatenate([np.ones(r), np.zeros(n), [float(value)]])
    high = np.concatenate([np.full(r + n, infinite), [float(value)]])
    upper = np.concatenate([np.full(n, infinite), np.ones(r + n), [largest_scale]])
    gain = np.concatenate([np.zeros(n), np.ones(r + n), [0.0]])
    x = _solve_lp(gain, matrix, low, high, upper)
    tight = {i for i in range(r) if x[n + i] < POSITIVE}
    zero = {used[j] for j in range(n) if x[n + r + j] < POSITIVE}
    return tight, zero


def _prove_tight(program: Cover, rows: list[Syndrome], free: list[int], zero: list[int]) -> None:
    """Find an exact dual that is positive on ``rows`` and leaves positive reduced costs at ``zero``."""
    a = _float_rows(rows, [*free, *zero])
    k, f = len(rows), len(free)
    gamma = np.array([float(program.weights[j]) for j in [*free, *zero]])
    # columns: y − t (k), t: maximise t with y ≥ t and reduced costs ≥ t
    matrix = np.hstack([a.T, a.sum(axis=0)[:, None]])
    matrix[f:, -1] += 1.0
    low = np.concatenate([gamma[:f], np.full(len(zero), -highspy.kHighsInf)])
    upper = np.append(np.full(k, highspy.kHighsInf), 1.0)
    x = _solve_lp(np.append(np.zeros(k), 1.0), matrix, low, gamma, upper)
    exact_gamma = [to_fmpq(program.weights[j]) for j in free]

    def positive(y: Sequence[Fraction]) -> bool:
        load = {j: program.weights[j] for j in zero}
        for row, weight in zip(rows, y, strict=True):
            for j, count in row:
                if j in load:
                    load[j] -= weight * count
        return all(weight > 0 for weight in y) and all(r > 0 for r in load.values())

    _rational_near(dense(rows, free).transpose(), exact_gamma, x[:k] + x[k], positive)


def _interior_point(program: Cover, equations: Any, free: list[int], loose: list[int]) -> tuple[Fraction, ...]:
    """Find an exact point of the face at which every row in ``loose`` is slack and every ``free`` v positive."""
    a = _float_rows([program.rows[i] for i in loose], free)
    e = np.array([[float(to_fraction(x)) for x in row] for row in equations.tolist()]).reshape(-1, len(free))
    # columns: v − t (n), t
    sums = np.concatenate([e.sum(axis=1), a.sum(axis=1) - 1.0])
    matrix = np.hstack([np.vstack([e, a]), sums[:, None]])
    low = np.ones(len(matrix))
    high = np.concatenate([np.ones(len(e)), np.full(len(a), highspy.kHighsInf)])
    upper = np.append(np.full(len(free), highspy.kHighsInf), 1.0)
    x = _solve_lp(np.append(np.zeros(len(free)), 1.0), matrix, low, high, upper)

    def spread(v: Sequence[Fraction]) -> tuple[Fraction, ...]:
        return _spread(v, free, len(program.weights))

    def inside(v: Sequence[Fraction]) -> bool:
        full = spread(v)
        return all(value > 0 for value in v) and all(cost(program.rows[i], full) > 1 for i in loose)

    return spread(_rational_near(equations, [fmpq(1)] * equations.nrows(), x[:-1] + x[-1], inside))


def _spread(values: Sequence[Fraction], columns: Sequence[int], size: int) -> tuple[Fraction, ...]:
    full = [Fraction(0)] * size
    for j, value in zip(columns, values, strict=True):
        full[j] = value
    return tuple(full)


def _rational_near(
    matrix: Any, right: Sequence[Any], near: NDArray[np.float64], accept: Callable[[list[Fraction]], bool]
) -> list[Fraction]:
    """Return an exact solution of matrix·x = right close to ``near``, the simplest that ``accept`` allows."""
    columns = matrix.ncols()
    augmented = fmpq_mat(matrix.nrows(), columns + 1)
    for i, row in enumerate(matrix.tolist()):
        for j, entry in enumerate(row):
            augmented[i, j] = entry
        augmented[i, columns] = right[i]
    reduced, rank = augmented.rref()
    rows = [[to_fraction(reduced[i, j]) for j in range(columns + 1)] for i in range(rank)]
    pivots = [next(j for j, entry in enumerate(row) if entry) for row in rows]
    if columns not in pivots:
        for denominator in DENOMINATORS:
            x = [Fraction(round(value * denominator), denominator) for value in near.tolist()]
            for row, pivot in zip(rows, pivots, strict=True):
                others = (c * x[j] for j, c in enumerate(row[:-1]) if c and j not in pivots)
                x[pivot] = row[-1] - sum(others, Fraction(0))
            if accept(x):
                return x
    raise BudgetError("the optimal face is too thin for floating point to find its interior; report this problem")


def null_space(matrix: Any) -> list[list[Fraction]]:
    """Return a basis of the null space of an exact matrix."""
    reduced, rank = matrix.rref()
    columns = matrix.ncols()
    pivots: list[int] = []
    for i in range(rank):
        pivots.append(next(j for j in range(columns) if reduced[i, j] != 0))
    basis = []
    for j in range(columns):
        if j not in pivots:
            vector = [Fraction(0)] * columns
            vector[j] = Fraction(1)
            for i, pivot in enumerate(pivots):
                vector[pivot] = -to_fraction(reduced[i, j])
            basis.append(vector)
    return basis


def room(rows: Sequence[Syndrome], face: Face, direction: Sequence[Fraction]) -> Fraction:
    """Return a step along ``direction`` that stays within half of what the rows leave open."""
    limits = [p / -b for p, b in zip(face.point, direction, strict=True) if b < 0]
    for row in rows:
        slope = cost(row, direction)
        if slope < 0:
            limits.append((cost(row, face.point) - 1) / -slope)
    step = min(limits) / 2
    return Fraction(1, -(-step.denominator // step.numerator)) if step < 1 else Fraction(1)
