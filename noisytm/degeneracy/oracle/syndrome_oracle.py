"""The min-plus oracle at a zero of the loss: cheapest fatal syndromes under given costs of the chart's coordinates."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from noisytm._summary import Described
from noisytm._text import shown
from noisytm.algebra import MinPlus
from noisytm.degeneracy.oracle.least_costs import EXACT_IN_INT64, EXACT_IN_LANES
from noisytm.degeneracy.oracle.searches import EntryCosts, entry_costs
from noisytm.errors import ProblemError
from noisytm.geometry import AnyCoordinate, chart_at
from noisytm.machine import Description
from noisytm.problem import SynthesisProblem
from noisytm.relaxation.semantics import Semantics, checked_semantics

Pairs = NDArray[np.int64]

# A syndrome is a sparse exponent vector: ((coordinate index, count), …) in the order of the coordinates.
Syndrome = tuple[tuple[int, int], ...]

BLOCK = 64  # inputs looked at together when a syndrome is looked for
PAIRS_AT_ONCE = 4096  # pairs of an input and a cost vector


@dataclass(frozen=True)
class Answer(Described):
    """What the oracle found for one input.

    Attributes
    ----------
    input : int
        Index of the input.
    cost : int
        The least cost of a fatal syndrome.
    syndrome : Syndrome
        One that has this cost.
    """

    input: int
    cost: int
    syndrome: Syndrome


class Oracle:
    """Least costs of fatal syndromes: the costs of the entries of a code, then the cheapest rejected run.

    Parameters
    ----------
    problem : SynthesisProblem
        The problem.
    point : TuringMachine, Face, BitFace, or array_like of float of shape (N, S + |Q| + 3)
        A zero of the loss: a machine that solves the problem, a face on which every code does, or a noisy code.
    semantics : str or Semantics
        How the step is relaxed: a name, or the object.
    chart : {"simplex", "bits", "sphere"}, or a parametrisation
        The coordinates near the point.
    memory : int, optional
        Bytes that may be taken; by default half of what is available.

    Raises
    ------
    MachineError, ProblemError
        If the point is not in the problem's code space, or some rejected outcome has positive probability there.
    BudgetError
        Here, or by any method, if there is too little memory.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library, words
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, inputs=words("AB", 1), steps=3)
    >>> oracle = Oracle(problem, machine, "mean-field")
    >>> oracle.least([7] * oracle.dimension)
    7
    """

    def __init__(
        self,
        problem: SynthesisProblem,
        point: Any,
        semantics: str | Semantics,
        chart: str = "simplex",
        memory: int | None = None,
    ) -> None:
        self.problem = problem
        self.semantics = checked_semantics(semantics)
        self.chart = chart_at(chart, problem.space, point)
        self.semantics.require(problem, self.chart.name)
        problem.require_solved_by(self.machine)
        self._costs: EntryCosts = entry_costs(self.semantics, problem, self.chart.columns, memory)
        self._length = np.diff(problem.encoded.starts)
        inputs = np.arange(len(problem.inputs))
        self._pairs = self._ordered(inputs, np.zeros_like(inputs))[1]
        if not self.chart.face.is_code:
            self._require_solved()

    def _require_solved(self) -> None:
        """Raise `ProblemError` if on the face a rejected outcome is possible: a run without any error."""
        ones = self.chart.entry_costs(np.ones((1, self.dimension), dtype=np.int64))
        free = np.flatnonzero(self._costs.least(ones, self._pairs, 1) == 0)
        if free.size:
            word = self.problem.inputs[int(self._pairs[free, 0].min())]
            text = "".join(word) if all(len(s) == 1 for s in word) else list(word)
            raise ProblemError(
                f"on {shown(text)} after {self.problem.steps} steps the free entries allow an outcome that is not"
                " accepted; the loss must vanish on the whole face, so free fewer entries"
            )

    def _ordered(self, inputs: NDArray[np.int64], rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], Pairs]:
        """Return an order by length of the input, and the pairs in this order: neighbours share a vector."""
        order = np.argsort(self._length[inputs], kind="stable")
        return order, np.stack([inputs[order], rows[order]], axis=1)

    @property
    def machine(self) -> Description:
        """The machine at a vertex of the face."""
        return self.chart.face.machine

    @property
    def grows_with_limit(self) -> bool:
        """Whether an answer takes longer for a larger limit, as where every cheaper run is followed."""
        return self._costs.grows_with_limit

    @property
    def follows_runs(self) -> bool:
        """Whether what an answer takes depends on the costs, and may be too much."""
        return bool(getattr(self._costs, "follows_runs", False))

    @property
    def dimension(self) -> int:
        """Number of coordinates of the chart."""
        return self.chart.dimension

    @property
    def coordinates(self) -> tuple[AnyCoordinate, ...]:
        """The coordinates of the chart, in order."""
        return self.chart.coordinates

    def below(
        self, costs: NDArray[np.int64], limit: int, among: NDArray[np.bool_] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Return, for every input and cost vector with a fatal syndrome cheaper than ``limit``, the cheapest one.

        Parameters
        ----------
        costs : ndarray of int64, shape (c, d)
            Cost ≥ 0 of each error, in each of c cost vectors.
        limit : int
            At most 2^58; up to 2^53 eight inputs are evaluated at a time.
        among : ndarray of bool, shape (inputs,), optional
            Look only at these inputs.

        Returns
        -------
        pairs : ndarray of int64, shape (k, 2)
            Input and cost vector, by length of the input.
        least : ndarray of int64, shape (k,)
            Least costs.
        counts : ndarray of int64, shape (k, d)
            Exponents of the syndromes.
        """
        pairs = self._pairs if among is None else self._pairs[among[self._pairs[:, 0]]]
        if len(costs) > 1:
            pairs = np.stack([np.repeat(pairs[:, 0], len(costs)), np.tile(np.arange(len(costs)), len(pairs))], axis=1)
        found, least, counts = self._syndromes(costs, pairs, limit)
        return pairs[found], least, counts

    def _syndromes(
        self, costs: NDArray[np.int64], pairs: Pairs, limit: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Return, for the pairs with a least cost below ``limit``, which they are, that cost and the exponents."""
        found, least, counts = self._costs.syndromes(self.chart.entry_costs(costs), pairs, limit)
        return found, least, self.chart.coordinate_counts(costs[pairs[found, 1]], counts)

    def answers(self, costs: Sequence[int], limit: int | None = None) -> list[Answer]:
        """Return, for every input with a fatal syndrome cheaper than ``limit``, the cheapest one.

        Parameters
        ----------
        costs : sequence of int, length d
            Cost ≥ 0 of each error.
        limit : int, optional
            Only what costs less is reported; without it everything below 2^58 is.
        """
        vector = np.array(costs, dtype=np.int64)[None]
        found = self.below(vector, EXACT_IN_INT64 if limit is None else limit)
        answers = [Answer(int(pair[0]), int(cost), as_syndrome(row)) for pair, cost, row in zip(*found, strict=True)]
        return sorted(answers, key=lambda answer: answer.input)

    def least(self, costs: Sequence[int], enough: int | None = None) -> int | None:
        """Return the least cost of any fatal syndrome, exactly; ``None`` if there is none.

        Parameters
        ----------
        costs : sequence of int, length d
            Cost ≥ 0 of each error, of any size: where the least cost does not fit into 64 bits the reference finds
            it, in Python integers.
        enough : int, optional
            A least cost of at least this need not be known: ``enough`` is then returned.

        Returns
        -------
        int or None
        """
        if enough is not None:
            costs = [min(c, enough) for c in costs]
        vector = np.array([min(c, EXACT_IN_INT64) for c in costs], dtype=np.int64)
        for limit in (EXACT_IN_LANES, EXACT_IN_INT64):
            least = self._least_below(vector, limit)
            if enough is not None and least >= enough:
                return enough
            if least < limit:
                return least
        if self._least_below(np.zeros_like(vector), 1) > 0:
            return None  # nothing is ever rejected, whatever the errors
        entries = self.chart.code_in(_Priced(costs))
        return self._costs.least_in_integers([cost for row in entries for cost in row], enough)

    def _least_below(self, costs: NDArray[np.int64], limit: int) -> int:
        return int(self._costs.least(self.chart.entry_costs(costs[None]), self._pairs, limit).min())

    def alone(self, among: Sequence[int]) -> tuple[int, ...]:
        """Return those coordinates of ``among`` that are fatal alone: with the least exponent the chart has.

        Parameters
        ----------
        among : sequence of int
            Indices of coordinates.
        """
        limit, found = 2 * self.chart.exponent, []
        at_once = max(1, PAIRS_AT_ONCE // len(self._pairs))
        for first in range(0, len(among), at_once):
            wanted = np.array(among[first : first + at_once])
            rows = np.arange(len(wanted))
            costs = np.full((len(wanted), self.dimension), 2, dtype=np.int64)
            costs[rows, wanted] = 1
            pairs = np.stack([np.repeat(self._pairs[:, 0], len(rows)), np.tile(rows, len(self._pairs))], axis=1)
            least = self._costs.least(self.chart.entry_costs(costs), pairs, limit).reshape(-1, len(rows))
            found += wanted[least.min(axis=0) < limit].tolist()
        return tuple(found)

    def returns(
        self,
        syndromes: NDArray[np.int64],
        costs: NDArray[np.int64],
        inputs: NDArray[np.int64],
        rows: NDArray[np.int64],
    ) -> NDArray[np.bool_]:
        """Return, for pairs of an input and a row, whether the cheapest syndrome found at its costs is the row's own.

        Parameters
        ----------
        syndromes : ndarray of int64, shape (n, d)
            Exponents.
        costs : ndarray of int64, shape (n, d)
            Costs ≥ 1.
        inputs, rows : ndarray of int64, shape (k,)
            The pairs.

        Returns
        -------
        ndarray of bool, shape (k,)
        """
        confirmed = np.zeros(len(rows), dtype=bool)
        fits = (syndromes.astype(np.float64) * costs).sum(axis=1) < EXACT_IN_INT64 / 2
        paid = np.where(fits, (syndromes * costs).sum(axis=1), -1)  # a sum that wraps around does not fit
        limit = int(paid.max(initial=0)) + 1
        order, pairs = self._ordered(inputs, rows)
        kept = np.flatnonzero(self._costs.least(self.chart.entry_costs(costs), pairs, limit) == paid[pairs[:, 1]])
        found, _, counts = self._syndromes(costs, pairs[kept], limit)
        kept = kept[found]
        confirmed[order[kept]] = (counts == syndromes[pairs[kept, 1]]).all(axis=1)
        return confirmed

    def return_somewhere(self, syndromes: NDArray[np.int64], costs: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return, row by row, whether `returns` holds for some input.

        Parameters
        ----------
        syndromes, costs
            As of `returns`.

        Returns
        -------
        ndarray of bool, shape (n,)
        """
        confirmed = np.zeros(len(syndromes), dtype=bool)
        for start in range(0, len(self._pairs), BLOCK):
            block, rows = self._pairs[start : start + BLOCK, 0], np.flatnonzero(~confirmed)
            inputs, rows = np.repeat(block, len(rows)), np.tile(rows, len(block))
            confirmed[rows[self.returns(syndromes, costs, inputs, rows)]] = True
        return confirmed


class _Priced(MinPlus):
    """Costs, with a price for each coordinate."""

    def __init__(self, prices: Sequence[int]) -> None:
        self._prices = prices

    def variable(self, index: int) -> int:
        """Return the price of a coordinate."""
        return int(self._prices[index])


def as_syndrome(counts: NDArray[np.int64]) -> Syndrome:
    """Return a row of exponents as a sparse one.

    Examples
    --------
    >>> as_syndrome(np.array([0, 2, 0, 1]))
    ((1, 2), (3, 1))
    """
    support = np.flatnonzero(counts).tolist()
    return tuple(zip(support, counts[support].tolist(), strict=True))


def integer_costs(v: Sequence[Fraction]) -> tuple[list[int], int]:
    """Scale rationals to integers: return (v·D, D) with D their least common denominator.

    Examples
    --------
    >>> from fractions import Fraction
    >>> integer_costs([Fraction(1, 2), Fraction(1, 3)])
    ([3, 2], 6)
    """
    scale = math.lcm(*(x.denominator for x in v)) if v else 1
    return [x.numerator * (scale // x.denominator) for x in v], scale
