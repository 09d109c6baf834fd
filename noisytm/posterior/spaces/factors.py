"""The independent distributions that noisy codes are made of: what is the same whatever their entries may be.

A particle is an array with the entries of all distributions that have at least two values, one after another: of which
form they are, and what moves them, is for the state spaces to say.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from noisytm.codespace import CodeSpace

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
    pull : float
        γ of the pull of its weights towards the code (``pull.py``); 0 where there is none.
    """

    start: int
    size: int
    concentration: float
    right: int
    pull: float = 0.0

    @property
    def part(self) -> slice:
        """Where its entries stand in a particle."""
        return slice(self.start, self.start + self.size)


class Block(NamedTuple):
    """One distribution of a code: what is written, the next state, or the move, at one tuple; of its key, if keys err.

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
class Factors(ABC):
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

    compiled: ClassVar[bool] = True  # whether there are compiled moves, and slopes in logits
    space: CodeSpace
    binary: bool
    factors: tuple[Factor, ...]
    blocks: tuple[Block, ...]

    @property
    def columns(self) -> int:
        """Number C of entries of a particle."""
        return sum(factor.size for factor in self.factors)

    @property
    def divisions(self) -> int:
        """N, if entries are multiples of 1/N; 0 if they may be any numbers."""
        return 0

    @property
    def log_volume(self) -> float:
        """Log of the prior mass of the region; 0 if that is all of code space, or the prior is one on the region."""
        return 0.0

    @abstractmethod
    def draw(self, rng: np.random.Generator, count: int) -> Array:
        """Return exact draws from the prior, given the region: shape (count, C)."""

    @abstractmethod
    def probabilities(self, rows: Array) -> Array:
        """Return the entries of all factors as probabilities, shape (n, C)."""

    @abstractmethod
    def log_density(self, rows: Array, factor: Factor) -> Array:
        """Return the log density of a factor in the coordinates that moves are made in, up to a constant: (n,)."""

    @abstractmethod
    def proposed(self, rows: Array, factor: Factor, scales: Array, rng: np.random.Generator) -> tuple[Array, Array]:
        """Propose another factor of each particle, as far away as scales, (n, 1), say.

        Returns
        -------
        proposed : ndarray of float64, shape (n, C)
        favour : ndarray of float64, shape (n,)
            Log of the density with which one comes back, less that with which one comes here.
        """

    def codes(self, rows: Array) -> Array:
        """Return the codes that particles make: shape (n, N, S + |Q| + 3)."""
        count, width = self.space.shape
        parts = self.probabilities(rows).T
        codes = np.zeros((count * width, len(rows)))  # each entry of all codes in one piece
        for block in self.blocks:
            factors = self.factors[block.first : block.first + block.factors]
            if factors and not self.binary:
                codes[block.column : block.column + block.values] = parts[factors[0].part]
                continue
            for pattern in range(1 << block.factors):
                digits = [pattern >> (block.factors - 1 - k) & 1 for k in range(block.factors)]
                mass = np.ones(len(rows))
                for factor, digit in zip(factors, digits, strict=True):
                    mass *= parts[factor.start + digit]
                codes[block.column + pattern % block.values] += mass
        return np.ascontiguousarray(codes.T).reshape(len(rows), count, width)
