"""Mean energy of a tempered posterior by Metropolis walks in log error coordinates, with an honest error.

The density is e^{−E(x)}·Π u_i for x_i = log u_i, E = nK. Near a code it is a soft-walled polytope in x, so the
walks mix single coordinates at several scales, exchanges between two coordinates (along its faces) and
differences of other walkers (its own shape). Walkers of one group use one another; groups are independent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Energy = Callable[[Array], Array]

FLIPS = 0.3  # share of the proposals that change a sign, where some do


@dataclass(frozen=True)
class MeanEnergy:
    """The mean energy, its standard error over independent groups, and what speaks for or against them.

    Attributes
    ----------
    mean, standard_error : float
        Over the group means.
    drift : float
        Second half less first half of the kept walk, in standard errors of that difference.
    acceptance : float
        Fraction of proposals accepted.
    """

    mean: float
    standard_error: float
    drift: float
    acceptance: float

    def deviation(self, expected: float) -> float:
        """Return (mean − expected) in standard errors."""
        return (self.mean - expected) / self.standard_error


def mean_energy(
    energy: Energy,
    dimension: int,
    *,
    seed: int,
    sweeps: int,
    lowest: float,
    groups: int = 32,
    walkers: int = 16,
    log_density: Energy | None = None,
    start: Array | None = None,
    flips: Array | None = None,
) -> MeanEnergy:
    """Sample e^{−energy(x)}·e^{Σ x}, or another density, and return the mean energy.

    Parameters
    ----------
    energy : callable
        Array of shape (n, dimension) → (n,); ``inf`` where x is not allowed.
    dimension : int
        Number of coordinates.
    seed : int
        Seed of all randomness.
    sweeps : int
        Proposals per walker; the first third is discarded.
    lowest : float
        Walks start with every coordinate uniform between this and −3, log scale.
    groups, walkers : int
        Independent groups, and (even) walkers in each.
    log_density : callable, optional
        Log density in the place of Σ x, of the same shapes as the energy.
    start : array of shape (dimension,), optional
        Walks start within 1 of it instead.
    flips : array of int, optional
        Coordinates whose signs are changed by some of the proposals: a symmetric move.
    """
    rng = np.random.default_rng(seed)
    x = rng.uniform(lowest, -3.0, size=(groups, walkers, dimension))
    if start is not None:
        x = start + rng.uniform(-1.0, 1.0, size=x.shape)
    prior = (lambda y: y.sum(axis=-1)) if log_density is None else log_density
    level = energy(x.reshape(-1, dimension)).reshape(groups, walkers)
    kept = range(sweeps // 3, sweeps)
    trace = np.zeros((len(kept), groups))
    accepted = 0
    halves = (slice(0, walkers // 2), slice(walkers // 2, walkers))
    for sweep in range(sweeps):
        for mine, others in (halves, halves[::-1]):
            proposal = x[:, mine] + _steps(rng, x[:, mine].shape, x[:, others])
            if flips is not None:
                flip = (rng.random(proposal.shape[:2]) < FLIPS)[..., None]
                at = rng.choice(flips, size=(*proposal.shape[:2], 1)) == np.arange(dimension)
                proposal = np.where(flip, np.where(at, -x[:, mine], x[:, mine]), proposal)
            new = energy(proposal.reshape(-1, dimension)).reshape(proposal.shape[:2])
            gain = level[:, mine] - new + prior(proposal) - prior(x[:, mine])
            take = np.log(rng.random(gain.shape)) < gain
            x[:, mine][take] = proposal[take]
            level[:, mine][take] = new[take]
            accepted += int(take.sum())
        if sweep >= kept.start:
            trace[sweep - kept.start] = level.mean(axis=1)
    return _summary(trace, accepted / (sweeps * groups * walkers))


def _summary(trace: Array, acceptance: float) -> MeanEnergy:
    groups = trace.shape[1]
    by_group = trace.mean(axis=0)
    middle = len(trace) // 2
    change = trace[middle:].mean(axis=0) - trace[:middle].mean(axis=0)
    return MeanEnergy(
        mean=float(by_group.mean()),
        standard_error=float(by_group.std(ddof=1) / np.sqrt(groups)),
        drift=float(change.mean() / (change.std(ddof=1) / np.sqrt(groups))),
        acceptance=acceptance,
    )


def _steps(rng: np.random.Generator, shape: tuple[int, ...], others: Array) -> Array:
    """Draw a symmetric step for every walker, of a kind drawn anew for each."""
    groups, walkers, dimension = shape
    kind = rng.integers(0, 4, size=(groups, walkers, 1))
    scale = np.exp(rng.uniform(np.log(0.3), np.log(8.0), size=(groups, walkers, 1)))
    first = rng.integers(0, dimension, size=(groups, walkers, 1))
    second = rng.integers(0, dimension, size=(groups, walkers, 1))
    axis = np.arange(dimension)
    size = scale * rng.normal(size=(groups, walkers, 1))
    single = size * (axis == first)
    exchange = single - size * (axis == second)
    subset = rng.random(shape) < 10.0 ** rng.uniform(-1.0, 0.0, size=(groups, walkers, 1))
    difference = _differences(rng, others) * rng.choice([0.3, 0.6, 1.0], size=(groups, walkers, 1))
    shaped = np.where(subset, difference + rng.normal(scale=1e-3, size=shape), 0.0)
    several = np.where(subset, 0.2 * scale * rng.normal(size=shape), 0.0)
    return np.select([kind == 0, kind == 1, kind == 2], [single, exchange, shaped], several)


def _differences(rng: np.random.Generator, others: Array) -> Array:
    """Return, for each walker, the difference of two distinct walkers of the other half of its group."""
    groups, walkers, _ = others.shape
    one = rng.integers(0, walkers, size=(groups, walkers))
    other = (one + rng.integers(1, walkers, size=(groups, walkers))) % walkers
    rows = np.arange(groups)[:, None]
    return others[rows, one] - others[rows, other]
