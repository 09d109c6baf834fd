"""Whether replicas deserve trust: agreement, acceptance, distinct ancestors, overlap, equipartition."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from noisytm.posterior.energies.asked import Asked
from noisytm.posterior.energies.rows import LadderRow
from noisytm.posterior.populations import Replica
from noisytm.posterior.spaces import slope_differences
from noisytm.relaxation import loss_and_gradient

Array = NDArray[np.float64]
# At codes, n, and the particles that are binary digits: see `slope_differences`.
Differences = Callable[[Array, float, Array | None], Array]

# Replicas differ by less than this many nats; more than this share of moves is accepted; each replica comes from at
# least so many draws; steps keep this share; equipartition holds to so many standard errors.
MOST_SCATTER, LEAST_ACCEPTANCE, LEAST_ANCESTORS, LEAST_OVERLAP, MOST_ERRORS = 1.0, 0.02, 8, 0.5, 5.0


def failures(
    asked: Asked, ladder: Sequence[LadderRow], replicas: Sequence[Replica], differences: Differences | None = None
) -> Iterator[str]:
    """Yield what is wrong with the replicas of a ladder, each as a line that says what to do."""
    scatter, n = max((row.free_energy_error or 0.0, row.n) for row in ladder)
    scatter *= math.sqrt(len(replicas))
    if scatter > MOST_SCATTER:
        yield (
            f"the replicas' free energies at n = {n:g} have a standard deviation of {scatter:.2g}, more than"
            f" {MOST_SCATTER:g}; use more particles or more sweeps"
        )
    worst = min(ladder, key=lambda row: row.acceptance)
    if worst.acceptance < LEAST_ACCEPTANCE:
        yield (
            f"at n = {worst.n:g} only {worst.acceptance:.1%} of the moves are accepted, less than"
            f" {LEAST_ACCEPTANCE:.0%}; use more sweeps, or a smaller n"
        )
    fewest = min(ladder, key=lambda row: row.distinct_ancestors)
    if fewest.distinct_ancestors < LEAST_ANCESTORS:
        yield (
            f"at n = {fewest.n:g} all particles of a replica come from {fewest.distinct_ancestors} draws, fewer than"
            f" {LEAST_ANCESTORS}; use more particles"
        )
    overlap = min(row.overlap for row in ladder)
    if overlap < LEAST_OVERLAP:
        yield f"a step keeps only {overlap:.0%} of the particles, less than {LEAST_OVERLAP:.0%}; use more particles"
    for row in ladder:
        errors = equipartition(asked, row.n, replicas, differences)
        if errors > MOST_ERRORS:
            yield (
                f"equipartition at n = {row.n:g} fails by {errors:.1f} standard errors; the moves do not mix:"
                " use more sweeps"
            )
            return


def equipartition(asked: Asked, n: float, replicas: Sequence[Replica], differences: Differences | None = None) -> float:
    """Return by how many standard errors equipartition fails at worst.

    By parts, in the logits of each distribution, E[∂(nK)] = E[∂ log density], with no boundary. Particles of one
    ancestor are counted as one. On a grid, and of weights, there are no slopes to be looked at. ``differences`` is what
    gives those of codes at n, as `slope_differences` does, which is taken where there is none.
    """
    if asked.factors.divisions or not asked.factors.compiled:
        return 0.0
    values, families = [], 0
    for replica in replicas:
        for rung in replica.ladder:
            if rung.n == n and rung.codes is not None:
                values.append((differences or partial(_differences, asked))(rung.codes, n, rung.rows))
                families += rung.distinct_ancestors
    if not values:
        return 0.0
    found = np.concatenate(values) if len(values) > 1 else values[0]
    means = found.mean(axis=0)
    found -= means
    spread = np.sqrt(np.einsum("ij,ij->j", found, found) / len(found))
    return float((abs(means) / np.where(spread > 0, spread, 1.0)).max() * math.sqrt(families))


def _differences(asked: Asked, codes: Array, n: float, rows: Array | None) -> Array:
    gradients = loss_and_gradient(asked.problem, codes, semantics=asked.semantics, loss=asked.loss)[1]
    return slope_differences(asked.factors, codes, gradients, n, rows)
