"""One replica: a population led from the prior down through level sets K < ε, ever smaller ones."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from noisytm import _clock
from noisytm.errors import EstimateError
from noisytm.posterior.populations import Moved

Array = NDArray[np.float64]
# The share of particles that a step to a smaller level leaves, at least.
LEFT = 0.5


class LevelMover(Protocol):
    """Moves that leave the prior within a level set as it is."""

    def below(
        self, logs: Array, loss: Array, level: float, sweeps: int, key: tuple[int, ...], scales: Mapping[str, float]
    ) -> Moved:
        """Make sweeps of moves where the loss stays less than ``level``; what is random is decided by ``key``.

        ``logs`` and ``loss`` are the mover's to change.
        """


class Level(NamedTuple):
    """A level that a population has come to.

    Attributes
    ----------
    epsilon : float
        The level.
    log_volume : float
        The estimate of log φ{K < ε}, in the region.
    variance : float
        What its variance would be if all draws were independent: Σ (1 − p)/(pP) over the steps.
    acceptance : float
        The least share of moves that were accepted on the way here from the level before.
    steps : int
        How many steps that took.
    """

    epsilon: float
    log_volume: float
    variance: float
    acceptance: float
    steps: int


class Sunk(NamedTuple):
    """Where a population is, after some step: all that what follows depends on.

    Attributes
    ----------
    log_volume, variance : float
        As of the last `Level`.
    step : int
        How many steps were made.
    logs, loss : ndarray of float64, shapes (P, C) and (P,)
        The particles, and K there.
    scales : mapping of str to float
        Of the moves.
    acceptance, steps : float, int
        As of `Level`, since the last one.
    """

    log_volume: float
    variance: float
    step: int
    logs: Array
    loss: Array
    scales: Mapping[str, float]
    acceptance: float = 1.0
    steps: int = 0


def levels_down(
    state: Sunk, mover: LevelMover, wanted: Sequence[float], sweeps: int, key: tuple[int, ...]
) -> Iterator[tuple[Level | None, Sunk]]:
    """Yield the state after each step, and the level where it has come to a wanted one.

    A step goes to the next wanted level, or if that would leave less than half of the particles, to the median of their
    losses; log V grows by the log of the share that is left (subset simulation: Au and Beck 2001; its bias is of the
    order 1/P). Those left are drawn from, up to P again, and moved. What is random at a step depends on ``key`` and its
    number alone, so that a population goes on from any state as if it had not stopped.

    Parameters
    ----------
    state : Sunk
        Where it is; at first draws from the prior in the region, whose log mass is ``log_volume``.
    mover : LevelMover
        The moves.
    wanted : sequence of float
        Levels, falling.
    sweeps : int
        Sweeps of moves after each step.
    key : tuple of int
        What everything random depends on.

    Raises
    ------
    EstimateError
        If losses do not fall any more, or no particle moves.
    """
    log_volume, variance, step, logs, losses, scales, acceptance, steps = state
    for epsilon in wanted:
        level = math.inf
        while level > epsilon:
            _clock.tick()
            level = max(epsilon, _next(losses, epsilon))
            left = np.flatnonzero(losses < level)
            share = len(left) / len(losses)
            if not len(left):
                raise EstimateError(f"no particle comes below a loss of {level:g}; use more particles or more sweeps")
            log_volume += math.log(share)
            variance += (1 - share) / (share * len(losses))
            step, steps = step + 1, steps + 1
            if share < 1:
                chosen = _drawn(left, len(losses), np.random.default_rng((*key, step, 0)))
                moved = mover.below(logs[chosen], losses[chosen], level, sweeps, (*key, step, 1), scales)
                logs, losses, scales = moved.logs, moved.loss, moved.scales
                acceptance = min(acceptance, moved.acceptance)
            if level > epsilon:
                yield None, Sunk(log_volume, variance, step, logs, losses, scales, acceptance, steps)
        found = Level(epsilon, log_volume, variance, acceptance, steps)
        acceptance, steps = 1.0, 0
        yield found, Sunk(log_volume, variance, step, logs, losses, scales)


def _next(losses: Array, epsilon: float) -> float:
    """Return the level below which so many particles are as a step leaves."""
    ordered = np.sort(losses)
    level = float(ordered[min(math.ceil(LEFT * len(losses)), len(losses) - 1)])
    if level > epsilon and not (losses < level).any():
        raise EstimateError(
            f"half of the particles have the loss {level:g} and none less: the level sets between are not of any volume"
        )
    return level


def _drawn(left: NDArray[np.int64], count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return so many of those left, each as often as any other, to within one."""
    whole, more = divmod(count, len(left))
    return np.concatenate([np.tile(left, whole), rng.permutation(left)[:more]])
