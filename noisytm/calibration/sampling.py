"""E[nβK] of one code at one γ, by both samplers."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from noisytm.calibration.evaluating import losses_of
from noisytm.calibration.key import N_BETA, Cell, KnownCode
from noisytm.calibration.network import Array, Network
from noisytm.calibration.products import NetworkWeights
from noisytm.calibration.walks import still_needed, walked
from noisytm.calibration.weighting import weighted
from noisytm.posterior import free_energy
from noisytm.posterior.populations import ReadableMoves, Replica, climbed, started


class Effort(NamedTuple):
    """How much is drawn at first: particles of so many populations, so many sweeps a rung; walks of so many sweeps."""

    particles: int
    replicas: int
    sweeps: int
    walks: int
    walk_sweeps: int


# nβK scatters about its mean like a Gamma variate of index λ: so many draws are within one per cent of it, or less.
DRAWS_TIMES_COEFFICIENT, REPLICAS, SWEEPS, LEAST_PARTICLES = 14_000, 8, 2, 1024
# Metropolis moves forget less than those along slopes: the error is then what replicas scatter, which eight tell badly.
REPLICAS_OF_PRODUCTS = 32
WALK_SWEEPS, LEAST_WALKS = 400, 256
# Where that is not enough, up to so many times as much; so many populations at a time; so many draws of the pull.
MOST_ROUNDS, TOGETHER, MOST_DRAWS = 200, 32, 1 << 26


def effort_for(coefficient: Fraction, layers: int = 1) -> Effort:
    """Return the effort that figures are to be within about one per cent with.

    Examples
    --------
    >>> effort_for(Fraction(1, 4)).particles, effort_for(Fraction(29, 6)).particles
    (7000, 1024)
    """
    particles = max(int(DRAWS_TIMES_COEFFICIENT / coefficient / REPLICAS), LEAST_PARTICLES)
    replicas = REPLICAS if layers == 1 else REPLICAS_OF_PRODUCTS
    return Effort(particles, replicas, SWEEPS, max(particles // 4, LEAST_WALKS), WALK_SWEEPS)


def cells_of(
    code: KnownCode, gamma: float, seed: int, effort: Effort | None = None, *, error: float | None = None
) -> tuple[Cell, ...]:
    """Return the cells of a code at one γ.

    Parameters
    ----------
    code : KnownCode
        The code.
    gamma, seed : float, int
        γ, and what all that is random depends on.
    effort : Effort, optional
        What is drawn at first.
    error : float, optional
        More is drawn until no error is larger than this share of its figure; without it, all by one ladder, once.

    Raises
    ------
    EstimateError
        If populations do not deserve trust (docs/posterior.md).
    """
    found, effort = code.coefficient, effort or effort_for(code.coefficient.value, code.layers)
    means: dict[float, tuple[float, float]] = {}
    if error is not None:
        means = weighted(found, code.layers, N_BETA, gamma, seed=seed, error=error, most=MOST_DRAWS)
    means |= _by_populations(code, gamma, seed, effort, error, [n for n in N_BETA if n not in means])
    cells = []
    for n in N_BETA:
        walk = walked(
            found, code.layers, n, gamma, walks=effort.walks, seed=seed, error=error, rounds=MOST_ROUNDS,
            sweeps=effort.walk_sweeps * code.layers,  # a walk along more weights is slower
        )  # fmt: skip
        cells.append(Cell(n, gamma, *map(_rounded, (*means[n], *walk))))
    return tuple(cells)


def _by_populations(
    code: KnownCode, gamma: float, seed: int, effort: Effort, error: float | None, n_betas: list[float]
) -> dict[float, tuple[float, float]]:
    """Return E[nβK] and its standard error at each nβ: a ladder passes all, then shorter ones those that need more."""
    energies: dict[float, Array] = {n: np.empty((0, effort.particles)) for n in n_betas}
    short, count, part = dict.fromkeys(n_betas, effort.replicas), effort.replicas, 0
    while short:
        last = max(short)
        own = seed if not part else int(np.random.SeedSequence((seed, part)).generate_state(1)[0])
        replicas = _populations(code, gamma, own, effort._replace(replicas=min(short[last], TOGETHER)), last)
        for n in [n for n in n_betas if n <= last]:
            more = [n * next(r.loss for r in replica.rungs if r.n == n) for replica in replicas]
            energies[n] = np.concatenate([energies[n], more])
        needed = {n: _needed(energies[n], error, MOST_ROUNDS * count) for n in n_betas}
        short, part = {n: more for n, more in needed.items() if more}, part + 1
    return {n: (float(found.mean()), _error(found)) for n, found in energies.items()}


def _needed(energies: Array, error: float | None, most: int) -> int:
    """Return how many replicas more are needed; by itself none says what it is worth."""
    if error is None:
        return 0
    more = still_needed(len(energies), _error(energies) / (error * float(energies.mean())), most)
    return more and max(more, 2)


def _rounded(number: float) -> float:
    """Return a figure to the digits that a file keeps, many more than it has a meaning to."""
    return float(f"{number:.6g}")


def _error(losses: Array) -> float:
    """Return the standard error over replicas, at least that of independent draws: of few it may be small by chance."""
    over_replicas = losses.mean(axis=1).std(ddof=1) / math.sqrt(len(losses))
    return float(max(over_replicas, losses.std() / math.sqrt(losses.size)))


def _populations(code: KnownCode, gamma: float, seed: int, effort: Effort, last: float) -> tuple[Replica, ...]:
    found = code.coefficient
    if code.layers == 1:
        return free_energy(
            found.problem, found.machine, True, n=last, semantics=found.semantics, loss=found.loss, chart=found.chart,
            localisation=gamma, particles=effort.particles, replicas=effort.replicas, sweeps=effort.sweeps, seed=seed,
        ).replicas  # fmt: skip
    network, losses = Network.of(found.problem.space, found.machine, code.layers), losses_of(found)
    weights = NetworkWeights.of(network, gamma)

    def losses_at(rows: Array) -> Array:
        return losses(network.codes(rows))

    moves, climbs = ReadableMoves(weights, losses_at), []
    for index in range(effort.replicas):
        key = (seed, index, effort.sweeps)
        state = started(weights, losses_at, effort.particles, key)
        rungs = tuple(rung for rung, _ in climbed(weights, state, moves, last, effort.sweeps, key))
        climbs.append(Replica(seed, index, rungs))
    return tuple(climbs)
