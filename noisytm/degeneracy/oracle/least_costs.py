"""Least costs of rejected runs where every entry of a code has a cost.

For the marginal semantics: the min-plus step, run for many pairs of an input and a cost vector, in the cheapest way
that is exact: in NumPy while there is little work (`noisytm.relaxation.marginal.worth`), else compiled.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from noisytm import _clock, _memory
from noisytm._watched import Watch, watched, worth_watching
from noisytm.algebra import MinPlus
from noisytm.degeneracy.oracle.array_costs import ArrayCosts
from noisytm.degeneracy.oracle.effort import require_time
from noisytm.errors import BudgetError
from noisytm.problem import SynthesisProblem, most_nodes
from noisytm.relaxation.generic import wrong
from noisytm.relaxation.marginal import Cheapest, allocate, last_head_step, require_steps, sizes, traced
from noisytm.relaxation.semantics import Marginal

if TYPE_CHECKING:
    from noisytm.relaxation.marginal import Buffers, Sizes

# Results below these are exact: float64 lanes hold whole numbers to 2^53, the int64 kernel saturates at 2^60.
EXACT_IN_LANES = 1 << 53
EXACT_IN_INT64 = 1 << 58

# Steps kept at a time where only the least cost is wanted: few, so that registers and tape stay in the cache.
CHUNK = 8
# Up to this many steps keeping all of them is as quick, and spares a second run for the exponents.
SHORT_RUN = 4 * CHUNK

# The algebras of the kernels: eight pairs at a time, or one.
LANES, INT64 = "min_plus_lanes", "min_plus"

Pairs = NDArray[np.int64]


class _Kernel:
    """One algebra's compiled step with its buffers; eight pairs at a time in the lanes, or one."""

    def __init__(
        self, problem: SynthesisProblem, semantics: Marginal, algebra: str, dtype: Any, most: int | None
    ) -> None:
        from noisytm.relaxation.marginal import compiled_kernels  # loads numba

        self.module, self.dtype, self._most = compiled_kernels(algebra), dtype, most
        self._problem, self._head = problem, traced(problem.space, semantics)
        self._horizon = last_head_step(problem.steps, problem.encoded.reach)
        self._longest = max(map(len, problem.inputs))
        self._buffers: dict[int, Buffers] = {}

    @cached_property
    def all_steps(self) -> Sizes:
        """What it takes to keep all steps."""
        steps, data = self._problem.steps, self._problem.encoded
        return sizes(
            self.module, self._head, steps, self._horizon, self._longest, data.reach,
            nodes=most_nodes(data.acceptance), read=data.read_shape, backward=True, stored=True,
        )  # fmt: skip

    def require_room(self, lanes: int) -> None:
        """Raise `BudgetError` unless all steps can be kept, so many lanes at a time."""
        needed = self.all_steps._replace(lanes=lanes)
        require_steps(needed, self.module, self._head, self._longest, stored=True, most=self._most)

    def _work(self, chunk: int) -> Buffers:
        if chunk not in self._buffers:
            needed = self.all_steps
            if chunk < self._problem.steps:  # the tapes take turns
                needed = needed._replace(segment=chunk, tape=2 * needed.widest)
            self._buffers[chunk] = allocate(needed, self.dtype)
        return self._buffers[chunk]

    def run(
        self, costs: NDArray[np.int64], columns: NDArray[np.int64], pairs: Pairs, limit: int, keep_all: bool
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return least costs (n,), up to ``limit``, and, if all steps are kept, exponents (n, d) where they are below.

        Raises
        ------
        BudgetError
            If exponents are too large to be exact.
        """
        problem, data, groups = self._problem, self._problem.encoded, -(-len(pairs) // self.module.LANES)
        seconds = require_time(problem, 2 if keep_all else 1) * groups
        chunk = problem.steps if keep_all else min(CHUNK, problem.steps)
        least = np.empty(len(pairs), dtype=np.int64)
        counts = np.zeros((len(pairs) if chunk == problem.steps else 1, len(columns)), dtype=np.int64)
        buffers, watch = self._work(chunk), Watch()

        def cheapest(pairs: Pairs) -> bool:
            watch.take(buffers.control)
            return bool(
                self.module.cheapest(
                    self._head.program, data, costs, columns, pairs, problem.steps, self._horizon, limit, chunk,
                    buffers, Cheapest(least, counts),
                )
            )  # fmt: skip

        if worth_watching(seconds):
            cheapest(pairs[:0])  # compiled before it is watched
        steps = groups * problem.steps * (2 if keep_all else 1)
        if not watched(partial(cheapest, pairs), watch, seconds, steps, "cheapest errors"):
            raise BudgetError("the exponents of a syndrome do not fit into 64 bits; use smaller costs, or fewer steps")
        return least, counts


class _WatchedCosts(MinPlus):
    """Costs that look at the clock: sums of integers of any size take any time."""

    def sum(self, values: Any) -> Any:
        """Return the least of some costs."""
        _clock.tick()
        return super().sum(values)


class LeastCosts:
    """Least costs of fatal syndromes in a marginal semantics, and the syndromes.

    Parameters
    ----------
    problem, semantics, columns, memory
        As of `searches.entry_costs`. Exponents of other entries are left out: they cost nothing, and there are many.
    """

    grows_with_limit = False

    def __init__(
        self, problem: SynthesisProblem, semantics: Marginal, columns: NDArray[np.int64], memory: int | None = None
    ) -> None:
        self._problem, self._semantics, self._columns, self._memory = problem, semantics, columns, memory
        self._arrays = ArrayCosts(problem, semantics, columns, memory)

    @cached_property
    def _int64(self) -> _Kernel:
        return _Kernel(self._problem, self._semantics, INT64, np.int64, self._memory)

    @cached_property
    def _lanes(self) -> _Kernel:
        kernel = _Kernel(self._problem, self._semantics, LANES, np.float64, self._memory)
        kernel.require_room(lanes=1)
        return kernel

    @cached_property
    def _lanes_fit(self) -> bool:
        return _memory.fits(self._lanes.all_steps.nbytes, self._memory)

    def _kernel(self, limit: int) -> _Kernel:
        return self._lanes if limit <= EXACT_IN_LANES and self._lanes_fit else self._int64

    def _in_arrays(self, pairs: Pairs, limit: int, counted: bool) -> bool:
        return self._arrays.do(len(pairs), counted, LANES if limit <= EXACT_IN_LANES else INT64)

    def least(self, costs: NDArray[np.int64], pairs: Pairs, limit: int) -> NDArray[np.int64]:
        """Return the least cost for every pair of an input and a row of ``costs``, or ``limit`` if that is less.

        Parameters
        ----------
        costs : ndarray of int64, shape (c, E)
            From 0 to 2^58, of every entry; 0 but in the given columns.
        pairs : ndarray of int64, shape (n, 2)
            By length of the input.
        limit : int
            At most 2^58; up to 2^53 eight pairs are evaluated at a time.

        Returns
        -------
        ndarray of int64, shape (n,)
        """
        of_columns = costs.take(self._columns, axis=1)
        if self._in_arrays(pairs, limit, False):
            return self._arrays.run(of_columns, pairs, limit, False)[0]
        return self._kernel(limit).run(of_columns, self._columns, pairs, limit, False)[0]

    def syndromes(
        self, costs: NDArray[np.int64], pairs: Pairs, limit: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Return, for the pairs whose least cost is below ``limit``, which they are, that cost and the syndrome.

        Parameters
        ----------
        costs, pairs, limit
            As of `least`.

        Returns
        -------
        found : ndarray of int64, shape (k,)
            Indices of pairs.
        least : ndarray of int64, shape (k,)
        counts : ndarray of int64, shape (k, E)

        Raises
        ------
        BudgetError
            If exponents are too large to be exact.
        """
        found, of_columns = None, costs.take(self._columns, axis=1)
        if self._in_arrays(pairs, limit, True):
            least, counts = self._arrays.run(of_columns, pairs, limit, True)
        else:
            if self._problem.steps > SHORT_RUN:
                found = np.flatnonzero(self.least(costs, pairs, limit) < limit)
                pairs = pairs[found]
            least, counts = self._kernel(limit).run(of_columns, self._columns, pairs, limit, True)
        if found is None:
            found = np.flatnonzero(least < limit)
            least, counts = least[found], counts[found]
        of_entries = np.zeros((len(found), costs.shape[1]), dtype=np.int64)
        of_entries[:, self._columns] = counts
        return found, least, of_entries

    def least_in_integers(self, costs: Sequence[int], enough: int | None = None) -> int | None:
        """Return the least cost over all inputs, by the reference in Python integers; ``None`` if there is none.

        Parameters
        ----------
        costs : sequence of E int
            Of any size.
        enough : int, optional
            A least cost of at least this need not be known.
        """
        by_length = np.argsort(np.diff(self._problem.encoded.starts), kind="stable")
        pairs = np.stack([by_length, np.zeros_like(by_length)], axis=1)
        if self.least(np.zeros((1, len(costs)), dtype=np.int64), pairs, 1).min() > 0:
            return None
        algebra, width = _WatchedCosts(), self._problem.space.shape[1]
        code = [list(costs[start : start + width]) for start in range(0, len(costs), width)]
        least: int = min(wrong(algebra, self._problem, code, self._semantics))
        return least if enough is None else min(least, enough)
