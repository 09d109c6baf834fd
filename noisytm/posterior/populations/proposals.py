"""Random numbers, and moves of one distribution that are proposed with them, for particles side by side.

Every particle has a stream of random numbers of its own. A proposal is symmetric in the coordinates that it is made in;
what is returned is the change of the log density there: the prior times the Jacobian.
"""

import math

import numpy as np

from noisytm._compile import apart_uncounted, uncounted
from noisytm.posterior.populations.entries import held_by_right
from noisytm.posterior.populations.side_by_side import add_log_density, normalise, put_factor
from noisytm.posterior.populations.vectors import (
    GOLDEN,
    cosine,
    hashed,
    logarithm,
    sine,
    spread,
    unit,
)

COMPILES = "moves of a population"

QUARTER = math.pi / 2
LAST_12, OTHER_SIDE, OTHER_AXIS = np.uint64(4095), np.uint64(1), np.uint64(2)
ONE_THIRD, TWO_THIRDS = np.uint64(1365), np.uint64(2730)


@uncounted
def uniform(streams, i):
    """Return the next number of a stream, in (0, 1)."""
    streams[i] += GOLDEN
    return unit(hashed(streams[i]))


@apart_uncounted
def put_normals(streams, angles, radii, out):
    """Put normal numbers, two for each point in the plane, by the method of Box and Muller.

    The angle is one within π/4 of an axis, of which there are four.
    """
    count = out.shape[1]
    for c in range(0, out.shape[0], 2):
        for i in range(count):
            streams[i] += GOLDEN
        for i in range(count):
            radii[i] = np.sqrt(-2.0 * logarithm(unit(hashed(streams[i]))))
        for i in range(count):
            streams[i] += GOLDEN
        for i in range(count):
            z = hashed(streams[i])
            angles[i] = (unit(z) - 0.5) * QUARTER
            radii[i] = -radii[i] if z & OTHER_SIDE else radii[i]
        second = min(c + 1, out.shape[0] - 1)
        for i in range(count):
            along, across = radii[i] * cosine(angles[i]), radii[i] * sine(angles[i])
            swapped = hashed(streams[i]) & OTHER_AXIS
            out[second, i] = along if swapped else across
            out[c, i] = across if swapped else along


@apart_uncounted
def propose(at, j, rows, old, tops, scales, parts, widths, chances, lengths, rises, streams):
    """Put another factor of every particle in ``rows`` and its probabilities in ``parts``; ``old`` keeps the logs.

    ``chances`` becomes the log of the chance that decides, ``rises`` the change of the log density in the coordinates
    in which the step is symmetric; where nothing is changed −inf, for there is nothing to be evaluated.
    """
    count = rows.shape[1]
    for i in range(count):
        streams[i] += GOLDEN
    for i in range(count):
        z = hashed(streams[i])
        chances[i] = logarithm(unit(z))
        place = z & LAST_12
        lengths[i] = widths[0] if place < ONE_THIRD else (widths[1] if place < TWO_THIRDS else widths[2])
    for c in range(at.starts[j], at.starts[j] + at.sizes[j]):
        for i in range(count):
            old[c, i] = rows[c, i]
    if at.divisions > 0.0:
        for i in range(count):
            rises[i] = propose_multiples(at, j, old, rows, i, lengths[i], streams)
        put_factor(at, j, rows, tops, scales, parts)
        return
    for c in range(at.starts[j], at.starts[j] + at.sizes[j]):
        for i in range(count):
            streams[i] += GOLDEN
        for i in range(count):
            rows[c, i] += lengths[i] * spread(hashed(streams[i]))
    put_factor(at, j, rows, tops, scales, parts)
    normalise(at, j, rows, tops, scales)
    for i in range(count):
        rises[i] = 0.0
    add_log_density(at, j, rows, 1.0, rises)
    add_log_density(at, j, old, -1.0, rises)


@apart_uncounted
def propose_multiples(at, j, old, rows, i, scale, streams):
    """Divide what two entries have together anew; see `Grid.proposed`."""
    size = at.sizes[j]
    first = int(uniform(streams, i) * size)
    second = at.starts[j] + (first + 1 + int(uniform(streams, i) * (size - 1))) % size
    first += at.starts[j]
    before, total = old[first, i], old[first, i] + old[second, i]
    length, end = cell_length(before, total), np.log(total + 2.0)
    begin, within = np.log((before + 1.0) / (total + 2.0 - before)), length * uniform(streams, i)
    streams[i] += GOLDEN
    place = begin + within + scale * spread(hashed(streams[i]))
    x = np.exp(end - np.abs((place + end) % (4.0 * end) - 2.0 * end))
    after = min(max(np.floor((x * (total + 2.0) - 1.0) / (x + 1.0)), 0.0), total)
    rows[first, i], rows[second, i] = after, total - after
    if after == before:
        return -np.inf
    rise = np.log(length / cell_length(after, total))
    if at.concentrations[j] != 1.0:
        for c in (first, second):
            held = held_by_right(at) if c - at.starts[j] == at.rights[j] else 0.0
            rise += log_weight(held + rows[c, i], at.concentrations[j])
            rise -= log_weight(held + old[c, i], at.concentrations[j])
    return rise


@uncounted
def cell_length(k, total):
    """Return the length of the cell of k; see `noisytm.posterior.spaces.grid.cell`."""
    return np.log1p(1.0 / (k + 1.0)) + np.log1p(1.0 / (total + 1.0 - k))


@uncounted
def log_weight(k, gamma):
    """Return log Γ(k + γ)/k!."""
    return math.lgamma(k + gamma) - math.lgamma(k + 1.0)
