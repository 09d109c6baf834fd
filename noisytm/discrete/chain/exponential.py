"""Sums of powers and exponentials of the number of repetitions: what affine changes made many times lead to."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any

from noisytm.discrete.chain.forms import Value
from noisytm.discrete.powers import Number, PowerSum, is_whole, power

Terms = Mapping[tuple[int, int], Any]  # fractions, or numbers too large to be written out


class Progression:
    """The numbers Σ a·b^r·r^p for r = 0, 1, 2, …; ``terms`` has a for each (b, p).

    Examples
    --------
    >>> squares_and_powers = Progression({(1, 2): Fraction(1), (3, 0): Fraction(2)})
    >>> squares_and_powers.at(4), squares_and_powers.total(3)  # 16 + 2·81, (0 + 2) + (1 + 6) + (4 + 18)
    (178, 31)
    """

    __slots__ = ("terms",)

    def __init__(self, terms: Terms) -> None:
        self.terms = {key: a for key, a in terms.items() if a}

    def at(self, r: int) -> int:
        """Return number r."""
        found: int = _whole(sum((a * (_power(b, r) * r**p) for (b, p), a in self.terms.items()), Fraction(0)))
        return found

    def total(self, times: int) -> int:
        """Return the sum of the first ``times`` numbers."""
        highest: dict[int, int] = {}
        for b, p in self.terms:
            highest[b] = max(p, highest.get(b, 0))
        sums = {b: _power_sums(b, p, times) for b, p in highest.items()}
        found: int = _whole(sum((a * sums[b][p] for (b, p), a in self.terms.items()), Fraction(0)))
        return found

    def times_to(self, room: int) -> int | None:
        """Return about how many numbers add up to ``room``; ``None`` if they do not grow exponentially, or too much."""
        base, exponent = max(self.terms, default=(1, 0))
        a = abs(self.terms.get((base, exponent), 0))
        if base == 1 or isinstance(a, PowerSum) or isinstance(room, PowerSum):
            return None
        bits = room.bit_length() - a.numerator.bit_length() + a.denominator.bit_length()
        return max(0, int(bits / math.log2(base)))

    def plus(self, other: Progression, factor: int | Fraction) -> Progression:
        """Return the sum of this and ``factor`` times another."""
        terms = dict(self.terms)
        for key, a in other.terms.items():
            terms[key] = terms.get(key, Fraction(0)) + factor * a
        return Progression(terms)

    def times(self, other: Progression) -> Progression:
        """Return the product, number by number."""
        terms: dict[tuple[int, int], Fraction] = {}
        for (b, p), a in self.terms.items():
            for (c, q), d in other.terms.items():
                terms[b * c, p + q] = terms.get((b * c, p + q), Fraction(0)) + a * d
        return Progression(terms)


def constant(value: Number) -> Progression:
    """Return the same number again and again."""
    return Progression({(1, 0): exact(value)})


def exact(value: Number) -> Any:
    """Return a number that may be divided without becoming a float."""
    return value if isinstance(value, PowerSum) else Fraction(value)


def of_form(value: Value, counts: Sequence[Progression]) -> Progression:
    """Return the values of a form as its counts go through sequences."""
    if isinstance(value, int):
        return constant(value)
    total = constant(0)
    for monomial, a in value.terms.items():
        product = constant(1)
        for i in monomial:
            product = product.times(counts[i])
        total = total.plus(product, Fraction(a, value.denominator))
    return total


def _power_sums(base: int, highest: int, times: int) -> list[Fraction]:
    """Return Σ_{r < n} b^r·r^p for p = 0 to the highest, n being ``times``.

    b·Σ b^r·(r + 1)^p = Σ b^r·r^p + b^n·n^p − 0^p, and (r + 1)^p is Σ_i C(p, i)·r^i. This gives the sum for p from
    those for i < p; if b = 1, where the sums for p itself cancel, the one for p − 1.
    """
    sums: list[Fraction] = []
    last = _power(base, times)
    for p in range(highest + 1):
        if base == 1:
            q = p + 1
            lower = sum((math.comb(q, i) * sums[i] for i in range(p)), Fraction(0))
            sums.append((times**q - lower) / q)
        else:
            lower = base * sum((math.comb(p, i) * sums[i] for i in range(p)), Fraction(0))
            sums.append((last * times**p - (p == 0) - lower) / (base - 1))
    return sums


@lru_cache(maxsize=8)
def _power(base: int, exponent: int) -> Any:
    """Return a power; it is asked for again for each count, and takes longest."""
    return power(base, exponent)


def _whole(value: Any) -> Any:
    if isinstance(value, PowerSum):
        assert is_whole(value), "a count, or a number of steps, is an integer"
        return value
    fraction = Fraction(value)
    assert fraction.denominator == 1, "a count, or a number of steps, is an integer"
    return fraction.numerator
