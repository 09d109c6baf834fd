"""Commutative semirings over which the reference reads a step: numbers, costs, monomial ideals."""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable, Iterable
from typing import Any

from noisytm.errors import BudgetError

Value = Any  # an element of the semiring at hand
Distribution = list[Value]


class Semiring:
    """A commutative semiring, and how it forms "the mass of everything but this tuple"."""

    zero: Value
    one: Value

    def plus(self, a: Value, b: Value) -> Value:
        """Return a + b."""
        raise NotImplementedError

    def times(self, a: Value, b: Value) -> Value:
        """Return a · b."""
        raise NotImplementedError

    def sum(self, values: Iterable[Value]) -> Value:
        """Return the sum of ``values``, zero if there are none."""
        return functools.reduce(self.plus, values, self.zero)

    def product(self, values: Iterable[Value]) -> Value:
        """Return the product of ``values``, one if there are none."""
        return functools.reduce(self.times, values, self.one)

    def size(self, value: Value) -> int:
        """Return how much there is to hold, and zero only for what is known to be zero."""
        return int(value is not self.zero)

    def rest(self, y: Distribution, z: Distribution, symbol: int, state: int) -> Value:
        """Return the mass of every (symbol, state) but this one, as a sum."""
        return self.sum(
            self.times(a, b)
            for (s, a), (q, b) in itertools.product(enumerate(y), enumerate(z))
            if (s, q) != (symbol, state)
        )

    def normalised(self, distribution: Distribution) -> Distribution:
        """Return ``distribution`` with its mass restored; nothing is lost in an exact semiring."""
        return distribution


class Numbers(Semiring):
    """Anything with + and ·: floats, fractions, flint balls, NumPy arrays that hold a batch.

    Parameters
    ----------
    zero, one : number
        The neutral elements; they fix the kind of number.
    log1p : callable
        log(1 + x), used by the log loss only.

    Examples
    --------
    >>> from fractions import Fraction
    >>> Numbers(Fraction(0), Fraction(1)).sum([Fraction(1, 3), Fraction(1, 6)])
    Fraction(1, 2)
    """

    def __init__(self, zero: Value = 0.0, one: Value = 1.0, log1p: Callable[[Value], Value] = math.log1p) -> None:
        self.zero, self.one, self.log1p = zero, one, log1p

    def plus(self, a: Value, b: Value) -> Value:
        """Return a + b."""
        return a + b

    def times(self, a: Value, b: Value) -> Value:
        """Return a · b."""
        return a * b


class Probabilities(Numbers):
    """Floats with the mass restored structurally: the largest entry is 1 − Σ of the others.

    Left alone, a mass error is multiplied at every step. Small entries stay sums of non-negative terms, so
    they keep their full relative accuracy, which dividing by the sum would not spoil but would hide.

    Examples
    --------
    >>> Probabilities().normalised([0.25, 0.5])
    [0.25, 0.75]
    """

    def rest(self, y: Distribution, z: Distribution, symbol: int, state: int) -> Value:
        """Return 1 − y·z without cancellation: (1 − y) + y·(1 − z)."""
        return _complement(y, symbol) + y[symbol] * _complement(z, state)

    def normalised(self, distribution: Distribution) -> Distribution:
        """Return ``distribution`` with its largest entry formed from the others."""
        largest = max(range(len(distribution)), key=distribution.__getitem__)
        restored = 1.0 - sum(others(distribution, largest))
        return [restored if i == largest else x for i, x in enumerate(distribution)]


class MinPlus(Semiring):
    """Costs: plus is the minimum, times adds. Python integers stay exact; zero is infinity.

    Examples
    --------
    >>> costs = MinPlus()
    >>> costs.plus(3, costs.times(1, 1)), costs.sum([])
    (2, inf)
    """

    zero = math.inf
    one = 0

    def plus(self, a: Value, b: Value) -> Value:
        """Return the lesser cost."""
        return min(a, b)

    def times(self, a: Value, b: Value) -> Value:
        """Return the cost of paying both."""
        return math.inf if math.inf in (a, b) else a + b

    def size(self, value: Value) -> int:
        """Return 1 for what is possible."""
        return int(value < math.inf)


class Monomials(Semiring):
    """Monomial ideals: upward-closed sets of exponents, as the frozenset of their minimal elements.

    Parameters
    ----------
    variables : int
        Number of variables.
    max_size : int, optional
        The most minimal generators that a value may have.

    Raises
    ------
    BudgetError
        By `plus` and `times`, if a value has more than ``max_size`` generators.

    Examples
    --------
    >>> ideals = Monomials(2)
    >>> x, y = ideals.variable(0), ideals.variable(1)
    >>> sorted(ideals.plus(ideals.times(x, x), ideals.times(x, ideals.plus(x, y))))
    [(1, 1), (2, 0)]
    """

    zero: frozenset[tuple[int, ...]] = frozenset()

    def __init__(self, variables: int, max_size: int | None = None) -> None:
        self.variables, self.max_size = variables, max_size
        self.one = frozenset({(0,) * variables})

    def variable(self, index: int) -> frozenset[tuple[int, ...]]:
        """Return the ideal of one variable."""
        return frozenset({tuple(int(i == index) for i in range(self.variables))})

    def plus(self, a: Value, b: Value) -> Value:
        """Return the ideal that both generate together."""
        return self._minimal(a | b)

    def times(self, a: Value, b: Value) -> Value:
        """Return the product ideal: all sums of an exponent of ``a`` and one of ``b``."""
        return self._minimal({tuple(map(sum, zip(x, y, strict=True))) for x in a for y in b})

    def size(self, value: Value) -> int:
        """Return the number of minimal generators."""
        return len(value)

    def _minimal(self, exponents: Iterable[tuple[int, ...]]) -> frozenset[tuple[int, ...]]:
        kept: list[tuple[int, ...]] = []
        for candidate in sorted(exponents, key=sum):
            if not any(all(k <= c for k, c in zip(known, candidate, strict=True)) for known in kept):
                kept.append(candidate)
        if self.max_size is not None and len(kept) > self.max_size:
            raise BudgetError(
                f"a monomial ideal has {len(kept)} generators; the limit is {self.max_size}; raise max_size"
            )
        return frozenset(kept)


def others(distribution: Distribution, index: int) -> Distribution:
    """Return all entries of a distribution but one."""
    return [x for i, x in enumerate(distribution) if i != index]


def _complement(distribution: Distribution, index: int) -> float:
    value = distribution[index]
    return 1.0 - value if value <= 0.5 else sum(others(distribution, index))
