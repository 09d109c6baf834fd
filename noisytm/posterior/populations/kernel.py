"""The moves of a population in compiled code, which calls the compiled loss with many particles at a time.

Every particle has a stream of random numbers of its own, and is moved by itself: what comes out depends neither on the
number of threads nor on which particles are evaluated together. ``at`` is a `Layout`; a row is a particle, as in
`Factors`.
"""

import numpy as np

from noisytm._compile import apart, calling, inner
from noisytm.posterior.populations.entries import put_block, put_code
from noisytm.posterior.populations.proposals import log_density, propose, put_normals, uniform
from noisytm.posterior.populations.side_by_side import put_codes, put_forces, put_slopes
from noisytm.relaxation import losses_and_gradients_at, losses_below

COMPILES = "moves of a population"


@inner
def bound_of(loss, gain, n, most):
    """Return the largest loss that is accepted: K' with n·(K' − K) at most ``gain``, and no larger than ``most``."""
    bound = loss + gain / n if n > 0.0 else (np.inf if gain > 0.0 else -1.0)
    return min(bound, most)


@calling(losses_below, propose, put_code)
def metropolis(compiled, at, rows, loss, streams, n, most, chosen, scales, widths, early, accepted):
    """Try one move of each chosen distribution of each particle.

    ``accepted``, (batches, factors, 2), counts those that are, and those that lead nowhere else, as may be on a grid. A
    chance is drawn first: it says what loss would be accepted, at most, and a loss that is found to be larger need
    not be finished. If not ``early``, all are. None goes where the loss is more than ``most``.
    """
    batch, columns = compiled.losses.size, rows.shape[1]
    here, there = np.empty((batch, columns)), np.empty((batch, columns))
    parts, old = np.empty((batch, columns)), np.empty((batch, columns))
    codes, values = np.zeros((batch, compiled.tuples, compiled.columns)), np.empty(batch)
    flat = codes.reshape((batch, compiled.tuples * compiled.columns))
    bounds, limits = np.full(batch, -1.0), np.full(batch, -1.0)
    for begin in range(0, loss.size, batch):
        real, counts = min(batch, loss.size - begin), accepted[begin // batch]
        for lane in range(batch):
            bounds[lane] = limits[lane] = -1.0  # not evaluated
        for lane in range(real):
            for c in range(columns):
                here[lane, c] = there[lane, c] = rows[begin + lane, c]
            put_code(at, here[lane], parts[lane], flat[lane])
        for j in chosen:
            start, end = at.starts[j], at.starts[j] + at.sizes[j]
            for lane in range(real):
                i = begin + lane
                scale = scales[j] * widths[int(uniform(streams, i) * widths.size)]
                for c in range(start, end):
                    old[lane, c] = parts[lane, c]
                rise = propose(at, j, here[lane], there[lane], parts[lane], scale, streams, i)
                put_block(at, at.owners[j], parts[lane], flat[lane])
                counts[j, 1] += rise == -np.inf
                bounds[lane] = bound_of(loss[i], rise - np.log(uniform(streams, i)), n, most)
                limits[lane] = bounds[lane] if early else np.inf
            losses_below(compiled, codes, limits, values)
            for lane in range(real):
                if values[lane] <= bounds[lane] and values[lane] < np.inf:
                    counts[j, 0] += 1
                    loss[begin + lane] = values[lane]
                    for c in range(start, end):
                        here[lane, c] = there[lane, c]
                else:
                    for c in range(start, end):
                        there[lane, c] = here[lane, c]
                        parts[lane, c] = old[lane, c]
                    put_block(at, at.owners[j], parts[lane], flat[lane])
        for lane in range(real):
            for c in range(columns):
                rows[begin + lane, c] = here[lane, c]


@apart
def total_log_density(at, row):
    """Return the log density of all factors in logits."""
    total = 0.0
    for j in range(at.starts.size):
        total += log_density(at, j, row)
    return total


@calling(losses_and_gradients_at, propose, put_code, put_codes)
def trajectories(compiled, at, rows, loss, streams, n, leaps, step, accepted):
    """Move all entries of each particle at once along a trajectory of Hamilton's equations.

    Momenta are normal; a trajectory is ``leaps`` leapfrog steps, and is accepted by the change of its energy.
    ``accepted``, shape (batches, 1), gets the sum of the chances of acceptance.
    """
    batch, columns, entries = compiled.losses.size, rows.shape[1], compiled.tuples * compiled.columns
    there, parts = np.empty((columns, batch)), np.empty((columns, batch))
    slopes, forces, momenta = np.empty((columns, batch)), np.empty((columns, batch)), np.empty((columns, batch))
    energies, steps, one, other = np.empty(batch), np.empty(batch), np.empty(batch), np.empty(batch)
    row = np.empty(columns)
    tops, totals = np.empty((at.starts.size, batch)), np.empty((at.starts.size, batch))
    shape = (batch, compiled.tuples, compiled.columns)
    codes, gradients, values = np.zeros(shape), np.empty(shape), np.empty(batch)
    flat, pulled = codes.reshape((batch, entries)), gradients.reshape((batch, entries))
    for begin in range(0, loss.size, batch):
        real = min(batch, loss.size - begin)
        for lane in range(batch):
            i = min(begin + lane, loss.size - 1)
            steps[lane] = energies[lane] = 0.0
            for c in range(columns):
                there[c, lane], momenta[c, lane] = rows[i, c], 0.0
        for lane in range(real):
            i = begin + lane
            steps[lane] = step * (0.7 + 0.6 * uniform(streams, i))
            put_normals(streams, i, row)
            energies[lane] = n * loss[i] - total_log_density(at, rows[i])
            for c in range(columns):
                momenta[c, lane] = row[c]
        add_kinetic(momenta, energies)
        for leap in range(leaps + 1):
            put_codes(at, there, tops, totals, parts, flat)
            losses_and_gradients_at(compiled, codes, values, gradients)
            put_slopes(at, parts, pulled, slopes)
            put_forces(at, there, parts, slopes, n, one, other, forces)
            part = 0.5 if leap * (leaps - leap) == 0 else 1.0
            leap_on(there, momenta, forces, steps, part, leap < leaps)
        for lane in range(batch):
            one[lane] = n * values[lane]
        add_kinetic(momenta, one)
        for lane in range(real):
            i = begin + lane
            for j in range(at.starts.size):
                shift = tops[j, lane] + np.log(totals[j, lane])
                for c in range(at.starts[j], at.starts[j] + at.sizes[j]):
                    row[c] = there[c, lane] - shift
            rise = energies[lane] - one[lane] + total_log_density(at, row)
            accepted[begin // batch, 0] += 0.0 if np.isnan(rise) else min(1.0, np.exp(rise))
            if np.log(uniform(streams, i)) < rise:
                loss[i] = values[lane]
                for c in range(columns):
                    rows[i, c] = row[c]


@inner
def add_kinetic(momenta, energies):
    """Add the kinetic energy of particles side by side."""
    for c in range(momenta.shape[0]):
        for i in range(momenta.shape[1]):
            energies[i] += 0.5 * momenta[c, i] ** 2


@inner
def leap_on(there, momenta, forces, steps, part, on):
    """Change momenta by a part of a step, and if it goes on places by a whole one."""
    for c in range(there.shape[0]):
        for i in range(there.shape[1]):
            momenta[c, i] += part * steps[i] * forces[c, i]
        if on:
            for i in range(there.shape[1]):
                there[c, i] += steps[i] * momenta[c, i]
