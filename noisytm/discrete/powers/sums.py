"""Exact numbers that are too large to be written out: sums of products of powers, over a denominator."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any

from noisytm.discrete.powers.bounds import Monomial, UndecidedError, about, size
from noisytm.discrete.powers.texts import rounded_text, text_of

LEAST_BITS = 3_321_929  # of a sum of powers: smaller numbers, up to 10^1000000, are written out
MERGED_BITS = 1 << 12  # terms whose ratio has a numerator and a denominator of no more are made one
MOST_BITS = 1 << 24  # of terms that are worked out to see whether they cancel
MOST_TERMS = 64
MOST_MODULUS_BITS = 256
MOST_KEPT = 1 << 10
BY_LARGE = "the run has come to a division by a number that cannot be written out; lower max_steps"
PRIME = (1 << 61) - 1  # numbers that are equal have the same remainder by it, and so the same hash, in Python


class PowerSum:
    """A number Σ c·p^e·q^f·… / d of more than 10^1000000: exact, and made by arithmetic on such numbers and integers.

    The c and d are integers, the p, q, … primes, the exponents integers or such numbers again. Sums, differences,
    products, division by integers with remainder, and comparisons are exact. What has become small is an ``int`` again,
    or a ``Fraction``. A comparison that cannot be decided is refused.

    Parameters
    ----------
    terms : mapping of tuple of (prime, exponent) to int
        The coefficients.
    denominator : int
        What their sum is divided by.
    sign : int
        1 or -1.

    Examples
    --------
    >>> x = power(4, 10**9)
    >>> (5 * x + 1) % 7, (x - 1) // 3 < x, 2 * x - x == power(2, 2 * 10**9), x - x
    (0, True, True, 0)
    >>> power(3, x) > power(2, x) * x
    True
    """

    __slots__ = ("_hash", "_residues", "denominator", "sign", "terms")

    def __init__(self, terms: Mapping[Monomial, int], denominator: int, sign: int) -> None:
        self.terms, self.denominator, self.sign = terms, denominator, sign
        self._hash: int | None = None
        self._residues: dict[int, int] = {}

    def __add__(self, other: Any) -> Any:
        if (parts := _parts(other)) is None:
            return NotImplemented
        return _added(self, *parts, 1) if parts[0] else self

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        if isinstance(other, PowerSum):
            return _difference(self, other)
        if (parts := _parts(other)) is None:
            return NotImplemented
        return _added(self, *parts, -1) if parts[0] else self

    def __rsub__(self, other: Any) -> Any:
        return -self + other

    def __neg__(self) -> PowerSum:
        return PowerSum({m: -c for m, c in self.terms.items()}, self.denominator, -self.sign)

    def __abs__(self) -> PowerSum:
        return self if self.sign > 0 else -self

    def __mul__(self, other: Any) -> Any:
        if (parts := _parts(other)) is None:
            return NotImplemented
        terms: dict[Monomial, int] = {}
        for m, a in self.terms.items():
            for n, b in parts[0].items():
                key = _product(m, n)
                terms[key] = terms.get(key, 0) + a * b
        return number(terms, self.denominator * parts[1])

    __rmul__ = __mul__

    def __lshift__(self, bits: int) -> Any:
        return self * (1 << bits)

    def __pow__(self, exponent: int) -> Any:
        result: Any = 1
        for _ in range(exponent):
            result = result * self
        return result

    def __truediv__(self, other: Any) -> Any:
        return self * (1 / Fraction(other)) if isinstance(other, int | Fraction) else NotImplemented

    def __mod__(self, other: Any) -> Any:
        if not isinstance(other, int):
            return NotImplemented
        rest = Fraction(self._residue(other * self.denominator), self.denominator)
        return rest.numerator if rest.denominator == 1 else rest

    def __floordiv__(self, other: Any) -> Any:
        if isinstance(other, PowerSum):
            raise UndecidedError(BY_LARGE)
        return (self - self % other) / other if isinstance(other, int) else NotImplemented

    def __rfloordiv__(self, other: Any) -> Any:
        if abs(other) >= abs(self):
            raise UndecidedError(BY_LARGE)
        return 0 if other == 0 or (other > 0) == (self.sign > 0) else -1

    def __divmod__(self, other: int) -> Any:
        return self // other, self % other

    def _residue(self, modulus: int) -> int:
        """Return the remainder of the sum without its denominator."""
        if modulus not in self._residues:
            total = 0
            for monomial, c in self.terms.items():
                product = c
                for prime, exponent in monomial:
                    product = product * power_modulo(prime, exponent, abs(modulus)) % modulus
                total += product
            self._residues[modulus] = total % modulus  # asked for again for each prime with this exponent
        return self._residues[modulus]

    def _compared(self, other: Any) -> int | None:
        """Return the sign of the difference from another number; ``None`` if it is none."""
        if isinstance(other, int) and other.bit_length() < LEAST_BITS - 1:
            return self.sign
        if _parts(other) is None:
            return None
        difference = self - other
        return difference.sign if isinstance(difference, PowerSum) else (difference > 0) - (difference < 0)

    def __lt__(self, other: Any) -> bool:
        return NotImplemented if (sign := self._compared(other)) is None else sign < 0

    def __le__(self, other: Any) -> bool:
        return NotImplemented if (sign := self._compared(other)) is None else sign <= 0

    def __gt__(self, other: Any) -> bool:
        return NotImplemented if (sign := self._compared(other)) is None else sign > 0

    def __ge__(self, other: Any) -> bool:
        return NotImplemented if (sign := self._compared(other)) is None else sign >= 0

    def __eq__(self, other: object) -> bool:
        if isinstance(other, PowerSum):
            if self.terms == other.terms and self.denominator == other.denominator:
                return True
            return hash(self) == hash(other) and self._compared(other) == 0
        sign = self._compared(other)
        return NotImplemented if sign is None else sign == 0

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = self.sign * (self.sign * self._residue(PRIME) * pow(self.denominator, -1, PRIME) % PRIME)
        return self._hash if self._hash != -1 else -2  # as that of an integer

    def reaches(self, number: int, exponent: int) -> bool:
        """Return whether the absolute value is at least a number times a power of ten."""
        return bool(abs(self) * 10 ** max(0, -exponent) >= number * power(10, max(0, exponent)))

    def rounded(self) -> str:
        """Return the first three digits and the power of ten."""
        return rounded_text(self)

    def __str__(self) -> str:
        return text_of(self)

    __repr__ = __str__


Number = int | Fraction | PowerSum
_differences: dict[tuple[int, int], tuple[PowerSum, PowerSum, Any]] = {}  # by the objects, which are kept with them


def power(base: int, exponent: int | PowerSum) -> Any:
    """Return a power of a positive integer: an ``int`` if it is small.

    Examples
    --------
    >>> power(10, 3), power(6, 10**7) // 2 == 3 * power(6, 10**7 - 1)
    (1000, True)
    """
    if base == 1 or exponent == 0:
        return 1
    if isinstance(exponent, int) and exponent * base.bit_length() <= LEAST_BITS:
        return base**exponent
    return number({tuple((p, n * exponent) for p, n in factors(base)): 1})


def number(terms: Mapping[Monomial, int], denominator: int = 1) -> Any:
    """Return a sum over a denominator in its normal form: an ``int`` or ``Fraction`` if it is small."""
    terms = _merged(terms)
    if len(terms) > MOST_TERMS:
        raise UndecidedError(f"the run has come to a sum of {len(terms)} powers; lower max_steps to stop it before")
    terms, denominator = _reduced(terms, denominator)
    if not any(terms):
        return _fraction(terms.get((), 0), denominator)
    try:
        sign, log = size(terms)
    except UndecidedError:
        return number(_worked_out(terms), denominator)
    if log is None or log / math.log(2) - denominator.bit_length() > LEAST_BITS:
        return PowerSum(terms, denominator, sign)
    ((common, whole),) = _worked_out(terms).items()
    whole *= math.prod(p**n for p, n in common)
    small = abs(whole).bit_length() - denominator.bit_length() < LEAST_BITS
    return _fraction(whole, denominator) if small else PowerSum(terms, denominator, sign)


def _worked_out(terms: Mapping[Monomial, int]) -> dict[Monomial, int]:
    """Return a sum as one term, the common divisor of its monomials times a number that is not too large."""
    first, *others = terms
    common = dict(first)
    for monomial in others:
        exponents = dict(monomial)
        lesser = {p: min(n, exponents.get(p, 0)) for p, n in common.items()}
        common = {p: n for p, n in lesser.items() if n != 0}
    whole = 0
    for monomial, c in terms.items():
        more = [(p, n - common.get(p, 0)) for p, n in monomial]
        if not all(isinstance(n, int) for _, n in more) or sum(n * p.bit_length() for p, n in more) > MOST_BITS:
            raise UndecidedError(f"the run has come to numbers of {about(terms)} that are too close to be told apart")
        whole += c * math.prod(p**n for p, n in more)
    return {tuple(common.items()): whole}


def is_whole(value: Any) -> bool:
    """Return whether a number is an integer."""
    return bool(value % 1 == 0)


def power_modulo(prime: int, exponent: Any, modulus: int) -> int:
    """Return the remainder of a power of a prime.

    With the modulus p^v·q, q not divisible by p, the power is 0 modulo p^v if the exponent is at least v, and modulo q
    the exponent counts only modulo φ(q).

    Examples
    --------
    >>> power_modulo(2, power(2, 10**9), 24), power_modulo(3, 10**10**6, 10)
    (16, 1)
    """
    if isinstance(exponent, int) and exponent.bit_length() < PRIME.bit_length():
        return int(pow(prime, exponent, modulus))
    v, q = 0, modulus
    while q % prime == 0:
        v, q = v + 1, q // prime
    there = prime**v
    rest = pow(prime, exponent % _totient(q), q)
    return int(there * (rest * pow(there, -1, q) % q) % modulus)


@lru_cache(maxsize=256)
def _totient(value: int) -> int:
    from flint import fmpz

    if value.bit_length() > MOST_MODULUS_BITS:
        raise UndecidedError(
            f"the run has come to a division by a number of {value.bit_length()} bits; lower max_steps"
        )
    return int(fmpz(value).euler_phi())


@lru_cache(maxsize=256)
def factors(base: int) -> tuple[tuple[int, int], ...]:
    """Return the primes that divide a number, and how often."""
    from flint import fmpz

    return tuple((int(p), int(n)) for p, n in fmpz(base).factor())


def _fraction(numerator: int, denominator: int) -> int | Fraction:
    whole, rest = divmod(numerator, denominator)
    return Fraction(numerator, denominator) if rest else whole


def _parts(value: Any) -> tuple[Mapping[Monomial, int], int] | None:
    """Return a number as a sum and its denominator."""
    if isinstance(value, PowerSum):
        return value.terms, value.denominator
    if isinstance(value, int | Fraction):
        return {(): value.numerator} if value else {}, value.denominator
    return None


def _difference(first: PowerSum, second: PowerSum) -> Any:
    """Return a difference; those of the exponents of a tower, the same objects, are asked for again on each level."""
    if first is second:
        return 0
    key = id(first), id(second)
    if key not in _differences:
        if len(_differences) >= MOST_KEPT:
            _differences.clear()
        _differences[key] = first, second, _added(first, second.terms, second.denominator, -1)
    return _differences[key][2]


def _added(first: PowerSum, second: Mapping[Monomial, int], denominator: int, sign: int) -> Any:
    common = math.lcm(first.denominator, denominator)
    factor = common // first.denominator
    terms = {m: c * factor for m, c in first.terms.items()}
    factor = sign * (common // denominator)
    for m, c in second.items():
        terms[m] = terms.get(m, 0) + c * factor
    return number(terms, common)


def _product(first: Monomial, second: Monomial) -> Monomial:
    if not (first and second):
        return first or second
    exponents = dict(first)
    for p, n in second:
        exponents[p] = exponents.get(p, 0) + n
    return tuple(sorted(exponents.items()))


def _merged(terms: Mapping[Monomial, int]) -> dict[Monomial, int]:
    """Return a sum with the prime factors of coefficients in the powers, and terms of similar size made one."""
    while True:
        found: dict[Monomial, int] = {}
        again = False
        for monomial, c in (_stripped(*term) for term in terms.items() if term[1]):
            nearest = ((near, other) for other in found if (near := _near(monomial, other)) is not None)
            if (one := next(nearest, None)) is not None:
                (common, factor, factor_of_other), other = one
                whole = c * factor + found.pop(other) * factor_of_other
                again = True
                if whole:
                    found[common] = found.get(common, 0) + whole
            else:
                found[monomial] = found.get(monomial, 0) + c
        if not again:
            return found
        terms = found


def _stripped(monomial: Monomial, c: int) -> tuple[Monomial, int]:
    """Return a term with the primes of its monomial that divide its coefficient in the monomial."""
    more: dict[int, int] = {}
    for p, _ in monomial:
        while c % p == 0:
            shift = (c & -c).bit_length() - 1 if p == 2 else 1
            c, more[p] = (c >> shift if p == 2 else c // p), more.get(p, 0) + shift
    return (tuple((p, n + more.get(p, 0)) for p, n in monomial) if more else monomial), c


def _near(first: Monomial, second: Monomial) -> tuple[Monomial, int, int] | None:
    """Return what two monomials have in common and what they are times it, unless that is too large."""
    if first == second:
        return first, 1, 1
    one, two = dict(first), dict(second)
    common: dict[int, Any] = {}
    factors, bits = [1, 1], 0
    for p in sorted(one.keys() | two.keys()):
        n, m = one.get(p, 0), two.get(p, 0)
        apart = n - m
        if not isinstance(apart, int) or (bits := bits + abs(apart) * p.bit_length()) > MERGED_BITS:
            return None
        factors[apart < 0] *= p ** abs(apart)
        common[p] = m if apart >= 0 else n
    return tuple((p, n) for p, n in common.items() if n != 0), factors[0], factors[1]


def _reduced(terms: Mapping[Monomial, int], denominator: int) -> tuple[Mapping[Monomial, int], int]:
    """Return a sum and its denominator in lowest terms."""
    if denominator == 1:
        return terms, 1
    shared = math.gcd(denominator, *terms.values())
    terms, denominator = {m: c // shared for m, c in terms.items()}, denominator // shared
    for p in _primes(terms):
        while denominator % p == 0 and all(c % p == 0 or any(q == p for q, _ in m) for m, c in terms.items()):
            denominator //= p
            terms = dict(_divided(m, c, p) for m, c in terms.items())
    return terms, denominator


def _primes(terms: Mapping[Monomial, int]) -> Iterator[int]:
    yield from sorted({p for m in terms for p, _ in m})


def _divided(monomial: Monomial, c: int, prime: int) -> tuple[Monomial, int]:
    """Return a term divided by a prime."""
    if c % prime == 0:
        return monomial, c // prime
    return tuple((p, n - (p == prime)) for p, n in monomial if p != prime or n != 1), c
