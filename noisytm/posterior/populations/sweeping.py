"""Sweeps of moves whose scales are adapted to what is accepted, whatever makes the moves: compiled code, or NumPy."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from noisytm.posterior.populations.climbing import Moved
from noisytm.posterior.spaces import Factors

Array = NDArray[np.float64]

# Moves of one distribution are of these widths times what is adapted.
WIDTHS = np.array([0.3, 1.0, 2.5])
# Leapfrog steps of a trajectory, and what share of them is accepted, about, once their length is adapted; likewise of
# moves of one distribution.
LEAPS, WANTED, WANTED_OF_ONE = 4, 0.8, 0.45
TRAJECTORY = LEAPS + 1  # evaluations
FIRST_STEP, SMALLEST_STEP, GREATEST_STEP = 0.5, 1e-3, 1.0
LEAST_SCALE, GREATEST_SCALE = 0.05, 3.0
# With each trajectory one in so many distributions is moved by itself too: that finds its way to other codes.
ONE_IN = 4
# Whether a loss that is too large to be accepted is left unfinished; the moves are the same to the bit.
EARLY = True


class Moves(NamedTuple):
    """What moves are made in one sweep.

    Attributes
    ----------
    n : float
        Of the posterior.
    most : float
        None goes where the loss is larger.
    chosen : ndarray of int64
        The distributions that are moved by themselves, one after the other.
    widths : ndarray of float64, shape (factors, 3)
        How far they go, each with the same chance.
    early : bool
        Whether losses that are too large to be accepted may be left unfinished.
    leaps : int
        Leapfrog steps of the trajectory that follows; with 0 there is none.
    step : float
        How long they are, but for a random factor.
    """

    n: float
    most: float
    chosen: NDArray[np.int64]
    widths: NDArray[np.float64]
    early: bool
    leaps: int
    step: float


class Sweeping(ABC):
    """Moves of one distribution at a time, and along trajectories; see `Mover` and `LevelMover`.

    Parameters
    ----------
    factors : Factors
        What the particles are made of.
    """

    def __init__(self, factors: Factors) -> None:
        self._factors = factors

    def __call__(
        self, logs: Array, loss: Array, n: float, sweeps: int, key: tuple[int, ...], scales: Mapping[str, float]
    ) -> Moved:
        """Make sweeps of moves; see `Mover`. On a grid there are no slopes to follow."""
        return self._moved(logs, loss, (n, math.inf), sweeps, key, scales, not self._factors.divisions)

    def below(
        self, logs: Array, loss: Array, level: float, sweeps: int, key: tuple[int, ...], scales: Mapping[str, float]
    ) -> Moved:
        """Make sweeps of moves of one distribution at a time in the prior, where the loss stays less than ``level``."""
        return self._moved(logs, loss, (0.0, float(np.nextafter(level, -math.inf))), sweeps, key, scales, False)

    @abstractmethod
    def _begun(self, key: tuple[int, ...], count: int) -> Any:
        """Return what the random numbers of so many particles come from."""

    @abstractmethod
    def _sweep(self, moves: Moves, logs: Array, loss: Array, numbers: Any) -> tuple[Array, float]:
        """Make a sweep in place; return what was accepted and what led nowhere, (factors, 2), and the sum of chances.

        The chances are those with which trajectories are accepted.
        """

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
        """Make sweeps of moves at n, where the loss stays no larger than another number; along slopes too if asked.

        Particles are moved where they are.
        """
        count = len(self._factors.factors)
        numbers, rng = self._begun(key, len(loss)), np.random.default_rng(key)
        step, tried = scales.get("step", FIRST_STEP), math.ceil(count / ONE_IN) if slopes else count
        of_one = np.array([scales.get(f"scale {j}", 1.0) for j in range(count)])
        moves = chances = 0.0
        for _ in range(sweeps):
            chosen = np.sort(rng.permutation(count)[:tried])
            made = Moves(*where, chosen, of_one[:, None] * WIDTHS, EARLY, LEAPS if slopes else 0, step)
            counts, total = self._sweep(made, logs, loss, numbers)
            taken, nowhere = counts.T
            moves += float(taken.sum() / max(tried * len(loss) - nowhere.sum(), 1.0))
            rates = (taken + nowhere)[chosen] / len(loss)
            of_one[chosen] = np.clip(of_one[chosen] * np.exp(rates - WANTED_OF_ONE), LEAST_SCALE, GREATEST_SCALE)
            if slopes:
                chances += total / len(loss)
                step = min(max(step * math.exp(total / len(loss) - WANTED), SMALLEST_STEP), GREATEST_STEP)
        told = {"step": step, "trajectories": chances / max(sweeps, 1)} if slopes else {}
        told |= {f"scale {j}": value for j, value in enumerate(of_one.tolist())}
        return Moved(logs, loss, moves / max(sweeps, 1), told)
