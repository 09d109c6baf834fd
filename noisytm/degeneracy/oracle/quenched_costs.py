"""Cheapest rejected runs under the quenched semantics, by branch and bound over entries fixed where the run looks."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from noisytm import _clock, _memory
from noisytm.degeneracy.oracle.readable_costs import ReadableCosts, least_of_any_size
from noisytm.errors import BudgetError
from noisytm.problem import SynthesisProblem, accepted_words, rejecting_states
from noisytm.relaxation.marginal import LEDGER
from noisytm.relaxation.pathwise import FIELDS, FINISHED, RESULT, LazyRun, block_columns, cheapest, value_counts
from noisytm.relaxation.semantics import QUENCHED

Ints = NDArray[np.int64]

# Branches and steps between two looks at the keyboard, and for one input and row of costs altogether: a minute or two.
WORK_AT_ONCE = 1 << 21
# The same in plain Python, until compiled code is worth loading: some hundredths of a second.
PLAIN_WORK = 1 << 9
# The module of what is compiled then.
KERNELS = "lazy_tables"
MOST_WORK = 1 << 31


class QuenchedCosts:
    """Least costs of rejected runs of one drawn table, and the entries that they use.

    A branch is left when what it has paid, and what it must still pay to reach a rejected state in the graph of
    states, is not below the least cost so far. Of equally cheap runs the first one met is kept: at every block the
    values are tried by rising cost, then in their order.

    Parameters
    ----------
    problem : SynthesisProblem
        The problem.
    memory : int, optional
        Bytes that may be used; by default half of what is available.

    Raises
    ------
    BudgetError
        If the buffers do not fit.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, inputs=["A"], steps=3)
    >>> wrong = 1 - problem.space.embed(machine).astype(np.int64).reshape(1, -1)
    >>> QuenchedCosts(problem).least(5 * wrong, np.array([[0, 0]]), 100)
    array([5])
    """

    grows_with_limit = True

    def __init__(self, problem: SynthesisProblem, memory: int | None = None) -> None:
        self._problem = problem
        self._memory = _memory.limit() if memory is None else memory
        self._lazy = LazyRun(problem, self._memory)
        self._columns, self._values = block_columns(problem.space), value_counts(problem.space)

    def least(self, costs: Ints, pairs: Ints, limit: int) -> Ints:
        """Return the least cost of a rejected run for every pair, or ``limit`` if that is less.

        Parameters
        ----------
        costs : ndarray of int64, shape (c, E)
            Costs ≥ 0 of all entries; each distribution has an entry of cost 0.
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
            If too many runs have to be looked at.
        """
        least = np.empty(len(pairs), dtype=np.int64)
        for k, value, _ in self._cheapest(costs, pairs, limit):
            least[k] = value
        return least

    def syndromes(self, costs: Ints, pairs: Ints, limit: int) -> tuple[Ints, Ints, Ints]:
        """Return the pairs with a rejected run cheaper than ``limit``, its cost, and how often it uses each entry.

        Parameters
        ----------
        costs, pairs, limit
            As of `least`.

        Returns
        -------
        found : ndarray of int64, shape (k,)
            Indices of pairs, in order.
        least : ndarray of int64, shape (k,)
        counts : ndarray of int64, shape (k, E)
            0 or 1; counts · costs = least.

        Raises
        ------
        BudgetError
            If the result does not fit, or too many runs have to be looked at.
        """
        need = 8 * len(pairs) * costs.shape[1] + self._lazy.nbytes
        if need > self._memory:
            raise BudgetError(
                f"the entries of {len(pairs)} runs need {_memory.in_words(need)} of memory, and the limit is"
                f" {_memory.in_words(self._memory)}; ask for fewer inputs, or raise the memory"
            )
        found = [(k, value, path) for k, value, path in self._cheapest(costs, pairs, limit) if value < limit]
        found.sort(key=lambda one: one[0])
        counts = np.array([path for _, _, path in found], dtype=np.int64).reshape(len(found), costs.shape[1])
        indices, least = (np.array([one[field] for one in found], dtype=np.int64) for field in (0, 1))
        return indices, least, counts

    def least_in_integers(self, costs: Sequence[int], enough: int | None) -> int | None:
        """Return the least cost of a rejected run on any input, exactly; ``None`` if nothing is ever rejected.

        Parameters
        ----------
        costs : sequence of int, length E
            Costs ≥ 0, of any size; each distribution has an entry of cost 0.
        enough : int, optional
            A least cost of at least this need not be known: ``enough`` is then returned.

        Raises
        ------
        BudgetError
            If too many runs have to be looked at.
        """
        readable = ReadableCosts(self._problem, QUENCHED, np.empty(0, dtype=np.int64), self._memory)
        return least_of_any_size(self, readable, costs, enough)

    def _cheapest(self, costs: Ints, pairs: Ints, limit: int) -> Iterator[tuple[int, int, Ints]]:
        """Yield the pairs, row by row, with their least costs and the entries of the cheapest runs."""
        for row in np.unique(pairs[:, 1]).tolist():
            capped = np.minimum(costs[row], limit)
            ranked = _ranked(capped, self._columns, self._values)
            for k in np.flatnonzero(pairs[:, 1] == row).tolist():
                yield k, *self._cheapest_run(int(pairs[k, 0]), capped, ranked, limit)

    def _cheapest_run(self, index: int, costs: Ints, ranked: Ints, limit: int) -> tuple[int, Ints]:
        words, radius = accepted_words(self._problem, index)
        lazy, states = self._lazy, len(self._problem.space.states)
        lazy.begin(index)
        bad = rejecting_states(self._problem, index)
        counts, path = np.zeros(FIELDS, dtype=np.int64), np.zeros(len(costs), dtype=np.int64)
        counts[RESULT] = limit
        distance, paid = np.empty(states, dtype=np.int64), np.zeros(len(self._columns) + 2, dtype=np.int64)
        task, left = (lazy.size, lazy.rule, words, radius), MOST_WORK
        while left > 0:
            _clock.tick()
            plain = LEDGER.arrays_do(KERNELS, 0.0)
            at_once = min(PLAIN_WORK if plain else WORK_AT_ONCE, left)
            search = _plainly if plain else _compiled
            if search(task, lazy.state, ranked, costs, bad, distance, paid, path, counts, at_once) == FINISHED:
                return int(counts[RESULT]), path
            left -= at_once
        raise BudgetError(
            f"the cheapest rejected run of input {index} takes more than {MOST_WORK:,} branches and steps to find, the"
            " limit; use fewer steps, states or cells of the readout"
        )


def _plainly(*arguments: Any) -> Any:
    """Go on with the search in plain Python; what that takes is counted."""
    began = time.process_time()
    try:
        return cheapest.plain(*arguments)
    finally:
        LEDGER.spend(KERNELS, time.process_time() - began)


def _compiled(*arguments: Any) -> Any:
    """Go on with the search in compiled code."""
    LEDGER.compiled(KERNELS)
    return cheapest(*arguments)


def _ranked(costs: Ints, columns: Ints, values: Ints) -> Ints:
    """Return the values of each block by rising cost, shape (3N, most values)."""
    ranked = np.zeros((len(columns), int(values.max())), dtype=np.int64)
    for block, column in enumerate(columns.tolist()):
        count = values[block % 3]
        ranked[block, :count] = np.argsort(costs[column : column + count], kind="stable")
    return ranked
