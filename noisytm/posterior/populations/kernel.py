"""The moves of a population in compiled code, which calls the compiled loss with many particles at a time.

Every particle has a stream of random numbers of its own, and is moved by itself: what comes out depends neither on the
number of threads nor on which particles are evaluated together. ``at`` is a `Layout`, ``moves`` are `Moves`; a row is a
particle, as in `Factors`. Between two evaluations eight particles at a time go all of the way, in vectors, from the
slopes of the loss to the codes of the next place, which are put where the compiled loss reads them.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from noisytm._compile import apart_uncounted, calling, uncounted
from noisytm.posterior.populations.eights import drawn, lane, put_rows, put_vectors
from noisytm.posterior.populations.entries import share_of
from noisytm.posterior.populations.proposals import propose, put_normals
from noisytm.posterior.populations.side_by_side import (
    log_density,
    push,
    put_block,
    put_entries,
    put_masses,
    put_parts,
    put_slopes_of_digits,
    take_parts,
)
from noisytm.posterior.populations.sweeping import Moves
from noisytm.posterior.populations.vectors import exponential, fused, logarithm, one_of_three, unit
from noisytm.relaxation import CompiledLoss, losses_and_gradients_in_place, losses_below_in_place
from noisytm.relaxation.marginal import LANES, at_most, choose, load, smaller, splat, store

COMPILES = "moves of a population"

LARGEST = np.finfo(np.float64).max


class Bench(NamedTuple):
    """Where particles are side by side while they are moved: (groups, columns, 8), (1, columns + 1, 8) or (groups, 8).

    Attributes
    ----------
    streams : ndarray of uint64, shape (batch,)
        The states of their random numbers.
    there, old : ndarray of float64
        The particles, and before a move.
    parts, old_parts : ndarray of float64
        See `put_parts`; and before a move.
    momenta : ndarray of float64
    entries, slopes : ndarray of float64, shape (1, columns + 1, 8)
        Of one group: the probabilities of its entries, with the 1 of distributions that have one value; the slopes of
        the loss in them.
    losses, steps, energies, chances : ndarray of float64, shape (groups, 8)
        Their losses; how long their steps are; energies at the start, or the largest losses that are accepted; the
        chances of acceptance, or how much the log density rises.
    """

    streams: NDArray[np.uint64]
    there: NDArray[np.float64]
    old: NDArray[np.float64]
    parts: NDArray[np.float64]
    old_parts: NDArray[np.float64]
    momenta: NDArray[np.float64]
    entries: NDArray[np.float64]
    slopes: NDArray[np.float64]
    losses: NDArray[np.float64]
    steps: NDArray[np.float64]
    energies: NDArray[np.float64]
    chances: NDArray[np.float64]


@calling(CompiledLoss, Moves, losses_below_in_place, propose, put_parts, share_of, exponential, put_rows, load)
def sweep(compiled, at, moves, bench, rows, loss, streams, accepted, chances):
    """Try one move of each chosen distribution of each particle, and one along a trajectory.

    ``accepted``, (batches, factors, 2), counts those of one distribution that are accepted, and those that lead nowhere
    else, as may be on a grid; ``chances``, (batches,), gets the sum of the chances of acceptance of the others.
    """
    batch = bench.streams.size
    for begin in range(0, loss.size, batch):
        real = min(batch, loss.size - begin)
        take(compiled, at, bench, begin, rows, loss, streams)
        for j in moves.chosen:
            move_one(compiled, at, moves, bench, j, real, accepted[begin // batch])
        if moves.leaps > 0:
            chances[begin // batch] += move_all(compiled, at, moves, bench, real)
        give_back(at, bench, begin, rows, loss, streams)


@calling(CompiledLoss, Moves, losses_below_in_place, propose, put_parts, share_of, exponential, put_rows, load)
def put_differences(compiled, at, bench, codes, rows, n, out):
    """Put ∂(nK) − ∂ log density in the logits of particles, whole batches of them, as `slope_differences` does.

    ``codes`` are flat; ``rows`` are looked at only where factors are binary digits, which codes do not tell.
    """
    for begin in range(0, codes.shape[0], bench.streams.size):
        for g in range(bench.losses.shape[0]):
            take_codes(compiled, at, bench, g, begin + g * LANES, codes, rows)
        losses_and_gradients_in_place(compiled)
        for g in range(bench.losses.shape[0]):
            put_slopes(compiled, at, bench, g)
            for c in range(g * rows.shape[1], (g + 1) * rows.shape[1]):
                store(bench.momenta, c, splat(0.0))
            for j in range(at.starts.size):
                push(at, j, g, bench.parts, bench.parts, bench.slopes, n, splat(-1.0), bench.momenta)
            put_rows(g, bench.momenta, at.places, begin + g * LANES, out)


@uncounted
def take_codes(compiled, at, bench, g, first, codes, rows):
    """Put the codes of a group in place, and the entries that they have before they are drawn in."""
    for i in range(LANES):
        for c in range(codes.shape[1]):
            compiled.codes[g * LANES + i, c] = codes[first + i, c]
    if at.binary:
        put_vectors(g, rows, first, at.places, bench.there)
        put_all_parts(at, bench, g, False)
        return
    put_vectors(0, codes, first, at.sources, bench.entries)
    for j in range(at.starts.size):
        take_parts(at, j, g, bench.entries, bench.parts)


@uncounted
def take(compiled, at, bench, begin, rows, loss, streams):
    """Put a batch of particles side by side, and their codes in place; behind the last one it stands again."""
    last = loss.size - 1
    for g in range(bench.losses.shape[0]):
        first = begin + g * LANES
        for i in range(LANES):
            bench.losses[g, i], bench.streams[g * LANES + i] = loss[min(first + i, last)], streams[min(first + i, last)]
        if first + LANES <= loss.size:
            put_vectors(g, rows, first, at.places, bench.there)
        else:
            for c in range(rows.shape[1]):
                for i in range(LANES):
                    bench.there[g, c, i] = rows[min(first + i, last), c]
        put_all_parts(at, bench, g, False)
        put_codes(at, g, bench.entries, compiled.codes)


@uncounted
def give_back(at, bench, begin, rows, loss, streams):
    """Put particles back where they came from."""
    for g in range(bench.losses.shape[0]):
        first = begin + g * LANES
        whole = first + LANES <= loss.size
        if whole:
            put_rows(g, bench.there, at.places, first, rows)
        for i in range(min(LANES, loss.size - first)):
            loss[first + i], streams[first + i] = bench.losses[g, i], bench.streams[g * LANES + i]
            for c in range(0 if whole else rows.shape[1]):
                rows[first + i, c] = bench.there[g, c, i]


@uncounted
def put_all_parts(at, bench, g, settled):
    """Put the parts and entries of all factors of a group."""
    columns = bench.there.shape[1]
    put_masses(at, g * columns, (g + 1) * columns, bench.there, bench.parts)
    for j in range(at.starts.size):
        put_parts(at, j, g, bench.there, settled, bench.parts, bench.entries)


@uncounted
def put_codes(at, g, entries, codes):
    """Put the codes of a group."""
    if not at.binary:
        put_rows(0, entries, at.sources, g * LANES, codes)
        return
    for b in range(at.columns.size):
        put_block(at, b, g, entries, codes)


@uncounted
def put_codes_of(compiled, at, bench, j, g):
    """Put the entries of the codes of a group that a factor is in."""
    b = at.owners[j]
    for k in range(at.firsts[b], at.firsts[b] + at.counts[b]):
        put_entries(at, k, g, bench.parts, bench.entries)
    put_block(at, b, g, bench.entries, compiled.codes)


@apart_uncounted
def move_one(compiled, at, moves, bench, j, real, counts):
    """Try one move of a distribution of each particle.

    A chance is drawn first: it says what loss would be accepted, at most, and a loss that is found to be larger need
    not be finished. If not ``early``, all are.
    """
    bounds, limits = bench.energies, compiled.bounded.bounds
    for g in range(bounds.shape[0]):
        propose_one(compiled, at, moves, bench, j, g)
    for i in range(real if at.divisions > 0.0 else 0):
        counts[j, 1] += bench.chances[i // LANES, i % LANES] == -np.inf
    for i in range(real, limits.size):  # not evaluated
        bounds[i // LANES, i % LANES] = limits[i] = -1.0
    losses_below_in_place(compiled)
    taken = splat(0.0)
    for g in range(bounds.shape[0]):
        accepted = at_most(load(compiled.losses, g), smaller(load(bounds, g), splat(LARGEST)))
        taken = taken + choose(accepted, splat(1.0), splat(0.0))
        store(bench.losses, g, choose(accepted, load(compiled.losses, g), load(bench.losses, g)))
        begin = g * bench.there.shape[1] + at.starts[j]
        for c in range(begin, begin + at.sizes[j]):
            store(bench.there, c, choose(accepted, load(bench.there, c), load(bench.old, c)))
            store(bench.parts, c, choose(accepted, load(bench.parts, c), load(bench.old_parts, c)))
        put_codes_of(compiled, at, bench, j, g)
    for i in range(LANES):
        counts[j, 0] += lane(taken, i)


@uncounted
def propose_one(compiled, at, moves, bench, j, g):
    """Put another factor of a group in place, and what losses would be accepted, at most."""
    begin = g * bench.there.shape[1] + at.starts[j]
    for c in range(begin, begin + at.sizes[j]):
        store(bench.old, c, load(bench.there, c))
        store(bench.old_parts, c, load(bench.parts, c))
    z, widths = drawn(bench.streams, g), moves.widths
    length = one_of_three(z, splat(widths[j, 0]), splat(widths[j, 1]), splat(widths[j, 2]))
    rise = propose(at, j, g, bench.there, bench.parts, bench.entries, length, bench.streams)
    put_codes_of(compiled, at, bench, j, g)
    gain = rise - logarithm(unit(z))
    bound = choose(at_most(gain, splat(0.0)), splat(-1.0), splat(np.inf))
    if moves.n > 0.0:  # n·(K' − K) at most ``gain``
        bound = fused(gain, splat(1.0 / moves.n), load(bench.losses, g))
    bound = smaller(bound, splat(moves.most))
    store(bench.chances, g, rise)
    store(bench.energies, g, bound)
    store(compiled.bounded.bounds, g, bound if moves.early else splat(np.inf))


@apart_uncounted
def move_all(compiled, at, moves, bench, real):
    """Move all entries of each particle along a trajectory of Hamilton's equations; return the sum of the chances.

    Momenta are normal; a trajectory is so many leapfrog steps, and is accepted by the change of its energy.
    """
    groups, total = bench.losses.shape[0], 0.0
    for g in range(groups):
        start(at, moves, bench, g)
    for leap in range(moves.leaps):
        losses_and_gradients_in_place(compiled)
        for g in range(groups):
            leap_on(compiled, at, moves, bench, g, 1.0 if leap > 0 else 0.5, leap == moves.leaps - 1)
    losses_and_gradients_in_place(compiled)
    for g in range(groups):
        arrive(compiled, at, moves, bench, g)
    for i in range(real):
        total += bench.chances[i // LANES, i % LANES]
    return total


@uncounted
def start(at, moves, bench, g):
    """Keep the particles of a group, and give them momenta, lengths of steps, and energies."""
    there, columns = bench.there, bench.there.shape[1]
    energy = fused(splat(moves.n), load(bench.losses, g), put_normals(g, bench.streams, bench.momenta))
    for c in range(g * columns, (g + 1) * columns):
        store(bench.old, c, load(there, c))
    for j in range(at.starts.size):
        energy = energy - log_density(at, j, g, there)
    store(bench.energies, g, energy)
    factor = fused(splat(0.6), unit(drawn(bench.streams, g)), splat(0.7))
    store(bench.steps, g, splat(moves.step) * factor)


@uncounted
def put_slopes(compiled, at, bench, g):
    """Put the slopes of the loss in the entries of the factors of a group; those in its codes become 0 again."""
    gradients = compiled.gradients
    if at.binary:
        for j in range(at.starts.size):
            put_entries(at, j, g, bench.parts, bench.entries)
        put_slopes_of_digits(at, g, bench.entries, gradients, bench.slopes)
    else:
        put_vectors(0, gradients, g * LANES, at.sources, bench.slopes)
    for k in range(g * gradients.shape[1], (g + 1) * gradients.shape[1]):
        store(gradients, k, splat(0.0))


@uncounted
def leap_on(compiled, at, moves, bench, g, part, last):
    """Change the momenta of a group by a part of a step, and places by a whole one; the last ones get the mass 1."""
    columns, step = bench.there.shape[1], load(bench.steps, g)
    put_slopes(compiled, at, bench, g)
    for j in range(at.starts.size):
        push(at, j, g, bench.there, bench.parts, bench.slopes, moves.n, step * splat(part), bench.momenta)
    for c in range(g * columns, (g + 1) * columns):
        store(bench.there, c, fused(step, load(bench.momenta, c), load(bench.there, c)))
    put_all_parts(at, bench, g, last)
    put_codes(at, g, bench.entries, compiled.codes)


@uncounted
def arrive(compiled, at, moves, bench, g):
    """End the trajectories of a group: by what they have lost in energy they are accepted, or lead back."""
    columns, half = bench.there.shape[1], splat(0.5) * load(bench.steps, g)
    losses, kinetic = load(compiled.losses, g), splat(0.0)
    lost = fused(splat(-moves.n), losses, load(bench.energies, g))
    put_slopes(compiled, at, bench, g)
    for j in range(at.starts.size):
        push(at, j, g, bench.there, bench.parts, bench.slopes, moves.n, half, bench.momenta)
        lost = lost + log_density(at, j, g, bench.there)
    for c in range(g * columns, (g + 1) * columns):
        kinetic = fused(load(bench.momenta, c), load(bench.momenta, c), kinetic)
    lost = fused(splat(-0.5), kinetic, lost)
    chance = exponential(smaller(lost, splat(0.0)))
    store(bench.chances, g, choose(at_most(lost, lost), chance, splat(0.0)))  # no number, where a loss is infinite
    accepted = at_most(logarithm(unit(drawn(bench.streams, g))), lost)
    store(bench.losses, g, choose(accepted, losses, load(bench.losses, g)))
    for c in range(g * columns, (g + 1) * columns):
        store(bench.there, c, choose(accepted, load(bench.there, c), load(bench.old, c)))
