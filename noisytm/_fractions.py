"""Exact numbers from what people and files write."""

from __future__ import annotations

import operator
import re
from fractions import Fraction
from numbers import Rational, Real
from typing import Any

MAX_CHARACTERS = 4000
_NUMBER = re.compile(r"[-+]?[0-9./]{1,4000}(e[-+]?[0-9]{1,3})?", re.IGNORECASE | re.ASCII)


def plain(value: Any) -> Any:
    """Return a numpy scalar, or an array without axes, as the Python value that it holds; all else as it is."""
    return value.item() if getattr(value, "ndim", None) == 0 and hasattr(value, "item") else value


def exact_fraction(value: Any) -> Fraction:
    """Return a number, or a text such as ``1/2`` or ``0.1``, as the fraction it says; a float as it is printed.

    Raises
    ------
    ValueError
        If it is not a finite number, or a text of more than 4000 digits.

    Examples
    --------
    >>> from noisytm._fractions import exact_fraction
    >>> exact_fraction(0.1), exact_fraction("1/2")
    (Fraction(1, 10), Fraction(1, 2))
    """
    value = plain(value)
    if isinstance(value, bool) or not isinstance(value, (Real, str)):
        raise ValueError("it is not a number")
    if isinstance(value, Rational):
        return Fraction(int(value.numerator), int(value.denominator))
    text = value.strip() if isinstance(value, str) else str(float(value))
    if len(text) > MAX_CHARACTERS:
        raise ValueError(f"it has {len(text):,} characters; a number may have {MAX_CHARACTERS:,}")
    if _NUMBER.fullmatch(text) is None:
        raise ValueError("it is not a number")
    try:
        return Fraction(text)
    except ZeroDivisionError:
        raise ValueError("its denominator is 0") from None


def exact_integer(value: Any) -> int:
    """Return an integer of any type that is one, numpy's included, as an ``int``.

    Raises
    ------
    ValueError
        If it is not an integer; a truth value or a float is not.

    Examples
    --------
    >>> from noisytm._fractions import exact_integer
    >>> exact_integer(7)
    7
    """
    value = plain(value)
    try:
        if isinstance(value, bool):
            raise ValueError("a truth value is not an integer")
        return operator.index(value)
    except TypeError:
        raise ValueError("it is not an integer") from None
