"""Confirms many leaves and rows at once: that runs end rejected, and that syndromes are fatal through fixed tuples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from noisytm._summary import line_of
from noisytm.degeneracy.oracle import entry_costs
from noisytm.problem import SynthesisProblem
from noisytm.relaxation.semantics import Marginal, Semantics
from noisytm.search.costs import REJECTED, PartialCosts
from noisytm.search.fixed import Choices, EntryPrices, FixedRuns
from noisytm.search.tree.nodes import Row

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

# What a row costs at most, so that sums stay exact.
MOST_PAID = 1 << 52


class Leaf(NamedTuple):
    """A leaf that is refuted.

    Attributes
    ----------
    node : int
        Its number in the tree.
    table : tuple of int
        The choices there.
    input : int
        The input that refutes it.
    """

    node: int
    table: tuple[int, ...]
    input: int

    def __repr__(self) -> str:
        return line_of(self)


class Shown(NamedTuple):
    """A row that is shown at a node.

    Attributes
    ----------
    node : int
        The number of the node in the tree.
    table : tuple of int
        The choices there.
    row : Row
        The row.
    """

    node: int
    table: tuple[int, ...]
    row: Row

    def __repr__(self) -> str:
        return line_of(self)


class Confirmer:
    """Makes the runs and asks the oracle, for many tables at once.

    Parameters
    ----------
    problem : SynthesisProblem
        The problem over the whole space.
    semantics : Semantics
        How the step is relaxed: compiled if it follows marginals, else by its own search.
    choices : Choices
        What tuples may be set to.
    memory : int, optional
        Bytes that the oracle may take; by default half of what is available.
    """

    def __init__(
        self, problem: SynthesisProblem, semantics: Semantics, choices: Choices, memory: int | None = None
    ) -> None:
        self._problem, self._choices, self._prices = problem, choices, EntryPrices(choices)
        self._runs = FixedRuns(problem, choices.tables)
        self._compiled = PartialCosts(choices.tables, problem, semantics) if isinstance(semantics, Marginal) else None
        every = np.arange(int(np.prod(problem.space.shape)))
        self._costs = None if self._compiled else entry_costs(semantics, problem, every, memory)
        self._place = np.argsort(np.argsort(np.diff(problem.encoded.starts), kind="stable"))

    def refuted(self, leaves: Sequence[Leaf]) -> Bools:
        """Return, for each leaf, whether the run on its input ends rejected."""
        actions = self._choices.table_actions(np.array([leaf.table for leaf in leaves], dtype=np.int64))
        inputs = np.array([leaf.input for leaf in leaves], dtype=np.int64)
        if self._compiled is not None:
            return np.asarray(self._compiled.ends_each(actions, inputs)[:, 0] == REJECTED)
        ended = (self._runs.end(row, index) for row, index in zip(actions.tolist(), inputs.tolist(), strict=True))
        return np.array([end.at is None and not end.accepted for end in ended], dtype=bool)

    def fatal(self, shown: Sequence[Shown]) -> Bools:
        """Return, for each row, whether at its costs the oracle finds a fatal syndrome that divides it."""
        tables = np.array([one.table for one in shown], dtype=np.int64)
        inputs = np.array([one.row.input for one in shown], dtype=np.int64)
        exponents, costs = self._dense([one.row for one in shown])
        limits = (exponents * costs).sum(axis=1) + 1
        limit = int(limits.max())
        costs = np.where(exponents > 0, costs, limit)
        entries = self._prices.entries(tables, costs, limit)
        least, counts = self._cheapest(tables, entries, limits, inputs)
        found = self._prices.columns(tables, costs, counts, limit)
        return np.asarray((least < limits) & (found <= exponents).all(axis=1))

    def _dense(self, rows: Sequence[Row]) -> tuple[Ints, Ints]:
        """Return exponents and costs, shape (n, N·C) each."""
        shape = len(rows), self._problem.space.tuples * self._choices.columns
        exponents, costs = np.zeros(shape, dtype=np.int64), np.ones(shape, dtype=np.int64)
        for k, row in enumerate(rows):
            for column, exponent in row.exponents:
                exponents[k, column] = exponent
            if row.costs is not None:
                for (column, _), cost in zip(row.exponents, row.costs, strict=True):
                    costs[k, column] = cost
        return exponents, costs

    def _cheapest(self, tables: Ints, entries: Ints, limits: Ints, inputs: Ints) -> tuple[Ints, Ints]:
        """Return least costs up to the limits, and how often entries are paid, shape (n, E)."""
        if self._compiled is not None:
            shape = (len(tables), *self._problem.space.shape)
            actions = self._choices.table_actions(tables)
            least, paid = self._compiled.cheapest_each(actions, entries.reshape(shape), limits, inputs)
            return least, paid.reshape(entries.shape)
        assert self._costs is not None
        order, limit = np.argsort(self._place[inputs], kind="stable"), int(limits.max())
        found, costs, paid = self._costs.syndromes(entries, np.stack([inputs[order], order], axis=1), limit)
        least, counts = np.full(len(tables), limit, dtype=np.int64), np.zeros_like(entries)
        least[order[found]], counts[order[found]] = costs, paid
        return least, counts
