"""Particles side by side: what the moves need of them in loops over many, which become vector instructions.

Arrays are (columns, particles), codes and gradients (particles, entries). Loops over particles are innermost, and touch
few arrays each: so the compiler finds out that none overlaps another.
"""

from noisytm._compile import apart_uncounted, uncounted
from noisytm.posterior.populations.entries import held_by_right, share_of
from noisytm.posterior.populations.pulled import add_log_pull, add_pull
from noisytm.posterior.populations.vectors import exponential, logarithm

COMPILES = "moves of a population"


@apart_uncounted
def put_factor(at, j, rows, tops, scales, parts):
    """Put the probabilities of a factor, of which ``rows`` has the logs, with any mass, or on a grid the multiples.

    Of logs, the probabilities are e^(log − top) times a scale: ``tops`` and ``scales``, (factors, particles).
    """
    count, start, end, share = rows.shape[1], at.starts[j], at.starts[j] + at.sizes[j], share_of(at, j)
    held = 0.5
    if at.divisions > 0.0:
        for c in range(start, end):
            for i in range(count):
                parts[c, i] = rows[c, i] / at.divisions
        held = held_by_right(at) / at.divisions
    else:
        for i in range(count):
            tops[j, i], scales[j, i] = rows[start, i], 0.0
        for c in range(start + 1, end):
            for i in range(count):
                tops[j, i] = max(tops[j, i], rows[c, i])
        for c in range(start, end):
            for i in range(count):
                parts[c, i] = exponential(rows[c, i] - tops[j, i])
            for i in range(count):
                scales[j, i] += parts[c, i]
        for i in range(count):
            scales[j, i] = share / scales[j, i]
        for c in range(start, end):
            for i in range(count):
                parts[c, i] *= scales[j, i]
    if at.rights[j] >= 0:
        for i in range(count):
            parts[start + at.rights[j], i] += held


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
def put_forces(at, rows, parts, slopes, n, base, mean, forces):
    """Put the slope of the log density in logits: −n times that of the loss, and that of the prior.

    ``slopes`` are in the entries of factors, and are overwritten; ``parts`` become the entries before they are drawn
    in. What is common to all entries of a distribution has no meaning: the slope of the right one, or of the largest,
    is subtracted first.
    """
    count = rows.shape[1]
    for j in range(at.starts.size):
        start, end, right, share = at.starts[j], at.starts[j] + at.sizes[j], at.rights[j], share_of(at, j)
        gamma = at.concentrations[j]
        excess = 0.0 if right < 0 else gamma - 1.0
        weight = gamma * at.sizes[j] - excess
        put_base(rows, slopes, start, end, right, mean, base)
        for i in range(count):
            mean[i] = 0.0
        if right >= 0:
            for i in range(count):
                parts[start + right, i] -= 0.5
        for c in range(start, end):
            for i in range(count):
                parts[c, i] /= share
            for i in range(count):
                slopes[c, i] = (n * share) * (slopes[c, i] - base[i])
            for i in range(count):
                mean[i] += parts[c, i] * slopes[c, i]
        for c in range(start, end):
            for i in range(count):
                forces[c, i] = gamma - parts[c, i] * (slopes[c, i] - mean[i] + weight)
        if excess != 0.0:
            add_excess(parts, start, end, start + right, excess, forces)
        if at.pulls[j] > 0.0:
            add_pull(at, j, parts, forces)


@uncounted
def put_base(rows, slopes, start, end, right, best, base):
    """Put the slope of the right entry, or of the largest."""
    count = rows.shape[1]
    c = start + max(right, 0)
    for i in range(count):
        best[i], base[i] = rows[c, i], slopes[c, i]
    if right < 0:
        for c in range(start + 1, end):
            for i in range(count):
                larger = rows[c, i] > best[i]
                base[i] = slopes[c, i] if larger else base[i]
                best[i] = rows[c, i] if larger else best[i]


@apart_uncounted
def add_excess(parts, start, end, right, excess, forces):
    """Add what the slope of the prior has more in a region where the right entry is (1 + x)/2."""
    for i in range(parts.shape[1]):
        ratio = parts[right, i] / (1.0 + parts[right, i])
        for c in range(start, end):
            at_right = 1.0 if c == right else 0.0
            forces[c, i] += excess * (ratio * (at_right - parts[c, i]) - at_right)
