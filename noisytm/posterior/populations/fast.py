"""The moves in compiled code: those of one distribution, and trajectories of all entries at once along the gradient."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from noisytm import _clock
from noisytm._threads import run_all
from noisytm.posterior.populations.climbing import Moved
from noisytm.posterior.populations.entries import Layout
from noisytm.posterior.populations.kernel import Bench, Moves, sweep
from noisytm.posterior.spaces import Factors
from noisytm.problem import SynthesisProblem
from noisytm.relaxation import CompiledLoss, compiled_loss

Array = NDArray[np.float64]

# Particles that are evaluated together: whole vectors.
BATCH = 128
# Moves of one distribution are of these widths times what is adapted.
WIDTHS = np.array([0.3, 1.0, 2.5])
# Leapfrog steps of a trajectory, and what share of them is accepted, about, once their length is adapted; likewise of
# moves of one distribution.
LEAPS, WANTED, WANTED_OF_ONE = 4, 0.8, 0.45
FIRST_STEP, SMALLEST_STEP, GREATEST_STEP = 0.5, 1e-3, 1.0
LEAST_SCALE, GREATEST_SCALE = 0.05, 3.0
# With each trajectory one in so many distributions is moved by itself too: that finds its way to other codes.
ONE_IN = 4
# Whether a loss that is too large to be accepted is left unfinished; the moves are the same to the bit.
EARLY = True


class FastMoves:
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
        self._make = partial(compiled_loss, problem, semantics=semantics, loss=loss, kernel=kernel, batch=BATCH)
        self._layout, self._threads = layout_of(factors), threads
        self._idle: list[tuple[CompiledLoss, Bench]] = []  # one for each part that is worked on

    def __call__(
        self, logs: Array, loss: Array, n: float, sweeps: int, key: tuple[int, ...], scales: Mapping[str, float]
    ) -> Moved:
        """Make sweeps of moves; see `Mover`. On a grid there are no slopes to follow."""
        return self._moved(logs, loss, (n, math.inf), sweeps, key, scales, not self._layout.divisions)

    def below(
        self, logs: Array, loss: Array, level: float, sweeps: int, key: tuple[int, ...], scales: Mapping[str, float]
    ) -> Moved:
        """Make sweeps of moves of one distribution at a time in the prior, where the loss stays less than ``level``."""
        return self._moved(logs, loss, (0.0, float(np.nextafter(level, -math.inf))), sweeps, key, scales, False)

    def _moved(
        self,
        logs: Array,
        loss: Array,
        where: tuple[float, float],
        sweeps: int,
        key: tuple[int, ...],
        scales: Mapping[str, float],
        slopes: bool,
    ) -> Moved:
        """Make sweeps of moves at n, where the loss stays no larger than another number; along slopes too if asked."""
        logs, loss = logs.copy(), loss.copy()
        streams = np.random.SeedSequence(key).generate_state(len(loss), np.uint64)
        step, count, batches = scales.get("step", FIRST_STEP), len(self._layout.starts), -(-len(loss) // BATCH)
        of_one = np.array([scales.get(f"scale {j}", 1.0) for j in range(count)])
        rng, tried = np.random.default_rng(key), math.ceil(count / ONE_IN) if slopes else count
        moves = chances = 0.0
        for _ in range(sweeps):
            chosen = np.sort(rng.permutation(count)[:tried])
            counts, sums = np.zeros((batches, count, 2)), np.zeros(batches)
            made = Moves(*where, chosen, of_one[:, None] * WIDTHS, EARLY, LEAPS if slopes else 0, step)
            self._in_parts(made, logs, loss, streams, counts, sums)
            taken, nowhere = counts.sum(axis=0).T
            moves += float(taken.sum() / max(tried * len(loss) - nowhere.sum(), 1.0))
            rates = (taken + nowhere)[chosen] / len(loss)
            of_one[chosen] = np.clip(of_one[chosen] * np.exp(rates - WANTED_OF_ONE), LEAST_SCALE, GREATEST_SCALE)
            if slopes:
                chance = float(sums.sum()) / len(loss)
                chances += chance
                step = min(max(step * math.exp(chance - WANTED), SMALLEST_STEP), GREATEST_STEP)
        told = {"step": step, "trajectories": chances / max(sweeps, 1)} if slopes else {}
        told |= {f"scale {j}": value for j, value in enumerate(of_one.tolist())}
        return Moved(logs, loss, moves / max(sweeps, 1), told)

    def _in_parts(
        self, moves: Moves, logs: Array, loss: Array, streams: NDArray[Any], counts: Array, sums: Array
    ) -> None:
        """Make a sweep with whole batches of particles, shared among the threads."""
        _clock.tick()

        def of_part(first: int, end: int) -> None:
            part = slice(first * BATCH, end * BATCH)
            try:
                compiled, bench = self._idle.pop()
            except IndexError:
                compiled, bench = self._make(), bench_for(logs.shape[1], len(self._layout.starts))
            try:
                sweep(
                    compiled, self._layout, moves, bench, logs[part], loss[part], streams[part], counts[first:end],
                    sums[first:end],
                )  # fmt: skip
            finally:
                self._idle.append((compiled, bench))

        batches = len(counts)
        size = -(-batches // self._threads)
        run_all(
            [partial(of_part, b, min(b + size, batches)) for b in range(0, batches, size)],
            self._threads,
        )


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
