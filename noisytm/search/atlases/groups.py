"""What the rows of an atlas come to: counts, the best codes, and the order of codes by weight and by λ."""

from __future__ import annotations

import heapq
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from noisytm.search.atlases.rows import CodeRow

# How many of the first codes of an order are kept.
FIRST = 10


class Alike(NamedTuple):
    """What codes have in common that are alike: their used tuples, λ, m and least fatal weight."""

    used: int
    value: Fraction
    multiplicity: int
    weight: int | None

    @property
    def order(self) -> tuple[int, Fraction, int, int]:
        """What decides the order of groups."""
        return self.used, self.value, -self.multiplicity, -1 if self.weight is None else self.weight


@dataclass
class AtlasTally:
    """The rows of an atlas, counted as they come.

    Attributes
    ----------
    codes : dict of Alike to int
        Number of codes of each kind.
    best : dict of int to CodeRow
        For each number of used tuples the code of least λ, of these of the largest m, of these the first.
    by_weight, by_value : list of CodeRow
        The first ten by Solomonoff weight, then in canonical order, and by λ, then by m, largest first, likewise.
    """

    codes: Counter[Alike] = field(default_factory=Counter)
    best: dict[int, CodeRow] = field(default_factory=dict)
    by_weight: list[CodeRow] = field(default_factory=list)
    by_value: list[CodeRow] = field(default_factory=list)

    @classmethod
    def of(cls, rows: Iterable[CodeRow]) -> AtlasTally:
        """Return the tally of some rows."""
        tally, some = cls(), []
        for row in rows:
            some.append(row)
            if len(some) == 1024:
                tally._add(some)
                some = []
        tally._add(some)
        return tally

    def _add(self, rows: list[CodeRow]) -> None:
        self.codes.update(Alike(*row[1:]) for row in rows)
        for row in rows:
            known = self.best.get(row.used)
            if known is None or by_value(row) < by_value(known):
                self.best[row.used] = row
        self.by_weight = heapq.nsmallest(FIRST, _different([*self.by_weight, *rows]), key=by_weight)
        self.by_value = heapq.nsmallest(FIRST, _different([*self.by_value, *rows]), key=by_value)


def _different(rows: list[CodeRow]) -> Iterable[CodeRow]:
    return dict.fromkeys(rows)  # a sample may hold a code twice


def by_weight(row: CodeRow) -> tuple[int, tuple[int, ...]]:
    """Return what orders codes by Solomonoff weight: the fewer tuples they use the heavier; then canonically."""
    return row.used, row.code


def by_value(row: CodeRow) -> tuple[Fraction, int, tuple[int, ...]]:
    """Return what orders codes by λ, then by m, largest first, then canonically."""
    return row.value, -row.multiplicity, row.code


def rank_correlation(codes: Mapping[tuple[int, Fraction], int]) -> float | None:
    """Return Spearman's rank correlation of the Solomonoff weight and λ.

    Parameters
    ----------
    codes : mapping of (int, Fraction) to int
        How many codes there are for each number of used tuples and λ; each counts once, equals share their mean rank.

    Returns
    -------
    float or None
        ``None`` if all weights, or all λ, are equal.

    Examples
    --------
    The more tuples, the less weight; here the lighter codes have the larger λ.

    >>> rank_correlation({(4, Fraction(8)): 3, (5, Fraction(9)): 5})
    -1.0
    """
    total = sum(codes.values())
    first, second = _mean_ranks(codes, 0), _mean_ranks(codes, 1)
    middle = Fraction(total + 1, 2)
    covariance, squares = Fraction(0), [Fraction(0), Fraction(0)]
    for (used, value), number in codes.items():
        weight, rank = middle - first[used], second[value] - middle
        covariance += number * weight * rank
        squares[0] += number * weight**2
        squares[1] += number * rank**2
    if 0 in squares:
        return None
    return math.copysign(math.sqrt(covariance**2 / (squares[0] * squares[1])), covariance)


def _mean_ranks(codes: Mapping[tuple[int, Fraction], int], which: int) -> dict[object, Fraction]:
    """Return the mean rank of codes that are equal in one of the two, from the least on."""
    number: Counter[int | Fraction] = Counter()
    for key, codes_of_key in codes.items():
        number[key[which]] += codes_of_key
    ranks: dict[object, Fraction] = {}
    before = 0
    for value in sorted(number):
        ranks[value] = Fraction(2 * before + number[value] + 1, 2)
        before += number[value]
    return ranks
