"""Least costs of rejected runs by the readable step of a semantics: exact, slow, for any that has nothing faster."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from noisytm import _memory
from noisytm.algebra import Costs
from noisytm.degeneracy.oracle.least_costs import EXACT_IN_INT64
from noisytm.errors import BudgetError
from noisytm.problem import SynthesisProblem
from noisytm.relaxation.generic import wrong
from noisytm.relaxation.semantics import Semantics

Ints = NDArray[np.int64]

# An exponent, and their sum, take so many bits of the integer that carries them.
FIELD = 64
MOST = 1 << FIELD - 1
# What a value that a step forms takes, roughly, with its key.
VALUE_BYTES = 400


# So that the rounded costs of a whole run are below it.
ROUNDED_BITS = 40
# By how much a limit is raised below which nothing was found.
GROWTH = 16


class ReadableCosts:
    """Least costs of fatal syndromes, and the syndromes, over (min, +) in Python integers.

    Where a syndrome is asked for, the integer of an entry holds its cost, then 1 for the number of errors, then 1 in a
    field of its own: minima and sums of these carry the exponents along. So of several cheapest syndromes it is the
    one with the fewest errors, and of these the least one read from the last coordinate to the first, whatever the
    order in which a step is evaluated.

    Parameters
    ----------
    problem : SynthesisProblem
        The problem.
    semantics : Semantics
        How the step is relaxed.
    columns : ndarray of int64
        Flat indices of the entries that may cost something; exponents of others are left out.
    memory : int, optional
        Bytes that the values of one answer may take, where the semantics counts them; by default half of what is
        available.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library
    >>> from noisytm.relaxation.semantics import checked_semantics
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, ["A"], steps=2)
    >>> wrong = 1 - problem.space.embed(machine).astype(np.int64).reshape(1, -1)
    >>> costs = ReadableCosts(problem, checked_semantics("annealed"), np.flatnonzero(wrong))
    >>> costs.least(7 * wrong, np.array([[0, 0]]), 100)
    array([7])
    """

    grows_with_limit = True

    def __init__(
        self, problem: SynthesisProblem, semantics: Semantics, columns: Ints, memory: int | None = None
    ) -> None:
        self._problem, self._semantics, self._columns = problem, semantics, columns
        self.inputs = len(problem.inputs)
        self._most = max((_memory.limit() if memory is None else memory) // VALUE_BYTES, 1)

    def least(self, costs: Ints, pairs: Ints, limit: int) -> Ints:
        """Return the least cost for every pair of an input and a row of costs, or ``limit`` if that is less.

        Parameters
        ----------
        costs : ndarray of int64, shape (c, E)
            Costs ≥ 0 of all entries.
        pairs : ndarray of int64, shape (n, 2)
            Input and row of ``costs``.
        limit : int
            At most 2^58.

        Returns
        -------
        ndarray of int64, shape (n,)

        Raises
        ------
        BudgetError
            If too much has to be formed.
        """
        least = np.full(len(pairs), limit, dtype=np.int64)
        for row in np.unique(pairs[:, 1]).tolist():
            at = np.flatnonzero(pairs[:, 1] == row)
            found = self._cheapest(costs[row].tolist(), limit, pairs[at, 0].tolist())
            least[at] = [min(cost, limit) for cost in found]
        return least

    def syndromes(self, costs: Ints, pairs: Ints, limit: int) -> tuple[Ints, Ints, Ints]:
        """Return, for the pairs whose least cost is below ``limit``, which they are, that cost and the exponents.

        Parameters
        ----------
        costs, pairs, limit
            As of `least`.

        Returns
        -------
        found : ndarray of int64, shape (k,)
            Indices of pairs, ascending.
        least : ndarray of int64, shape (k,)
        counts : ndarray of int64, shape (k, E)

        Raises
        ------
        BudgetError
            If too much has to be formed, or exponents do not fit.
        """
        answers: dict[int, tuple[int, list[int]]] = {}
        shift = FIELD * (len(self._columns) + 1)
        for row in np.unique(pairs[:, 1]).tolist():
            at = np.flatnonzero(pairs[:, 1] == row)
            prices = [cost << shift for cost in costs[row].tolist()]
            for k, column in enumerate(self._columns.tolist()):
                prices[column] += (1 << shift - FIELD) + (1 << FIELD * k)
            found = self._cheapest(prices, limit << shift, pairs[at, 0].tolist())
            answers |= {
                index: self._parted(int(price), shift, costs[row])
                for index, price in zip(at.tolist(), found, strict=True)
                if price < limit << shift
            }
        indices = sorted(answers)
        counts = np.zeros((len(indices), costs.shape[1]), dtype=np.int64)
        for i, index in enumerate(indices):
            counts[i, self._columns] = answers[index][1]
        return np.array(indices, dtype=np.int64), np.array([answers[i][0] for i in indices], dtype=np.int64), counts

    def least_in_integers(self, costs: Sequence[int], enough: int | None = None) -> int | None:
        """Return the least cost over all inputs, for costs of any size; ``None`` if nothing is ever rejected.

        Parameters
        ----------
        costs : sequence of int, length E
            Costs ≥ 0.
        enough : int, optional
            A least cost of at least this need not be known: ``enough`` is then returned, also if there is none.

        Raises
        ------
        BudgetError
            If too much has to be formed.
        """
        inputs, limit = list(range(self.inputs)), max(costs, default=0) + 1
        while True:  # as little as possible is dearer than the limit and so left out
            below = limit if enough is None else min(limit, enough)
            algebra = Costs(below - 1)
            least = min(self._evaluated(algebra, costs, inputs))
            if least < below or (least < math.inf and not algebra.exceeded):
                return int(least) if enough is None else int(min(least, enough))
            if not algebra.exceeded or below == enough:
                return enough
            limit *= GROWTH

    def _cheapest(self, costs: Sequence[int], limit: int, inputs: list[int]) -> list[float]:
        """Return the least cost for each of some inputs; what is not below ``limit`` is given as infinite."""
        return self._evaluated(Costs(limit - 1), costs, inputs)

    def _evaluated(self, algebra: Costs, costs: Sequence[int], inputs: list[int]) -> list[float]:
        width = self._problem.space.shape[1]
        code = [list(costs[start : start + width]) for start in range(0, len(costs), width)]
        return wrong(algebra, self._problem, code, self._semantics, self._most, inputs)

    def _parted(self, price: int, shift: int, costs: Ints) -> tuple[int, list[int]]:
        """Return the cost and the exponents that an integer carries."""
        least, rest = price >> shift, price & (1 << shift) - 1
        counts = [rest >> FIELD * k & (1 << FIELD) - 1 for k in range(len(self._columns))]
        paid = sum(count * cost for count, cost in zip(counts, costs[self._columns].tolist(), strict=True))
        if max(counts, default=0) >= MOST or sum(counts) != rest >> shift - FIELD or paid != least:
            raise BudgetError("the exponents of a syndrome do not fit into 64 bits; use smaller costs, or fewer steps")
        return least, counts


class Search(Protocol):
    """A search for least costs in 64 bits, as `ReadableCosts` makes it in integers of any size."""

    def least(self, costs: Ints, pairs: Ints, limit: int) -> Ints:
        """See `ReadableCosts.least`."""

    def syndromes(self, costs: Ints, pairs: Ints, limit: int) -> tuple[Ints, Ints, Ints]:
        """See `ReadableCosts.syndromes`."""


def least_of_any_size(search: Search, readable: ReadableCosts, costs: Sequence[int], enough: int | None) -> int | None:
    """Return the least cost over all inputs for costs of any size, by a search in 64 bits as far as that goes.

    Beyond, only runs cheaper than one that is known are followed, by the readable step.

    Parameters
    ----------
    search : Search
        The search.
    readable : ReadableCosts
        The same, readable.
    costs : sequence of int, length E
        Costs ≥ 0; each distribution has an entry of cost 0.
    enough : int, optional
        A least cost of at least this need not be known: ``enough`` is then returned, also if there is none.

    Returns
    -------
    int or None
        ``None`` if nothing is ever rejected.

    Raises
    ------
    BudgetError
        If too much has to be formed, or too many runs have to be looked at.
    """
    pairs = np.stack([np.arange(readable.inputs), np.zeros(readable.inputs, dtype=np.int64)], axis=1)
    limit = EXACT_IN_INT64 if enough is None else min(enough, EXACT_IN_INT64)
    if max(costs, default=0) < limit or limit == enough:
        least = int(search.least(np.array([[min(c, limit) for c in costs]], dtype=np.int64), pairs, limit).min())
        if least < limit or limit == enough:
            return least
    best = _attained(search, costs, pairs, enough)
    if best is None and int(search.least(np.zeros((1, len(costs)), dtype=np.int64), pairs, 1).min()) > 0:
        return enough
    known = [x for x in (best, enough) if x is not None]
    return readable.least_in_integers(costs, min(known, default=None))


def _attained(search: Search, costs: Sequence[int], pairs: Ints, enough: int | None) -> int | None:
    """Return what the run costs that is cheapest when costs are rounded down to 64 bits, if one is found there."""
    shift = max(max(costs).bit_length() - ROUNDED_BITS, 0)
    rounded = np.array([[cost >> shift for cost in costs]], dtype=np.int64)
    top = EXACT_IN_INT64 if enough is None else min((enough >> shift) + 1, EXACT_IN_INT64)
    limit = int(rounded.max()) + 1
    while True:  # as few runs as possible are cheaper than the limit
        _, _, counts = search.syndromes(rounded, pairs, min(limit, top))
        if len(counts):
            found: list[list[int]] = counts.tolist()
            return min(sum(c * k for c, k in zip(costs, row, strict=True)) for row in found)
        if limit >= top:
            return None
        limit *= GROWTH
