"""The optimal face of a covering program near a vertex of it: dimension, an inner point, directions; in rationals.

At an optimal vertex every direction of the face is a combination, with weights t ≥ 0, of edges: one for each
constraint that is tight with multiplier 0. The weights must also keep the other tight constraints, G t ≥ 0. The face
has the dimension of this cone, which is found by a linear program as small as the vertex is degenerate.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
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
    basis,
    integers,
    product,
    quiet_highs,
    solved,
    times,
)

# How far along a direction the points lie that show it to be in the face, as a part of what the known rows allow.
PART = 8


@dataclass(frozen=True)
class Face:
    """The face of optimal v of a covering program.

    Attributes
    ----------
    vertex : Scaled
        A vertex of it, shape (d,).
    directions : ndarray of integers, shape (k, d)
        As many independent directions as the face has dimensions, from the vertex into its relative interior.
    """

    vertex: Scaled
    directions: Integers

    @property
    def dimension(self) -> int:
        """Dimension of the face."""
        return len(self.directions)


def optimal_face(program: Cover, solution: CoverSolution) -> Face:
    """Return the face of optimal v of a program.

    Parameters
    ----------
    program : Cover
        The program. Rows may have been added since it was solved, if the solution's v satisfies them.
    solution : CoverSolution
        An optimal pair.

    Examples
    --------
    >>> program = Cover([1, 1, 1])
    >>> _ = program.add(np.array([[1, 1, 0], [0, 0, 2]]))
    >>> _ = program.solve()
    >>> optimal_face(program, program.solve_exactly()).dimension
    1
    """
    edges = _edges(program, solution)
    weights = _inner_weights(_kept_tight(program, solution, edges))
    directions = [_primitive(product(edges, t)) for t in weights]
    return Face(solution.primal, np.array(directions, dtype=object).reshape(len(weights), program.dimension))


def _edges(program: Cover, solution: CoverSolution) -> Integers:
    """Return the edges, shape (d, q): each leaves one tight constraint with multiplier 0 and keeps all the others."""
    rows, vertex = program.rows, solution.vertex
    tight, free = list(vertex.columns), list(vertex.tight)
    loose = [i for i in tight if vertex.x.numerators[i] == 0]
    load = product(rows[tight].T, vertex.x.numerators[tight])
    full = times(program.gains, vertex.x.denominator)
    rising = [j for j in range(program.dimension) if j not in set(free) and load[j] == full[j]]
    right = np.zeros((len(tight), len(loose) + len(rising)), dtype=np.int64)
    for k, i in enumerate(loose):
        right[tight.index(i), k] = 1
    right[:, len(loose) :] = -rows[np.ix_(tight, rising)]
    edges = np.zeros((program.dimension, right.shape[1]), dtype=object)
    if right.size:
        along = solved(fmpz_mat(rows[np.ix_(tight, free)].tolist()), right)
        edges[free] = along.numerators
        for k, j in enumerate(rising, start=len(loose)):
            edges[j, k] = along.denominator
    elif rising:
        edges[rising, range(len(rising))] = 1
    return edges


def _kept_tight(program: Cover, solution: CoverSolution, edges: Integers) -> Integers:
    """Return G: how the other tight constraints change along the edges, those that only grow left out."""
    basic = set(solution.vertex.columns)
    at = [i for i in np.flatnonzero(program.slack(solution.primal) == 0).tolist() if i not in basic]
    zero = [j for j in solution.vertex.tight if solution.primal.numerators[j] == 0]
    slopes = [*product(program.rows[at], edges).tolist(), *edges[zero].tolist()]
    distinct = {tuple(x // math.gcd(*slope) for x in slope) for slope in slopes if min(slope, default=0) < 0}
    return np.array(sorted(distinct), dtype=object).reshape(len(distinct), edges.shape[1])


def _inner_weights(g: Integers) -> list[Integers]:
    """Return independent integer points inside the cone t ≥ 0, G t ≥ 0, as many as it has dimensions."""
    possible, g = _possible(g)
    rays = np.eye(int(possible.sum()), dtype=np.int64).astype(object)
    if len(g):
        points = _inner_points(np.concatenate([rays, g[:, possible]]))
    else:
        points = [ray + rays.sum(axis=0) for ray in rays]
    weights = [np.zeros(len(possible), dtype=object) for _ in points]
    for weight, point in zip(weights, points, strict=True):
        weight[possible] = point
    return weights


def _possible(g: Integers) -> tuple[NDArray[np.bool_], Integers]:
    """Return which t can be positive as far as single rows of G tell, and what is left of G for them."""
    possible = np.ones(g.shape[1], dtype=bool)
    while True:
        left = np.where(possible, g, 0)
        signs = left > 0
        forced = (left < 0) & ~signs.any(axis=1, keepdims=True)
        if not forced.any():
            return possible, left[(left < 0).any(axis=1)]
        possible &= ~forced.any(axis=0)


def _inner_points(h: Integers) -> list[Integers]:
    """Return independent integer points in the relative interior of the cone H t ≥ 0, as many as it has dimensions."""
    inner = _widest(h)
    change = product(h, inner)
    zero = change == 0
    hull = _null_space(h[zero])
    # k·inner + direction is strictly inside for large k; for all k but one these are independent
    slopes = [product(h[~zero], direction) for direction in hull]
    k = max([1, *(1 - int(s) // int(c) for slope in slopes for s, c in zip(slope, change[~zero], strict=True))])
    while True:
        points = [k * inner + direction for direction in hull]
        if not points or fmpz_mat([list(map(int, point)) for point in points]).rank() == len(points):
            return points
        k += 1


def _widest(h: Integers) -> Integers:
    """Return an integer t ≥ 0 with H t ≥ 0 and as many entries of H t positive as possible.

    In  max Σ s,  s ≤ H t,  0 ≤ s ≤ 1,  every s is 0 or 1 at the optimum: the cone contains every multiple of t. So its
    exact optimum also proves that the others are zero on the whole cone.
    """
    m, n = h.shape
    eye, none = np.eye(m, dtype=np.int64), np.zeros((m, n), dtype=np.int64)
    matrix = np.block([[-h, eye.astype(object)], [none.astype(object), eye.astype(object)]])
    bound = np.concatenate([np.zeros(m, dtype=np.int64), np.ones(m, dtype=np.int64)])
    gain = np.concatenate([np.zeros(n, dtype=np.int64), np.ones(m, dtype=np.int64)])
    program = Program(gain, matrix, bound)
    return program.optimum(*_proposed(program)).x.numerators[:n].astype(object)


def _proposed(program: Program) -> tuple[list[int], list[int]]:
    """Return the optimal basis in floating point."""
    highs = quiet_highs()
    m, n = program.matrix.shape
    highs.addVars(n, np.zeros(n), np.full(n, highspy.kHighsInf))
    highs.changeColsCost(n, np.arange(n, dtype=np.int32), -program.gain.astype(np.float64))
    scale = abs(program.matrix).max(axis=1)
    at, columns = np.nonzero(program.matrix)
    entries = (program.matrix[at, columns] / scale[at]).astype(np.float64)
    starts = np.searchsorted(at, np.arange(m)).astype(np.int32)
    low, high = np.full(m, -highspy.kHighsInf), (program.bound / scale).astype(np.float64)
    highs.addRows(m, low, high, len(at), starts, columns.astype(np.int32), entries)
    highs.run()
    return basis(highs)


def _null_space(matrix: Integers) -> list[Integers]:
    """Return a basis of the integer vectors that ``matrix`` maps to 0."""
    if not len(matrix):
        return list(np.eye(matrix.shape[1], dtype=np.int64).astype(object))
    vectors, nullity = fmpz_mat(matrix.tolist()).nullspace()
    return [_primitive(column) for column in integers(vectors).T[:nullity].astype(object)]


def _primitive(vector: Integers) -> Integers:
    """Divide by the greatest common divisor."""
    entries = [int(x) for x in vector]
    divisor = math.gcd(*entries) or 1
    return np.array([x // divisor for x in entries], dtype=object)


def point_along(program: Cover, vertex: Scaled, direction: Integers) -> Scaled:
    """Return a point on the way from a vertex along a direction, well within what the rows so far allow."""
    levels = np.concatenate([vertex.numerators.astype(object), program.slack(vertex).astype(object)])
    slopes = np.concatenate([direction, product(program.rows, direction).astype(object)])
    rooms = [Fraction(int(a), int(-b)) for a, b in zip(levels, slopes, strict=True) if b < 0]
    room = min(rooms, default=Fraction(1)) / PART  # in units of 1 / denominator
    if room >= 1:
        return _over(vertex.numerators.astype(object) + int(room) * direction, vertex.denominator)
    parts = math.ceil(1 / room)
    return _over(times(vertex.numerators, parts).astype(object) + direction, vertex.denominator * parts)


def middle(points: Sequence[Scaled]) -> Scaled:
    """Return the mean of points.

    Examples
    --------
    >>> middle([Scaled(np.array([1, 0]), 2), Scaled(np.array([0, 1]), 3)])
    Scaled(numerators=array([3, 2], dtype=object), denominator=12)
    """
    scale = math.lcm(*(v.denominator for v in points))
    total = sum(v.numerators.astype(object) * (scale // v.denominator) for v in points)
    return _over(np.asarray(total), scale * len(points))


def _over(numerators: Integers, denominator: int) -> Scaled:
    divisor = math.gcd(*(int(x) for x in numerators), denominator)
    return Scaled(numerators // divisor, denominator // divisor)
