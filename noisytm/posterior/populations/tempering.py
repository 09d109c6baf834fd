"""From one n to the next: how far, what that adds to log Z, and which particles go on."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from noisytm.errors import EstimateError

Array = NDArray[np.float64]

# The effective sample size that is left by a step in n, as a share; steps are fourfold at most, the first one is this.
OVERLAP, MOST_FOLD, FIRST = 0.7, 4.0, 0.1
SPREAD = math.sqrt(1.0 / OVERLAP - 1.0)


def ladder_to(n: float) -> tuple[float, ...]:
    """Return the n that are rungs in any case: the powers of ten from 1 on, and the last.

    Examples
    --------
    >>> ladder_to(200.0), ladder_to(0.5)
    ((1.0, 10.0, 100.0, 200.0), (0.5,))
    """
    powers = [float(f"1e{k}") for k in range(309)]
    return (*(power for power in powers if power < n), n)


def overlap_of(loss: Array, rise: float) -> float:
    """Return the effective sample size, as a share, of the weights e^(−rise·K).

    Examples
    --------
    >>> overlap_of(np.array([1.0, 1.0, 1.0, np.inf]), 2.0)
    0.75
    """
    weights = np.exp(-rise * (loss - loss.min()))
    return float(weights.sum() ** 2 / (weights @ weights) / len(loss))


def _spread_of(loss: Array, rise: float) -> float:
    """Return the standard deviation of the weights over their mean, which is nearly linear in the rise."""
    return math.sqrt(max(1.0 / overlap_of(loss, rise) - 1.0, 0.0))


def next_n(loss: Array, n: float, wanted: Sequence[float]) -> float:
    """Return the next n: a wanted one, or as far as the overlap goes, by chords and bisection.

    Raises
    ------
    EstimateError
        If there is no such n, as where most losses are infinite.
    """
    most = min(*(w for w in wanted if w > n), MOST_FOLD * n if n else FIRST)
    farthest = _spread_of(loss, most - n)
    if farthest <= SPREAD:
        return most
    finite = loss[loss < math.inf]
    scatter = float(finite.std()) if len(finite) else 0.0
    low, high, values = n, most, [0.0, farthest]
    for turn in itertools.count():
        least = 4e-4 * (low - n)  # so that both ends come near
        if high - low < 2.5 * least:
            break
        middle = (low + high) / 2
        if turn == 0:
            middle = min(n + SPREAD / scatter, middle) if scatter > 0.0 else middle
        elif turn % 4:
            chord = low + (high - low) * (SPREAD - values[0]) / (values[1] - values[0])
            middle = min(max(chord, low + least), high - least, middle if low == n else high)
        if not low < middle < high:
            break
        found = _spread_of(loss, middle - n)
        if found <= SPREAD:
            low, values[0] = middle, found
        else:
            high, values[1] = middle, found
    if low == n:
        raise EstimateError(
            f"from n = {n:g} on fewer than {OVERLAP:.0%} of the particles stand for any larger n; use more particles"
        )
    return low


def log_mean_weight(loss: Array, rise: float) -> float:
    """Return the log of the mean of e^(−rise·K).

    Examples
    --------
    >>> round(log_mean_weight(np.array([1.0, 3.0]), 0.0), 12)
    0.0
    """
    least = float(loss.min())
    return -rise * least + math.log(float(np.exp(-rise * (loss - least)).mean()))


def resampled(loss: Array, rise: float, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return which particles go on, systematically: each as often as its weight says, to within one.

    Examples
    --------
    >>> resampled(np.array([0.0, 50.0, 0.0]), 10.0, np.random.default_rng(1)).tolist()
    [0, 2, 2]
    """
    weights = np.cumsum(np.exp(-rise * (loss - loss.min())))
    ends = np.ceil(weights * (len(loss) / weights[-1]) - rng.random())
    ends[-1] = len(loss)
    return np.repeat(np.arange(len(loss)), np.diff(ends, prepend=0.0).astype(np.int64))
