"""Semirings that drop what has too high a degree at once, so that sums over runs need not follow it."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from noisytm import _clock
from noisytm.algebra.semirings import MinPlus, Semiring, Value
from noisytm.errors import BudgetError

# A monomial is the sorted tuple of its variables, each as often as its exponent says.
Monomial = tuple[int, ...]


class Budget:
    """Counts what is formed, and ends it.

    Parameters
    ----------
    limit : int, optional
        The most that may be formed; by default there is no limit.
    what : str
        Its name in the message.

    Examples
    --------
    >>> budget = Budget(5, "terms")
    >>> budget.spend(3)
    >>> budget.spend(3)
    Traceback (most recent call last):
        ...
    noisytm.errors.BudgetError: more than 5 terms are formed; raise max_size, or use fewer steps
    """

    def __init__(self, limit: int | None, what: str) -> None:
        self._limit, self._what, self._spent = limit, what, 0

    def spend(self, amount: int) -> None:
        """Count ``amount`` more; `BudgetError` if that passes the limit."""
        self._spent += amount
        if self._limit is not None and self._spent > self._limit:
            raise BudgetError(f"more than {self._limit} {self._what} are formed; raise max_size, or use fewer steps")


class Monomials(Semiring):
    """Monomial ideals up to a degree and outside known ones, as frozensets of their minimal monomials.

    Unlike `_monomials.PackedMonomials` a value is formed at once, so that it is known to be zero; and what it
    takes does not grow with the number of variables. Both suit runs of the whole machine, where most values are
    zero or one monomial.

    Parameters
    ----------
    max_degree : int, optional
        Leave out every monomial of a larger degree.
    known : sequence of monomials
        Leave out every multiple of these.

    Examples
    --------
    >>> ideals = Monomials(max_degree=2)
    >>> x, y = ideals.variable(0), ideals.variable(1)
    >>> sorted(ideals.times(x, ideals.sum([x, ideals.times(x, y), y])))
    [(0, 0), (0, 1)]
    """

    zero: frozenset[Monomial] = frozenset()
    one: frozenset[Monomial] = frozenset({()})

    def __init__(self, max_degree: int | None = None, known: Sequence[Monomial] = ()) -> None:
        self._limit = math.inf if max_degree is None else max_degree
        self._known = frozenset(known)
        self._unwanted: dict[Monomial, bool] = {}

    def variable(self, index: int) -> frozenset[Monomial]:
        """Return the ideal of one variable."""
        return self._wanted([(index,)])

    def plus(self, a: Value, b: Value) -> Value:
        """Return the ideal that both generate together."""
        return self.sum((a, b))

    def sum(self, values: Iterable[Value]) -> Value:
        """Return the ideal that all of ``values`` generate together."""
        terms = {value for value in values if value}
        if len(terms) <= 1:
            return next(iter(terms), self.zero)
        return _minimal(frozenset().union(*terms))

    def times(self, a: Value, b: Value) -> Value:
        """Return the product ideal."""
        if a == self.one:
            return b
        if b == self.one:
            return a
        return _minimal(self._wanted(tuple(sorted(x + y)) for x in a for y in b if len(x) + len(y) <= self._limit))

    def size(self, value: Value) -> int:
        """Return the number of minimal monomials."""
        return len(value)

    def _wanted(self, monomials: Iterable[Monomial]) -> frozenset[Monomial]:
        kept = set()
        for monomial in monomials:
            if monomial not in self._unwanted:
                unwanted = len(monomial) > self._limit or _has_divisor(monomial, self._known)
                self._unwanted[monomial] = unwanted
            if not self._unwanted[monomial]:
                kept.add(monomial)
        return frozenset(kept)


def _minimal(monomials: frozenset[Monomial]) -> frozenset[Monomial]:
    if len(monomials) <= 1:
        return monomials
    kept = []
    for monomial in monomials:
        _clock.tick()
        if not _has_divisor(monomial, monomials - {monomial}):
            kept.append(monomial)
    return frozenset(kept)


def _has_divisor(monomial: Monomial, among: frozenset[Monomial]) -> bool:
    """Return whether one of ``among`` divides ``monomial``; the shorter of two ways."""
    if 1 << len(monomial) <= len(among):
        return any(
            part in among for r in range(len(monomial) + 1) for part in itertools.combinations(monomial, r)
        )  # fmt: skip
    exponents = Counter(monomial)
    return any(Counter(other) <= exponents for other in among if len(other) <= len(monomial))


class Costs(MinPlus):
    """Costs up to a limit; what is dearer counts as impossible, and ``exceeded`` remembers that it was met.

    Examples
    --------
    >>> costs = Costs(limit=3)
    >>> costs.times(1, 2), costs.exceeded, costs.times(2, 2), costs.exceeded
    (3, False, inf, True)
    """

    def __init__(self, limit: int) -> None:
        self._limit, self.exceeded = limit, False

    def variable(self, _: int) -> int:
        """Return 1: costs are numbers of errors."""
        return 1

    def times(self, a: Value, b: Value) -> Value:
        """Return the cost of paying both, infinite if it is above the limit."""
        cost = super().times(a, b)
        if self._limit < cost < math.inf:
            self.exceeded = True
            return math.inf
        return cost


class Polynomials(Semiring):
    """Polynomials with integer coefficients up to a degree, exactly, graded: homogeneous parts side by side.

    A value is a tuple of flint polynomials, part k of degree k, so that a product forms only what is kept.

    Parameters
    ----------
    variables : sequence of int
        The variables; every other one is set to zero.
    max_degree : int
        Leave out what has a larger degree.
    max_size : int, optional
        The most terms that all values formed may have together.

    Raises
    ------
    BudgetError
        By every operation, if there are more.

    Examples
    --------
    >>> polynomials = Polynomials([4, 7], max_degree=2)
    >>> x, y = polynomials.variable(4), polynomials.variable(7)
    >>> square = polynomials.times(polynomials.plus(x, y), polynomials.sum([polynomials.one, x, y]))
    >>> polynomials.terms(square, 2) == {(4, 4): 1, (4, 7): 2, (7, 7): 1}
    True
    """

    def __init__(self, variables: Sequence[int], max_degree: int, max_size: int | None = None) -> None:
        from flint import Ordering, fmpz_mpoly_ctx

        self._variables, self._budget = list(variables), Budget(max_size, "terms of polynomials")
        context = fmpz_mpoly_ctx.get([f"u{j}" for j in self._variables] or ["u"], Ordering.lex)
        self._nothing = context.constant(0)
        self._generators = dict(zip(self._variables, context.gens(), strict=False))
        self.zero: tuple[Any, ...] = (self._nothing,) * (max_degree + 1)
        self.one = (context.constant(1), *self.zero[1:])

    def variable(self, index: int) -> tuple[Any, ...]:
        """Return a variable, or zero if it is none of this ring."""
        if index not in self._generators or len(self.zero) == 1:
            return self.zero
        return (self._nothing, self._generators[index], *self.zero[2:])

    def plus(self, a: Value, b: Value) -> Value:
        """Return a + b."""
        return self._counted(tuple(x + y for x, y in zip(a, b, strict=True)))

    def times(self, a: Value, b: Value) -> Value:
        """Return a · b up to the degree."""
        if self.one in (a, b):
            return b if a == self.one else a
        left, right = ([(k, part) for k, part in enumerate(value) if part] for value in (a, b))
        parts = list(self.zero)
        _clock.tick()
        for i, x in left:
            for j, y in right:
                if i + j < len(parts):
                    parts[i + j] += x * y
        return self._counted(tuple(parts))

    def size(self, value: Value) -> int:
        """Return the number of terms."""
        return sum(len(part) for part in value)

    def terms(self, value: Value, degree: int) -> dict[Monomial, int]:
        """Return the part of one degree: coefficients by monomial."""
        found = {}
        for exponents, coefficient in value[degree].to_dict().items():
            monomial = [(j,) * int(e) for j, e in zip(self._variables, exponents, strict=False)]
            found[tuple(sorted(itertools.chain(*monomial)))] = int(coefficient)
        return found

    def _counted(self, value: Value) -> Value:
        self._budget.spend(self.size(value))
        return value
