"""Polynomials in the open counts of a tape, with values that are integers wherever the counts are."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

Monomial = tuple[int, ...]


class Form:
    """A polynomial that is not constant: integer coefficients of monomials over one denominator.

    A monomial is the sorted tuple of its variables, each as often as its power; ``()`` is the constant one.
    Arithmetic gives an ``int`` wherever the result is constant.

    Examples
    --------
    >>> x = variable(0)
    >>> triangle = binomial(x + 1, 2)
    >>> at(triangle, [10**20]), at(x + 1 - x, [])
    (5000000000000000000050000000000000000000, 1)
    """

    __slots__ = ("denominator", "terms")

    def __init__(self, terms: Mapping[Monomial, int], denominator: int = 1) -> None:
        self.terms, self.denominator = terms, denominator

    def __add__(self, other: Value) -> Value:
        return self._shifted(other) if isinstance(other, int) else _sum(self, other, 1)

    __radd__ = __add__

    def __sub__(self, other: Value) -> Value:
        return self._shifted(-other) if isinstance(other, int) else _sum(self, other, -1)

    def _shifted(self, constant: int) -> Form:
        if not constant:
            return self
        terms = dict(self.terms)
        terms[()] = terms.get((), 0) + constant * self.denominator
        return Form(terms, self.denominator)

    def __mul__(self, other: Value) -> Value:
        if isinstance(other, int) and self.denominator == 1 and other:
            return Form({m: a * other for m, a in self.terms.items()})
        terms: dict[Monomial, int] = {}
        for m, a in self.terms.items():
            for n, b in _terms(other).items():
                key = tuple(sorted(m + n))
                terms[key] = terms.get(key, 0) + a * b
        return _value(terms, self.denominator * _denominator(other))

    __rmul__ = __mul__


Value = int | Form


def variable(index: int) -> Form:
    """Return an open count."""
    return Form({(index,): 1})


def _terms(value: Value) -> Mapping[Monomial, int]:
    return {(): value} if isinstance(value, int) else value.terms


def _denominator(value: Value) -> int:
    return 1 if isinstance(value, int) else value.denominator


def _sum(first: Form, second: Form, sign: int) -> Value:
    a, b = first.denominator, second.denominator
    common = math.lcm(a, b)
    terms = dict(first.terms) if common == a else {m: n * (common // a) for m, n in first.terms.items()}
    for m, n in second.terms.items():
        terms[m] = terms.get(m, 0) + sign * n * (common // b)
    return _value(terms, common)


def _value(terms: Mapping[Monomial, int], denominator: int) -> Value:
    """Return a form in lowest terms, or an integer."""
    terms = {m: a for m, a in terms.items() if a or not m}
    if not any(terms):
        return _whole(terms.get((), 0), denominator)
    if denominator == 1:
        return Form(terms)
    divisor = math.gcd(denominator, *terms.values())
    return Form({m: a // divisor for m, a in terms.items()}, denominator // divisor)


def _whole(numerator: int, denominator: int) -> int:
    whole, rest = divmod(numerator, denominator)
    if rest:
        raise ArithmeticError(f"{numerator}/{denominator} is not an integer, as every count and number of steps is")
    return whole


def at(value: Value, counts: Sequence[int]) -> int:
    """Return the value at given counts."""
    if isinstance(value, int):
        return value
    total = 0
    for monomial, a in value.terms.items():
        product = a
        for i in monomial:
            product *= counts[i]
        total += product
    return total if value.denominator == 1 else _whole(total, value.denominator)


def composed(value: Value, counts: Sequence[Value]) -> Value:
    """Return the form with the counts replaced by other forms."""
    if isinstance(value, int):
        return value
    total: Value = 0
    for monomial, a in value.terms.items():
        product: Value = a
        for i in monomial:
            product = product * counts[i]
        total = total + product
    if value.denominator == 1:
        return total
    return _value(_terms(total), _denominator(total) * value.denominator)


def binomial(value: Value, k: int) -> Value:
    """Return the number of ways to choose k out of ``value``, as a form of degree k in it."""
    if isinstance(value, int):
        return math.comb(value, k)
    product: Value = 1
    for i in range(k):
        product = (value - i) * product
    return _value(_terms(product), _denominator(product) * math.factorial(k))


def slope(value: Value, counts: int, changes: Sequence[int]) -> Value:
    """Return by how much a form in so many counts changes when ``changes`` are added to them."""
    if isinstance(value, int):
        return 0
    return composed(value, [variable(i) + changes[i] for i in range(counts)]) + value * -1


class Series(NamedTuple):
    """A form and its differences of all orders along fixed changes of the counts.

    The value after r changes is Σ_j C(r, j)·Δ^j, so that the sum over r < k is Σ_j C(k, j + 1)·Δ^j.
    """

    differences: tuple[Value, ...]

    @classmethod
    def along(cls, value: Value, changes: Sequence[int]) -> Series:
        """Return the series of a form."""
        found = [value]
        while not isinstance(found[-1], int):
            found.append(slope(found[-1], len(changes), changes))
        return cls(tuple(found) if found[-1] else tuple(found[:-1]))

    def total(self, counts: Sequence[int], times: int) -> int:
        """Return the sum of the first ``times`` values from given counts on.

        Examples
        --------
        >>> Series.along(variable(0), [2]).total([1], 10)  # 1 + 3 + … + 19
        100
        """
        total, ways = 0, 1
        for j, difference in enumerate(self.differences):
            ways = ways * (times - j) // (j + 1)
            if not ways:
                break
            total += ways * at(difference, counts)
        return total

    def total_form(self, counts: Sequence[Value], times: Value) -> Value:
        """Return the same sum with open counts."""
        total: Value = 0
        for j, difference in enumerate(self.differences):
            total = total + binomial(times, j + 1) * composed(difference, counts)
        return total
