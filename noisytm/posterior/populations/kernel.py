"""The moves of a population in compiled code, which calls the compiled loss with many particles at a time.

Every particle has a stream of random numbers of its own, and is moved by itself: what comes out depends neither on the
number of threads nor on which particles are evaluated together. ``at`` is a `Layout`, ``moves`` are `Moves`; a row is a
particle, as in `Factors`. Codes are put where the compiled loss reads them, after a move of one distribution only the
entries that it has changed.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from noisytm._compile import apart_uncounted, calling, uncounted
from noisytm.posterior.populations.eights import put_shares
from noisytm.posterior.populations.entries import share_of
from noisytm.posterior.populations.proposals import propose, put_normals, uniform
from noisytm.posterior.populations.side_by_side import (
    add_log_density,
    normalise,
    pull_of,
    put_block,
    put_factor,
    put_forces,
    put_slopes,
)
from noisytm.posterior.populations.sweeping import Moves
from noisytm.posterior.populations.vectors import exponential, logarithm
from noisytm.relaxation import CompiledLoss, losses_and_gradients_in_place, losses_below_in_place
from noisytm.relaxation.marginal import load

COMPILES = "moves of a population"


class Bench(NamedTuple):
    """Where particles are side by side while they are moved; arrays are (columns, batch), or (batch,).

    Attributes
    ----------
    streams : ndarray of uint64
        The states of their random numbers.
    there, old : ndarray of float64
        The particles, and what a move has changed, before it.
    parts, slopes, forces, momenta : ndarray of float64
        Probabilities of entries, slopes of the loss in them, of the log density in the logits, and momenta.
    tops, scales : ndarray of float64, shape (factors, batch)
        See `put_factor`.
    losses, steps, rises, bounds, one, other : ndarray of float64
        Their losses, and what is needed for a moment.
    """

    streams: NDArray[np.uint64]
    there: NDArray[np.float64]
    old: NDArray[np.float64]
    parts: NDArray[np.float64]
    slopes: NDArray[np.float64]
    forces: NDArray[np.float64]
    momenta: NDArray[np.float64]
    tops: NDArray[np.float64]
    scales: NDArray[np.float64]
    losses: NDArray[np.float64]
    steps: NDArray[np.float64]
    rises: NDArray[np.float64]
    bounds: NDArray[np.float64]
    one: NDArray[np.float64]
    other: NDArray[np.float64]


@calling(
    CompiledLoss, Moves, losses_below_in_place, propose, put_factor, put_shares, share_of, exponential, pull_of, load
)
def sweep(compiled, at, moves, bench, rows, loss, streams, accepted, chances):
    """Try one move of each chosen distribution of each particle, and one along a trajectory.

    ``accepted``, (batches, factors, 2), counts those of one distribution that are accepted, and those that lead nowhere
    else, as may be on a grid; ``chances``, (batches,), gets the sum of the chances of acceptance of the others.
    """
    batch, columns = bench.there.shape[1], rows.shape[1]
    for begin in range(0, loss.size, batch):
        real = min(batch, loss.size - begin)
        for lane in range(batch):
            i = min(begin + lane, loss.size - 1)
            bench.losses[lane], bench.streams[lane] = loss[i], streams[i]
            for c in range(columns):
                bench.there[c, lane] = rows[i, c]
        put_codes(compiled, at, bench)
        for j in moves.chosen:
            move_one(compiled, at, moves, bench, j, real, accepted[begin // batch])
        if moves.leaps > 0:
            chances[begin // batch] += move_all(compiled, at, moves, bench, real)
        for lane in range(real):
            loss[begin + lane], streams[begin + lane] = bench.losses[lane], bench.streams[lane]
            for c in range(columns):
                rows[begin + lane, c] = bench.there[c, lane]


@apart_uncounted
def put_codes(compiled, at, bench):
    """Put the codes of all particles, which may have any mass."""
    for j in range(at.starts.size):
        put_factor(at, j, bench.there, bench.tops, bench.scales, bench.parts)
    for b in range(at.columns.size):
        put_block(at, b, bench.parts, compiled.codes)


@uncounted
def bound_of(loss, gain, n, most):
    """Return the largest loss that is accepted: K' with n·(K' − K) at most ``gain``, and no larger than ``most``."""
    bound = loss + gain / n if n > 0.0 else (np.inf if gain > 0.0 else -1.0)
    return min(bound, most)


@apart_uncounted
def move_one(compiled, at, moves, bench, j, real, counts):
    """Try one move of a distribution of each particle.

    A chance is drawn first: it says what loss would be accepted, at most, and a loss that is found to be larger need
    not be finished. If not ``early``, all are.
    """
    there, parts, bounds, limits = bench.there, bench.parts, bench.bounds, compiled.bounded.bounds
    propose(
        at, j, there, bench.old, bench.tops, bench.scales, parts, moves.widths[j], bench.one, bench.other, bench.rises,
        bench.streams,
    )  # fmt: skip
    put_block(at, at.owners[j], parts, compiled.codes)
    # loops of few arrays each, and counts in a number: only such become vector instructions
    nowhere = taken = 0
    for i in range(real if at.divisions > 0.0 else 0):
        nowhere += bench.rises[i] == -np.inf
    for i in range(real):
        bounds[i] = bound_of(bench.losses[i], bench.rises[i] - bench.one[i], moves.n, moves.most)
    for i in range(real):
        limits[i] = bounds[i] if moves.early else np.inf
    for i in range(real, bounds.size):
        bounds[i] = limits[i] = -1.0  # not evaluated
    losses_below_in_place(compiled)
    for i in range(bounds.size):
        bench.one[i] = 1.0 if (compiled.losses[i] <= bounds[i]) & (compiled.losses[i] < np.inf) else 0.0
    for i in range(bounds.size):
        taken += bench.one[i] > 0.0
    for i in range(bounds.size):
        bench.losses[i] = compiled.losses[i] if bench.one[i] > 0.0 else bench.losses[i]
    counts[j, 0] += taken
    counts[j, 1] += nowhere
    for c in range(at.starts[j], at.starts[j] + at.sizes[j]):
        for i in range(bounds.size):
            there[c, i] = there[c, i] if bench.one[i] > 0.0 else bench.old[c, i]
    put_factor(at, j, there, bench.tops, bench.scales, parts)
    put_block(at, at.owners[j], parts, compiled.codes)


@apart_uncounted
def move_all(compiled, at, moves, bench, real):
    """Move all entries of each particle along a trajectory of Hamilton's equations; return the sum of the chances.

    Momenta are normal; a trajectory is so many leapfrog steps, and is accepted by the change of its energy.
    """
    there, rises = bench.there, bench.rises
    start(at, moves, bench)
    for leap in range(moves.leaps + 1):
        losses_and_gradients_in_place(compiled)
        put_slopes(at, bench.parts, compiled.gradients, bench.slopes)
        put_forces(at, there, bench.parts, bench.slopes, moves.n, bench.forces)
        part = 0.5 if leap * (moves.leaps - leap) == 0 else 1.0
        leap_on(there, bench.momenta, bench.forces, bench.steps, part, leap < moves.leaps)
        if leap < moves.leaps:
            put_codes(compiled, at, bench)
    arrive(compiled, at, moves, bench)
    total = 0.0
    for i in range(real):
        total += bench.one[i]
    for i in range(rises.size):
        bench.other[i] = 1.0 if logarithm(uniform(bench.streams, i)) < rises[i] else 0.0
    for i in range(rises.size):
        bench.losses[i] = compiled.losses[i] if bench.other[i] > 0.0 else bench.losses[i]
    for c in range(there.shape[0]):
        for i in range(rises.size):
            there[c, i] = there[c, i] if bench.other[i] > 0.0 else bench.old[c, i]
    return total


@apart_uncounted
def start(at, moves, bench):
    """Keep the particles, and give them momenta; ``rises`` becomes the energy."""
    there, old, rises = bench.there, bench.old, bench.rises
    put_normals(bench.streams, bench.one, bench.other, bench.momenta)
    for i in range(rises.size):
        bench.steps[i] = moves.step * (0.7 + 0.6 * uniform(bench.streams, i))
    for i in range(rises.size):
        rises[i] = moves.n * bench.losses[i]
    for c in range(there.shape[0]):
        for i in range(rises.size):
            old[c, i] = there[c, i]
    for j in range(at.starts.size):
        add_log_density(at, j, there, -1.0, rises)
    add_kinetic(bench.momenta, 1.0, rises)


@apart_uncounted
def arrive(compiled, at, moves, bench):
    """Give the particles the mass 1; ``rises`` becomes what the energy has lost, ``one`` the chance of acceptance."""
    rises = bench.rises
    for i in range(rises.size):
        rises[i] -= moves.n * compiled.losses[i]
    add_kinetic(bench.momenta, -1.0, rises)
    for j in range(at.starts.size):
        normalise(at, j, bench.there, bench.tops, bench.scales)
        add_log_density(at, j, bench.there, 1.0, rises)
    for i in range(rises.size):
        bench.one[i] = 0.0 if np.isnan(rises[i]) else exponential(min(rises[i], 0.0))


@uncounted
def add_kinetic(momenta, sign, energies):
    """Add the kinetic energy of particles side by side, with a sign."""
    for c in range(momenta.shape[0]):
        for i in range(momenta.shape[1]):
            energies[i] += sign * 0.5 * momenta[c, i] ** 2


@uncounted
def leap_on(there, momenta, forces, steps, part, on):
    """Change momenta by a part of a step, and if it goes on places by a whole one."""
    for c in range(there.shape[0]):
        for i in range(there.shape[1]):
            momenta[c, i] += part * steps[i] * forces[c, i]
        if on:
            for i in range(there.shape[1]):
                there[c, i] += steps[i] * momenta[c, i]
