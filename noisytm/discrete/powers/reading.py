"""Sums of powers read from their text."""

from __future__ import annotations

import re
from typing import Any

from noisytm._digits import read_integer
from noisytm.discrete.powers.bounds import Monomial, UndecidedError
from noisytm.discrete.powers.sums import MOST_TERMS, PowerSum, factors, number

MOST_NESTED = 32
MOST_BASE_BITS = 64
MOST_CHARACTERS = 1 << 22
_TOKEN = re.compile(r"[0-9]+|[-+*^/()]")


def read(text: str) -> PowerSum:
    """Return the number that a formula as `text_of` writes it stands for.

    Raises
    ------
    ValueError
        If it is none, or one that is small enough to be written out.

    Examples
    --------
    >>> from noisytm.discrete import power
    >>> read("(5*14^1000000000 - 8)/3") == (5 * power(14, 10**9) - 7) // 3
    True
    """
    try:
        value = _Reader(text).value(0)
    except UndecidedError as error:
        raise ValueError(str(error)) from None
    if not isinstance(value, PowerSum) or value % 1:
        raise ValueError("it is no integer of more digits than are written out")
    return value


class _Reader:
    """A formula, read from left to right."""

    def __init__(self, text: str) -> None:
        self.parts = _TOKEN.findall(text) if len(text) <= MOST_CHARACTERS else []
        if "".join(self.parts) != text.replace(" ", "") or not self.parts:
            raise ValueError("it is not made of integers and + - * ^ / ( )")
        self.parts.reverse()

    def value(self, depth: int) -> Any:
        """Read a sum, perhaps over a number, to the end or to a closing bracket."""
        inner = self._taken("(")
        terms = self._sum(depth)
        if inner:
            self._need(")")
        total = number(terms, self._integer() if self._taken("/") else 1)
        if depth:
            self._need(")")
        elif self.parts:
            raise ValueError(f"{self.parts[-1]} is not expected there")
        return total

    def _sum(self, depth: int) -> dict[Monomial, int]:
        terms: dict[Monomial, int] = {}
        sign = -1 if self._taken("-") else 1
        while True:
            monomial, c = self._term(depth)
            terms[monomial] = terms.get(monomial, 0) + sign * c
            if not self.parts or self.parts[-1] not in "+-":
                return terms
            if len(terms) > MOST_TERMS:
                raise ValueError(f"it has more than {MOST_TERMS} terms")
            sign = -1 if self.parts.pop() == "-" else 1

    def _term(self, depth: int) -> tuple[Monomial, int]:
        exponents: dict[int, Any] = {}
        c = 1
        while True:
            base = self._integer()
            if self._taken("^"):
                exponent = self._exponent(base, depth)
                for p, n in factors(base):
                    exponents[p] = exponents.get(p, 0) + n * exponent
            else:
                c *= base
            if not self._taken("*"):
                return tuple(sorted(exponents.items())), c

    def _exponent(self, base: int, depth: int) -> Any:
        if base.bit_length() > MOST_BASE_BITS or depth > MOST_NESTED:
            raise ValueError("its bases are too large, or its exponents nested too deeply")
        exponent = self.value(depth + 1) if self._taken("(") else self._integer()
        if exponent % 1 or exponent < 1:
            raise ValueError("its exponents are no positive integers")
        return exponent

    def _integer(self) -> int:
        if not self.parts or not self.parts[-1].isdigit():
            raise ValueError("an integer is missing")
        found = read_integer(self.parts.pop())
        if not found:
            raise ValueError("it has a zero")
        return found

    def _taken(self, part: str) -> bool:
        found = bool(self.parts) and self.parts[-1] == part
        if found:
            self.parts.pop()
        return found

    def _need(self, part: str) -> None:
        if not self._taken(part):
            raise ValueError(f"a {part} is missing")
