"""A small exact simplex method for covering programs, in fractions from the first step to the last."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

import numpy as np
from numpy.typing import NDArray

Bound = tuple[Fraction, Fraction]  # a + b·ε with ε infinitesimal; tuples compare as these numbers do


class Packing:
    """Maximise Σ_j y_j subject to Σ_j y_j·row_j ≤ costs and y ≥ 0, whose dual is the covering program.

    The costs are a + b·ε with ε positive and infinitesimal, so that the covering side minimises a first and b
    among the optima of a.

    Parameters
    ----------
    rows : ndarray of int64, shape (n, d)
        Non-negative rows of the covering program, each with a positive entry.
    costs : d pairs of Fraction
        (a, b), each lexicographically positive.

    Attributes
    ----------
    cover : list of d Fraction
        The optimal v ≥ 0 with rows·v ≥ 1.
    packing : dict of int to pair of Fraction
        The non-zero optimal y_j.

    Examples
    --------
    >>> rows = np.array([[1, 1, 0], [0, 1, 1], [1, 0, 1]])
    >>> solved = Packing(rows, [(Fraction(1), Fraction(0))] * 3)
    >>> [str(v) for v in solved.cover]
    ['1/2', '1/2', '1/2']
    """

    def __init__(self, rows: NDArray[np.int64], costs: Sequence[Bound]) -> None:
        self._rows = rows
        d = len(costs)
        # Entry b >= 0 stands for row b of the program, b < 0 for the slack of coordinate -1 - b.
        self._basis = [-1 - i for i in range(d)]
        self._inverse = [[Fraction(int(i == j)) for j in range(d)] for i in range(d)]
        self._level = list(costs)
        self.cover = [Fraction(0)] * d
        careful = False
        while (entering := self._entering(careful)) is not None:
            careful = self._pivot(entering)
        self.packing = {j: x for j, x in zip(self._basis, self._level, strict=True) if j >= 0 and any(x)}

    def _entering(self, careful: bool) -> int | None:
        """Return a violated constraint of the cover: the first one (Bland) if ``careful``, else the worst."""
        scale = lcm(*(v.denominator for v in self.cover))
        slack = scaled_products(self._rows, self.cover, scale) - scale
        scaled_cover = [v * scale for v in self.cover]
        if careful:
            rows = np.flatnonzero(slack < 0)
            if rows.size:
                return int(rows[0])
        elif slack.size and slack.min() < 0:
            return int(slack.argmin())
        return next((-1 - i for i, v in enumerate(scaled_cover) if v < 0), None)

    def _pivot(self, entering: int) -> bool:
        """Exchange ``entering`` for a basic variable; return whether the step was degenerate."""
        d = len(self._basis)
        if entering >= 0:
            used = [(i, int(a)) for i, a in enumerate(self._rows[entering]) if a]
            reduced = sum((a * self.cover[i] for i, a in used), Fraction(-1))
        else:
            used = [(-1 - entering, 1)]
            reduced = self.cover[-1 - entering]
        column = [sum((row[i] * a for i, a in used), Fraction(0)) for row in self._inverse]
        candidates = [
            ((self._level[r][0] / column[r], self._level[r][1] / column[r]), _bland_order(self._basis[r]), r)
            for r in range(d)
            if column[r] > 0
        ]
        step, _, leaving = min(candidates)
        pivot = column[leaving]
        pivot_row = [x / pivot for x in self._inverse[leaving]]
        for r in range(d):
            if r != leaving and column[r]:
                factor = column[r]
                self._inverse[r] = [
                    x - factor * p if p else x for x, p in zip(self._inverse[r], pivot_row, strict=True)
                ]
                a, b = self._level[r]
                self._level[r] = (a - factor * step[0], b - factor * step[1])
        self._inverse[leaving], self._level[leaving] = pivot_row, step
        self._basis[leaving] = entering
        self.cover = [v - reduced * p if p else v for v, p in zip(self.cover, pivot_row, strict=True)]
        return not any(step)


def scaled_products(rows: NDArray[np.int64], v: Sequence[Fraction], scale: int) -> NDArray[np.object_]:
    """Return rows·(scale·v) as exact Python integers; ``scale`` is a multiple of every denominator of v.

    Examples
    --------
    >>> scaled_products(np.array([[1, 2]]), [Fraction(1, 2), Fraction(1, 3)], 6)
    array([7], dtype=object)
    """
    integers = [int(x * scale) for x in v]
    largest = max((abs(x) for x in integers), default=0) * max(int(rows.max(initial=0)), 1) * max(len(v), 1)
    if largest < 2**62:
        return (rows @ np.array(integers, dtype=np.int64)).astype(object)
    exact: NDArray[np.object_] = rows.astype(object) @ np.array(integers, dtype=object)
    return exact


def _bland_order(variable: int) -> tuple[bool, int]:
    """Sort rows of the program before slacks, each by index: the order in which variables enter."""
    return variable < 0, abs(variable)
