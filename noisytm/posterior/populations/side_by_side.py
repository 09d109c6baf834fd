"""Particles side by side: what the moves need of them in loops over many, which become vector instructions.

Arrays are (columns, particles), codes and gradients (particles, entries). Loops over particles are innermost, and touch
few arrays each: so the compiler finds out that none overlaps another.
"""

import math

import numpy as np

from noisytm._compile import apart_uncounted, uncounted
from noisytm.posterior.populations.eights import put_forces_of, put_shares
from noisytm.posterior.populations.entries import held_by_right, share_of
from noisytm.posterior.populations.vectors import exponential, logarithm

COMPILES = "moves of a population"


@apart_uncounted
def put_factor(at, j, rows, tops, scales, parts):
    """Put the probabilities of a factor, of which ``rows`` has the logs, with any mass, or on a grid the multiples.

    Of logs, the probabilities are e^(log − top) times a scale: ``tops`` and ``scales``, (factors, particles).
    """
    if at.divisions == 0.0:
        put_shares(at, j, rows, tops, scales, parts)
        return
    for c in range(at.starts[j], at.starts[j] + at.sizes[j]):
        for i in range(rows.shape[1]):
            parts[c, i] = rows[c, i] / at.divisions
    if at.rights[j] >= 0:
        for i in range(rows.shape[1]):
            parts[at.starts[j] + at.rights[j], i] += held_by_right(at) / at.divisions


@apart_uncounted
def normalise(at, j, rows, tops, scales):
    """Give a factor the mass 1, by what `put_factor` found of it; the top becomes the log of the mass."""
    count, share = rows.shape[1], share_of(at, j)
    for i in range(count):
        tops[j, i] -= logarithm(scales[j, i] / share)
    for c in range(at.starts[j], at.starts[j] + at.sizes[j]):
        for i in range(count):
            rows[c, i] -= tops[j, i]


@apart_uncounted
def add_log_density(at, j, rows, sign, out):
    """Add the log density of a factor in logits, with a sign; see `Logits.log_density`."""
    count, right, gamma = rows.shape[1], at.rights[j], at.concentrations[j]
    for c in range(at.starts[j], at.starts[j] + at.sizes[j]):
        if c - at.starts[j] != right:
            for i in range(count):
                out[i] += sign * gamma * rows[c, i]
    if right < 0:
        return
    for i in range(count):
        out[i] += sign * rows[at.starts[j] + right, i]
    if gamma != 1.0:
        for i in range(count):
            out[i] += sign * (gamma - 1.0) * logarithm(1.0 + exponential(rows[at.starts[j] + right, i]))
    if at.pulls[j] > 0.0:
        add_log_pull(at, j, rows, sign, out)


@apart_uncounted
def put_block(at, b, parts, codes):
    """Put the entries of flat codes that a block's factors make."""
    column, first, values = at.columns[b], at.firsts[b], at.values[b]
    if at.binary or at.counts[b] == 0:
        put_digits(at, b, parts, codes)
        return
    for e in range(values):
        for i in range(parts.shape[1]):
            codes[i, column + e] = parts[at.starts[first] + e, i]


@uncounted
def product_of_digits(at, first, count, pattern, without, parts, i):
    """Return the product of the probabilities of the digits of a pattern, one of them left out."""
    mass = 1.0
    for k in range(count):
        if k != without:
            mass *= parts[at.starts[first + k] + ((pattern >> (count - 1 - k)) & 1), i]
    return mass


@apart_uncounted
def put_digits(at, b, parts, codes):
    """Put the entries of codes that binary digits make."""
    column, count, values = at.columns[b], at.counts[b], at.values[b]
    for i in range(codes.shape[0]):
        for e in range(values):
            codes[i, column + e] = 0.0
        for pattern in range(1 << count):
            mass = product_of_digits(at, at.firsts[b], count, pattern, -1, parts, i)
            codes[i, column + pattern % values] += mass


@apart_uncounted
def put_slopes(at, parts, gradients, slopes):
    """Put the slopes of the loss in the entries of all factors, from those in the entries of codes."""
    count = parts.shape[1]
    for j in range(at.starts.size):
        b, start = at.owners[j], at.starts[j]
        if not at.binary:
            for k in range(at.sizes[j]):
                for i in range(count):
                    slopes[start + k, i] = gradients[i, at.columns[b] + k]
            continue
        digits, first, values = at.counts[b], at.firsts[b], at.values[b]
        for i in range(count):
            slopes[start, i] = slopes[start + 1, i] = 0.0
            for pattern in range(1 << digits):
                c = start + ((pattern >> (digits - 1 - (j - first))) & 1)
                others = product_of_digits(at, first, digits, pattern, j - first, parts, i)
                slopes[c, i] += gradients[i, at.columns[b] + pattern % values] * others


@apart_uncounted
def put_forces(at, rows, parts, slopes, n, forces):
    """Put the slope of the log density in logits: −n times that of the loss, and that of the prior.

    ``slopes`` are in the entries of factors, and are overwritten; ``parts`` become the entries before they are drawn
    in. What is common to all entries of a distribution has no meaning: the slope of the right one, or of the largest,
    is subtracted first.
    """
    for j in range(at.starts.size):
        put_forces_of(at, j, rows, parts, slopes, n, forces)
        start, right = at.starts[j], at.rights[j]
        if right >= 0 and at.concentrations[j] != 1.0:
            excess = at.concentrations[j] - 1.0
            add_excess(parts, start, start + at.sizes[j], start + right, excess, forces)
        if at.pulls[j] > 0.0:
            add_pull(at, j, parts, forces)


@apart_uncounted
def add_excess(parts, start, end, right, excess, forces):
    """Add what the slope of the prior has more in a region where the right entry is (1 + x)/2."""
    for i in range(parts.shape[1]):
        ratio = parts[right, i] / (1.0 + parts[right, i])
        for c in range(start, end):
            at_right = 1.0 if c == right else 0.0
            forces[c, i] += excess * (ratio * (at_right - parts[c, i]) - at_right)


@apart_uncounted
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


@apart_uncounted
def add_log_pull(at, j, rows, sign, out):
    """Add log g of a factor, with a sign; ``rows`` are logs."""
    for i in range(rows.shape[1]):
        out[i] += sign * pull_of(at.pulls[j], at.sizes[j], exponential(rows[at.starts[j] + at.rights[j], i]))[0]


@apart_uncounted
def add_pull(at, j, parts, forces):
    """Add the slope of log g in logits; ``parts`` are entries before they are drawn in."""
    start, right = at.starts[j], at.starts[j] + at.rights[j]
    for i in range(parts.shape[1]):
        slope = pull_of(at.pulls[j], at.sizes[j], parts[right, i])[1] * parts[right, i]
        for c in range(start, start + at.sizes[j]):
            forces[c, i] += slope * ((1.0 if c == right else 0.0) - parts[c, i])
