"""What moves the populations: compiled code, or NumPy where there is too little work to wait for a compiler."""

from __future__ import annotations

import math
from contextlib import AbstractContextManager
from typing import NamedTuple

from noisytm.losses import LOSSES
from noisytm.posterior.energies.asked import Asked
from noisytm.posterior.energies.checks import Differences
from noisytm.posterior.populations import (
    ONE_IN,
    TRAJECTORY,
    Losses,
    Mover,
    ReadableMoves,
    ReadableSweeps,
    array_losses,
    losses_of,
)
from noisytm.posterior.spaces import Factors
from noisytm.relaxation import array_seconds
from noisytm.relaxation.marginal import LEDGER
from noisytm.relaxation.semantics import Marginal, checked_semantics

# Writing the head out and compiling it is worth it from about so many products on; about so many rungs and sweeps.
WORK_WORTH_WRITING_OUT, EVALUATIONS = 1e10, 60 * 25
# What a replica with one sweep may take in NumPy, by its estimate, in CPU seconds; and how many rungs it has for each
# nat of log n and √λ, of a λ that is half the number of distributions. What an evaluation takes: so many times what the
# losses do, and more for each distribution, and for each entry of a particle.
LITTLE, RUNGS = 0.15, 1.2
OF_LOSSES, OF_DISTRIBUTION, OF_ENTRY = 2.0, 1e-4, 2e-7


class Moving(NamedTuple):
    """What moves the populations.

    Attributes
    ----------
    losses : callable
        K at particles.
    move : callable
        The moves.
    differences : callable, optional
        What `equipartition` looks at; ``None`` where that is for it to find out.
    """

    losses: Losses
    move: Mover
    differences: Differences | None = None


def moves_for(asked: Asked, factors: Factors, threads: int) -> Moving:
    """Return what K is of particles, and what moves them.

    Which it is depends on what is asked of one replica alone, not on what is compiled already, nor on the clock, nor on
    how many replicas and sweeps there are to be: so the same seed gives the same populations, and a file of them goes
    on as it began.
    """
    usual = losses_of(asked.problem, factors, asked.semantics, asked.loss)
    compiled = factors.compiled and isinstance(checked_semantics(asked.semantics), Marginal)
    if not compiled or LOSSES[asked.loss].compiled is None:
        return Moving(usual, ReadableMoves(factors, usual))
    if seconds_of_a_sweep(asked, factors) <= LITTLE:
        sweeps = ReadableSweeps(factors, array_losses(asked.problem, asked.semantics, asked.loss))
        return Moving(sweeps.losses, sweeps)
    from noisytm.posterior.populations import FastMoves  # loads numba

    rows, columns = asked.problem.space.shape
    products = rows * columns * asked.problem.steps * len(asked.problem.inputs) * asked.particles * asked.replicas
    kernel = "written-out" if products * EVALUATIONS > WORK_WORTH_WRITING_OUT else "interpreted"
    losses = losses_of(asked.problem, factors, asked.semantics, asked.loss, kernel)
    move = FastMoves(asked.problem, factors, asked.semantics, asked.loss, threads, kernel)
    return Moving(losses, move, move.differences)


def seconds_of_a_sweep(asked: Asked, factors: Factors) -> float:
    """Return about how long one replica takes with one sweep at each rung, in NumPy."""
    count = len(factors.factors)
    evaluations = count if factors.divisions else math.ceil(count / ONE_IN) + TRAJECTORY
    losses = array_seconds(asked.problem, asked.particles, semantics=asked.semantics, backward=True)
    each = OF_LOSSES * losses + OF_DISTRIBUTION * count + OF_ENTRY * asked.particles * factors.columns
    return rungs_of(asked, factors) * evaluations * each


def rungs_of(asked: Asked, factors: Factors) -> float:
    """Return about how many rungs there are."""
    return RUNGS * max(math.log(10 * asked.n), 1.0) * math.sqrt(max(len(factors.factors) / 2, 1.0))


def settled(asked: Asked) -> AbstractContextManager[None]:
    """Have losses evaluated within the ``with`` block as the work of one replica with one sweep says, and no more."""
    factors = asked.factors
    return LEDGER.settled(rungs_of(asked, factors) * len(factors.factors), LITTLE)
