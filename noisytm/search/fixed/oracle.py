"""Cheapest fatal syndromes through the fixed tuples of a table: what they find is fatal for every completion.

What an unfixed tuple writes, where it goes and how it moves costs too much; that it matches is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from noisytm.degeneracy.oracle import EXACT_IN_INT64, EXACT_IN_LANES, EntryCosts, ReadableCosts, entry_costs
from noisytm.search.fixed.choices import Choices
from noisytm.search.tables import UNFIXED

if TYPE_CHECKING:
    from noisytm.problem import SynthesisProblem
    from noisytm.relaxation.semantics import Semantics

Ints = NDArray[np.int64]


class EntryPrices:
    """From costs of columns to costs of entries, for tables of choices, and from exponents of entries back.

    Parameters
    ----------
    choices : Choices
        What tuples may be set to.
    """

    def __init__(self, choices: Choices) -> None:
        self._choices, self._open = choices, choices.open_entries

    def products(self, tables: Ints, costs: Ints, limit: int) -> Ints:
        """Return what each product of each entry costs, shape (c, N, entries, products), cut off at ``limit``."""
        c, n = tables.shape
        local = np.minimum(costs, limit).reshape(c, n, self._choices.columns)
        padded = np.concatenate([local, np.zeros((c, n, 1), dtype=np.int64)], axis=2)
        at, there = self._choices.products_at(tables)
        rows, tuples = np.arange(c)[:, None, None, None, None], np.arange(n)[None, :, None, None, None]
        return np.where(there, np.minimum(padded[rows, tuples, at].sum(axis=4), limit), limit)

    def entries(self, tables: Ints, costs: Ints, limit: int, unfixed: int | None = None) -> Ints:
        """Return what each entry costs, shape (c, E); what is open in tuples that are not fixed costs ``unfixed``.

        Parameters
        ----------
        tables : ndarray of int64, shape (c, N)
            Choices, or `UNFIXED`.
        costs : ndarray of int64, shape (c, N·C)
            Costs ≥ 0 of the columns.
        limit : int
            What is too much; at most 2^58.
        unfixed : int, optional
            By default ``limit``.
        """
        cheapest = self.products(tables, costs, limit).min(axis=3)
        priced = np.where((tables == UNFIXED)[:, :, None] & self._open, limit if unfixed is None else unfixed, cheapest)
        return np.asarray(priced.reshape(priced.shape[0], priced.shape[1] * priced.shape[2]))

    def columns(self, tables: Ints, costs: Ints, counts: Ints, limit: int) -> Ints:
        """Return how often each column occurs in products of entries, each entry at its cheapest, shape (c, N·C).

        Parameters
        ----------
        tables, costs, limit
            As of `entries`.
        counts : ndarray of int64, shape (c, E)
            Exponents of the entries.
        """
        c, n = tables.shape
        cheapest = self.products(tables, costs, limit).argmin(axis=3)
        at = np.take_along_axis(self._choices.products_at(tables)[0], cheapest[..., None, None], axis=3)[:, :, :, 0]
        found = np.zeros((c, n, self._choices.columns + 1), dtype=np.int64)
        fixed = np.where((tables == UNFIXED)[:, :, None] & self._open, 0, counts.reshape(c, n, len(self._open)))
        rows, tuples = np.arange(c)[:, None, None, None], np.arange(n)[None, :, None, None]
        np.add.at(found, (rows, tuples, at), fixed[..., None])
        return found[:, :, :-1].reshape(c, n * self._choices.columns)


class FixedOracle:
    """The min-plus oracle of a table of which some tuples are fixed, over the columns of its choices.

    It answers what cutting planes ask of an oracle. A fatal syndrome that it finds is fatal for every completion.

    Parameters
    ----------
    problem : SynthesisProblem
        The problem over the whole space.
    semantics : Semantics
        How the step is relaxed.
    choices : Choices
        What tuples may be set to.
    table : sequence of int, length N
        Choices, `UNFIXED` where none is fixed.
    readable : bool
        By the readable step of the semantics, whatever is faster.
    memory : int, optional
        Bytes that may be taken; by default half of what is available.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library, words
    >>> from noisytm.relaxation.semantics import checked_semantics
    >>> from noisytm.search import TableSpace
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, words("AB", 1), steps=3)
    >>> choices = Choices(TableSpace.of(machine), "simplex")
    >>> table = [1, UNFIXED, 10, 10, 14, UNFIXED]
    >>> oracle = FixedOracle(problem, checked_semantics("mean-field"), choices, table)
    >>> oracle.least([7] * oracle.dimension, enough=100)
    7
    """

    def __init__(
        self,
        problem: SynthesisProblem,
        semantics: Semantics,
        choices: Choices,
        table: Sequence[int] | Ints,
        readable: bool = False,
        memory: int | None = None,
    ) -> None:
        self.problem, self.choices = problem, choices
        self.table = np.asarray(table, dtype=np.int64)
        self._prices = EntryPrices(choices)
        self.dimension = len(self.table) * choices.columns
        errors = self._entries(np.ones((1, self.dimension), dtype=np.int64), 1, 1)
        make: Any = ReadableCosts if readable else entry_costs
        order = (semantics, problem) if not readable else (problem, semantics)
        self._costs: EntryCosts = make(*order, np.flatnonzero(errors[0]), memory)
        lengths = np.diff(problem.encoded.starts)
        self._by_length = np.argsort(lengths, kind="stable")
        self._place = np.argsort(self._by_length)

    @property
    def grows_with_limit(self) -> bool:
        """Whether an answer takes longer for a larger limit."""
        return self._costs.grows_with_limit

    @property
    def follows_runs(self) -> bool:
        """Whether what an answer takes depends on the costs, and may be too much."""
        return bool(getattr(self._costs, "follows_runs", False))

    def _tables(self, number: int) -> Ints:
        return np.broadcast_to(self.table, (number, len(self.table)))

    def _entries(self, costs: Ints, limit: int, unfixed: int | None = None) -> Ints:
        return self._prices.entries(self._tables(len(costs)), costs, limit, unfixed)

    def below(self, costs: Ints, limit: int, among: NDArray[np.bool_] | None = None) -> tuple[Ints, Ints, Ints]:
        """Return, for every input and cost vector with a fatal syndrome cheaper than ``limit``, the cheapest one.

        Parameters
        ----------
        costs : ndarray of int64, shape (c, d)
            Costs ≥ 0 of the columns.
        limit : int
            At most 2^58.
        among : ndarray of bool, shape (inputs,), optional
            Look only at these inputs.

        Returns
        -------
        pairs : ndarray of int64, shape (k, 2)
            Input and cost vector.
        least : ndarray of int64, shape (k,)
        counts : ndarray of int64, shape (k, d)
        """
        inputs = self._by_length if among is None else self._by_length[among[self._by_length]]
        rows = np.arange(len(costs))
        pairs = np.stack([np.repeat(inputs, len(rows)), np.tile(rows, len(inputs))], axis=1)
        found, least, counts = self._syndromes(costs, pairs, limit)
        return pairs[found], least, counts

    def _syndromes(self, costs: Ints, pairs: Ints, limit: int) -> tuple[Ints, Ints, Ints]:
        found, least, entries = self._costs.syndromes(self._entries(costs, limit), pairs, limit)
        at = self._tables(len(found))
        return found, least, self._prices.columns(at, costs[pairs[found, 1]], entries, limit)

    def least(self, costs: Sequence[int], enough: int) -> int:
        """Return the least cost of a fatal syndrome, or ``enough`` if that is less; costs may have any size."""
        if enough <= EXACT_IN_INT64:
            vector = np.array([[min(c, enough) for c in costs]], dtype=np.int64)
            return int(self._least(self._entries(vector, enough), enough).min())
        priced = self._any_size(costs, enough)
        least = self._costs.least_in_integers(priced, enough)
        return enough if least is None else min(least, enough)

    def _least(self, entries: Ints, limit: int) -> Ints:
        inputs, rows = self._by_length, np.arange(len(entries))
        pairs = np.stack([np.repeat(inputs, len(rows)), np.tile(rows, len(inputs))], axis=1)
        return self._costs.least(entries, pairs, limit).reshape(len(inputs), len(rows))

    def _any_size(self, costs: Sequence[int], enough: int) -> list[int]:
        """Return the costs of entries, one by one."""
        columns, there = self.choices.products_at(self.table[None])
        width, unknown, priced = self.choices.columns, self.choices.open_entries.tolist(), []
        for i, choice in enumerate(self.table.tolist()):
            local = [*costs[i * width : (i + 1) * width], 0]
            for entry, known, is_open in zip(columns[0, i].tolist(), there[0, i].tolist(), unknown, strict=True):
                sums = [sum(local[c] for c in product) for product, is_one in zip(entry, known, strict=True) if is_one]
                priced.append(enough if choice == UNFIXED and is_open else min(*sums, enough))
        return priced

    def reached(self, costs: Sequence[int], limit: int) -> dict[int, int]:
        """Return what the cheapest rejected run costs for each unfixed tuple, what is open in that costing nothing.

        Of tuples that are not there it is at least ``limit``. If none is, ``costs`` are feasible for every completion,
        provided that all together are not cheaper: that one is under -1.
        """
        free = np.flatnonzero(self.table == UNFIXED).tolist()
        if not free:
            return {}
        limit = min(limit, EXACT_IN_INT64)
        vector = np.array([[min(c, limit) for c in costs]], dtype=np.int64)
        width = self.problem.space.shape[1]
        entries = np.repeat(self._entries(vector, limit), len(free) + 1, axis=0).reshape(len(free) + 1, -1, width)
        unknown = np.flatnonzero(self.choices.open_entries)
        for k, i in enumerate(free):
            entries[k, i, unknown] = entries[-1, i, unknown] = 0
        least = self._least(entries.reshape(len(free) + 1, -1), limit).min(axis=0).tolist()
        return {i: cost for i, cost in zip([*free, -1], least, strict=True) if cost < limit}

    def returns(self, syndromes: Ints, costs: Ints, inputs: Ints, rows: Ints) -> NDArray[np.bool_]:
        """Return, for pairs of an input and a row, whether the cheapest syndrome at the row's costs is the row itself.

        Parameters
        ----------
        syndromes, costs : ndarray of int64, shape (n, d)
            Exponents, and costs ≥ 1.
        inputs, rows : ndarray of int64, shape (k,)
            The pairs.
        """
        confirmed = np.zeros(len(rows), dtype=bool)
        fits = (syndromes.astype(np.float64) * costs).sum(axis=1) < EXACT_IN_LANES / 2
        paid = np.where(fits, (syndromes * costs).sum(axis=1), -1)
        limit = int(paid.max(initial=0)) + 1
        order = np.argsort(self._place[inputs], kind="stable")
        pairs = np.stack([inputs[order], rows[order]], axis=1)
        found, least, counts = self._syndromes(costs, pairs, limit)
        own = pairs[found, 1]
        confirmed[order[found]] = (least == paid[own]) & (counts == syndromes[own]).all(axis=1)
        return confirmed
