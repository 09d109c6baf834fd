"""The moves in plain NumPy: the readable form of what is compiled, and the one for semantics that are not."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from noisytm import _clock
from noisytm.posterior.populations.climbing import Losses, Moved
from noisytm.posterior.populations.sweeping import Moves, Sweeping
from noisytm.posterior.spaces import Factor, Factors, normalised, slope_differences
from noisytm.problem import SynthesisProblem
from noisytm.relaxation import loss_and_gradient, loss_and_gradient_in_arrays

Array = NDArray[np.float64]
LossesAndSlopes = Callable[[Array], tuple[Array, Array]]

# Of the moves of one distribution, in logits: wide ones find other values, narrow ones are accepted.
SCALES = (0.3, 1.0, 2.5)


def losses_of(problem: SynthesisProblem, factors: Factors, semantics: str, loss: str, kernel: str = "auto") -> Losses:
    """Return the function that gives K at particles, shape (n,); ``kernel`` as of `loss_and_gradient`."""

    def losses(logs: Array) -> Array:
        return loss_and_gradient(problem, factors.codes(logs), semantics=semantics, loss=loss, kernel=kernel)[0]

    return losses


def array_losses(problem: SynthesisProblem, semantics: str, loss: str) -> LossesAndSlopes:
    """Return the function that gives K and its gradient at codes in NumPy, with the same bits in every process."""
    return partial(loss_and_gradient_in_arrays, problem, semantics=semantics, loss=loss)


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


class ReadableSweeps(Sweeping):
    """The moves of compiled code, in NumPy: for what is done before a compiler would have begun.

    Answers are those of `FastMoves` but for their random numbers.

    Parameters
    ----------
    factors : Factors
        What the particles are made of.
    evaluate : callable
        K and its gradient at codes.
    """

    def __init__(self, factors: Factors, evaluate: LossesAndSlopes) -> None:
        super().__init__(factors)
        self._evaluate = evaluate

    def losses(self, logs: Array) -> Array:
        """Return K at particles."""
        return self._evaluate(self._factors.codes(logs))[0]

    def _begun(self, key: tuple[int, ...], count: int) -> np.random.Generator:
        """Return the generator of all particles."""
        return np.random.default_rng((*key, 1))

    def _sweep(self, moves: Moves, logs: Array, loss: Array, numbers: np.random.Generator) -> tuple[Array, float]:
        """Make a sweep in place; see `Sweeping`."""
        counts = np.zeros((len(self._factors.factors), 2))
        for j in moves.chosen.tolist():
            _clock.tick()
            counts[j] = self._one(moves, self._factors.factors[j], moves.widths[j], logs, loss, numbers)
        return counts, self._all(moves, logs, loss, numbers) if moves.leaps else 0.0

    def _one(
        self, moves: Moves, factor: Factor, widths: Array, logs: Array, loss: Array, rng: np.random.Generator
    ) -> tuple[int, int]:
        """Try one move of one distribution of every particle; return how many are accepted, or lead nowhere."""
        factors = self._factors
        proposed, rise = factors.proposed(logs, factor, rng.choice(widths, (len(logs), 1)), rng)
        there, elsewhere = self.losses(proposed), (proposed != logs).any(axis=1)
        rise = rise + factors.log_density(proposed, factor) - factors.log_density(logs, factor)
        with np.errstate(invalid="ignore"):  # 0·inf: such a move is refused
            lower = np.log1p(-rng.random(len(logs))) < rise - moves.n * (there - loss)
        accept = lower & elsewhere & (there <= moves.most) & (there < np.inf)
        logs[accept], loss[accept] = proposed[accept], there[accept]
        return int(accept.sum()), int((~elsewhere).sum())

    def _all(self, moves: Moves, logs: Array, loss: Array, rng: np.random.Generator) -> float:
        """Move all entries of every particle along a trajectory of Hamilton's equations; return the sum of chances."""
        steps = moves.step * (0.7 + 0.6 * rng.random((len(logs), 1)))
        momenta = rng.standard_normal(logs.shape)
        energies = moves.n * loss - self._log_density(logs) + (momenta**2).sum(axis=1) / 2
        there, found = logs, loss
        for leap in range(moves.leaps + 1):
            _clock.tick()
            codes = self._factors.codes(there)
            found, gradients = self._evaluate(codes)
            part = 0.5 if leap in (0, moves.leaps) else 1.0
            momenta -= part * steps * slope_differences(self._factors, codes, gradients, moves.n, there)
            if leap < moves.leaps:
                there = self._normalised(there + steps * momenta)
        with np.errstate(invalid="ignore"):
            rise = energies - (moves.n * found - self._log_density(there) + (momenta**2).sum(axis=1) / 2)
        accept = np.log1p(-rng.random(len(logs))) < rise
        logs[accept], loss[accept] = there[accept], found[accept]
        return float(np.exp(np.minimum(np.nan_to_num(rise, nan=-np.inf), 0.0)).sum())

    def _log_density(self, logs: Array) -> Array:
        found: Array = sum((self._factors.log_density(logs, f) for f in self._factors.factors), np.zeros(len(logs)))
        return found

    def _normalised(self, logs: Array) -> Array:
        """Return particles whose distributions have the mass 1: what all entries have in common has no meaning."""
        return np.concatenate([normalised(logs[:, f.part]) for f in self._factors.factors], axis=1)
