"""The moves in plain NumPy: the readable form of what is compiled, and the one for semantics that are not."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from noisytm import _clock
from noisytm.posterior.populations.climbing import Losses, Moved
from noisytm.posterior.spaces import Factor, Factors
from noisytm.problem import SynthesisProblem
from noisytm.relaxation import loss_and_gradient

Array = NDArray[np.float64]

# Of the moves of one distribution, in logits: wide ones find other values, narrow ones are accepted.
SCALES = (0.3, 1.0, 2.5)


def losses_of(problem: SynthesisProblem, factors: Factors, semantics: str, loss: str) -> Losses:
    """Return the function that gives K at particles, shape (n,)."""

    def losses(logs: Array) -> Array:
        return loss_and_gradient(problem, factors.codes(logs), semantics=semantics, loss=loss)[0]

    return losses


@dataclass(frozen=True)
class ReadableMoves:
    """Metropolis moves of one distribution at a time, all particles side by side.

    `Factors.proposed` says where they may go, and how much more likely the way back is; `Factors.log_density` the
    density in the coordinates that they are made in.

    Parameters
    ----------
    factors : Factors
        What the particles are made of.
    losses : callable
        K at particles.
    """

    factors: Factors
    losses: Losses

    def __call__(
        self, logs: Array, loss: Array, n: float, sweeps: int, key: tuple[int, ...], scales: Mapping[str, float]
    ) -> Moved:
        """Make sweeps of moves, each of every distribution once; see `Mover`."""
        rng = np.random.default_rng(key)
        logs, loss, accepted = logs.copy(), loss.copy(), 0
        for _ in range(sweeps):
            for factor in self.factors.factors:
                _clock.tick()
                accepted += self._move(logs, loss, n, factor, rng)
        moves = sweeps * len(self.factors.factors) * len(logs)
        return Moved(logs, loss, accepted / max(moves, 1), scales)

    def below(
        self, logs: Array, loss: Array, level: float, sweeps: int, key: tuple[int, ...], scales: Mapping[str, float]
    ) -> Moved:
        """Make sweeps of moves in the prior, where the loss stays less than ``level``."""
        rng = np.random.default_rng(key)
        logs, loss, accepted = logs.copy(), loss.copy(), 0
        for _ in range(sweeps):
            for factor in self.factors.factors:
                _clock.tick()
                accepted += self._move(logs, loss, 0.0, factor, rng, level)
        moves = sweeps * len(self.factors.factors) * len(logs)
        return Moved(logs, loss, accepted / max(moves, 1), scales)

    def _move(
        self, logs: Array, loss: Array, n: float, factor: Factor, rng: np.random.Generator, level: float = math.inf
    ) -> int:
        """Try one move of one distribution of every particle, in place; return how many were accepted."""
        proposed, favour = self.factors.proposed(logs, factor, rng.choice(SCALES, (len(logs), 1)), rng)
        there = self.losses(proposed)
        with np.errstate(invalid="ignore"):  # inf − inf where both losses are inf: such a move is refused
            rise = favour + self.log_density(proposed, factor) - self.log_density(logs, factor) - n * (there - loss)
            accept = (np.log1p(-rng.random(len(logs))) < rise) & (there < level)
        logs[accept], loss[accept] = proposed[accept], there[accept]
        return int(accept.sum())

    def log_density(self, logs: Array, factor: Factor) -> Array:
        """Return the log density of a factor, up to a constant; see `Factors.log_density`."""
        return self.factors.log_density(logs, factor)
