"""Sums of powers as text, exactly and by their size."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from noisytm._digits import has_no_digits, integer_text
from noisytm.discrete.powers.bounds import UndecidedError, larger_first, tower_of

if TYPE_CHECKING:
    from flint import arb

GUARD = 64
MOST_EXPONENT_BITS = 1 << 16


def text_of(value: Any) -> str:
    """Return a number exactly, as a formula of integers with ``+ - * ^ /``.

    Examples
    --------
    >>> from noisytm.discrete import power
    >>> text_of((5 * power(14, 10**9) - 7) // 3), text_of(-2 * power(2, power(10, 10**8) + 1))
    ('(5*14^1000000000 - 8)/3', '-2^(10^100000000 + 2)')
    """
    if not has_no_digits(value):
        return integer_text(value)
    terms = larger_first(value.terms)
    text = _term(value.terms[terms[0]], terms[0])
    for monomial in terms[1:]:
        c = value.terms[monomial]
        text += f" {'-' if c < 0 else '+'} {_term(abs(c), monomial)}"
    if value.denominator == 1:
        return text
    return f"({text})/{integer_text(value.denominator)}" if len(terms) > 1 else f"{text}/{value.denominator}"


def _term(c: int, monomial: tuple[tuple[int, Any], ...]) -> str:
    """Return a term; primes with equal exponents are one base."""
    bases: dict[Any, int] = {}
    for p, n in monomial:
        bases[n] = bases.get(n, 1) * p
    parts = [] if abs(c) == 1 and bases else [integer_text(abs(c))]
    for n, base in bases.items():
        exponent = text_of(n)
        parts.append(f"{base}" if n == 1 else f"{base}^{exponent if exponent.isdigit() else f'({exponent})'}")
    return "-" * (c < 0) + "*".join(parts)


def rounded_text(value: Any) -> str:
    """Return a number by its first three digits, not rounded up, and its power of ten; by that alone if it is a tower.

    Examples
    --------
    >>> from noisytm.discrete import power
    >>> rounded_text(power(4, 1073741774)), rounded_text(-power(10, 3 * power(10, 10**8)))
    ('1.38·10^646456963', '-10^(10^100000000.47712125)')
    """
    sign = "-" * (value.sign < 0)
    digits = first_digits(value, 3)
    if digits is not None:
        first, exponent = digits
        return f"{sign}{first[0]}.{first[1:]}·10^{exponent}"
    height, log = tower(value)
    return f"{sign}{'10^(' * (height - 1)}10^{log!r}{')' * (height - 1)}"


def first_digits(value: Any, count: int) -> tuple[str, int] | None:
    """Return the first digits of the absolute value and its power of ten; ``None`` if that cannot be written out.

    Examples
    --------
    >>> from noisytm.discrete import power
    >>> first_digits(power(3, 10**8), 12)
    ('296460095196', 47712125)
    """
    from flint import ctx

    precision = GUARD + 4 * count
    while precision <= MOST_EXPONENT_BITS:
        height, log = tower_of(value.terms, value.denominator, precision) or (1, None)
        if height > 1:
            return None
        if log is not None:
            with ctx.workprec(precision):
                if log.rad() < 0.25:
                    found = _digits_of(value, log, count)
                    if found is not None:
                        return found
        precision *= 2
    return None


def _digits_of(value: Any, log: arb, count: int) -> tuple[str, int] | None:
    """Return the first digits of a number and its power of ten; ``None`` if its logarithm is not known well enough."""
    exponent = _floor(log, lambda n: value.reaches(1, n))
    shifted = ((log - exponent + count - 1) * log.const_log10()).exp()
    if not shifted.rad() < 0.25:
        return None
    return str(_floor(shifted, lambda n: value.reaches(n, exponent - count + 1))), exponent


def _floor(ball: Any, reached: Callable[[int], bool]) -> int:
    """Return the integer next below a number, known to be in a ball of a radius of less than 1/2."""
    if (certain := ball.floor().unique_fmpz()) is not None:
        return int(certain)
    nearest = int((ball.mid() + 0.5).floor().unique_fmpz())
    return nearest if reached(nearest) else nearest - 1


def tower(value: Any) -> tuple[int, float]:
    """Return how often to take the logarithm to base 10 of the absolute value until it is a float, and the nearest one.

    Examples
    --------
    >>> from noisytm.discrete import power
    >>> tower(power(4, 1073741774)), tower(power(10, power(10, 10**8)))
    ((1, 646456963.142911), (2, 100000000.0))
    """
    from flint import ctx

    precision = GUARD
    while precision <= MOST_EXPONENT_BITS:
        found = tower_of(value.terms, value.denominator, precision)
        if found is not None:
            height, log = found
            with ctx.workprec(precision):
                low, high = float(log.lower()), float(log.upper())
            if low == high:
                return height, low
        precision *= 2
    raise UndecidedError("the logarithm of a number that cannot be written out is not found; lower max_steps")
