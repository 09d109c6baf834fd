"""An ensemble of emcee's walkers on the region near a machine; all walkers are evaluated together, in our kernel."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from peers.region import Region

Floats = NDArray[np.float64]

# Walkers start in a ball about one point, in logits.
BALL = 0.1


def sample(
    region: Region, n: float, start: Floats, *, walkers: int, steps: int, seed: int, differences: bool = False
) -> Floats:
    """Return all walkers after every step, shape (steps, walkers, d).

    Parameters
    ----------
    start : ndarray of float64, shape (d,)
        Where the ball is.
    differences : bool
        Whether walkers move along differences of two others (Ter Braak 2006, Nelson et al. 2014), a tenth of the time
        by snooker updates, as emcee's pages advise where there are many dimensions; else they stretch (Goodman, Weare
        2010), which is its default.
    """
    import emcee

    moves = [(emcee.moves.DEMove(), 0.9), (emcee.moves.DESnookerMove(), 0.1)] if differences else None
    log_densities = region.log_densities(n, walkers)
    sampler = emcee.EnsembleSampler(walkers, region.dimension, log_densities, moves=moves, vectorize=True)
    rng = np.random.default_rng(seed)
    sampler.random_state = np.random.RandomState(seed).get_state()
    sampler.run_mcmc(start + BALL * rng.standard_normal((walkers, region.dimension)), steps)
    chain: Floats = sampler.get_chain()
    return chain
