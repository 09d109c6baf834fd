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
from noisytm.calibration.walks import walked
from noisytm.posterior import free_energy
from noisytm.posterior.populations import ReadableMoves, Replica, climbed, started


class Effort(NamedTuple):
    """How much is drawn: particles of so many populations, so many sweeps a rung; walks of so many sweeps."""

    particles: int
    replicas: int
    sweeps: int
    walks: int
    walk_sweeps: int


# nβK scatters about its mean like a Gamma variate of index λ: so many draws are within one per cent of it, or less.
DRAWS_TIMES_COEFFICIENT, REPLICAS, SWEEPS, LEAST_PARTICLES = 14_000, 8, 2, 1024
WALK_SWEEPS, LEAST_WALKS = 400, 256


def effort_for(coefficient: Fraction) -> Effort:
    """Return the effort that figures are to be within about one per cent with.

    Examples
    --------
    >>> effort_for(Fraction(1, 4)).particles, effort_for(Fraction(29, 6)).particles
    (7000, 1024)
    """
    particles = max(int(DRAWS_TIMES_COEFFICIENT / coefficient / REPLICAS), LEAST_PARTICLES)
    return Effort(particles, REPLICAS, SWEEPS, max(particles // 4, LEAST_WALKS), WALK_SWEEPS)


def cells_of(code: KnownCode, gamma: float, seed: int, effort: Effort | None = None) -> tuple[Cell, ...]:
    """Return the cells of a code at one γ: one ladder of populations passes all nβ.

    Raises
    ------
    EstimateError
        If populations do not deserve trust (docs/posterior.md).
    """
    found, effort = code.coefficient, effort or effort_for(code.coefficient.value)
    replicas = _populations(code, gamma, seed, effort)
    cells = []
    for n in N_BETA:
        losses = n * np.array([next(r.loss for r in replica.rungs if r.n == n) for replica in replicas])
        sweeps = effort.walk_sweeps * code.layers  # a walk along more weights is slower
        walk = walked(found, code.layers, n, gamma, walks=effort.walks, sweeps=sweeps, seed=seed)
        cells.append(Cell(n, gamma, *map(_rounded, (float(losses.mean()), _error(losses), *walk))))
    return tuple(cells)


def _rounded(number: float) -> float:
    """Return a figure to the digits that a file keeps, many more than it has a meaning to."""
    return float(f"{number:.6g}")


def _error(losses: Array) -> float:
    """Return the standard error over replicas, at least that of independent draws: of few it may be small by chance."""
    over_replicas = losses.mean(axis=1).std(ddof=1) / math.sqrt(len(losses))
    return float(max(over_replicas, losses.std() / math.sqrt(losses.size)))


def _populations(code: KnownCode, gamma: float, seed: int, effort: Effort) -> tuple[Replica, ...]:
    found, last = code.coefficient, max(N_BETA)
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
