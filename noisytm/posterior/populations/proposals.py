"""Random numbers, and moves of one distribution that are proposed with them, in compiled code.

Every particle has a stream of random numbers of its own. A proposal is symmetric in the coordinates that it is made in;
what is returned is the change of the log density there: the prior times the Jacobian.
"""

import math

import numpy as np

from noisytm._compile import apart, inner
from noisytm.posterior.populations.entries import held_by_right, put_factor

COMPILES = "moves of a population"

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
FIRST_MIX, SECOND_MIX = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
S30, S27, S31, S11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)
UNIT = 1.0 / (1 << 53)


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
def put_normals(streams, i, out):
    """Put normal numbers, two for each point in a disc, by the method of Marsaglia."""
    for c in range(0, out.size, 2):
        square = 2.0
        while square >= 1.0:
            x, y = 2.0 * uniform(streams, i) - 1.0, 2.0 * uniform(streams, i) - 1.0
            square = x * x + y * y
        radius = np.sqrt(-2.0 * np.log(square) / square)
        out[c] = radius * x
        if c + 1 < out.size:
            out[c + 1] = radius * y


@apart
def log_density(at, j, row):
    """Return the log density of a factor in logits; see `Logits.log_density`."""
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


@inner
def step(streams, i):
    """Return a number of mean 0 and variance 1 that is nearly normal, the sum of three that are uniform.

    For a move that is accepted or not any symmetric step will do, and this one needs no logarithm.
    """
    return 2.0 * (uniform(streams, i) + uniform(streams, i) + uniform(streams, i)) - 3.0


@apart
def propose(at, j, row, out, parts, scale, streams, i):
    """Put another factor in ``out`` and its probabilities in ``parts``.

    What is returned is the change of the log density in the coordinates in which the step is symmetric; where nothing
    is changed −inf, for there is nothing to be evaluated.
    """
    if at.divisions > 0.0:
        return propose_multiples(at, j, row, out, parts, scale, streams, i)
    for c in range(at.starts[j], at.starts[j] + at.sizes[j]):
        out[c] = row[c] + scale * step(streams, i)
    put_factor(at, j, out, parts)
    return log_density(at, j, out) - log_density(at, j, row)


@apart
def propose_multiples(at, j, row, out, parts, scale, streams, i):
    """Divide what two entries have together anew; see `Grid.proposed`."""
    size = at.sizes[j]
    first = int(uniform(streams, i) * size)
    second = at.starts[j] + (first + 1 + int(uniform(streams, i) * (size - 1))) % size
    first += at.starts[j]
    before, total = row[first], row[first] + row[second]
    length, end = cell_length(before, total), np.log(total + 2.0)
    place = np.log((before + 1.0) / (total + 2.0 - before)) + length * uniform(streams, i) + scale * step(streams, i)
    x = np.exp(end - np.abs((place + end) % (4.0 * end) - 2.0 * end))
    after = min(max(np.floor((x * (total + 2.0) - 1.0) / (x + 1.0)), 0.0), total)
    out[first], out[second] = after, total - after
    if after == before:
        return -np.inf
    put_factor(at, j, out, parts)
    rise = np.log(length / cell_length(after, total))
    if at.concentrations[j] != 1.0:
        for c in (first, second):
            held = held_by_right(at) if c - at.starts[j] == at.rights[j] else 0.0
            rise += log_weight(held + out[c], at.concentrations[j]) - log_weight(held + row[c], at.concentrations[j])
    return rise


@inner
def cell_length(k, total):
    """Return the length of the cell of k; see `noisytm.posterior.spaces.grid.cell`."""
    return np.log1p(1.0 / (k + 1.0)) + np.log1p(1.0 / (total + 1.0 - k))


@inner
def log_weight(k, gamma):
    """Return log Γ(k + γ)/k!."""
    return math.lgamma(k + gamma) - math.lgamma(k + 1.0)
