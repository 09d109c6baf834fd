"""Networks whose amplitudes are products of weights as a state space of the tempered populations."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from noisytm.calibration.network import Array, Network
from noisytm.posterior.spaces import Factor, Factors


@dataclass(frozen=True, eq=False)
class NetworkWeights(Factors):
    """Particles are the logs of the sizes of all weights; a factor is the weights of one distribution.

    Attributes
    ----------
    network : Network
        The weights.
    gamma : float
        γ of the pull, which is the prior.
    """

    network: Network
    gamma: float

    @classmethod
    def of(cls, network: Network, gamma: float) -> NetworkWeights:
        """Return the state space of a network."""
        sizes = [(p.first, p.weights.stop - p.first) for p in network.parts]
        factors = tuple(Factor(first, size, 1.0, 0, gamma) for first, size in sizes)
        return cls(network.space, False, factors, (), network, gamma)

    def draw(self, rng: np.random.Generator, count: int) -> Array:
        """Return exact draws from the pull, in the region: shape (count, C)."""
        return self.network.draws(rng, count, self.gamma)

    def probabilities(self, rows: Array) -> Array:
        """Return the sizes of the weights; what they make of a code is for `codes`."""
        return np.exp(rows)

    def codes(self, rows: Array) -> Array:
        """Return the codes that particles make: shape (n, N, S + |Q| + 3)."""
        return self.network.codes(rows).reshape(len(rows), *self.space.shape)

    def log_density(self, rows: Array, factor: Factor) -> Array:
        """Return the log density of a factor in the logs of sizes: shape (n,)."""
        part = next(p for p in self.network.parts if p.first == factor.start)
        return self.network.log_density(part, rows, self.gamma)

    def proposed(self, rows: Array, factor: Factor, scales: Array, rng: np.random.Generator) -> tuple[Array, Array]:
        """Add normal numbers to the logs of one of the weights, or of all."""
        proposed, count = rows.copy(), len(rows)
        alone = rng.integers(0, factor.size, (count, 1)) == np.arange(factor.size)
        chosen = np.where(rng.random((count, 1)) < 0.5, alone, 1.0)
        proposed[:, factor.part] += scales * chosen * rng.standard_normal((count, factor.size))
        return proposed, np.zeros(count)
