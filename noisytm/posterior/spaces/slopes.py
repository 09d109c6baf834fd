"""Slopes in logits, from codes: of the loss and of the prior, whose means over a posterior are the same."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from noisytm.posterior.spaces.factors import Block, Factor, Factors
from noisytm.posterior.spaces.pull import log_pull

Array = NDArray[np.float64]


def slope_differences(factors: Factors, codes: Array, gradients: Array, n: float, rows: Array | None = None) -> Array:
    """Return ∂(nK) − ∂ log density in the logits of every distribution: equipartition says that its mean is 0.

    Parameters
    ----------
    factors : Factors
        Of distributions, or of binary digits; not on a grid.
    codes, gradients : ndarray of float64, shape (P, N, S + |Q| + 3)
        The particles, and ∂K in their entries.
    n : float
        Number of observations.
    rows : ndarray of float64, shape (P, C), optional
        The particles, which codes do not tell of binary digits.

    Returns
    -------
    ndarray of float64, shape (P, C)
    """
    flat, slopes = codes.reshape(len(codes), -1), gradients.reshape(len(codes), -1)
    found = np.empty((len(codes), factors.columns))
    if factors.binary:
        assert rows is not None
        parts = factors.probabilities(rows)
        for block in factors.blocks:
            for j in range(block.first, block.first + block.factors):
                factor = factors.factors[j]
                found[:, factor.part] = _differences(
                    factor, parts[:, factor.part].copy(), _of_digit(factors, block, j, parts, slopes), n
                )
        return found
    for block in factors.blocks:
        if block.factors:
            factor, part = factors.factors[block.first], slice(block.column, block.column + block.values)
            columns = slice(factor.start, factor.start + factor.size)
            found[:, columns] = _differences(factor, flat[:, part], slopes[:, part], n)
    return found


def _differences(factor: Factor, entries: Array, slope: Array, n: float) -> Array:
    rows, gamma, right = np.arange(len(entries)), factor.concentration, factor.right
    if right < 0:
        share, x, excess, base = 1.0, entries, 0.0, slope[rows, entries.argmax(axis=1)]
    else:
        share, x, excess, base = 0.5, 2 * entries, gamma - 1, slope[:, right]
        x[:, right] = np.maximum(2 * entries[:, right] - 1, 0.0)
    along = share * (slope - base[:, None])
    of_loss = n * x * (along - (x * along).sum(axis=1, keepdims=True))
    of_prior = gamma - (gamma * factor.size - excess) * x
    if excess or factor.pull:
        ratio = (x[:, right] / (1 + x[:, right]))[:, None]
        is_right = np.arange(factor.size) == right
        of_prior = of_prior - excess * is_right + excess * ratio * (is_right - x)
        if factor.pull:
            amplitudes = np.sqrt((1 + x[:, right]) / 2)
            slopes = log_pull(factor.pull, factor.size, amplitudes)[1]
            of_prior += (slopes / (4 * amplitudes) * x[:, right])[:, None] * (is_right - x)
    difference: Array = of_loss - of_prior
    return difference


def _of_digit(factors: Factors, block: Block, j: int, parts: Array, slopes: Array) -> Array:
    """Return the slope of the loss in the two entries of one digit of a block: its patterns, without that digit."""
    found = np.zeros((len(parts), 2))
    for pattern in range(1 << block.factors):
        digits = [pattern >> (block.factors - 1 - k) & 1 for k in range(block.factors)]
        others = np.ones(len(parts))
        for k, digit in enumerate(digits):
            if block.first + k != j:
                others *= parts[:, factors.factors[block.first + k].start + digit]
        found[:, digits[j - block.first]] += slopes[:, block.column + pattern % block.values] * others
    return found
