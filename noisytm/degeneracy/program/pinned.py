"""The covering program with some coordinates pinned to 0: of the fatal syndromes that avoid these."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from noisytm.degeneracy.program.cutting import CuttingPlanes, Found, RowOracle

# What an error at a pinned coordinate costs: more than any limit that cutting planes ask for.
PRICE = 1 << 56


class Avoiding:
    """What an oracle says of the fatal syndromes that avoid some coordinates, in terms of the others.

    Parameters
    ----------
    oracle : RowOracle
        Knows all of them.
    pinned : collection of int
        The coordinates to avoid.

    Attributes
    ----------
    problem : SynthesisProblem
        That of the oracle.
    left : ndarray of int64
        The other coordinates, in order.
    """

    def __init__(self, oracle: RowOracle, pinned: Collection[int]) -> None:
        self._oracle, self.problem = oracle, oracle.problem
        self._pinned = sorted(pinned)
        self.left = np.setdiff1d(np.arange(oracle.dimension), self._pinned)

    @property
    def dimension(self) -> int:
        """Number of coordinates that are not avoided."""
        return len(self.left)

    @property
    def grows_with_limit(self) -> bool:
        """Whether an answer takes longer for a larger limit."""
        return self._oracle.grows_with_limit

    @property
    def follows_runs(self) -> bool:
        """Whether what an answer takes depends on the costs."""
        return bool(getattr(self._oracle, "follows_runs", False))

    def whole(self, costs: NDArray[np.int64], price: int = PRICE) -> NDArray[np.int64]:
        """Return costs of all coordinates, those avoided at a price; shape (c, d)."""
        full = np.full((len(costs), self._oracle.dimension), price, dtype=np.int64)
        full[:, self.left] = costs
        return full

    def below(
        self, costs: NDArray[np.int64], limit: int, among: NDArray[np.bool_] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Return pairs of an input and a cost vector, least costs below the limit (at most 2^56), and exponents."""
        pairs, least, counts = self._oracle.below(self.whole(costs), limit, among)
        return pairs, least, counts[:, self.left]

    def least(self, costs: Sequence[int], enough: int) -> int | None:
        """Return the least cost of any such syndrome; ``enough``, or ``None``, if it is not less."""
        full = [enough] * self._oracle.dimension
        for j, cost in zip(self.left.tolist(), costs, strict=True):
            full[j] = cost
        return self._oracle.least(full, enough)

    def returns(
        self,
        syndromes: NDArray[np.int64],
        costs: NDArray[np.int64],
        inputs: NDArray[np.int64],
        rows: NDArray[np.int64],
    ) -> NDArray[np.bool_]:
        """Return, for pairs of an input and a row, whether the cheapest syndrome at its costs is the row's own."""
        return self._oracle.returns(self.whole(syndromes, 0), self.whole(costs), inputs, rows)


class Pool:
    """All fatal syndromes found so far, whatever was pinned when they were.

    Parameters
    ----------
    dimension : int
        Number d of coordinates.
    """

    def __init__(self, dimension: int) -> None:
        self._known: dict[bytes, int] = {}
        self._rows: list[NDArray[np.int64]] = []
        self._inputs: list[int] = []
        self._costs: list[NDArray[np.int64]] = []
        self._dimension = dimension
        self._array = np.zeros((0, dimension), dtype=np.int64)

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def rows(self) -> NDArray[np.int64]:
        """Exponents, shape (n, d)."""
        if len(self._array) < len(self._rows):
            self._array = np.array(self._rows, dtype=np.int64).reshape(len(self._rows), self._dimension)
        return self._array

    def add(self, found: Found) -> None:
        """Keep what is new."""
        for row, word, costs in zip(found.rows, found.inputs, found.costs, strict=True):
            if self._known.setdefault(row.tobytes(), len(self._rows)) == len(self._rows):
                self._rows.append(row.copy())
                self._inputs.append(word)
                self._costs.append(costs)

    def some(self, chosen: Sequence[int]) -> Found:
        """Return some of them."""
        return Found(self.rows[list(chosen)], [self._inputs[i] for i in chosen], [self._costs[i] for i in chosen])

    def avoiding(self, pinned: Collection[int]) -> NDArray[np.int64]:
        """Return the indices of those without an error at some coordinates."""
        return np.flatnonzero(~self.rows[:, sorted(pinned)].any(axis=1))


@dataclass(frozen=True)
class PinnedCover:
    """The least cost with some coordinates pinned to 0: that of a line  intercept + slope·s.

    Attributes
    ----------
    pinned : tuple of int
        T, rising.
    intercept : Fraction
        Σ γ_i over T.
    slope : Fraction
        λ of the syndromes that avoid T.
    primal : tuple of Fraction, length d
        An optimal v; 0 on T.
    """

    pinned: tuple[int, ...]
    intercept: Fraction
    slope: Fraction
    primal: tuple[Fraction, ...]

    def at(self, s: Fraction) -> Fraction:
        """Return intercept + slope·s."""
        return self.intercept + self.slope * s


class PinnedCovers:
    """Solves covering programs with coordinates pinned to 0, and keeps the syndromes and the solutions found.

    Parameters
    ----------
    oracle : RowOracle
        Finds fatal syndromes.
    gamma : sequence of d positive Fraction
        Weights of the coordinates.
    """

    def __init__(self, oracle: RowOracle, gamma: Sequence[Fraction]) -> None:
        self.gamma, self.pool = tuple(gamma), Pool(oracle.dimension)
        self._oracle = oracle
        self._known: dict[tuple[int, ...], PinnedCover] = {}
        self.iterations = 0

    @property
    def dimension(self) -> int:
        """Number d of coordinates."""
        return len(self.gamma)

    def cost(self, pinned: Collection[int]) -> Fraction:
        """Return Σ γ_i over some coordinates."""
        return sum((self.gamma[j] for j in pinned), Fraction(0))

    def level(self, transversal: Collection[int]) -> PinnedCover:
        """Return the line of a set that every fatal syndrome meets."""
        nothing = (Fraction(0),) * self.dimension
        return PinnedCover(tuple(sorted(transversal)), self.cost(transversal), Fraction(0), nothing)

    def solve(self, pinned: Collection[int]) -> PinnedCover:
        """Return the line of a set of pinned coordinates."""
        key = tuple(sorted(pinned))
        if key not in self._known:
            self._known[key] = self._solve(key)
        return self._known[key]

    def _solve(self, pinned: tuple[int, ...]) -> PinnedCover:
        view = Avoiding(self._oracle, pinned)
        primal, slope = [Fraction(0)] * self.dimension, Fraction(0)
        if view.dimension:
            search = CuttingPlanes(view, weights=[self.gamma[j] for j in view.left.tolist()])
            known = self.pool.some(self.pool.avoiding(pinned).tolist())
            search.know(Found(known.rows[:, view.left], known.inputs, [c[view.left] for c in known.costs]))
            before = len(search.found.rows)
            try:
                solution = search.run()
            finally:
                self.iterations += search.iterations
                rows, inputs, costs = search.found
                shown = [view.whole(c[None])[0] for c in costs[before:]]
                self.pool.add(Found(view.whole(rows[before:], 0), inputs[before:], shown))
            slope = solution.value
            for j, x in zip(view.left.tolist(), solution.primal.fractions(), strict=True):
                primal[j] = x
        return PinnedCover(pinned, self.cost(pinned), slope, tuple(primal))

    def avoidable(self, pinned: Collection[int]) -> bool:
        """Return whether some fatal syndrome avoids the pinned coordinates; one that does is then known."""
        if self.pool.avoiding(pinned).size:
            return True
        return bool(self.solve(pinned).slope)
