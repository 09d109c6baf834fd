"""Least costs of rejected runs in the annealed semantics."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from noisytm import _clock
from noisytm.degeneracy.oracle.annealed_kernels import trace_runs
from noisytm.degeneracy.oracle.cheapest_runs import CheapestRuns, Part
from noisytm.degeneracy.oracle.readable_costs import ReadableCosts, least_of_any_size
from noisytm.errors import BudgetError
from noisytm.problem import SynthesisProblem
from noisytm.relaxation.marginal import LEDGER
from noisytm.relaxation.pathwise import (
    ConfigurationGraph,
    Pass,
    allowed,
    costs_pulled_back,
    kept_graph,
    pulled_back,
    seconds_of_pass,
    working_bytes,
)
from noisytm.relaxation.semantics import ANNEALED

Integers = NDArray[np.int64]

# Beyond so many tapes a pass over all configurations takes seconds: runs are then followed from each input instead.
MOST_CONTENTS = 4_000_000


# The module of the compiled kernels, and what a branch that a run might take costs in plain Python.
KERNELS, SECONDS_PER_BRANCH = "annealed_kernels", 1e-6


class AnnealedCosts:
    """Least costs of rejected runs, and the entries they use, for pairs of an input and a row of costs.

    A run pays, each time a tuple is used, the costs of what it writes, where it goes and how it moves. If all
    configurations that can still make a difference fit into memory, one pass over them from the end to the beginning,
    for each row of costs, serves all inputs. Otherwise runs cheaper than the limit are followed from each input.

    Parameters
    ----------
    problem : SynthesisProblem
        The problem.
    memory : int, optional
        Bytes that may be taken; half of what is available by default.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, ["A", "B"], steps=2)
    >>> costs = 7 * (1 - problem.space.embed(machine).astype(np.int64).reshape(1, -1))
    >>> AnnealedCosts(problem).least(costs, np.array([[0, 0], [1, 0]]), limit=100).tolist()
    [7, 7]
    """

    grows_with_limit = True

    def __init__(self, problem: SynthesisProblem, memory: int | None = None) -> None:
        self._problem, self._memory, self._shape = problem, allowed(memory), problem.space.shape
        self._costs: _OnGraph | CheapestRuns
        try:
            graph = kept_graph(problem, memory, MOST_CONTENTS)
        except BudgetError:
            self._costs = CheapestRuns(problem, self._memory)
        else:
            self._costs = _OnGraph(problem, graph, self._memory)

    @property
    def follows_runs(self) -> bool:
        """Whether runs are followed one set after the other, so that what an answer takes depends on the costs."""
        return isinstance(self._costs, CheapestRuns)

    def least(self, costs: Integers, pairs: Integers, limit: int) -> Integers:
        """Return the least cost of a rejected run for each pair, or ``limit`` if that is less.

        Parameters
        ----------
        costs : ndarray of int64, shape (c, N·(S + |Q| + 3))
            Cost ≥ 0 of each entry of a code, in each of c rows.
        pairs : ndarray of int64, shape (n, 2)
            Input and row of costs.
        limit : int
            At most 2^58.

        Returns
        -------
        ndarray of int64, shape (n,)

        Raises
        ------
        BudgetError
            If the runs below the limit do not fit into memory.
        """
        least = np.full(len(pairs), limit, dtype=np.int64)
        for part in self._costs.parts(self._clipped(costs, limit), pairs, limit, False):
            least[part.pairs] = part.least
        return least

    def syndromes(self, costs: Integers, pairs: Integers, limit: int) -> tuple[Integers, Integers, Integers]:
        """Return, for the pairs with a rejected run cheaper than ``limit``, its cost and the entries it uses.

        Of several cheapest runs it is always the same one.

        Parameters
        ----------
        costs, pairs, limit
            As of `least`.

        Returns
        -------
        found : ndarray of int64, shape (k,)
            Indices of pairs, ascending.
        least : ndarray of int64, shape (k,)
        counts : ndarray of int64, shape (k, N·(S + |Q| + 3))
            How often each entry is used: their sum, each times its cost, is the least cost.

        Raises
        ------
        BudgetError
            As of `least`.
        """
        entries = self._shape[0] * self._shape[1]
        parts = list(self._costs.parts(self._clipped(costs, limit), pairs, limit, True))
        at = np.concatenate([np.empty(0, dtype=np.int64), *(p.pairs[p.least < limit] for p in parts)])
        least = np.concatenate([np.empty(0, dtype=np.int64), *(p.least[p.least < limit] for p in parts)])
        counts = np.concatenate([np.empty((0, entries), dtype=np.int64), *(p.counts for p in parts)])
        order = np.argsort(at)
        return at[order], least[order], counts[order]

    def least_in_integers(self, costs: Sequence[int], enough: int | None = None) -> int | None:
        """Return the least cost of a rejected run from any input, exactly; ``None`` if there is none.

        Parameters
        ----------
        costs : sequence of int, length N·(S + |Q| + 3)
            Cost ≥ 0 of each entry, of any size; each distribution has an entry of cost 0.
        enough : int, optional
            A least cost of at least this need not be known: ``enough`` is then returned, also if there is none.

        Raises
        ------
        BudgetError
            As of `least`; and if costs are beyond 64 bits and too much has to be formed.
        """
        readable = ReadableCosts(self._problem, ANNEALED, np.empty(0, dtype=np.int64), self._memory)
        return least_of_any_size(self, readable, costs, enough)

    def _clipped(self, costs: Integers, limit: int) -> Integers:
        return np.minimum(costs, limit).reshape(len(costs), *self._shape)  # not -1: there may be no tuples


class _OnGraph:
    """Least costs by a pass over all configurations, a column for each set of rejected readouts."""

    def __init__(self, problem: SynthesisProblem, graph: ConfigurationGraph, memory: int) -> None:
        self._graph, self._entries = graph, problem.space.shape[0] * problem.space.shape[1]
        sets: dict[tuple[bool, ...], int] = {}
        self._set_of = np.array(
            [
                sets.setdefault(tuple(not problem.accepts(i, o) for o in graph.readouts), len(sets))
                for i in range(len(problem.inputs))
            ],
            dtype=np.int64,
        )
        self._rejected = np.array(list(sets), dtype=bool)  # (sets, readouts)
        self._columns = 1
        while self._columns < len(sets) and working_bytes(graph, self._columns + 1) <= memory:
            self._columns += 1

    def parts(self, costs: Integers, pairs: Integers, limit: int, counted: bool) -> Iterator[Part]:
        """Yield the answers, a row of costs and as many sets as fit at a time; see `CheapestRuns.parts`."""
        links, sets = self._graph.links, self._set_of[pairs[:, 0]]
        for row in np.unique(pairs[:, 1]).tolist():
            asked = np.unique(sets[pairs[:, 1] == row])
            for k in range(0, len(asked), self._columns):
                _clock.tick()
                columns = asked[k : k + self._columns]
                plain = self._small(columns.size, int((pairs[:, 1] == row).sum()) if counted else 0)
                values = self._paid_back(costs[row], columns, limit, plain)
                at = np.flatnonzero((pairs[:, 1] == row) & np.isin(sets, columns))
                contents, column = links.starts[pairs[at, 0]], np.searchsorted(columns, sets[at])
                least = values[contents, links.start, column]
                below = least < limit
                counts = np.zeros((int(below.sum()) if counted else 0, *costs.shape[1:]), dtype=np.int64)
                if counted:
                    trace = trace_runs.plain if plain else trace_runs
                    trace(links, costs[row], values, contents[below], column[below], counts)
                yield Part(at, least, counts.reshape(len(counts), self._entries))

    def _small(self, columns: int, traced: int) -> bool:
        """Return whether a pass, and some runs that are traced, are better made without compiled code."""
        links, layers = self._graph.links, self._graph.layers
        tracing = traced * len(layers) * links.child.shape[1] * links.listed.shape[1] * SECONDS_PER_BRANCH
        if LEDGER.arrays_do(KERNELS, seconds_of_pass(links, layers, columns) + tracing):
            return True
        LEDGER.compiled(KERNELS)
        return False

    def _paid_back(self, costs: Integers, columns: Integers, limit: int, plain: bool) -> Integers:
        terminals = np.where(self._rejected[columns].T, 0, limit).astype(np.int64)
        if plain:
            return costs_pulled_back(self._graph.links, self._graph.layers, costs, terminals, limit)
        states = self._graph.links.listed.shape[1]
        values = np.empty((self._graph.contents, states, len(columns)), dtype=np.int64)
        given = np.ascontiguousarray(costs), np.ascontiguousarray(terminals), limit, values
        Pass(self._graph, len(columns), 1).run(pulled_back, self._graph.links, *given)
        return values
