"""The moves of a population in compiled code, which calls the compiled loss with many particles at a time.

Every particle has a stream of random numbers of its own, and is moved by itself: what comes out depends neither on the
number of threads nor on which particles are evaluated together. ``at`` is a `Layout`; a row of ``logs`` is a particle,
as in `factors`. Plain loops throughout: numba takes seconds to compile the assignment of an array to a slice.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from noisytm._compile import apart, calling, inner
from noisytm.relaxation import losses_and_gradients_at, losses_at

COMPILES = "moves of a population"

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
FIRST_MIX, SECOND_MIX = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
S30, S27, S31, S11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)
UNIT = 1.0 / (1 << 53)


class Layout(NamedTuple):
    """`Factors` as arrays.

    Attributes
    ----------
    starts, sizes, rights, owners : ndarray of int64, shape (factors,)
        As of `Factor`; and the block that each belongs to.
    concentrations : ndarray of float64, shape (factors,)
    columns, values, firsts, counts : ndarray of int64, shape (blocks,)
        As of `Block`.
    width : int
        Number of columns of a code.
    binary : bool
        Whether factors are binary digits.
    """

    starts: NDArray[np.int64]
    sizes: NDArray[np.int64]
    rights: NDArray[np.int64]
    owners: NDArray[np.int64]
    concentrations: NDArray[np.float64]
    columns: NDArray[np.int64]
    values: NDArray[np.int64]
    firsts: NDArray[np.int64]
    counts: NDArray[np.int64]
    width: int
    binary: bool


@inner
def uniform(streams, i):
    """Return the next number of a stream, in (0, 1): splitmix64."""
    streams[i] += GOLDEN
    z = streams[i]
    z = (z ^ (z >> S30)) * FIRST_MIX
    z = (z ^ (z >> S27)) * SECOND_MIX
    z = z ^ (z >> S31)
    return (np.float64(np.int64(z >> S11)) + 0.5) * UNIT


@apart
def normal(streams, i):
    """Return the next normal number of a stream, by the method of Box and Muller."""
    radius = np.sqrt(-2.0 * np.log(uniform(streams, i)))
    return radius * np.cos(2.0 * np.pi * uniform(streams, i))


@apart
def normalise(at, j, row):
    """Give a factor the mass 1."""
    start, end = at.starts[j], at.starts[j] + at.sizes[j]
    top, total = row[start], 0.0
    for c in range(start + 1, end):
        top = max(top, row[c])
    for c in range(start, end):
        total += np.exp(row[c] - top)
    shift = top + np.log(total)
    for c in range(start, end):
        row[c] -= shift


@inner
def reference(at, j, row):
    """Return the entry that is what the others leave: the right one, else the largest."""
    start = at.starts[j]
    if at.rights[j] >= 0:
        return start + at.rights[j]
    found = start
    for c in range(start + 1, start + at.sizes[j]):
        if row[c] > row[found]:
            found = c
    return found


@apart
def put_factor(at, j, row, parts):
    """Put the probabilities of a factor."""
    rest, left, share = reference(at, j, row), 1.0, 0.5 if at.rights[j] >= 0 else 1.0
    for c in range(at.starts[j], at.starts[j] + at.sizes[j]):
        if c != rest:
            parts[c] = share * np.exp(row[c])
            left -= parts[c]
    parts[rest] = left


@inner
def product(at, first, count, pattern, without, parts):
    """Return the product of the probabilities of the digits of a pattern, one of them left out."""
    mass = 1.0
    for k in range(count):
        if k != without:
            mass *= parts[at.starts[first + k] + ((pattern >> (count - 1 - k)) & 1)]
    return mass


@apart
def put_block(at, b, parts, code):
    """Put the entries of a code that a block's factors make."""
    column, count, first, values = at.columns[b], at.counts[b], at.firsts[b], at.values[b]
    if count and not at.binary:
        for e in range(values):
            code[(column + e) // at.width, (column + e) % at.width] = parts[at.starts[first] + e]
        return
    for e in range(values):
        code[(column + e) // at.width, (column + e) % at.width] = 0.0
    for pattern in range(1 << count):
        place = column + pattern % values
        code[place // at.width, place % at.width] += product(at, first, count, pattern, -1, parts)


@apart
def put_code(at, row, parts, code):
    """Put the code of a particle."""
    for j in range(at.starts.size):
        put_factor(at, j, row, parts)
    for b in range(at.columns.size):
        put_block(at, b, parts, code)


@apart
def log_density(at, j, row):
    """Return the log density of a factor in logits; see `Factors.log_density`."""
    total, right = 0.0, at.rights[j]
    for c in range(at.starts[j], at.starts[j] + at.sizes[j]):
        total += row[c]
    if right < 0:
        return at.concentrations[j] * total
    excess = at.concentrations[j] - 1.0
    if excess == 0.0:
        return total
    log_right = row[at.starts[j] + right]
    return total + excess * (total - log_right + np.log1p(np.exp(log_right)))


@apart
def pull_back(at, row, parts, slope, out):
    """Turn the slope of the loss in the entries of a code into that in logits.

    ``parts`` is overwritten. Differences from the entry that is what the others leave are taken first: what is common
    to all entries of a distribution has no meaning.
    """
    for j in range(at.starts.size):
        b, start = at.owners[j], at.starts[j]
        for k in range(at.sizes[j]):
            out[start + k] = 0.0
        if not at.binary:
            for k in range(at.sizes[j]):
                place = at.columns[b] + k
                out[start + k] = slope[place // at.width, place % at.width]
            continue
        count, first = at.counts[b], at.firsts[b]
        for pattern in range(1 << count):
            place = at.columns[b] + pattern % at.values[b]
            digit = (pattern >> (count - 1 - (j - first))) & 1
            others = product(at, first, count, pattern, j - first, parts)
            out[start + digit] += slope[place // at.width, place % at.width] * others
    for j in range(at.starts.size):
        start, end, rest = at.starts[j], at.starts[j] + at.sizes[j], reference(at, j, row)
        base, mean, share = out[rest], 0.0, 0.5 if at.rights[j] >= 0 else 1.0
        for c in range(start, end):
            out[c] = share * (out[c] - base)
            parts[c] = np.exp(row[c])
            mean += parts[c] * out[c]
        for c in range(start, end):
            out[c] = parts[c] * (out[c] - mean)


@apart
def add_prior_slope(at, row, out):
    """Add the slope of the log density of the prior in logits."""
    for j in range(at.starts.size):
        start, size, right, gamma = at.starts[j], at.sizes[j], at.rights[j], at.concentrations[j]
        excess = 0.0 if right < 0 else gamma - 1.0
        total = gamma * size - excess
        ratio = 0.0
        if excess != 0.0:
            ratio = np.exp(row[start + right])
            ratio /= 1.0 + ratio
        for k in range(size):
            x = np.exp(row[start + k])
            at_right = 1.0 if k == right else 0.0
            out[start + k] += gamma - excess * at_right - total * x + excess * ratio * (at_right - x)


@apart
def total_log_density(at, row):
    """Return the log density of all factors in logits."""
    total = 0.0
    for j in range(at.starts.size):
        total += log_density(at, j, row)
    return total


@calling(losses_at)
def metropolis(compiled, at, logs, loss, streams, n, level, scales, width, accepted):
    """Try one move of each distribution of each particle; ``accepted``, (batches, factors), counts those that are.

    None goes where the loss is ``level`` or more.
    """
    batch, columns = compiled.losses.size, logs.shape[1]
    here, there = np.empty((batch, columns)), np.empty((batch, columns))
    parts, old = np.empty((batch, columns)), np.empty((batch, columns))
    codes, values = np.empty((batch, compiled.tuples, compiled.columns)), np.empty(batch)
    for begin in range(0, loss.size, batch):
        for lane in range(batch):
            i = min(begin + lane, loss.size - 1)
            for c in range(columns):
                here[lane, c] = there[lane, c] = logs[i, c]
            put_code(at, here[lane], parts[lane], codes[lane])
        for j in range(at.starts.size):
            start, end = at.starts[j], at.starts[j] + at.sizes[j]
            for lane in range(min(batch, loss.size - begin)):
                scale = scales[j] * width[int(uniform(streams, begin + lane) * width.size)]
                for c in range(start, end):
                    old[lane, c] = parts[lane, c]
                    there[lane, c] = here[lane, c] + scale * normal(streams, begin + lane)
                normalise(at, j, there[lane])
                put_factor(at, j, there[lane], parts[lane])
                put_block(at, at.owners[j], parts[lane], codes[lane])
            losses_at(compiled, codes, values)
            for lane in range(min(batch, loss.size - begin)):
                i = begin + lane
                rise = log_density(at, j, there[lane]) - log_density(at, j, here[lane]) - n * (values[lane] - loss[i])
                if np.log(uniform(streams, i)) < rise and values[lane] < level:
                    accepted[begin // batch, j] += 1
                    loss[i] = values[lane]
                    for c in range(start, end):
                        here[lane, c] = there[lane, c]
                else:
                    for c in range(start, end):
                        there[lane, c] = here[lane, c]
                        parts[lane, c] = old[lane, c]
                    put_block(at, at.owners[j], parts[lane], codes[lane])
        for lane in range(min(batch, loss.size - begin)):
            for c in range(columns):
                logs[begin + lane, c] = here[lane, c]


@inner
def put_slopes(at, logs, parts, codes, gradients, slopes):
    """Put the slopes of the loss in logits of the particles whose gradients were found."""
    for lane in range(codes.shape[0]):
        pull_back(at, logs[lane], parts[lane], gradients[lane], slopes[lane])


@calling(losses_and_gradients_at)
def trajectories(compiled, at, logs, loss, streams, n, sweeps, leaps, step, accepted):
    """Move all entries of each particle at once along trajectories of Hamilton's equations, ``sweeps`` times.

    Momenta are normal; a trajectory is ``leaps`` leapfrog steps, and is accepted by the change of its energy.
    ``accepted``, shape (batches, 1), gets the sum of the chances of acceptance.
    """
    batch, columns = compiled.losses.size, logs.shape[1]
    here, there = np.empty((batch, columns)), np.empty((batch, columns))
    parts, slopes, before = np.empty((batch, columns)), np.empty((batch, columns)), np.empty((batch, columns))
    momenta, energies, steps = np.empty((batch, columns)), np.empty(batch), np.empty(batch)
    shape = (batch, compiled.tuples, compiled.columns)
    codes, gradients, values = np.empty(shape), np.empty(shape), np.empty(batch)
    for begin in range(0, loss.size, batch):
        for lane in range(batch):
            i = min(begin + lane, loss.size - 1)
            for c in range(columns):
                here[lane, c] = logs[i, c]
            put_code(at, here[lane], parts[lane], codes[lane])
        losses_and_gradients_at(compiled, codes, values, gradients)
        put_slopes(at, here, parts, codes, gradients, before)
        real = min(batch, loss.size - begin)
        for _ in range(sweeps):
            for lane in range(batch):
                i = min(begin + lane, loss.size - 1)
                steps[lane] = step * (0.7 + 0.6 * uniform(streams, i)) if lane < real else 0.0
                energies[lane] = n * loss[i] - total_log_density(at, here[lane])
                for c in range(columns):
                    there[lane, c], slopes[lane, c] = here[lane, c], before[lane, c]
                    momenta[lane, c] = normal(streams, i) if lane < real else 0.0
                    energies[lane] += 0.5 * momenta[lane, c] ** 2
            for leap in range(leaps):
                for lane in range(batch):
                    force = parts[lane]
                    for c in range(columns):
                        force[c] = -n * slopes[lane, c]
                    add_prior_slope(at, there[lane], force)
                    half = 0.5 if leap == 0 else 1.0
                    for c in range(columns):
                        momenta[lane, c] += half * steps[lane] * force[c]
                        there[lane, c] += steps[lane] * momenta[lane, c]
                    for j in range(at.starts.size):
                        normalise(at, j, there[lane])
                    put_code(at, there[lane], parts[lane], codes[lane])
                losses_and_gradients_at(compiled, codes, values, gradients)
                put_slopes(at, there, parts, codes, gradients, slopes)
            for lane in range(real):
                i, force, energy = begin + lane, parts[lane], n * values[lane]
                for c in range(columns):
                    force[c] = -n * slopes[lane, c]
                add_prior_slope(at, there[lane], force)
                for c in range(columns):
                    energy += 0.5 * (momenta[lane, c] + 0.5 * steps[lane] * force[c]) ** 2
                rise = energies[lane] - energy + total_log_density(at, there[lane])
                accepted[begin // batch, 0] += 0.0 if np.isnan(rise) else min(1.0, np.exp(rise))
                if np.log(uniform(streams, i)) < rise:
                    loss[i] = values[lane]
                    for c in range(columns):
                        here[lane, c], before[lane, c] = there[lane, c], slopes[lane, c]
        for lane in range(real):
            for c in range(columns):
                logs[begin + lane, c] = here[lane, c]
