"""The difference of free energies between two sizes, of samples at both alone: Bennett's acceptance ratio."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from noisytm.posterior.estimates.samples import Drawn

Reals = NDArray[np.float64]


def difference(drawn: Sequence[Drawn]) -> float:
    """Return F(n₂) − F(n₁) by Bennett's acceptance ratio.

    The root c of Σ₁ 1/(1 + (N₁/N₂)·exp(W − c)) = Σ₂ 1/(1 + (N₂/N₁)·exp(c − W)), W = (n₂ − n₁)K of the samples at n₁ and
    at n₂ (Bennett 1976, Journal of Computational Physics 22).

    Parameters
    ----------
    drawn : (Drawn, Drawn)
        Samples at n₁ and at n₂.

    Examples
    --------
    >>> x = np.array([[0.0, 1.0, 2.0, 3.0]])
    >>> round(difference([Drawn(1.0, x), Drawn(1.0 + 1e-6, x)]) / 1e-6, 3)
    1.5
    """
    first, second = _works(drawn)
    ratio = math.log(first.size / second.size)
    low, high = min(first.min(), second.min()) - abs(ratio) - 1, max(first.max(), second.max()) + abs(ratio) + 1
    scale = max(abs(low), abs(high))
    for _ in range(200):
        c = (low + high) / 2
        balance = float(_below(first - c + ratio).sum() - _below(c - second - ratio).sum())
        low, high = (low, c) if balance > 0 else (c, high)
        if high - low <= 1e-14 * scale:
            break
    return float((low + high) / 2)


def overlap(drawn: Sequence[Drawn]) -> float:
    """Return how much two sizes overlap, from 0 to 1: 1 if each sample might as well come from the other.

    1 − ∫ (p₁ − p₂)²/(p₁ + p₂)/2 as a mean over both: 2·E[h(1 − h)]·2, h the chance that a sample is one of n₁'s.

    Examples
    --------
    >>> x = np.array([[0.0, 1.0, 2.0, 3.0]])
    >>> round(overlap([Drawn(1.0, x), Drawn(1.0, x)]), 6)
    1.0
    """
    first, second = _works(drawn)
    c = difference(drawn)
    shares = [_below(work - c) for work in (first, second)]
    return float(2 * sum(np.mean(h * (1 - h)) for h in shares))


def _works(drawn: Sequence[Drawn]) -> tuple[Reals, Reals]:
    low, high = drawn
    return (high.n / low.n - 1) * low.nK.ravel(), (1 - low.n / high.n) * high.nK.ravel()


def _below(x: Reals) -> Reals:
    """Return 1/(1 + exp(x)) without overflow."""
    half: Reals = (1 - np.tanh(x / 2)) / 2
    return half
