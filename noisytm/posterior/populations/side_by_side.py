"""Groups of eight particles, each in the lanes of vectors: their probabilities, prior, and slopes, by factors.

``g`` is a group: arrays are (groups, columns, 8), but for those of one group at a time, (1, columns, 8), and of one
number for each particle, (groups, 8). ``rows`` have logs, or on a grid the multiples; ``parts`` have the entries before
they are drawn in, or on a grid the probabilities themselves.
"""

import math

import numpy as np

from noisytm._compile import uncounted
from noisytm.posterior.populations.eights import with_lane
from noisytm.posterior.populations.entries import held_by_right, share_of
from noisytm.posterior.populations.vectors import exponential, fused, logarithm, quotient
from noisytm.relaxation.marginal import LANES, at_most, choose, larger, load, splat, store

COMPILES = "moves of a population"


@uncounted
def put_masses(at, begin, end, rows, parts):
    """Put e^log of entries, or on a grid the multiples: what is to be divided by the mass of each factor.

    One loop over entries of many factors keeps the constants of the formula in registers.
    """
    if at.divisions > 0.0:
        for c in range(begin, end):
            store(parts, c, load(rows, c))
        return
    for c in range(begin, end):
        store(parts, c, exponential(load(rows, c)))


@uncounted
def put_parts(at, j, g, rows, settled, parts, entries):
    """Put the entries of a factor, of which ``parts`` have the masses, and its probabilities.

    In the region near a machine a wrong entry is x/2, the right one (1 + x)/2. If ``settled`` logs get the mass 1.
    Logs that have run away, beyond 700, become no numbers: such a move is refused.
    """
    first, size, right = at.starts[j], at.sizes[j], at.rights[j]
    start = g * rows.shape[1] + first
    if at.divisions > 0.0:
        for c in range(size):
            held = held_by_right(at) if c == right else 0.0
            x = quotient(load(parts, start + c) + splat(held), splat(at.divisions))
            store(parts, start + c, x)
            store(entries, first + c, x)
        return
    total = load(parts, start)
    for c in range(start + 1, start + size):
        total = total + load(parts, c)
    scale = quotient(splat(1.0), total)
    share = splat(0.5 if right >= 0 else 1.0)
    for c in range(size):
        x = load(parts, start + c) * scale
        store(parts, start + c, x)
        store(entries, first + c, fused(share, x, splat(0.5 if c == right else 0.0)))
    if settled:
        top = logarithm(total)
        for c in range(start, start + size):
            store(rows, c, load(rows, c) - top)


@uncounted
def put_entries(at, j, g, parts, entries):
    """Put the probabilities of a factor again; see `put_parts`."""
    start, first = g * parts.shape[1] + at.starts[j], at.starts[j]
    drawn_in = at.rights[j] >= 0 and at.divisions == 0.0
    for c in range(at.sizes[j]):
        x = load(parts, start + c)
        if drawn_in:
            x = fused(splat(0.5), x, splat(0.5 if c == at.rights[j] else 0.0))
        store(entries, first + c, x)


@uncounted
def take_parts(at, j, g, entries, parts):
    """Put the entries before they are drawn in, of which `put_entries` makes probabilities."""
    start, first = g * parts.shape[1] + at.starts[j], at.starts[j]
    for c in range(at.sizes[j]):
        x = load(entries, first + c)
        if at.rights[j] >= 0:
            x = larger(fused(splat(2.0), x, splat(-1.0 if c == at.rights[j] else 0.0)), splat(0.0))
        store(parts, start + c, x)


@uncounted
def log_density(at, j, g, rows):
    """Return the log density of a factor in logits; see `Logits.log_density`."""
    start, right, gamma = g * rows.shape[1] + at.starts[j], at.rights[j], at.concentrations[j]
    total = splat(0.0)
    for c in range(start, start + at.sizes[j]):
        total = total + load(rows, c)
    if gamma != 1.0:
        total = total * splat(gamma)
    if right < 0:
        return total
    held = load(rows, start + right)
    if gamma != 1.0:
        total = total + splat(gamma - 1.0) * (logarithm(splat(1.0) + exponential(held)) - held)
    if at.pulls[j] > 0.0:
        total = total + log_pull(at, j, g, rows)
    return total


@uncounted
def push(at, j, g, rows, parts, slopes, n, time, momenta):
    """Add to the momenta of a factor what the slope of the log density gives them in a time.

    ``slopes`` are those of the loss in the entries of factors, and are overwritten. What is common to all entries of a
    distribution has no meaning: the slope of the right one, or of the largest, is subtracted first.
    """
    start, first, size, right = g * rows.shape[1] + at.starts[j], at.starts[j], at.sizes[j], at.rights[j]
    base, mean = load(slopes, first + max(right, 0)), splat(0.0)
    if right < 0:
        best = load(rows, start)
        for c in range(1, size):
            is_less = at_most(load(rows, start + c), best)
            base = choose(is_less, base, load(slopes, first + c))
            best = choose(is_less, best, load(rows, start + c))
    for c in range(size):
        slope = load(slopes, first + c) - base
        store(slopes, first + c, slope)
        mean = fused(load(parts, start + c), slope, mean)
    excess = 0.0 if right < 0 else at.concentrations[j] - 1.0
    steep, weight = splat(-n * share_of(at, j)), splat(excess - at.concentrations[j] * size)
    gamma = splat(at.concentrations[j])
    for c in range(size):
        bent = fused(steep, load(slopes, first + c) - mean, weight)
        force = fused(load(parts, start + c), bent, gamma)
        store(momenta, start + c, fused(time, force, load(momenta, start + c)))
    if excess != 0.0 or at.pulls[j] > 0.0:
        push_from_right(at, j, g, parts, excess, time, momenta)


@uncounted
def push_from_right(at, j, g, parts, excess, time, momenta):
    """Add what the prior has more in a region where the right entry is (1 + x)/2: see `slope_differences`."""
    start = g * parts.shape[1] + at.starts[j]
    x = load(parts, start + at.rights[j])
    along = splat(excess) * quotient(x, splat(1.0) + x)
    if at.pulls[j] > 0.0:
        along = along + x * pull_slope(at, j, g, parts)
    for c in range(at.sizes[j]):
        at_right = 1.0 if c == at.rights[j] else 0.0
        force = along * (splat(at_right) - load(parts, start + c)) - splat(excess * at_right)
        store(momenta, start + c, fused(time, force, load(momenta, start + c)))


@uncounted
def product_of_digits(at, first, count, pattern, without, entries, i):
    """Return the product of the probabilities of the digits of a pattern, one of them left out."""
    mass = 1.0
    for k in range(count):
        if k != without:
            mass *= entries[0, at.starts[first + k] + ((pattern >> (count - 1 - k)) & 1), i]
    return mass


@uncounted
def put_block(at, b, g, entries, codes):
    """Put the entries of flat codes that a block's factors make, of the eight codes of a group."""
    column, first, values, count = at.columns[b], at.firsts[b], at.values[b], at.counts[b]
    if not at.binary:
        for e in range(values):
            for i in range(LANES):
                codes[g * LANES + i, column + e] = entries[0, at.sources[column + e], i]
        return
    for i in range(LANES):
        for e in range(values):
            codes[g * LANES + i, column + e] = 0.0
        for pattern in range(1 << count):
            mass = product_of_digits(at, first, count, pattern, -1, entries, i)
            codes[g * LANES + i, column + pattern % values] += mass


@uncounted
def put_slopes_of_digits(at, g, entries, gradients, slopes):
    """Put the slopes of the loss in binary digits, from those in the entries of codes."""
    for j in range(at.starts.size):
        b, start = at.owners[j], at.starts[j]
        digits, first, values = at.counts[b], at.firsts[b], at.values[b]
        for i in range(LANES):
            slopes[0, start, i] = slopes[0, start + 1, i] = 0.0
            for pattern in range(1 << digits):
                c = start + ((pattern >> (digits - 1 - (j - first))) & 1)
                others = product_of_digits(at, first, digits, pattern, j - first, entries, i)
                slopes[0, c, i] += gradients[g * LANES + i, at.columns[b] + pattern % values] * others


@uncounted
def pull_of(gamma, size, x):
    """Return log g of a distribution of pulled weights whose right entry is (1 + x)/2, and its slope in x.

    See `posterior.spaces.pull`.
    """
    amplitude = np.sqrt(0.5 * (1.0 + x))
    before = np.sqrt(0.5 * np.pi / gamma) * math.erfc(-amplitude * np.sqrt(0.5 * gamma))
    now = amplitude * before + np.exp(-0.25 * gamma * (1.0 + x)) / gamma
    for j in range(2, size):
        before, now = now, amplitude * now + (j - 1) * before / gamma
    following = amplitude * now + (size - 1) * before / gamma
    return np.log(now) - 0.25 * gamma * (1.0 - x), 0.25 * gamma * following / (now * amplitude)


@uncounted
def log_pull(at, j, g, rows):
    """Return log g of a factor; ``rows`` are logs."""
    right, found = at.starts[j] + at.rights[j], splat(0.0)
    for i in range(LANES):
        found = with_lane(found, i, pull_of(at.pulls[j], at.sizes[j], exponential(rows[g, right, i]))[0])
    return found


@uncounted
def pull_slope(at, j, g, parts):
    """Return the slope of log g in x."""
    right, found = at.starts[j] + at.rights[j], splat(0.0)
    for i in range(LANES):
        found = with_lane(found, i, pull_of(at.pulls[j], at.sizes[j], parts[g, right, i])[1])
    return found
