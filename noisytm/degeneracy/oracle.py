"""The min-plus oracle of a machine on a problem: cheapest fatal syndromes under given error costs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from noisytm.codespace import Coordinate
from noisytm.degeneracy.least_costs import EXACT_IN_INT64, EXACT_IN_LANES, LeastCosts
from noisytm.machine import TuringMachine
from noisytm.problem import SynthesisProblem
from noisytm.relaxation.semantics import checked_semantics

# A syndrome is a sparse exponent vector: ((coordinate index, count), …) in the order of the coordinates.
Syndrome = tuple[tuple[int, int], ...]

BLOCK = 64  # inputs looked at together when a syndrome is looked for


@dataclass(frozen=True)
class Answer:
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
    """Least costs of fatal syndromes, one evaluation of the step over (min, +) for each input.

    Parameters
    ----------
    problem : SynthesisProblem
        The problem.
    machine : TuringMachine
        A machine that solves it; errors are counted from its code.
    semantics : str
        A marginal semantics.

    Raises
    ------
    MachineError, ProblemError
        If the machine is not in the problem's code space or does not solve the problem.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library, words
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, inputs=words("AB", 1), steps=3)
    >>> oracle = Oracle(problem, machine, "mean-field")
    >>> oracle.least([7] * oracle.dimension)
    7
    """

    def __init__(self, problem: SynthesisProblem, machine: TuringMachine, semantics: str) -> None:
        problem.require_solved_by(machine)
        self.problem = problem
        self.machine = machine
        self.semantics = checked_semantics(semantics)
        self._costs = LeastCosts(problem, machine, semantics)
        inputs = np.arange(len(problem.inputs))
        self._pairs = self._costs.pairs(inputs, np.zeros_like(inputs))[1]

    @property
    def dimension(self) -> int:
        """Number of error coordinates."""
        return self._costs.dimension

    @cached_property
    def coordinates(self) -> tuple[Coordinate, ...]:
        """The error coordinates, in order."""
        return self.problem.space.coordinates(self.machine)

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
        found, least, counts = self._costs.syndromes(costs, pairs, limit)
        return pairs[found], least, counts

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
            return None
        return self._least_in_integers(costs)

    def _least_below(self, costs: NDArray[np.int64], limit: int) -> int:
        return int(self._costs.least(costs[None], self._pairs, limit).min())

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
        order, pairs = self._costs.pairs(inputs, rows)
        kept = np.flatnonzero(self._costs.least(costs, pairs, limit) == paid[pairs[:, 1]])
        found, _, counts = self._costs.syndromes(costs, pairs[kept], limit)
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

    def _least_in_integers(self, costs: Sequence[int]) -> int | None:
        from noisytm.relaxation.reference import wrong
        from noisytm.relaxation.semirings import MinPlus

        algebra = MinPlus()
        shape = self.problem.space.shape
        flat = [algebra.one] * (shape[0] * shape[1])
        columns = self.problem.space.coordinate_columns(self.machine)
        for column, cost in zip(columns.tolist(), costs, strict=True):
            flat[column] = int(cost)
        code = [flat[i * shape[1] : (i + 1) * shape[1]] for i in range(shape[0])]
        values = [v for v in wrong(algebra, self.problem, code, self.semantics) if v != algebra.zero]
        return min(values) if values else None


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
