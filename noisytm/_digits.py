"""Integers of any number of digits as text, whatever limit Python sets itself, and without touching that limit.

Python refuses to write integers of more than `sys.get_int_max_str_digits` digits, 4300 unless someone changes it, and
the limit is the whole process's. Where a number is promised exactly it is written here by way of `decimal`, which has
no such limit and multiplies in almost linear time; where it is only named, by its ends and its size.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

# Every limit that Python allows lets so many through.
SAFE_BITS = 2048
_PIECE_BITS, _PIECE_DIGITS = 1024, 500
_ENDS = 10


def integer_text(value: Any) -> str:
    """Return an integer in decimal, exactly; as a formula if it cannot be written out.

    Examples
    --------
    >>> integer_text(-17), len(integer_text(10**5000))
    ('-17', 5001)
    """
    if has_no_digits(value):
        return str(value)
    value = int(value)
    return str(value) if value.bit_length() <= SAFE_BITS else "-" * (value < 0) + _long(abs(value))


def read_integer(text: str) -> int:
    """Return the integer that decimal digits, perhaps after a minus, are.

    Raises
    ------
    ValueError
        If they are none.

    Examples
    --------
    >>> read_integer("-17"), read_integer("1" + 5000 * "0") == 10**5000
    (-17, True)
    """
    if len(text) <= _PIECE_DIGITS:
        return int(text)
    if text.startswith("-"):
        return -read_integer(text[1:])
    half = len(text) // 2
    return int(read_integer(text[:-half]) * 10**half + read_integer(text[-half:]))


def fraction_text(value: Fraction | int) -> str:
    """Return a fraction as ``str`` writes it, exactly.

    Examples
    --------
    >>> fraction_text(Fraction(29, 3)), fraction_text(Fraction(4)), len(fraction_text(Fraction(1, 10**5000)))
    ('29/3', '4', 5003)
    """
    top, bottom = integer_text(value.numerator), integer_text(value.denominator)
    return top if bottom == "1" else f"{top}/{bottom}"


def shortened(value: Any, full: int = SAFE_BITS) -> str:
    """Return an integer for a message: in full, or its first and last digits with how many there are.

    Parameters
    ----------
    value : int
        The integer.
    full : int
        Those of at most so many bits are written in full.

    Examples
    --------
    >>> shortened(1234), shortened(-(10**5000) - 7)
    ('1234', '-1000000000…0000000007 (5,001 digits)')
    """
    if has_no_digits(value):
        return rounded(value)
    if value.bit_length() <= min(full, SAFE_BITS):
        return str(int(value))
    size = abs(value)
    count = int(size.bit_length() * 0.30102999566398120)  # log10 2, rounded up in the last digit: never too few
    while 10**count <= size:
        count += 1
    while 10 ** (count - 1) > size:
        count -= 1
    first, last = size // 10 ** (count - _ENDS), size % 10**_ENDS
    return f"{'-' * (value < 0)}{first}…{last:0{_ENDS}} ({count:,} digits)"


def has_no_digits(value: Any) -> bool:
    """Return whether a number is one that cannot be written out, a `noisytm.discrete.PowerSum`.

    Examples
    --------
    >>> from noisytm.discrete.powers import power
    >>> has_no_digits(power(10, 10**9)), has_no_digits(5)
    (True, False)
    """
    return hasattr(value, "rounded")


def rounded(value: Any) -> str:
    """Return an integer of any size by its first three digits, not rounded up, and its power of ten.

    Examples
    --------
    >>> rounded(7412 * 10**36531), rounded(-12345)
    ('7.41·10^36534', '-1.23·10^4')
    """
    if has_no_digits(value):
        return str(value.rounded())
    size = abs(value)
    power = int(math.log10(size))
    power += size >= 10 ** (power + 1)  # the logarithm is rounded
    power -= size < 10**power
    first = size // 10 ** (power - 2)
    return f"{'-' * (value < 0)}{first // 100}.{first % 100:02}·10^{power}"


def _long(value: int) -> str:
    import decimal

    powers: dict[int, decimal.Decimal] = {}

    def power(bits: int) -> decimal.Decimal:
        """Return 2 to the number of bits."""
        if bits not in powers:
            half = bits // 2
            powers[bits] = decimal.Decimal(1 << bits) if bits <= _PIECE_BITS else power(half) * power(bits - half)
        return powers[bits]

    def exact(part: int, bits: int) -> decimal.Decimal:
        if bits <= _PIECE_BITS:
            return decimal.Decimal(part)
        half = bits // 2
        high = part >> half
        return exact(part - (high << half), half) + exact(high, bits - half) * power(half)

    with decimal.localcontext() as context:  # of this thread alone
        context.prec, context.Emax, context.Emin = decimal.MAX_PREC, decimal.MAX_EMAX, decimal.MIN_EMIN
        context.traps[decimal.Inexact] = True
        return str(exact(value, value.bit_length()))
