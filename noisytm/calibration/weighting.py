"""E[nβK] by draws of the pull, weighted with e^(−nβK): where nβ takes little of the pull no ladder is needed.

Draws are independent and no weight is above 1, so that the error is that of a ratio of two means.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from noisytm import _clock
from noisytm.calibration.evaluating import losses_of
from noisytm.calibration.network import Array, Network
from noisytm.calibration.walks import still_needed
from noisytm.degeneracy import LearningCoefficient

# Draws at a time; it is only done where at least this share of them counts: (Σ w)²/Σ w² over their number.
BATCH, LEAST_OVERLAP = 1 << 15, 0.5


def weighted(
    found: LearningCoefficient,
    layers: int,
    n_betas: Sequence[float],
    gamma: float,
    *,
    seed: int,
    error: float,
    most: int,
) -> dict[float, tuple[float, float]]:
    """Return E[nβK] and its standard error at each nβ at which enough of the draws count.

    Parameters
    ----------
    found : LearningCoefficient
        The code, with its problem, semantics and loss.
    layers : int
        Weights of a wrong amplitude.
    n_betas, gamma : sequence of float, float
        nβ and γ.
    seed : int
        What is random depends on it and on γ.
    error : float
        It is drawn until no error is larger than this share of its figure.
    most : int
        Draws at most.
    """
    network, losses = Network.of(found.problem.space, found.machine, layers), losses_of(found)
    rng = np.random.default_rng((seed, 0, round(gamma * 1000)))
    sums = {n: np.zeros(5) for n in n_betas}
    drawn, more = 0, BATCH
    while more and sums:
        for _ in range(math.ceil(more / BATCH)):
            _clock.tick()
            loss = losses(network.codes(network.draws(rng, BATCH, gamma)))
            drawn += BATCH
            for n, parts in sums.items():
                weights, energies = np.exp(-n * loss), n * loss
                both = weights * weights
                parts += [weights.sum(), weights @ energies, both.sum(), both @ energies, both @ energies**2]
        sums = {n: parts for n, parts in sums.items() if parts[0] ** 2 > LEAST_OVERLAP * drawn * parts[2]}
        more = max((still_needed(drawn, _times(parts, error), most) for parts in sums.values()), default=0)
    return {n: _mean(parts) for n, parts in sums.items()}


def _mean(parts: Array) -> tuple[float, float]:
    """Return Σ wE/Σ w and its standard error."""
    mean = parts[1] / parts[0]
    scatter = parts[4] - 2 * mean * parts[3] + mean**2 * parts[2]
    return float(mean), math.sqrt(max(scatter, 0.0)) / float(parts[0])


def _times(parts: Array, error: float) -> float:
    mean, scatter = _mean(parts)
    return scatter / (error * mean)
