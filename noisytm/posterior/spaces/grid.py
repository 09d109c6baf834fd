"""Distributions on a grid: entries are multiples of 1/N, and a particle has the multiples.

In the region near a machine the right entry is at least ½: a particle has what is more, so that its entries are any
composition of ⌊N/2⌋. The prior is the Dirichlet-multinomial distribution of N draws: uniform on all compositions for
the concentration 1, and in general Π g(k) with g(k) = Γ(k + γ)/(Γ(γ) k!).
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from noisytm.posterior.spaces.factors import Factor, Factors

Array = NDArray[np.float64]

# Cells of a coarser grid than 2^40 are wide enough to be told apart by their logs. Where the prior is not uniform g is
# kept for every multiple.
MOST_BITS, MOST_BITS_WEIGHTED = 40, 20


@dataclass(frozen=True, eq=False)
class Grid(Factors):
    """Factors whose entries are multiples of 1/N, N = 2^b.

    Attributes
    ----------
    bits : int
        b, from 0 to `MOST_BITS`.
    """

    bits: int

    @property
    def divisions(self) -> int:
        """N."""
        return 1 << self.bits

    @property
    def log_volume(self) -> float:
        """Log of the prior mass of the region; 0 if that is all of code space."""
        return sum(log_mass_of_half(self.divisions, f.size, f.concentration) for f in self.factors if f.right >= 0)

    def draw(self, rng: np.random.Generator, count: int) -> Array:
        """Return exact draws from the prior, given the region: shape (count, C)."""
        rows = np.empty((count, self.columns))
        for factor in self.factors:
            rows[:, factor.part] = self._draws(rng, count, factor)
        return rows

    def log_density(self, rows: Array, factor: Factor) -> Array:
        """Return the log of the prior mass of a factor, up to a constant: shape (n,)."""
        density = np.zeros(len(rows))
        if factor.concentration != 1:
            table = log_weights(self.divisions, factor.concentration)
            for k in range(factor.size):
                held = self.divisions - self.divisions // 2 if k == factor.right else 0
                density += table[rows[:, factor.start + k].astype(np.int64) + held]
        return density

    def proposed(self, rows: Array, factor: Factor, scales: Array, rng: np.random.Generator) -> tuple[Array, Array]:
        """Divide what two entries have together anew; see `cell`.

        The entry k is a cell on a line. From a place in it, anywhere, one goes a normal step further, and what is
        beyond the ends is folded back. A pair of cells is as likely one way as the other, but for their lengths.
        """
        count, numbers = len(rows), np.arange(len(rows))
        first = rng.integers(factor.size, size=count)
        second = (first + 1 + rng.integers(factor.size - 1, size=count)) % factor.size
        proposed = rows.copy()
        part = proposed[:, factor.part]
        before, total = part[numbers, first], part[numbers, first] + part[numbers, second]
        start, length = cell(before, total)
        place = start + length * rng.random(count) + scales[:, 0] * rng.standard_normal(count)
        after = cell_at(place, total)
        part[numbers, first], part[numbers, second] = after, total - after
        return proposed, np.log(length) - np.log(cell(after, total)[1])

    def probabilities(self, rows: Array) -> Array:
        """Return the entries of all factors, exactly."""
        found = rows / self.divisions
        for factor in self.factors:
            if factor.right >= 0:
                found[:, factor.start + factor.right] += 1 - self.divisions // 2 / self.divisions
        return found

    def _draws(self, rng: np.random.Generator, count: int, factor: Factor) -> Array:
        size, gamma, right = factor.size, factor.concentration, factor.right
        half = self.divisions // 2
        if right < 0:
            return divided(rng, np.full(count, self.divisions), size, gamma)
        if gamma == 1:
            return divided(rng, np.full(count, half), size, gamma)
        logs = log_masses(self.divisions, size, gamma)[self.divisions - half :]
        sums = np.cumsum(np.exp(logs - logs.max()))
        held = np.minimum(np.searchsorted(sums, sums[-1] * rng.random(count), side="right"), half)
        wrong = divided(rng, half - held, size - 1, gamma)
        inserted: Array = np.insert(wrong, right, held, axis=1)
        return inserted


def divided(rng: np.random.Generator, totals: NDArray[np.int64], parts: int, concentration: float) -> Array:
    """Return compositions of totals from the Dirichlet-multinomial distribution, (n, parts): entry by entry."""
    left, found = totals.astype(np.int64), np.empty((len(totals), parts))
    for k in range(parts - 1):
        chance = rng.beta(concentration, concentration * (parts - 1 - k), len(totals))
        taken = rng.binomial(left, chance)
        found[:, k], left = taken, left - taken
    found[:, parts - 1] = left
    return found


def cell(k: Array, total: Array) -> tuple[Array, Array]:
    """Return where the cell of k begins, and its length: from log (k + 1)/(T + 2 − k) to where that of k + 1 begins.

    For small k that is about log k, for k near T as much from the other end; and 0 has a cell as any other.

    Examples
    --------
    >>> starts, lengths = cell(np.arange(4.0), np.full(4, 3.0))
    >>> bool(np.allclose(starts[:-1] + lengths[:-1], starts[1:])), round(float(starts[0] + lengths.sum()), 3)
    (True, 1.609)
    """
    return np.log((k + 1) / (total + 2 - k)), np.log1p(1 / (k + 1)) + np.log1p(1 / (total + 1 - k))


def cell_at(place: Array, total: Array) -> Array:
    """Return the k whose cell has a place; from beyond the ends, at ± log(T + 2), places are folded back.

    Examples
    --------
    >>> cell_at(np.array([-1.0, 0.0, 1.0, 9.0]), np.full(4, 3.0))
    array([0., 2., 3., 2.])
    """
    end = np.log(total + 2)
    x = np.exp(end - np.abs((place + end) % (4 * end) - 2 * end))
    found: Array = np.clip(np.floor((x * (total + 2) - 1) / (x + 1)), 0, total)
    return found


@functools.lru_cache(maxsize=16)
def log_weights(total: int, concentration: float) -> Array:
    """Return log g(k) for k = 0, …, T: the product of (γ + i)/(1 + i) for i < k.

    Examples
    --------
    >>> log_weights(4, 1.0)
    array([0., 0., 0., 0., 0.])
    """
    ratios = np.log1p((concentration - 1) / np.arange(1.0, total + 1))
    table = np.concatenate([[0.0], np.cumsum(ratios)])
    table.setflags(write=False)
    return table


def log_masses(total: int, values: int, concentration: float) -> Array:
    """Return the log of the chance that one given entry is k, for k = 0, …, T."""
    of_one, of_others = log_weights(total, concentration), log_weights(total, (values - 1) * concentration)
    masses: Array = of_one + of_others[::-1] - log_weights(total, values * concentration)[-1]
    return masses


def log_mass_of_half(divisions: int, values: int, concentration: float) -> float:
    """Return the log of the mass of {r ≥ ½}, r one entry of a distribution on a grid.

    Examples
    --------
    >>> round(math.exp(log_mass_of_half(2, 2, 1.0)), 12), round(math.exp(log_mass_of_half(4, 3, 1.0)), 12)
    (0.666666666667, 0.4)
    """
    half = divisions // 2
    if concentration == 1:
        return math.log(math.comb(half + values - 1, values - 1)) - math.log(
            math.comb(divisions + values - 1, values - 1)
        )
    logs = log_masses(divisions, values, concentration)[divisions - half :]
    return float(logs.max() + np.log(np.exp(logs - logs.max()).sum()))
