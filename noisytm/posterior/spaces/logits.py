"""Distributions of any entries: a particle has their logs, and moves add to logits.

Small entries keep full relative accuracy, however small. In the region near a machine, where every right entry is at
least ½, x are the entries before the simplex is drawn in to that part: a wrong entry is x/2, the right one (1 + x)/2.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from noisytm.posterior.spaces.factors import Factor, Factors
from noisytm.posterior.spaces.half import log_mass_of_half, log_twice_the_rest
from noisytm.posterior.spaces.pull import log_mass_of_cone, log_pull, pulled_draws

Array = NDArray[np.float64]


class Logits(Factors):
    """Factors whose entries may be any numbers, as logs."""

    @property
    def log_volume(self) -> float:
        """Log of the prior mass of the region; 0 if that is all of code space."""
        return sum(
            log_mass_of_cone(f.size, f.pull) if f.pull else log_mass_of_half(f.size, f.concentration)
            for f in self.factors
            if f.right >= 0
        )

    def draw(self, rng: np.random.Generator, count: int) -> Array:
        """Return exact draws from the prior, given the region: shape (count, C)."""
        logs = np.empty((count, self.columns))
        for factor in self.factors:
            logs[:, factor.part] = _draws(rng, count, factor)
        return logs

    def log_density(self, rows: Array, factor: Factor) -> Array:
        """Return the log density of a factor in logits, up to a constant: shape (n,).

        The Jacobian of the simplex in these is the product of all entries x.
        """
        part = rows[:, factor.part]
        sums: Array = part.sum(axis=1)
        if factor.right < 0:
            return factor.concentration * sums
        right = part[:, factor.right]
        density: Array = sums + (factor.concentration - 1) * (sums - right + np.log1p(np.exp(right)))
        if factor.pull:
            density += log_pull(factor.pull, factor.size, np.sqrt((1 + np.exp(right)) / 2))[0]
        return density

    def proposed(self, rows: Array, factor: Factor, scales: Array, rng: np.random.Generator) -> tuple[Array, Array]:
        """Add normal numbers to the logs of a factor, which is symmetric in logits; and give it the mass 1 again."""
        proposed = rows.copy()
        noise = rng.standard_normal((len(rows), factor.size))
        proposed[:, factor.part] = normalised(rows[:, factor.part] + scales * noise)
        return proposed, np.zeros(len(rows))

    def probabilities(self, rows: Array) -> Array:
        """Return the entries of all factors: of each the largest is what the others leave."""
        found, numbers = np.exp(rows.T, order="C"), np.arange(len(rows))  # each entry of all particles in one piece
        for factor in self.factors:
            part = found[factor.part]
            if factor.right >= 0:
                part /= 2
                part[factor.right] = 0.0
                part[factor.right] = 1.0 - part.sum(axis=0)
                continue
            largest = part.argmax(axis=0)
            part[largest, numbers] = 0.0
            part[largest, numbers] = 1.0 - part.sum(axis=0)
        return found.T


def normalised(part: Array) -> Array:
    """Return log entries of distributions of mass 1, shape (n, k), from those of any mass."""
    top = part.max(axis=1, keepdims=True)
    sums: Array = top + np.log(np.exp(part - top).sum(axis=1, keepdims=True))
    return part - sums


def _draws(rng: np.random.Generator, count: int, factor: Factor) -> Array:
    """Return log entries of one factor; a Gamma variate of γ is one of γ + 1 times U^(1/γ), whose log is never lost."""
    gamma, size = factor.concentration, factor.size
    if factor.pull:
        return pulled_draws(rng, count, size, factor.right, factor.pull)
    wrong = size if factor.right < 0 else size - 1
    logs = np.log(rng.standard_gamma(gamma + 1, (count, wrong))) + np.log1p(-rng.random((count, wrong))) / gamma
    logs = normalised(logs)
    if factor.right < 0:
        return logs
    rest = log_twice_the_rest(rng, count, size, gamma)
    inserted: Array = np.insert(logs + rest[:, None], factor.right, np.log(-np.expm1(rest)), axis=1)
    return inserted
