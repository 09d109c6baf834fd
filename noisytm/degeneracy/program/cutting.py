"""Cutting planes: the covering program of all fatal syndromes, solved on the few rows that an oracle finds violated."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import NamedTuple, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from noisytm import _clock, _progress
from noisytm.degeneracy.certificate import MAX_COST_BITS, FaceProof, FatalSyndrome
from noisytm.degeneracy.oracle import EXACT_IN_INT64, EXACT_IN_LANES, as_syndrome
from noisytm.degeneracy.program.complementary import complementary_dual
from noisytm.degeneracy.program.cover import Cover, CoverSolution
from noisytm.degeneracy.program.exact_program import Scaled
from noisytm.degeneracy.program.interval import CertifiedInterval
from noisytm.degeneracy.program.optimal_face import middle, optimal_face, point_along
from noisytm.errors import BudgetError
from noisytm.problem import SynthesisProblem

MAX_ROUNDS = 10_000

# v is rounded to this grid, and below it errors are counted: of equal costs the syndrome of fewer errors is cheaper.
GRID_BITS, COUNT_BITS = 36, 12
GRID = 1 << GRID_BITS
# What solvers of linear programs leave violated; the exact check finds the rest.
TOLERANCE = GRID >> 20
# Added to every v, until nothing is violated any more: where errors cost nothing, syndromes of astronomical size come
# out, and the vertices of programs with such rows have astronomical denominators.
FLOORS = (GRID >> 8, GRID >> 14, 0)
# It is worth to look at some inputs first if they are at least this many fewer.
FEWER = 32
# How long the exact optimum of the rows so far may take when a budget has run out; else a rounded one is given.
SECONDS_TO_ANSWER = 2.0
# Random cost vectors to begin with, and how many pairs of an input and a cost vector to keep exponents for.
STARTS = 8
PAIRS_AT_ONCE = 4096
# In units of the mean cost of an error: so that runs with some four errors are followed at the start.
START_LIMIT = 4 * GRID
# Where runs are followed whatever it takes, some two: the question that decides whether it can be done at all comes
# after these.
FOLLOWED_LIMIT = 2 * GRID


class RowOracle(Protocol):
    """What finds rows: `noisytm.degeneracy.oracle.Oracle` at a zero of the loss, or another that knows fewer of them.

    The methods are those of `Oracle`.
    """

    problem: SynthesisProblem

    @property
    def dimension(self) -> int:
        """Number d of coordinates."""

    @property
    def grows_with_limit(self) -> bool:
        """Whether an answer takes longer for a larger limit."""

    def below(
        self, costs: NDArray[np.int64], limit: int, among: NDArray[np.bool_] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Return pairs of an input and a cost vector, least costs below the limit, and exponents."""

    def least(self, costs: Sequence[int], enough: int) -> int | None:
        """Return the least cost of any fatal syndrome; ``enough``, or ``None``, if it is not less."""

    def returns(
        self,
        syndromes: NDArray[np.int64],
        costs: NDArray[np.int64],
        inputs: NDArray[np.int64],
        rows: NDArray[np.int64],
    ) -> NDArray[np.bool_]:
        """Return, for pairs of an input and a row, whether the cheapest syndrome at its costs is the row's own."""


class Optimum(Protocol):
    """An exact optimum over the rows so far."""

    @property
    def primal(self) -> Scaled:
        """v, shape (d,)."""


Solved = TypeVar("Solved", bound=Optimum)


class Found(NamedTuple):
    """Fatal syndromes that an oracle has returned.

    Attributes
    ----------
    rows : ndarray of int64, shape (n, d)
        Exponents.
    inputs : list of n int
        The input for which it returned each.
    costs : list of n ndarrays of int64, shape (d,)
        The costs at which it did.
    """

    rows: NDArray[np.int64]
    inputs: list[int]
    costs: list[NDArray[np.int64]]


def witnesses(oracle: RowOracle, found: Found) -> list[tuple[int, ...]]:
    """Return for each row costs at which the oracle returns it, which prove it fatal.

    These are of the plainest kind where that will do: 1 for the row's own errors, too much for others.
    """
    rows = found.rows
    costs = np.where(rows > 0, 1, 1 + rows.sum(axis=1, keepdims=True))
    plain = oracle.returns(rows, costs, np.array(found.inputs, dtype=np.int64), np.arange(len(rows)))
    plain &= rows.sum(axis=1, dtype=np.float64) < 1 << (MAX_COST_BITS - 1)
    return [tuple((costs[i] if plain[i] else found.costs[i]).tolist()) for i in range(len(rows))]


class CuttingPlanes:
    """Solve the covering program of all fatal syndromes with the rows an oracle finds violated.

    Parameters
    ----------
    oracle : RowOracle
        Finds violated rows.
    progress : bool
        Show the rounds on a terminal.
    weights : sequence of d positive Fraction or int, optional
        γ, the weights of the objective; 1 without it.

    Attributes
    ----------
    program : Cover
        The rows so far.
    iterations : int
        Linear programs solved.
    """

    def __init__(
        self, oracle: RowOracle, progress: bool = False, weights: Sequence[Fraction | int] | None = None
    ) -> None:
        self.oracle = oracle
        self._progress = progress
        self.program = Cover([1] * oracle.dimension if weights is None else weights)
        self.iterations = 0
        self._upper: Fraction | None = None
        # for each row the input for which, and the costs at which, the oracle returned it
        self._found_for: list[int] = []
        self._found_at: list[NDArray[np.int64]] = []
        # the inputs that gave a row: looked at first, and the others only where these are satisfied
        self._telling = np.zeros(len(oracle.problem.inputs), dtype=bool)

    def run(self) -> CoverSolution:
        """Return an optimal pair of the whole program.

        Raises
        ------
        BudgetError
            If the rounds, or a budget of the oracle's, run out; `interval` is what is certain then.
        """
        solution = self._run(self._nearly, self.program.solve_exactly)
        self._upper = solution.value
        return solution

    def _nearly(self) -> NDArray[np.int64]:
        return np.rint(self.program.solve() * GRID).astype(np.int64)

    def _run(self, nearly: Callable[[], NDArray[np.int64]], exactly: Callable[[], Solved]) -> Solved:
        """Add rows until an optimum over those so far satisfies all; asked for first on the grid, then exactly."""
        floors = list(FLOORS)
        with _progress.counted("rounds", what="cutting planes", show=self._progress) as bar:
            self._begin()
            while True:
                _clock.tick()
                if self.iterations >= MAX_ROUNDS:
                    raise BudgetError(
                        f"{MAX_ROUNDS} rounds of cutting planes did not suffice; use fewer inputs or steps"
                    )
                self.iterations += 1
                v = nearly()
                bar.note(self._so_far())
                bar.more()
                if self._cut_above(v, floors):
                    continue
                solution = exactly()
                if self.feasible_or_cut(solution.primal):
                    return solution

    def _so_far(self) -> str:
        upper = "" if self._upper is None else f", at most {_rounded(self._upper):.6g}"
        return f"at least {self.program.value:.6g}{upper}"

    def interval(self) -> CertifiedInterval:
        """Return what the rows and the oracle's answers so far prove of the optimum, in some seconds at most."""
        if self.program.whole:
            with contextlib.suppress(BudgetError), _clock.afresh(SECONDS_TO_ANSWER):
                self.program.solve()
                return CertifiedInterval(self.program.solve_exactly().value, self._upper)
        return CertifiedInterval(self.program.certain_value(), self._upper)

    def _begin(self) -> None:
        """Add the rows that equal costs give, and a few random cost vectors: they spare a quarter of the rounds."""
        random = np.random.default_rng(0).exponential(scale=GRID, size=(STARTS, self.oracle.dimension))
        costs = np.concatenate([np.full((1, self.oracle.dimension), GRID), random.astype(np.int64) + 1])
        limit = START_LIMIT if self.oracle.grows_with_limit else EXACT_IN_LANES
        if getattr(self.oracle, "follows_runs", False):  # of `Oracle`; others need not say
            limit = FOLLOWED_LIMIT
        at_once = max(1, PAIRS_AT_ONCE // len(self._telling))
        for first in range(0, len(costs), at_once):
            self._cut(costs[first : first + at_once], limit)

    def _cut_above(self, v: NDArray[np.int64], floors: list[int]) -> bool:
        """Add rows violated at v, a point on the grid, even with a floor added; drop floors that do without."""
        limit = (GRID - TOLERANCE) << COUNT_BITS
        while True:
            costs = _counting(v[None] + floors[0], COUNT_BITS)
            few = self._telling.sum() <= len(self._telling) - FEWER
            if (few and self._cut(costs, limit, self._telling)) or self._cut(costs, limit):
                return True
            if len(floors) == 1:
                return False
            floors.pop(0)

    def _cut(self, costs: NDArray[np.int64], limit: int, among: NDArray[np.bool_] | None = None) -> bool:
        """Add the rows that cost less than ``limit`` at some of the cost vectors; return whether any was new."""
        pairs, least, counts = self.oracle.below(costs, limit, among)
        if among is None:
            self._bound_above(costs, limit, pairs[:, 1], least)
        new = self.program.add(counts)
        self._found_for += pairs[new, 0].tolist()
        self._found_at += [costs[row] for row in pairs[new, 1]]
        self._telling[pairs[new, 0]] = True
        return bool(new.size)

    def _bound_above(
        self, costs: NDArray[np.int64], limit: int, rows: NDArray[np.int64], least: NDArray[np.int64]
    ) -> None:
        """Note what a complete answer proves: costs / least is feasible, and no fatal syndrome left out costs less."""
        lowest = np.full(len(costs), limit)
        np.minimum.at(lowest, rows, least)
        for row in np.flatnonzero(lowest).tolist():
            total = sum(x * g for x, g in zip(costs[row].tolist(), self.program.gains.tolist(), strict=True))
            bound = self.program.unit * Fraction(total, int(lowest[row]))
            self._upper = bound if self._upper is None else min(self._upper, bound)

    def feasible_or_cut(self, v: Scaled) -> bool:
        """Return whether v satisfies every row of the whole program, exactly; if not, add violated ones."""
        scale = v.denominator
        costs = [int(x) for x in v.numerators]
        if self.oracle.least(costs, enough=scale) in (scale, None):
            return True
        if not self._cut_near(costs, scale):
            raise BudgetError(self._beyond(scale))
        return False

    def _cut_near(self, costs: list[int], scale: int) -> bool:
        """Add rows violated at costs / scale, and with them some that are only tight; return whether any was new."""
        finest = _finest(scale)
        grids = ((EXACT_IN_LANES, COUNT_BITS), (EXACT_IN_INT64, COUNT_BITS), (EXACT_IN_INT64, finest))
        for largest, wanted in grids:
            bits = min(wanted, largest.bit_length() - 3 - scale.bit_length())
            if bits >= 0:
                near, limit = [min(c, 2 * scale) for c in costs], (scale + 1) << bits
            else:  # on the finest grid there is; rounded down, what is violated still is
                bits, limit = 0, largest >> 2
                near = [min(c * limit // scale, 2 * limit - 2) for c in costs]  # a proof's costs are below 2^57
            if self._cut(_counting(np.array([near], dtype=np.int64), bits), limit):
                return True
        return False

    def _beyond(self, scale: int) -> str:
        """Say why no row was found at a v that violates one: an error costs 1 at least, and the sum has to fit."""
        finest = _finest(scale)
        if finest < 0:
            return f"a v with a denominator of {scale.bit_length()} bits needs costs beyond 64 bits; use fewer steps"
        return (
            f"what is violated at a v of denominator {scale} are fatal syndromes of more than 2^{finest + 1} errors,"
            " whose costs are beyond 64 bits; use fewer steps"
        )

    @property
    def found(self) -> Found:
        """The rows so far, with the input for which, and the costs at which, the oracle returned each."""
        return Found(self.program.rows, self._found_for, self._found_at)

    def know(self, found: Found) -> None:
        """Take rows that the oracle has returned before."""
        new = self.program.add(found.rows).tolist()
        self._found_for += [found.inputs[i] for i in new]
        self._found_at += [found.costs[i] for i in new]
        self._telling[[found.inputs[i] for i in new]] = True

    def proofs(self, dual: Sequence[Fraction]) -> tuple[FatalSyndrome, ...]:
        """Return the rows with positive weight in a dual, each with costs at which the oracle returns it."""
        used = [i for i, weight in enumerate(dual) if weight]
        some = Found(self.program.rows[used], [self._found_for[i] for i in used], [self._found_at[i] for i in used])
        proofs = [
            FatalSyndrome(as_syndrome(row), dual[i], shown)
            for i, row, shown in zip(used, some.rows, witnesses(self.oracle, some), strict=True)
        ]
        return tuple(sorted(proofs, key=lambda row: (sum(k for _, k in row.syndrome), row.syndrome)))

    def face_proof(self, solution: CoverSolution) -> FaceProof:
        """Return what proves the dimension of the optimal face of the whole program."""
        vertex, points = self._optimal_points(solution)
        inner = middle((vertex, *points))
        dual = complementary_dual(self.program, solution, inner, len(points))
        return FaceProof(tuple(v.fractions() for v in points), () if dual is None else self.proofs(dual))

    def _optimal_points(self, solution: CoverSolution) -> tuple[Scaled, list[Scaled]]:
        """Return a vertex of the optimal face of the whole program, and as many points as it has dimensions.

        The face of the rows so far contains it. The two have the same dimension k if, with the vertex, k independent
        points of the one are feasible in the other; points that are not give new rows.
        """
        while True:
            face = optimal_face(self.program, solution)
            points = [point_along(self.program, face.vertex, direction) for direction in face.directions]
            contained = True
            for point in points:
                cut_off = (self.program.slack(point) < 0).any()  # by a row that a point before this one gave
                contained = not cut_off and self.feasible_or_cut(point) and contained
            if contained:
                return face.vertex, points


def _rounded(value: Fraction) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf


def _finest(scale: int) -> int:
    """Return how many bits 64-bit costs leave for counting errors beside costs of this size."""
    return EXACT_IN_INT64.bit_length() - 3 - scale.bit_length()


def _counting(costs: NDArray[np.int64], bits: int) -> NDArray[np.int64]:
    """Refine integer costs so that among syndromes of equal cost the one with the fewest errors is cheapest.

    That holds up to 2^bits errors.
    """
    return (costs << bits) + 1
