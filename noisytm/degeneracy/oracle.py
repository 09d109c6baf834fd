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
from noisytm.errors import BudgetError
from noisytm.machine import TuringMachine
from noisytm.problem import SynthesisProblem
from noisytm.relaxation.assemble import kernels
from noisytm.relaxation.plans import traced
from noisytm.relaxation.workspace import buffers, last_head_step

# A syndrome is a sparse exponent vector: ((coordinate index, count), …) in the order of the coordinates.
Syndrome = tuple[tuple[int, int], ...]

# The kernel saturates at 2^60; costs beyond this bound go to exact Python integers instead.
LARGEST_COST = 1 << 58
COUNT_BITS = 20


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
        self.semantics = semantics
        self._head = traced(problem.space, semantics)
        self._module = kernels("min_plus")
        self._columns = problem.space.coordinate_columns(machine)
        self._program = self._head.arrays

    @property
    def dimension(self) -> int:
        """Number of error coordinates."""
        return len(self._columns)

    @cached_property
    def coordinates(self) -> tuple[Coordinate, ...]:
        """The error coordinates, in order."""
        return self.problem.space.coordinates(self.machine)

    @cached_property
    def _work(self) -> tuple[NDArray[np.int64], ...]:
        problem, width = self.problem, self.problem.encoded.width
        horizon = last_head_step(problem.steps, width)
        longest = max(map(len, problem.inputs))
        return buffers(self._module, self._head, problem.steps, horizon, longest, width, np.int64)

    def _evaluate(self, costs: NDArray[np.int64], limit: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        problem, data = self.problem, self.problem.encoded
        shape, inputs = problem.space.shape, len(problem.inputs)
        code = np.zeros(shape[0] * shape[1], dtype=np.int64)
        code[self._columns] = costs
        least = np.empty(inputs, dtype=np.int64)
        counts = np.zeros((inputs, code.size), dtype=np.int64)
        horizon = last_head_step(problem.steps, data.width)
        self._module.cheapest(
            self._program, code, data.words, data.starts, data.blank, data.start, problem.steps, horizon, data.width,
            data.targets, limit, self._work, (least, counts),
        )  # fmt: skip
        return least, counts[:, self._columns]

    def answers(self, costs: Sequence[int], limit: int | None = None) -> list[Answer]:
        """Return, for every input with a fatal syndrome cheaper than ``limit``, the cheapest one.

        Parameters
        ----------
        costs : sequence of int, length d
            Cost ≥ 0 of each error.
        limit : int, optional
            Only what costs less is reported; without it everything is.
        """
        vector = np.array(costs, dtype=np.int64)
        least, counts = self._evaluate(vector, LARGEST_COST if limit is None else limit)
        bound = self._module.ZERO if limit is None else limit
        found = []
        for i in np.flatnonzero(least < bound):
            support = np.flatnonzero(counts[i])
            syndrome = tuple((int(j), int(counts[i, j])) for j in support)
            if sum(k * int(costs[j]) for j, k in syndrome) != least[i]:
                raise BudgetError(f"exponents of input {i} do not add up to its cost {least[i]}; use smaller costs")
            found.append(Answer(int(i), int(least[i]), syndrome))
        return found

    def least(self, costs: Sequence[int]) -> int | None:
        """Return the least cost of any fatal syndrome, exactly; ``None`` if there is none.

        Costs too large for 64 bits are evaluated by the reference in Python integers.
        """
        if max(costs, default=0) >= LARGEST_COST:
            return self._least_in_integers(costs)
        least = int(self._evaluate(np.array(costs, dtype=np.int64), 0)[0].min())
        if least >= self._module.ZERO:
            return None
        return least if least < LARGEST_COST else self._least_in_integers(costs)

    def _least_in_integers(self, costs: Sequence[int]) -> int | None:
        from noisytm.relaxation.reference import MinPlus, wrong

        algebra = MinPlus()
        shape = self.problem.space.shape
        flat = [algebra.one] * (shape[0] * shape[1])
        for column, cost in zip(self._columns.tolist(), costs, strict=True):
            flat[column] = int(cost)
        code = [flat[i * shape[1] : (i + 1) * shape[1]] for i in range(shape[0])]
        values = [v for v in wrong(algebra, self.problem, code, self.semantics) if v != algebra.zero]
        return min(values) if values else None


def integer_costs(v: Sequence[Fraction]) -> tuple[list[int], int]:
    """Scale rationals to integers: return (v·D, D) with D their least common denominator.

    Examples
    --------
    >>> from fractions import Fraction
    >>> integer_costs([Fraction(1, 2), Fraction(1, 3)])
    ([3, 2], 6)
    """
    scale = math.lcm(*(x.denominator for x in v)) if v else 1
    return [int(x * scale) for x in v], scale


def lexicographic(costs: Sequence[int], bits: int = COUNT_BITS) -> list[int]:
    """Refine integer costs so that among syndromes of equal cost the one with the fewest errors is cheapest.

    That holds up to 2^bits errors.
    """
    return [(c << bits) + 1 for c in costs]


def room_for_counts(scale: int) -> int:
    """Return how many bits are left for counting errors when the costs to compare with are near ``scale``.

    Examples
    --------
    >>> room_for_counts(3), room_for_counts(1 << 50), room_for_counts(1 << 60)
    (20, 7, -3)
    """
    return min(COUNT_BITS, LARGEST_COST.bit_length() - 1 - scale.bit_length())
