"""Linear programs  max g·x,  A x ≤ b,  x ≥ 0  with b ≥ 0, solved in rationals.

Floating point proposes a basis; values and optimality come from exact linear algebra on it. Where the proposal is
wrong, exact pivots go on from it, or from x = 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import highspy
import numpy as np
from flint import fmpz_mat
from numpy.typing import NDArray

from noisytm import _clock
from noisytm._quiet import printing_dropped
from noisytm.errors import BudgetError

MAX_PIVOTS = 10_000
_FITS = 1 << 62

Integers = NDArray[Any]  # int64, or Python integers where they do not fit


@dataclass(frozen=True)
class Scaled:
    """Rationals with one denominator: ``numerators`` / ``denominator``."""

    numerators: Integers
    denominator: int

    def fractions(self) -> tuple[Fraction, ...]:
        """Return them one by one."""
        return tuple(Fraction(x, self.denominator) for x in self.numerators.tolist())


@dataclass(frozen=True)
class Vertex:
    """An optimal basis of a program and the solutions that belong to it.

    Attributes
    ----------
    columns : tuple of int
        Basic x; as many as there are tight rows.
    tight : tuple of int
        Rows of A whose slack is not basic.
    x : Scaled
        Optimal x, shape (n,).
    prices : Scaled
        Optimal dual variables, shape (m,).
    """

    columns: tuple[int, ...]
    tight: tuple[int, ...]
    x: Scaled
    prices: Scaled


class Program:
    """max g·x subject to A x ≤ b and x ≥ 0.

    Parameters
    ----------
    gain : ndarray of integers, shape (n,)
        g.
    matrix : ndarray of integers, shape (m, n)
        A.
    bound : ndarray of integers, shape (m,)
        b ≥ 0.

    Examples
    --------
    >>> program = Program(np.array([1, 1]), np.array([[2, 1], [1, 3]]), np.array([1, 1]))
    >>> vertex = program.optimum((0, 1), (0, 1))
    >>> vertex.x
    Scaled(numerators=array([2, 1]), denominator=5)
    """

    def __init__(self, gain: Integers, matrix: Integers, bound: Integers) -> None:
        self.gain, self.matrix, self.bound = gain, matrix, bound

    def optimum(self, columns: Sequence[int], tight: Sequence[int]) -> Vertex:
        """Return an exact optimum, from the proposed basis if there is one near it.

        Raises
        ------
        BudgetError
            If that takes more than 10 000 exact pivots.
        """
        vertex = self.at(columns, tight)
        if vertex is None or not self.feasible(vertex):
            vertex = self.at((), ())
            assert vertex is not None
        careful = False
        for _ in range(MAX_PIVOTS):
            _clock.tick()
            entering = self._entering(vertex, careful)
            if entering is None:
                return vertex
            vertex, careful = self._pivoted(vertex, entering)
        raise BudgetError(f"an exact linear program took more than {MAX_PIVOTS} pivots; report this problem")

    def at(self, columns: Sequence[int], tight: Sequence[int]) -> Vertex | None:
        """Solve on a basis; ``None`` if it is none."""
        if len(columns) != len(tight):
            return None
        square = fmpz_mat(self.matrix[np.ix_(tight, columns)].tolist())
        try:
            x = solved(square, self.bound[list(tight)])
            prices = solved(square.transpose(), self.gain[list(columns)])
        except ZeroDivisionError:
            return None
        return Vertex(
            tuple(columns),
            tuple(tight),
            _spread(x, columns, len(self.gain)),
            _spread(prices, tight, len(self.bound)),
        )

    def slack(self, x: Scaled) -> Integers:
        """Return b − A x, times the denominator of x."""
        return times(self.bound, x.denominator) - product(self.matrix, x.numerators)

    def reduced(self, prices: Scaled) -> Integers:
        """Return Aᵀ prices − g, times the denominator of the prices."""
        return product(self.matrix.T, prices.numerators) - times(self.gain, prices.denominator)

    def feasible(self, vertex: Vertex) -> bool:
        """Return whether x ≥ 0 and A x ≤ b."""
        return bool((vertex.x.numerators >= 0).all() and (self.slack(vertex.x) >= 0).all())

    def _entering(self, vertex: Vertex, careful: bool) -> tuple[bool, int] | None:
        """Return a variable that improves: (is it a slack, index); the worst one, or, to be careful, the first."""
        for slack, values in ((False, self.reduced(vertex.prices)), (True, vertex.prices.numerators)):
            negative = np.flatnonzero(values < 0)
            if negative.size:
                return slack, int(negative[0] if careful else negative[np.argmin(values[negative])])
        return None

    def _pivoted(self, vertex: Vertex, entering: tuple[bool, int]) -> tuple[Vertex, bool]:
        """Exchange a variable of the basis for ``entering``; return also whether the step was degenerate."""
        is_slack, index = entering
        columns, tight = list(vertex.columns), list(vertex.tight)
        square = fmpz_mat(self.matrix[np.ix_(tight, columns)].tolist())
        column = np.array([int(i == index) for i in range(len(self.bound))]) if is_slack else self.matrix[:, index]
        change = solved(square, column[tight])
        # in the basis: x of ``columns``, and slacks of the other rows
        others = [i for i in range(len(self.bound)) if i not in set(tight)]
        falls = times(column[others], change.denominator) - product(
            self.matrix[np.ix_(others, columns)], change.numerators
        )
        slack = self.slack(vertex.x)
        candidates = [
            (Fraction(int(level), int(fall)), kind, i)  # times what is the same for all
            for kind, members, levels, falls_ in (
                (False, columns, vertex.x.numerators[columns], change.numerators),
                (True, others, slack[others], falls),
            )
            for i, level, fall in zip(members, levels, falls_, strict=True)
            if fall > 0
        ]
        step, leaves_slack, leaving = min(candidates)
        if leaves_slack:
            tight.append(leaving)
        else:
            columns.remove(leaving)
        if is_slack:
            tight.remove(index)
        else:
            columns.append(index)
        moved = self.at(columns, tight)
        assert moved is not None
        return moved, step == 0


def quiet_highs() -> Any:
    """Return a HiGHS instance that prints nothing and uses one thread."""
    with printing_dropped():  # HiGHS 1.16 prints a banner before it can be told not to
        highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    return highs


def basis(highs: Any) -> tuple[list[int], list[int]]:
    """Return the basic columns and the rows that are not basic, as HiGHS left them."""
    found, basic = highs.getBasis(), highspy.HighsBasisStatus.kBasic
    columns = [j for j, status in enumerate(found.col_status) if status == basic]
    return columns, [i for i, status in enumerate(found.row_status) if status != basic]


def solved(square: fmpz_mat, right: Integers) -> Scaled:
    """Solve a square system; ``right`` may be a matrix. Raises ZeroDivisionError if it is singular."""
    if not right.size:
        return Scaled(np.zeros(right.shape, dtype=np.int64), 1)
    wanted = right.reshape(len(right), -1)
    solution: Any = square.solve(fmpz_mat(wanted.tolist()))
    numerators, denominator = solution.numer_denom()
    return Scaled(integers(numerators).reshape(right.shape), int(denominator))


def integers(matrix: fmpz_mat) -> Integers:
    """Return flint's integers as an array."""
    entries = [[int(x) for x in row] for row in matrix.tolist()]
    largest = max((abs(x) for row in entries for x in row), default=0)
    return np.array(entries, dtype=np.int64 if largest < _FITS else object)


def _spread(values: Scaled, places: Sequence[int], size: int) -> Scaled:
    full = np.zeros(size, dtype=values.numerators.dtype)
    full[list(places)] = values.numerators
    return Scaled(full, values.denominator)


def product(matrix: Integers, vector: Integers) -> Integers:
    """Return matrix @ vector exactly, in 64 bits where that is enough."""
    if not matrix.size or not vector.size:
        return np.zeros((matrix.shape[0], *vector.shape[1:]), dtype=np.int64)
    # each factor must fit by itself too: the other one may be 0
    largest = max(int(abs(matrix).max()), 1) * max(int(abs(vector).max()), 1) * matrix.shape[1]
    if largest < _FITS:
        return np.asarray(matrix.astype(np.int64) @ vector.astype(np.int64))
    return np.asarray(matrix.astype(object) @ vector.astype(object))


def times(values: Integers, factor: int) -> Integers:
    """Return values · factor exactly, in 64 bits where that is enough."""
    if int(abs(values).max(initial=1)) * abs(factor) < _FITS:
        return np.asarray(values.astype(np.int64) * factor)
    return np.asarray(values.astype(object) * factor)
