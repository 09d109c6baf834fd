"""The moves in compiled code: those of one distribution, and trajectories of all entries at once along the gradient."""

from __future__ import annotations

import functools
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from noisytm import _clock
from noisytm._threads import run_all
from noisytm.posterior.populations.entries import Layout
from noisytm.posterior.populations.kernel import Bench, sweep
from noisytm.posterior.populations.sweeping import Moves, Sweeping
from noisytm.posterior.spaces import Factors
from noisytm.problem import SynthesisProblem
from noisytm.relaxation import CompiledLoss, compiled_loss

Array = NDArray[np.float64]

# Particles that are evaluated together: whole vectors.
BATCH = 128
# Of the hash by which NumPy's seed sequences, O'Neill's, make numbers of their pool.
FIRST_CONSTANT, MULTIPLIER = 0x8B51F9DD, 0x58F38DED


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
            try:
                compiled, bench = self._idle.pop()
            except IndexError:
                compiled, bench = self._make(), bench_for(logs.shape[1], len(self._layout.starts))
            try:
                sweep(
                    compiled, self._layout, moves, bench, logs[part], loss[part], numbers[part], counts[first:end],
                    sums[first:end],
                )  # fmt: skip
            finally:
                self._idle.append((compiled, bench))

        size = -(-batches // self._threads)
        run_all(
            [partial(of_part, b, min(b + size, batches)) for b in range(0, batches, size)],
            self._threads,
        )
        return counts.sum(axis=0), float(sums.sum())


@functools.lru_cache(maxsize=4)
def _hash_constants(count: int) -> NDArray[np.uint32]:
    """Return so many constants of a seed sequence's hash, each the one before it times a number."""
    powers = np.full(count, MULTIPLIER, np.uint32)
    powers[0] = FIRST_CONSTANT
    return np.multiply.accumulate(powers, dtype=np.uint32)


def states_of(key: tuple[int, ...], count: int) -> NDArray[np.uint64]:
    """Return the states that ``np.random.SeedSequence(key)`` generates, several times as fast where they are thousands.

    Examples
    --------
    >>> states_of((1, 2), 2) == np.random.SeedSequence((1, 2)).generate_state(2, np.uint64)
    array([ True,  True])
    """
    constants = _hash_constants(2 * count + 1)
    words = np.resize(np.random.SeedSequence(key).pool, 2 * count) ^ constants[:-1]
    words *= constants[1:]
    words ^= words >> np.uint32(16)
    return words.astype("<u4", copy=False).view("<u8").astype(np.uint64, copy=False)


def bench_for(columns: int, factors: int) -> Bench:
    """Return room for a batch of particles of so many entries, in so many factors."""
    shapes = [(columns, BATCH)] * 6 + [(factors, BATCH)] * 2 + [(BATCH,)] * 6
    return Bench(np.zeros(BATCH, np.uint64), *map(np.zeros, shapes))


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
        factors.binary,
        float(factors.divisions),
    )
