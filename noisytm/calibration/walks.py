"""E[nβK] by plain Metropolis walks over the weights: the second sampler, which shares nothing with populations.

Many independent walks go side by side, from draws of a pull of γ + nβ, near the code: from farther away some end in
hollows of the loss that have nothing of the density, and stay there. What they begin with is left out. Each has the
mean of its own nβK, and what these scatter is the error, however long walks remember. A third of the moves draws
weights from the pull: where nβ takes little of it walks then forget at once.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from noisytm import _clock
from noisytm.calibration.evaluating import losses_of
from noisytm.calibration.network import Array, Network, Part
from noisytm.degeneracy import LearningCoefficient

# What is left out at the beginning, as a share of the sweeps made at first. Widths of steps in logs of weights are
# drawn between these. Shares of the moves that draw weights from the pull, and that are of one weight.
BURNED, NARROW, WIDE, FRESH, ALONE = 1 / 3, 0.1, 3.0, 1 / 3, 0.7
# More is drawn than the error so far asks for, by so much; never more than so many times what there is.
MARGIN, MOST_FOLD = 1.1, 4.0


def walked(
    found: LearningCoefficient,
    layers: int,
    n_beta: float,
    gamma: float,
    *,
    walks: int,
    sweeps: int,
    seed: int,
    error: float | None = None,
    rounds: int = 1,
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
        Independent walks, and sweeps of each at first: one proposal for each distribution.
    seed : int
        What is random depends on it, on nβ and on γ.
    error : float, optional
        The walks go on until their error is this share of the figure, or less.
    rounds : int
        They make so many times ``sweeps`` at most.
    """
    network, losses = Network.of(found.problem.space, found.machine, layers), losses_of(found)
    rng = np.random.default_rng((seed, int(n_beta), round(gamma * 1000)))
    logs = network.draws(rng, walks, gamma + n_beta)
    codes = network.codes(logs)
    state = logs, codes, losses(codes)
    burned = math.ceil(BURNED * sweeps)
    _swept(network, losses, rng, state, n_beta, gamma, burned)
    sums, kept, more = np.zeros(walks), 0, sweeps - burned
    while True:
        sums += _swept(network, losses, rng, state, n_beta, gamma, more)
        kept += more
        means = n_beta * sums / kept / len(network.parts)
        mean, scatter = float(means.mean()), float(means.std(ddof=1) / math.sqrt(walks))
        more = 0 if error is None else still_needed(kept, scatter / mean / error, rounds * sweeps)
        if not more:
            return mean, scatter


def still_needed(done: int, times: float, most: int) -> int:
    """Return how much more is to be drawn if the error is so many times what it may be: at least a tenth of what is.

    Examples
    --------
    >>> still_needed(100, 0.9, 1000), still_needed(100, 1.5, 1000), still_needed(100, 9.0, 1000)
    (0, 148, 300)
    >>> still_needed(900, 2.0, 1000)
    100
    """
    if times <= 1:
        return 0
    fold = min(max(MARGIN * times**2, 1.1), MOST_FOLD)
    return max(min(math.ceil(done * (fold - 1)), most - done), 0)


def _swept(
    network: Network,
    losses: Callable[[Array], Array],
    rng: np.random.Generator,
    state: tuple[Array, Array, Array],
    n_beta: float,
    gamma: float,
    sweeps: int,
) -> Array:
    """Make sweeps in place; return the sum of K of each walk after each of its moves: shape (n,)."""
    sums = np.zeros(len(state[0]))
    for _ in range(sweeps):
        _clock.tick()
        for part in network.parts:
            _move(network, part, losses, rng, state, n_beta, gamma)
            sums += state[2]
    return sums


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
    proposed, there = logs.copy(), codes.copy()
    proposed[:, part.weights], fresh = _proposed(logs[:, part.weights], rng, gamma)
    network.put(part, proposed, there)
    level = losses(there)
    density = network.log_density(part, proposed, gamma)
    # what is drawn from the pull has its density, and loses nothing by it but where it is outside
    pulled = np.where(fresh & (density > -np.inf), 0.0, density - network.log_density(part, logs, gamma))
    taken = np.log1p(-rng.random(len(logs))) < pulled + n_beta * (levels - level)
    logs[taken], codes[taken], levels[taken] = proposed[taken], there[taken], level[taken]


def _proposed(own: Array, rng: np.random.Generator, gamma: float) -> tuple[Array, NDArray[np.bool_]]:
    """Return where weights of one distribution go, (n, weights), and which are drawn from the pull: shape (n,)."""
    count, weights = own.shape
    alone = rng.random((count, 1)) < ALONE
    chosen = np.where(alone, rng.integers(0, weights, (count, 1)) == np.arange(weights), True)
    fresh = rng.random((count, 1)) < FRESH
    normal = rng.standard_normal((count, weights))
    width = np.exp(rng.uniform(math.log(NARROW), math.log(WIDE), (count, 1)))
    steps = width * normal
    steps[:, 0] *= 1 / math.sqrt(1 + gamma)  # the right weight is near 1, and moves as the pull lets it
    drawn = normal / math.sqrt(gamma)
    drawn[:, 0] += 1
    logs = np.log(np.abs(drawn))
    logs[:, 0] = np.where(drawn[:, 0] > 0, logs[:, 0], own[:, 0])  # no right weight is negative: it stays
    return np.where(chosen, np.where(fresh, logs, own + steps), own), fresh[:, 0]
