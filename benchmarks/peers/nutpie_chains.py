"""Chains of nutpie's No-U-Turn sampler on the region near a machine, through `from_pyfunc` and our compiled
gradient."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from peers.region import Region

Floats = NDArray[np.float64]


def sample(region: Region, n: float, *, chains: int, draws: int, tune: int, seed: int) -> Floats:
    """Return chains of the density ∝ e^(−nK) on R, shape (chains, draws, d), one after the other on one core."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about the future of libraries that it imports
        import nutpie
        from nutpie.compiled_pyfunc import from_pyfunc

        def expand(seed1: int, seed2: int, chain: int) -> Any:
            return lambda u: {"u": np.array(u)}

        d = region.dimension
        model = from_pyfunc(d, lambda: region.log_density(n), expand, [np.dtype(np.float64)], [(d,)], ["u"])
        trace = nutpie.sample(
            model, draws=draws, tune=tune, chains=chains, cores=1, seed=seed, progress_bar=False, save_warmup=False
        )
    points: Floats = trace.posterior["u"].to_numpy()
    return points
