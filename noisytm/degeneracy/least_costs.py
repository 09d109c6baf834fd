"""The compiled min-plus step, run for many pairs of an input and a cost vector, in the cheapest way that is exact."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from noisytm.acceptance import most_nodes
from noisytm.errors import BudgetError
from noisytm.machine import TuringMachine
from noisytm.problem import SynthesisProblem
from noisytm.relaxation import memory
from noisytm.relaxation.assemble import kernels
from noisytm.relaxation.plans import traced
from noisytm.relaxation.workspace import Buffers, Sizes, allocate, last_head_step, require_steps, sizes

# Results below these are exact: float64 lanes hold whole numbers to 2^53, the int64 kernel saturates at 2^60.
EXACT_IN_LANES = 1 << 53
EXACT_IN_INT64 = 1 << 58

# Steps kept at a time where only the least cost is wanted: few, so that registers and tape stay in the cache.
CHUNK = 8
# Up to this many steps keeping all of them is as quick, and spares a second run for the exponents.
SHORT_RUN = 4 * CHUNK

Pairs = NDArray[np.int64]


class _Kernel:
    """One algebra's compiled step with its buffers; eight pairs at a time in the lanes, or one."""

    def __init__(self, problem: SynthesisProblem, semantics: str, algebra: str, dtype: Any) -> None:
        self.module, self.dtype = kernels(algebra), dtype
        self._problem, self._head = problem, traced(problem.space, semantics)
        self._horizon = last_head_step(problem.steps, problem.encoded.width)
        self._longest = max(map(len, problem.inputs))
        self._buffers: dict[int, Buffers] = {}

    @cached_property
    def all_steps(self) -> Sizes:
        """What it takes to keep all steps."""
        steps, data = self._problem.steps, self._problem.encoded
        return sizes(
            self.module, self._head, steps, self._horizon, self._longest, data.width,
            nodes=most_nodes(data.acceptance), backward=True, stored=True,
        )  # fmt: skip

    def require_room(self, lanes: int) -> None:
        """Raise `BudgetError` unless all steps can be kept, so many lanes at a time."""
        require_steps(self.all_steps._replace(lanes=lanes), self.module, self._head, self._longest, stored=True)

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
        problem, data = self._problem, self._problem.encoded
        chunk = problem.steps if keep_all else min(CHUNK, problem.steps)
        least = np.empty(len(pairs), dtype=np.int64)
        counts = np.zeros((len(pairs) if chunk == problem.steps else 1, len(columns)), dtype=np.int64)
        exact = self.module.cheapest(
            self._head.arrays, costs, columns, pairs, data.words, data.starts, data.blank, data.start, problem.steps,
            self._horizon, data.width, data.acceptance, limit, chunk, self._work(chunk), (least, counts),
        )  # fmt: skip
        if not exact:
            raise BudgetError("the exponents of a syndrome do not fit into 64 bits; use smaller costs, or fewer steps")
        return least, counts


class LeastCosts:
    """Least costs of fatal syndromes, and the syndromes, for pairs of an input and a cost vector.

    Parameters
    ----------
    problem, machine, semantics
        As of `Oracle`.
    """

    def __init__(self, problem: SynthesisProblem, machine: TuringMachine, semantics: str) -> None:
        self._problem, self._semantics = problem, semantics
        self._columns = problem.space.coordinate_columns(machine)
        self._length = np.diff(problem.encoded.starts)

    @property
    def dimension(self) -> int:
        """Number of error coordinates."""
        return len(self._columns)

    @cached_property
    def _int64(self) -> _Kernel:
        return _Kernel(self._problem, self._semantics, "min_plus", np.int64)

    @cached_property
    def _lanes(self) -> _Kernel:
        kernel = _Kernel(self._problem, self._semantics, "min_plus_lanes", np.float64)
        kernel.require_room(lanes=1)
        return kernel

    @cached_property
    def _lanes_fit(self) -> bool:
        return memory.fits(self._lanes.all_steps.nbytes)

    def _kernel(self, limit: int) -> _Kernel:
        return self._lanes if self._lanes_fit and limit <= EXACT_IN_LANES else self._int64

    def pairs(self, inputs: NDArray[np.int64], rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], Pairs]:
        """Return an order by length of the input, and the pairs in this order: neighbours share a vector."""
        order = np.argsort(self._length[inputs], kind="stable")
        return order, np.stack([inputs[order], rows[order]], axis=1)

    def least(self, costs: NDArray[np.int64], pairs: Pairs, limit: int) -> NDArray[np.int64]:
        """Return the least cost for every pair of an input and a row of ``costs``, or ``limit`` if that is less.

        Parameters
        ----------
        costs : ndarray of int64, shape (c, d)
            From 0 to 2^58.
        pairs : ndarray of int64, shape (n, 2)
            By length of the input.
        limit : int
            At most 2^58; up to 2^53 eight pairs are evaluated at a time.

        Returns
        -------
        ndarray of int64, shape (n,)
        """
        return self._kernel(limit).run(costs, self._columns, pairs, limit, False)[0]

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
        counts : ndarray of int64, shape (k, d)

        Raises
        ------
        BudgetError
            If exponents are too large to be exact.
        """
        kernel, found = self._kernel(limit), None
        if self._problem.steps > SHORT_RUN:
            found = np.flatnonzero(self.least(costs, pairs, limit) < limit)
            pairs = pairs[found]
        least, counts = kernel.run(costs, self._columns, pairs, limit, True)
        if found is None:
            found = np.flatnonzero(least < limit)
            return found, least[found], counts[found]
        return found, least, counts
