"""The independent distributions that noisy codes are made of: their prior, exact draws, and the codes they make.

A particle is an array of the logs of the entries of all distributions with at least two values, one after another:
small entries keep full relative accuracy, however small. In the region near a machine, where every right entry is at
least ½, x are the entries before the simplex is drawn in to that part: a wrong entry is x/2, the right one (1 + x)/2.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from noisytm.codespace import KINDS, CodeSpace
from noisytm.geometry import CHARTS, BitFace, Concentration, Concentrations, Face
from noisytm.machine import TuringMachine
from noisytm.posterior.populations.half import log_mass_of_half, log_twice_the_rest

Array = NDArray[np.float64]


class Factor(NamedTuple):
    """One distribution.

    Attributes
    ----------
    start, size : int
        Where its entries begin, and how many it has: at least 2.
    concentration : float
        γ of its Dirichlet prior.
    right : int
        The entry that is at least ½; −1 where there is none.
    """

    start: int
    size: int
    concentration: float
    right: int


class Block(NamedTuple):
    """One distribution of a code: what is written, the next state, or the move, at one tuple.

    Attributes
    ----------
    column, values : int
        Where its entries begin in a flat code, and how many there are.
    first, factors : int
        Which factors make it: itself, or its binary digits, the most significant first; none if it has one value.
    """

    column: int
    values: int
    first: int
    factors: int


@dataclass(frozen=True, eq=False)
class Factors:
    """The factors of a code space, in a chart, with their prior; in the region near a machine or everywhere.

    Attributes
    ----------
    space : CodeSpace
        The code space.
    binary : bool
        Whether the factors are binary digits.
    factors : tuple of Factor
        The distributions.
    blocks : tuple of Block
        What they make of a code.
    """

    space: CodeSpace
    binary: bool
    factors: tuple[Factor, ...]
    blocks: tuple[Block, ...]

    @property
    def columns(self) -> int:
        """Number C of entries of a particle."""
        return sum(factor.size for factor in self.factors)

    @property
    def log_volume(self) -> float:
        """Log of the prior mass of the region; 0 if that is all of code space."""
        return sum(log_mass_of_half(f.size, f.concentration) for f in self.factors if f.right >= 0)

    def draw(self, rng: np.random.Generator, count: int) -> Array:
        """Return exact draws from the prior, given the region: shape (count, C)."""
        logs = np.empty((count, self.columns))
        for factor in self.factors:
            logs[:, factor.start : factor.start + factor.size] = _draws(rng, count, factor)
        return logs

    def codes(self, logs: Array) -> Array:
        """Return the codes that particles make: shape (n, N, S + |Q| + 3)."""
        rows, width = self.space.shape
        parts = self._probabilities(logs)
        codes = np.zeros((len(logs), rows * width))
        for block in self.blocks:
            factors = self.factors[block.first : block.first + block.factors]
            if factors and not self.binary:
                start = factors[0].start
                codes[:, block.column : block.column + block.values] = parts[:, start : start + block.values]
                continue
            for pattern in range(1 << block.factors):
                digits = [pattern >> (block.factors - 1 - k) & 1 for k in range(block.factors)]
                mass = np.ones(len(logs))
                for factor, digit in zip(factors, digits, strict=True):
                    mass *= parts[:, factor.start + digit]
                codes[:, block.column + pattern % block.values] += mass
        return codes.reshape(len(logs), rows, width)

    def log_density(self, logs: Array, factor: Factor) -> Array:
        """Return the log density of a factor in the coordinates that moves are made in, up to a constant: shape (n,).

        Moves add to logits. The Jacobian of the simplex in these is the product of all entries x.
        """
        part = logs[:, factor.start : factor.start + factor.size]
        sums: Array = part.sum(axis=1)
        if factor.right < 0:
            return factor.concentration * sums
        right = part[:, factor.right]
        density: Array = sums + (factor.concentration - 1) * (sums - right + np.log1p(np.exp(right)))
        return density

    def _probabilities(self, logs: Array) -> Array:
        """Return the entries of all factors: of each the largest is what the others leave."""
        found, rows = np.exp(logs), np.arange(len(logs))
        for factor in self.factors:
            part = found[:, factor.start : factor.start + factor.size]
            if factor.right >= 0:
                part /= 2
            largest = part.argmax(axis=1) if factor.right < 0 else np.full(len(logs), factor.right)
            part[rows, largest] = 0.0
            part[rows, largest] = 1.0 - part.sum(axis=1)
        return found


def factors_of(space: CodeSpace, machine: TuringMachine | None, chart: str, concentration: Concentration) -> Factors:
    """Return the factors of a code space; near a machine if one is given.

    Parameters
    ----------
    space : CodeSpace
        The code space.
    machine : TuringMachine, optional
        Its right entries (in the bits chart, its right digits in standard binary) are at least ½.
    chart : str
        A name of `CHARTS`. The coordinates of the sphere are square roots: a uniform measure there is a Dirichlet
        distribution of concentration ½.
    concentration : Fraction or Concentrations
        Of the prior, by distributions or by digits.
    """
    kind = CHARTS.named(chart)
    kind.require_sampling()
    digits = None if machine is None or not kind.binary else BitFace.of_face(Face(machine)).digits
    rights = None if machine is None else space.right_entries(machine)
    factors: list[Factor] = []
    blocks: list[Block] = []
    start = 0
    for i, key in enumerate(space.keys):
        for k, (name, column, values) in enumerate(space.blocks):
            gamma = float(_of(concentration, *key, name) / kind.exponent)
            right = -1 if rights is None else int(rights[i, k]) - column
            if kind.binary:
                count = (len(values) - 1).bit_length()
                right_ones = [-1] * count if digits is None else [int(x) for x in digits[i][k]]
                sizes = [2] * count
            else:
                count = int(len(values) > 1)
                right_ones, sizes = [right] * count, [len(values)] * count
            blocks.append(Block(i * space.shape[1] + column, len(values), len(factors), count))
            for size, place in zip(sizes, right_ones, strict=True):
                factors.append(Factor(start, size, gamma, place))
                start += size
    assert len(blocks) == len(space.keys) * len(KINDS)
    return Factors(space, kind.binary, tuple(factors), tuple(blocks))


def normalised(part: Array) -> Array:
    """Return log entries of distributions of mass 1, shape (n, k), from those of any mass."""
    top = part.max(axis=1, keepdims=True)
    sums: Array = top + np.log(np.exp(part - top).sum(axis=1, keepdims=True))
    return part - sums


def _of(concentration: Concentration, symbol: str, state: str, kind: str) -> Fraction:
    return concentration.of(symbol, state, kind) if isinstance(concentration, Concentrations) else concentration


def _draws(rng: np.random.Generator, count: int, factor: Factor) -> Array:
    """Return log entries of one factor; a Gamma variate of γ is one of γ + 1 times U^(1/γ), whose log is never lost."""
    gamma, size = factor.concentration, factor.size
    wrong = size if factor.right < 0 else size - 1
    logs = np.log(rng.standard_gamma(gamma + 1, (count, wrong))) + np.log1p(-rng.random((count, wrong))) / gamma
    logs = normalised(logs)
    if factor.right < 0:
        return logs
    rest = log_twice_the_rest(rng, count, size, gamma)
    inserted: Array = np.insert(logs + rest[:, None], factor.right, np.log(-np.expm1(rest)), axis=1)
    return inserted
