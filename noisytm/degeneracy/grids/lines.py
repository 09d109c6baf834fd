"""Lines in s, the lowest of which is Λ: where they meet, which of them are lowest somewhere, how they are written."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Protocol, TypeVar

from noisytm._summary import number


class Sloped(Protocol):
    """A line intercept + slope·s, whatever else belongs to it."""

    @property
    def intercept(self) -> Fraction:
        """The value at 0."""

    @property
    def slope(self) -> Fraction:
        """How fast it rises."""


AnyLine = TypeVar("AnyLine", bound=Sloped)


def crossings(lines: Sequence[Sloped]) -> list[tuple[Fraction, Fraction]]:
    """Return where neighbouring lines, of falling slope, meet: s and the value there.

    Examples
    --------
    >>> from noisytm.degeneracy.grids import Line
    >>> steep, level = Line(Fraction(0), Fraction(3), (), ()), Line(Fraction(2), Fraction(0), (0, 1), ())
    >>> crossings((steep, level))
    [(Fraction(2, 3), Fraction(2, 1))]
    """
    return [(s := _meet(a, b), a.intercept + a.slope * s) for a, b in itertools.pairwise(lines)]


def _meet(first: Sloped, second: Sloped) -> Fraction:
    return (second.intercept - first.intercept) / (first.slope - second.slope)


def lowest(lines: Iterable[AnyLine]) -> list[AnyLine]:
    """Return the lines that alone are lowest at some s > 0, by falling slope; the first of equal ones.

    Examples
    --------
    >>> from noisytm.degeneracy.grids import Line
    >>> given = [(9, 0), (0, 9), (5, 5), (9, 0)]
    >>> lines = [Line(Fraction(a), Fraction(b), (i,), ()) for i, (a, b) in enumerate(given)]
    >>> [line.pinned for line in lowest(lines)]
    [(1,), (0,)]
    """
    kept: list[AnyLine] = []
    for line in sorted(lines, key=lambda x: (x.intercept, x.slope)):
        if kept and line.slope >= kept[-1].slope:
            continue
        while len(kept) > 1 and _meet(kept[-1], line) <= _meet(kept[-2], kept[-1]):
            kept.pop()
        kept.append(line)
    return kept


def formula(lines: Sequence[Sloped]) -> str:
    """Return the lowest of lines as text.

    Examples
    --------
    >>> from noisytm.degeneracy.grids import Line
    >>> formula((Line(Fraction(0), Fraction(29, 3), (), ()), Line(Fraction(10), Fraction(0), (), ())))
    'min(29/3·s, 10)'
    """
    parts = []
    for line in lines:
        steep = f"{number(line.slope)}·s" if line.slope != 1 else "s"
        known = [number(line.intercept)] if line.intercept or not line.slope else []
        parts.append(" + ".join(known + ([steep] if line.slope else [])))
    return parts[0] if len(parts) == 1 else f"min({', '.join(parts)})"
