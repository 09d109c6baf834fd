"""The moves of a population in compiled code, which calls the compiled loss with many particles at a time.

Every particle has a stream of random numbers of its own, and is moved by itself: what comes out depends neither on the
number of threads nor on which particles are evaluated together. ``at`` is a `Layout`; a row is a particle, as in
`Factors`.
"""

import numpy as np

from noisytm._compile import apart, calling, inner
from noisytm.posterior.populations.entries import product, put_block, put_code, reference, share_of
from noisytm.posterior.populations.proposals import log_density, propose, put_normals, uniform
from noisytm.relaxation import losses_and_gradients_at, losses_below

COMPILES = "moves of a population"


@inner
def bound_of(loss, gain, n, most):
    """Return the largest loss that is accepted: K' with n·(K' − K) at most ``gain``, and no larger than ``most``."""
    bound = loss + gain / n if n > 0.0 else (np.inf if gain > 0.0 else -1.0)
    return min(bound, most)


@calling(losses_below, propose, put_code)
def metropolis(compiled, at, rows, loss, streams, n, most, scales, widths, early, accepted):
    """Try one move of each distribution of each particle.

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
        for j in range(at.starts.size):
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
def put_slope(at, row, parts, slope, out):
    """Put the slope of the loss in logits, from that in the entries of a code.

    ``parts`` become the entries before they are drawn in. Differences from the entry that is what the others leave are
    taken first: what is common to all entries of a distribution has no meaning.
    """
    for j in range(at.starts.size):
        b, start = at.owners[j], at.starts[j]
        if not at.binary:
            for k in range(at.sizes[j]):
                out[start + k] = slope[at.columns[b] + k]
            continue
        for k in range(at.sizes[j]):
            out[start + k] = 0.0
        count, first = at.counts[b], at.firsts[b]
        for pattern in range(1 << count):
            digit = (pattern >> (count - 1 - (j - first))) & 1
            others = product(at, first, count, pattern, j - first, parts)
            out[start + digit] += slope[at.columns[b] + pattern % at.values[b]] * others
    for j in range(at.starts.size):
        start, end, rest, share = at.starts[j], at.starts[j] + at.sizes[j], reference(at, j, row), share_of(at, j)
        base, mean = out[rest], 0.0
        parts[rest] -= 1.0 - share
        for c in range(start, end):
            out[c] = share * (out[c] - base)
            parts[c] /= share
            mean += parts[c] * out[c]
        for c in range(start, end):
            out[c] = parts[c] * (out[c] - mean)


@apart
def put_force(at, parts, slope, n, out):
    """Put the slope of log density: −n times that of the loss, and that of the prior; ``parts`` as `put_slope` does."""
    for j in range(at.starts.size):
        start, size, right, gamma = at.starts[j], at.sizes[j], at.rights[j], at.concentrations[j]
        excess = 0.0 if right < 0 else gamma - 1.0
        total = gamma * size - excess
        ratio = 0.0
        if excess != 0.0:
            ratio = parts[start + right] / (1.0 + parts[start + right])
        for k in range(size):
            x = parts[start + k]
            at_right = 1.0 if k == right else 0.0
            of_prior = gamma - excess * at_right - total * x + excess * ratio * (at_right - x)
            out[start + k] = of_prior - n * slope[start + k]


@apart
def total_log_density(at, row):
    """Return the log density of all factors in logits."""
    total = 0.0
    for j in range(at.starts.size):
        total += log_density(at, j, row)
    return total


@calling(losses_and_gradients_at, propose, put_code)
def trajectories(compiled, at, rows, loss, streams, n, sweeps, leaps, step, accepted):
    """Move all entries of each particle at once along trajectories of Hamilton's equations, ``sweeps`` times.

    Momenta are normal; a trajectory is ``leaps`` leapfrog steps, and is accepted by the change of its energy.
    ``accepted``, shape (batches, 1), gets the sum of the chances of acceptance.
    """
    batch, columns = compiled.losses.size, rows.shape[1]
    here, there = np.empty((batch, columns)), np.empty((batch, columns))
    parts, slope = np.empty((batch, columns)), np.empty(columns)
    force, before, momenta = np.empty((batch, columns)), np.empty((batch, columns)), np.empty((batch, columns))
    energies, steps = np.empty(batch), np.empty(batch)
    shape = (batch, compiled.tuples, compiled.columns)
    codes, gradients, values = np.zeros(shape), np.empty(shape), np.empty(batch)
    entries = compiled.tuples * compiled.columns
    flat, slopes = codes.reshape((batch, entries)), gradients.reshape((batch, entries))
    for begin in range(0, loss.size, batch):
        real = min(batch, loss.size - begin)
        for lane in range(batch):
            for c in range(columns):
                here[lane, c] = rows[min(begin + lane, loss.size - 1), c]
            put_code(at, here[lane], parts[lane], flat[lane])
        losses_and_gradients_at(compiled, codes, values, gradients)
        for lane in range(real):
            put_slope(at, here[lane], parts[lane], slopes[lane], slope)
            put_force(at, parts[lane], slope, n, before[lane])
        for _ in range(sweeps):
            for lane in range(real):
                i = begin + lane
                steps[lane] = step * (0.7 + 0.6 * uniform(streams, i))
                put_normals(streams, i, momenta[lane])
                energies[lane] = n * loss[i] - total_log_density(at, here[lane])
                for c in range(columns):
                    there[lane, c], force[lane, c] = here[lane, c], before[lane, c]
                    energies[lane] += 0.5 * momenta[lane, c] ** 2
            for leap in range(leaps):
                half = 0.5 if leap == 0 else 1.0
                for lane in range(real):
                    for c in range(columns):
                        momenta[lane, c] += half * steps[lane] * force[lane, c]
                        there[lane, c] += steps[lane] * momenta[lane, c]
                    put_code(at, there[lane], parts[lane], flat[lane])
                losses_and_gradients_at(compiled, codes, values, gradients)
                for lane in range(real):
                    put_slope(at, there[lane], parts[lane], slopes[lane], slope)
                    put_force(at, parts[lane], slope, n, force[lane])
            for lane in range(real):
                i, energy = begin + lane, n * values[lane]
                for c in range(columns):
                    energy += 0.5 * (momenta[lane, c] + 0.5 * steps[lane] * force[lane, c]) ** 2
                rise = energies[lane] - energy + total_log_density(at, there[lane])
                accepted[begin // batch, 0] += 0.0 if np.isnan(rise) else min(1.0, np.exp(rise))
                if np.log(uniform(streams, i)) < rise:
                    loss[i] = values[lane]
                    for c in range(columns):
                        here[lane, c], before[lane, c] = there[lane, c], force[lane, c]
        for lane in range(real):
            for c in range(columns):
                rows[begin + lane, c] = here[lane, c]
