"""The moves in compiled code: those of one distribution, and trajectories of all entries at once along the gradient."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from noisytm import _clock
from noisytm._threads import run_all
from noisytm.posterior.populations.entries import Layout
from noisytm.posterior.populations.kernel import Bench, put_differences, sweep
from noisytm.posterior.populations.sweeping import Moves, Sweeping
from noisytm.posterior.populations.vectors import FIRST_MIX, GOLDEN, SECOND_MIX
from noisytm.posterior.spaces import Factors
from noisytm.problem import SynthesisProblem
from noisytm.relaxation import CompiledLoss, compiled_loss
from noisytm.relaxation.marginal import LANES, aligned

Array = NDArray[np.float64]

# Particles that are evaluated together: whole vectors.
BATCH = 128


class FastMoves(Sweeping):
    """Moves by compiled code.

    Parameters
    ----------
    problem, semantics, loss
        What K is.
    factors : Factors
        What the particles are made of.
    threads : int
        How many threads share the particles; the results are the same to the bit.
    kernel : str
        As of `compiled_loss`.
    """

    def __init__(
        self, problem: SynthesisProblem, factors: Factors, semantics: str, loss: str, threads: int, kernel: str
    ) -> None:
        super().__init__(factors)
        self._make = partial(compiled_loss, problem, semantics=semantics, loss=loss, kernel=kernel, batch=BATCH)
        self._layout, self._threads = layout_of(factors), threads
        self._idle: list[tuple[CompiledLoss, Bench]] = []  # one for each part that is worked on

    def _begun(self, key: tuple[int, ...], count: int) -> Any:
        """Return the states of as many streams."""
        return states_of(key, count)

    def _sweep(self, moves: Moves, logs: Array, loss: Array, numbers: Any) -> tuple[Array, float]:
        """Make a sweep with whole batches of particles, shared among the threads."""
        _clock.tick()
        batches = -(-len(loss) // BATCH)
        counts, sums = np.zeros((batches, len(self._layout.starts), 2)), np.zeros(batches)

        def of_part(first: int, end: int) -> None:
            part = slice(first * BATCH, end * BATCH)
            with self._borrowed() as (compiled, bench):
                sweep(
                    compiled, self._layout, moves, bench, logs[part], loss[part], numbers[part], counts[first:end],
                    sums[first:end],
                )  # fmt: skip

        size = -(-batches // self._threads)
        run_all(
            [partial(of_part, b, min(b + size, batches)) for b in range(0, batches, size)],
            self._threads,
        )
        return counts.sum(axis=0), float(sums.sum())

    def differences(self, codes: Array, n: float, rows: Array | None) -> Array:
        """Return what `slope_differences` does, with the gradients by the kernel of the moves; shape (P, C)."""
        count, columns = len(codes), self._factors.columns
        whole = np.minimum(np.arange(-(-count // BATCH) * BATCH), count - 1)
        found = np.empty((len(whole), columns))
        flat = codes.reshape(count, -1)[whole]
        with self._borrowed() as (compiled, bench):
            put_differences(compiled, self._layout, bench, flat, found if rows is None else rows[whole], n, found)
        return found[:count]

    @contextmanager
    def _borrowed(self) -> Iterator[tuple[CompiledLoss, Bench]]:
        """Lend a compiled loss and a bench that no other thread works with meanwhile."""
        try:
            lent = self._idle.pop()
        except IndexError:
            lent = self._make(), bench_for(self._factors.columns)
        yield lent
        self._idle.append(lent)  # but for one that was ended at its work


def states_of(key: tuple[int, ...], count: int) -> NDArray[np.uint64]:
    """Return states of so many streams of splitmix64, which are what another stream of it has one after the other.

    Examples
    --------
    >>> states_of((1, 2), 3)[:2] == states_of((1, 2), 2)
    array([ True,  True])
    """
    begin = np.random.SeedSequence(key).generate_state(1, np.uint64)
    z = begin + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(GOLDEN)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(FIRST_MIX)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(SECOND_MIX)
    states: NDArray[np.uint64] = z ^ (z >> np.uint64(31))
    return states


def bench_for(columns: int) -> Bench:
    """Return room for a batch of particles of so many entries."""
    groups = BATCH // LANES
    vectors, numbers = (groups, columns, LANES), (groups, LANES)
    shapes = [vectors] * 5 + [(1, columns + 1, LANES)] * 2 + [numbers] * 4
    bench = Bench(np.zeros(BATCH, np.uint64), *(aligned(math.prod(s), np.float64).reshape(s) for s in shapes))
    for array in bench[1:]:
        array[:] = 0.0
    bench.entries[0, -1] = 1.0
    return bench


def layout_of(factors: Factors) -> Layout:
    """Return factors as arrays."""
    owners = [b for b, block in enumerate(factors.blocks) for _ in range(block.factors)]
    integers = partial(np.array, dtype=np.int64)
    return Layout(
        integers([f.start for f in factors.factors]),
        integers([f.size for f in factors.factors]),
        integers([f.right for f in factors.factors]),
        integers(owners),
        np.array([f.concentration for f in factors.factors], dtype=np.float64),
        np.array([f.pull for f in factors.factors], dtype=np.float64),
        integers([b.column for b in factors.blocks]),
        integers([b.values for b in factors.blocks]),
        integers([b.first for b in factors.blocks]),
        integers([b.factors for b in factors.blocks]),
        sources_of(factors),
        np.arange(factors.columns),
        factors.binary,
        float(factors.divisions),
    )


def sources_of(factors: Factors) -> NDArray[np.int64]:
    """Return where the entries of codes stand among those of factors, of which each makes a distribution."""
    found = np.full(factors.space.shape[0] * factors.space.shape[1], factors.columns)
    for block in factors.blocks:
        if block.factors and not factors.binary:
            start = factors.factors[block.first].start
            found[block.column : block.column + block.values] = np.arange(start, start + block.values)
    return found
