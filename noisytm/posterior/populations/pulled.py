"""What a pull of weights makes of the density of a distribution, in compiled code; see `posterior.spaces.pull`."""

import math

import numpy as np

from noisytm._compile import apart_uncounted
from noisytm.posterior.populations.vectors import exponential

COMPILES = "moves of a population"


@apart_uncounted
def pull_of(gamma, size, x):
    """Return log g of a distribution of pulled weights whose right entry is (1 + x)/2, and its slope in x."""
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
