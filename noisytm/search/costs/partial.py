"""Cheapest fatal syndromes of a partial table: those of all its completions."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from noisytm._summary import line_of
from noisytm.problem import SynthesisProblem
from noisytm.relaxation.semantics import Marginal, Semantics, checked_semantics
from noisytm.search.costs.arrays import head_of, work_of
from noisytm.search.costs.exact_kernel import settled_each, settled_runs
from noisytm.search.costs.kernel import cheapest_each, cheapest_runs
from noisytm.search.tables import UNFIXED, TableSpace

Ints = NDArray[np.int64]

# Costs and limits are up to this, so that sums of a few stay below what stands for too much.
MOST_COST = 1 << 58


class Found(NamedTuple):
    """What the oracle finds at some costs.

    Attributes
    ----------
    least : ndarray of int64, shape (inputs,)
        Least cost of a rejected run through fixed tuples, or the limit.
    counts : ndarray of int64, shape (inputs, N, S + |Q| + 3)
        Where it is below the limit, how often each wrong entry is paid on that run; else 0.
    reached : int
        The unfixed tuple that matches at the least cost at some step of some input, the first of several; −1 if none
        does below the limit.
    reached_cost : int
        That cost, or the limit.
    """

    least: Ints
    counts: Ints
    reached: int
    reached_cost: int

    def __repr__(self) -> str:
        return line_of(self)


class PartialCosts:
    """The min-plus oracle over partial tables, in a marginal semantics.

    A run goes on through fixed tuples only; that an unfixed one matches is known, and what it would do costs too much.
    So every syndrome that is found is fatal in every completion (docs/theory.md, section 9).

    Parameters
    ----------
    tables : TableSpace
        The tables.
    problem : SynthesisProblem
        The problem, over the full space of the tables; or over the lists of their keys, which err.
    semantics : str or Semantics
        A marginal semantics.

    Raises
    ------
    ProblemError
        If the semantics is none of these.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library, words
    >>> machine = library.machine("detectA")
    >>> tables = TableSpace.of(machine)
    >>> problem = tables.problem(SynthesisProblem.of_machine(machine, words("AB", 1), steps=2))
    >>> oracle = PartialCosts(tables, problem, "mean-field")
    >>> table = tables.table(machine)
    >>> table[1] = UNFIXED
    >>> found = oracle.cheapest(table, oracle.plain(table), limit=2)
    >>> found.least.tolist(), found.reached, found.reached_cost
    ([1, 1, 1], 1, 1)
    """

    def __init__(self, tables: TableSpace, problem: SynthesisProblem, semantics: str | Semantics) -> None:
        self.tables, self.problem = tables, problem
        self.semantics = checked_semantics(semantics, Marginal)
        self.semantics.require(problem)
        self._head = head_of(tables, self.semantics, problem.space)
        self._work = work_of(tables, problem, self.semantics, problem.space)

    def plain(self, table: Ints) -> Ints:
        """Return costs (N, S + |Q| + 3): 1 for the wrong entries of fixed tuples, 0 for the right ones."""
        return 1 - self.right(table)

    def right(self, table: Ints) -> Ints:
        """Return 1 for the right entries of the fixed tuples, and 0 elsewhere, shape (N, S + |Q| + 3)."""
        symbols, states = len(self.tables.space.symbols), len(self.tables.space.states)
        right, fixed = np.zeros(self.tables.space.shape, dtype=np.int64), np.flatnonzero(table != UNFIXED)
        rest, move = np.divmod(table[fixed], 3)
        right[fixed, rest // states] = 1
        right[fixed, symbols + rest % states] = 1
        right[fixed, symbols + states + move] = 1
        return right

    def cheapest(self, table: Ints, costs: Ints, limit: int) -> Found:
        """Return the cheapest rejected runs through fixed tuples.

        Parameters
        ----------
        table : ndarray of int64, shape (N,)
            Actions, and `UNFIXED`.
        costs : ndarray of int64, shape (N, S + |Q| + 3)
            Cost ≥ 0 of each entry; those of right entries are 0, those of unfixed tuples are not looked at.
        limit : int
            Only what costs less is reported; at most 2^58.

        Returns
        -------
        Found

        Raises
        ------
        ProblemError
            If keys err: `cheapest_each` takes them.
        """
        if self.problem.space.noisy_keys:
            self.problem.require_exact_keys("the cheapest run of every input")
        n = len(self.problem.inputs)
        least, counts = np.empty(n, dtype=np.int64), np.zeros((n, *self.tables.space.shape), dtype=np.int64)
        reached = np.array([limit, -1], dtype=np.int64)
        bounded = np.minimum(costs, MOST_COST)
        cheapest_runs(
            self.problem.encoded, self._head, table, bounded, limit, self._work, least, counts, reached
        )  # fmt: skip
        counts *= 1 - self.right(table)
        return Found(least, counts, int(reached[1]), int(reached[0]))

    def ends(self, table: Ints) -> Ints:
        """Return how the runs without errors end, shape (inputs, 2).

        Each is `ACCEPTED` or `REJECTED`, with −1, or `UNSETTLED`, with the unfixed tuple that it comes to.
        """
        ends = np.empty((len(self.problem.inputs), 2), dtype=np.int64)
        settled_runs(self.problem.encoded, self._head, table, self._work, ends)
        return ends

    def cheapest_each(self, tables: Ints, costs: Ints, limits: Ints, inputs: Ints) -> tuple[Ints, Ints]:
        """Return the cheapest rejected runs of many tables, each on one input at costs of its own.

        Parameters
        ----------
        tables : ndarray of int64, shape (n, N)
            Actions, and `UNFIXED`.
        costs : ndarray of int64, shape (n, N, S + |Q| + 3)
            As of `cheapest`; where keys err the entries of its key stand first in the row of each tuple.
        limits, inputs : ndarray of int64, shape (n,)
            Limits, at most 2^58, and numbers of inputs.

        Returns
        -------
        least : ndarray of int64, shape (n,)
            Least costs, or the limits.
        counts : ndarray of int64, shape (n, N, S + |Q| + 3)
            How often each entry is paid, right ones too.
        """
        least, bounded = np.empty(len(tables), dtype=np.int64), self._with_row_of_keys(np.minimum(costs, MOST_COST))
        counts = np.zeros(bounded.shape, dtype=np.int64)
        cheapest_each(
            self.problem.encoded, self._head, tables, bounded, limits, inputs, self._work, least, counts
        )  # fmt: skip
        return least, self._without(counts, costs.shape[2])

    def _with_row_of_keys(self, costs: Ints) -> Ints:
        """Return costs as the kernels take them: those of all keys that err in a row of their own, the last."""
        at, (n, tuples, columns) = self._head.at, costs.shape
        if not at.keys:
            return costs
        key = at.keys // tuples
        rows = np.zeros((n, tuples + 1, max(columns - key, at.keys)), dtype=np.int64)
        rows[:, :-1, : columns - key] = costs[:, :, key:]
        rows[:, -1, : at.keys] = costs[:, :, :key].reshape(n, at.keys)
        return rows

    def _without(self, counts: Ints, columns: int) -> Ints:
        """Return counts of so many entries of each tuple, those of its key first again."""
        at, (n, rows, _) = self._head.at, counts.shape
        if not at.keys:
            return counts
        key = at.keys // (rows - 1)
        of_keys = counts[:, -1, : at.keys].reshape(n, rows - 1, key)
        return np.concatenate([of_keys, counts[:, :-1, : columns - key]], axis=2)

    def ends_each(self, tables: Ints, inputs: Ints) -> Ints:
        """Return how the runs without errors of many tables end, each on one input; see `ends`."""
        ends = np.empty((len(tables), 2), dtype=np.int64)
        settled_each(self.problem.encoded, self._head, tables, inputs, self._work, ends)
        return ends
