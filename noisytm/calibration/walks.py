"""E[nβK] by plain Metropolis walks over the weights: the second sampler, which shares nothing with populations.

Many independent walks go side by side, from draws of a pull of γ + nβ, near the code: from farther away some end in
hollows of the loss that have nothing of the density, and stay there. A third of each walk is left out. Each has the
mean of its own nβK, and what these scatter is the error, however long walks remember.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from noisytm import _clock
from noisytm.calibration.evaluating import losses_of
from noisytm.calibration.network import Array, Network, Part
from noisytm.degeneracy import LearningCoefficient

# What is left out at the beginning, as a share. Widths of steps in logs of weights are drawn between these.
BURNED, NARROW, WIDE = 1 / 3, 0.1, 3.0


def walked(
    found: LearningCoefficient, layers: int, n_beta: float, gamma: float, *, walks: int, sweeps: int, seed: int
) -> tuple[float, float]:
    """Return E[nβK] and its standard error.

    Parameters
    ----------
    found : LearningCoefficient
        The code, with its problem, semantics and loss.
    layers : int
        Weights of a wrong amplitude.
    n_beta, gamma : float
        nβ and γ.
    walks, sweeps : int
        Independent walks, and sweeps of each: one proposal for each distribution.
    seed : int
        What is random depends on it, on nβ and on γ.
    """
    network, losses = Network.of(found.problem.space, found.machine, layers), losses_of(found)
    rng = np.random.default_rng((seed, int(n_beta), round(gamma * 1000)))
    logs = network.draws(rng, walks, gamma + n_beta)
    codes = network.codes(logs)
    levels = losses(codes)
    sums, kept = np.zeros(walks), 0
    for sweep in range(sweeps):
        _clock.tick()
        for part in network.parts:
            _move(network, part, losses, rng, (logs, codes, levels), n_beta, gamma)
            if sweep >= BURNED * sweeps:
                sums += levels
                kept += 1
    means = n_beta * sums / kept
    return float(means.mean()), float(means.std(ddof=1) / math.sqrt(walks))


def _move(
    network: Network,
    part: Part,
    losses: Callable[[Array], Array],
    rng: np.random.Generator,
    state: tuple[Array, Array, Array],
    n_beta: float,
    gamma: float,
) -> None:
    """Try one move of a distribution of every walk: of one of its weights, or of all, in the logs of their sizes."""
    logs, codes, levels = state
    count, own = len(logs), part.weights.stop - part.first
    width = np.exp(rng.uniform(math.log(NARROW), math.log(WIDE), (count, 1)))
    single = rng.random((count, 1)) < 0.7
    chosen = rng.integers(0, own, (count, 1)) == np.arange(own)
    steps = width * rng.standard_normal((count, own)) * np.where(single, chosen, 1.0)
    steps[:, 0] *= 1 / math.sqrt(1 + gamma)  # the right weight is near 1, and moves as the pull lets it
    proposed, there = logs.copy(), codes.copy()
    proposed[:, part.weights] += steps
    network.put(part, proposed, there)
    level = losses(there)
    pulled = network.log_density(part, proposed, gamma) - network.log_density(part, logs, gamma)
    taken = np.log1p(-rng.random(count)) < pulled + n_beta * (levels - level)
    logs[taken], codes[taken], levels[taken] = proposed[taken], there[taken], level[taken]
