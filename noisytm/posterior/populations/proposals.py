"""Random numbers, and moves of one distribution that are proposed with them, for groups of eight particles.

Every particle has a stream of random numbers of its own. A proposal is symmetric in the coordinates that it is made in;
what is returned is the change of the log density there: the prior times the Jacobian.
"""

import math

import numpy as np

from noisytm._compile import uncounted
from noisytm.posterior.populations.eights import drawn, lane, with_lane
from noisytm.posterior.populations.entries import held_by_right
from noisytm.posterior.populations.side_by_side import log_density, put_masses, put_parts
from noisytm.posterior.populations.vectors import (
    GOLDEN,
    angle,
    as_bits,
    as_floats,
    cosine,
    fused,
    hashed,
    logarithm,
    root,
    sine,
    spread,
    unit,
    unit_of_half,
    where_last,
    where_last_but_one,
)
from noisytm.relaxation.marginal import LANES, load, splat, store

COMPILES = "moves of a population"

NEXT = np.uint64(GOLDEN)


@uncounted
def uniform(streams, i):
    """Return the next number of a stream, in (0, 1)."""
    streams[i] += NEXT
    return unit(hashed(streams[i]))


@uncounted
def put_normals(g, streams, out):
    """Put normal numbers, two for each point in the plane, by the method of Box and Muller; return half their squares.

    The angle is one within π/4 of an axis, of which there are four. A point takes 64 random bits, half of them for its
    distance, which so is at most 6.8.
    """
    count, begin, energy = out.shape[1], g * out.shape[1], splat(0.0)
    for c in range(begin, begin + count - 1, 2):  # two loops, each of few constants, which stay in registers
        z = drawn(streams, g)
        half_square = splat(0.0) - logarithm(unit_of_half(z))
        store(out, c, half_square)
        store(out, c + 1, as_floats(z))
        energy = energy + half_square
    for c in range(begin, begin + count - 1, 2):
        z, half_square = as_bits(load(out, c + 1)), load(out, c)
        along, across = point(z, half_square)
        store(out, c, where_last_but_one(z, across, along))
        store(out, c + 1, where_last_but_one(z, along, across))
    if count % 2 > 0:
        z = drawn(streams, g)
        along, across = point(z, splat(0.0) - logarithm(unit_of_half(z)))
        last = where_last_but_one(z, across, along)  # one alone is never near the other axis
        store(out, begin + count - 1, last)
        energy = fused(splat(0.5) * last, last, energy)
    return energy


@uncounted
def point(z, half_square):
    """Return the coordinates of a point in the plane, along one axis and across, by random bits."""
    radius, turn = root(half_square + half_square), angle(z)
    radius = where_last(z, radius, splat(0.0) - radius)
    return radius * cosine(turn), radius * sine(turn)


@uncounted
def propose(at, j, g, rows, parts, entries, length, streams):
    """Put another factor of eight particles in ``rows``, with its probabilities; return the change of the log density.

    It is that in the coordinates in which the step is symmetric; where nothing is changed −inf, for there is nothing to
    be evaluated.
    """
    start = g * rows.shape[1] + at.starts[j]
    if at.divisions > 0.0:
        rise = splat(0.0)
        for i in range(LANES):
            rise = with_lane(rise, i, propose_multiples(at, j, g, i, rows, lane(length, i), streams))
        put_masses(at, start, start + at.sizes[j], rows, parts)
        put_parts(at, j, g, rows, False, parts, entries)
        return rise
    before = log_density(at, j, g, rows)
    for c in range(start, start + at.sizes[j]):
        store(rows, c, fused(length, spread(drawn(streams, g)), load(rows, c)))
    put_masses(at, start, start + at.sizes[j], rows, parts)
    put_parts(at, j, g, rows, True, parts, entries)
    return log_density(at, j, g, rows) - before


@uncounted
def propose_multiples(at, j, g, i, rows, length, streams):
    """Divide what two entries have together anew, of one particle of a group; see `Grid.proposed`."""
    size, stream = at.sizes[j], g * LANES + i
    first = int(uniform(streams, stream) * size)
    second = at.starts[j] + (first + 1 + int(uniform(streams, stream) * (size - 1))) % size
    first += at.starts[j]
    before, other = rows[g, first, i], rows[g, second, i]
    total = before + other
    cell, end = cell_length(before, total), np.log(total + 2.0)
    begin, within = np.log((before + 1.0) / (total + 2.0 - before)), cell * uniform(streams, stream)
    streams[stream] += NEXT
    place = begin + within + length * spread(hashed(streams[stream]))
    x = np.exp(end - np.abs((place + end) % (4.0 * end) - 2.0 * end))
    after = min(max(np.floor((x * (total + 2.0) - 1.0) / (x + 1.0)), 0.0), total)
    rows[g, first, i], rows[g, second, i] = after, total - after
    if after == before:
        return -np.inf
    rise = np.log(cell / cell_length(after, total))
    if at.concentrations[j] != 1.0:
        held = held_by_right(at)
        own = held if first - at.starts[j] == at.rights[j] else 0.0
        others = held if second - at.starts[j] == at.rights[j] else 0.0
        rise += log_weight(own + after, at.concentrations[j]) - log_weight(own + before, at.concentrations[j])
        rise += log_weight(others + total - after, at.concentrations[j])
        rise -= log_weight(others + other, at.concentrations[j])
    return rise


@uncounted
def cell_length(k, total):
    """Return the length of the cell of k; see `noisytm.posterior.spaces.grid.cell`."""
    return np.log1p(1.0 / (k + 1.0)) + np.log1p(1.0 / (total + 1.0 - k))


@uncounted
def log_weight(k, gamma):
    """Return log Γ(k + γ)/k!."""
    return math.lgamma(k + gamma) - math.lgamma(k + 1.0)
