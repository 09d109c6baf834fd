"""Particles side by side: the arithmetic of trajectories in loops over many of them, which become vector instructions.

Arrays are (columns, particles), codes and gradients (particles, entries). Loops over particles are innermost, and touch
few arrays each: so the compiler finds out that none overlaps another.
"""

import math
from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from noisytm._compile import apart, inner
from noisytm.posterior.populations.entries import share_of

COMPILES = "moves of a population"

# e^x = 2^k e^r, |r| ≤ ½ log 2. log 2 is the sum of a part with few digits and the rest; 1.5·2^52 + k has k in its last
# bits.
LOG2_E, HIGH, LOW = 1.0 / math.log(2), 6.93147180369123816490e-01, 1.90821492927058770002e-10
SHIFTER, LEAST = 6755399441055744.0, -708.0
C2, C3, C4, C5, C6, C7, C8, C9, C10, C11, C12, C13 = (1.0 / math.factorial(k) for k in range(2, 14))


@intrinsic
def bits_of(context: Any, x: Any) -> Any:
    """Return the bits of a number as an integer."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        return builder.bitcast(values[0], ir.IntType(64))

    return types.int64(types.float64), generate


@intrinsic
def of_bits(context: Any, bits: Any) -> Any:
    """Return the number of which an integer has the bits."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        return builder.bitcast(values[0], ir.DoubleType())

    return types.float64(types.int64), generate


@inner
def exponential(x):
    """Return e^x for x ≤ 0, at least e^−708, to about an ulp: a formula of the same instructions for every x."""
    x = max(x, LEAST)
    shifted = x * LOG2_E + SHIFTER
    k = shifted - SHIFTER
    r = (x - k * HIGH) - k * LOW
    s = r * r
    q = s * s
    low = (1.0 + r) + s * (0.5 + r * C3) + q * ((C4 + r * C5) + s * (C6 + r * C7))
    high = (C8 + r * C9) + s * (C10 + r * C11) + q * (C12 + r * C13)
    bits: Any = (bits_of(shifted) + 1023) << 52  # type: ignore[call-arg]  # numba gives the contexts
    return (low + (q * q) * high) * of_bits(bits)


@apart
def put_codes(at, rows, tops, totals, parts, codes):
    """Put the probabilities of all factors, whose logs are ``rows`` and may have any mass, and the codes.

    The mass of a factor is its total times e^top, ``tops`` and ``totals`` having the shape (factors, particles).
    """
    count = rows.shape[1]
    for j in range(at.starts.size):
        start, end, share = at.starts[j], at.starts[j] + at.sizes[j], share_of(at, j)
        for i in range(count):
            tops[j, i], totals[j, i] = rows[start, i], 0.0
        for c in range(start + 1, end):
            for i in range(count):
                tops[j, i] = max(tops[j, i], rows[c, i])
        for c in range(start, end):
            for i in range(count):
                parts[c, i] = exponential(rows[c, i] - tops[j, i])
            for i in range(count):
                totals[j, i] += parts[c, i]
        for c in range(start, end):
            for i in range(count):
                parts[c, i] *= share / totals[j, i]
        if at.rights[j] >= 0:
            for i in range(count):
                parts[start + at.rights[j], i] += 0.5
    for b in range(at.columns.size):
        column, first, values = at.columns[b], at.firsts[b], at.values[b]
        if at.binary or at.counts[b] == 0:
            put_digits(at, b, parts, codes)
            continue
        for e in range(values):
            c = at.starts[first] + e
            for i in range(count):
                codes[i, column + e] = parts[c, i]


@inner
def product_of_digits(at, first, count, pattern, without, parts, i):
    """Return the product of the probabilities of the digits of a pattern, one of them left out."""
    mass = 1.0
    for k in range(count):
        if k != without:
            mass *= parts[at.starts[first + k] + ((pattern >> (count - 1 - k)) & 1), i]
    return mass


@apart
def put_digits(at, b, parts, codes):
    """Put the entries of codes that binary digits make."""
    column, count, values = at.columns[b], at.counts[b], at.values[b]
    for i in range(codes.shape[0]):
        for e in range(values):
            codes[i, column + e] = 0.0
        for pattern in range(1 << count):
            mass = product_of_digits(at, at.firsts[b], count, pattern, -1, parts, i)
            codes[i, column + pattern % values] += mass


@apart
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


@apart
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


@inner
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


@apart
def add_excess(parts, start, end, right, excess, forces):
    """Add what the slope of the prior has more in a region where the right entry is (1 + x)/2."""
    for i in range(parts.shape[1]):
        ratio = parts[right, i] / (1.0 + parts[right, i])
        for c in range(start, end):
            at_right = 1.0 if c == right else 0.0
            forces[c, i] += excess * (ratio * (at_right - parts[c, i]) - at_right)
