"""Probabilities that are products of weights: layers, codebooks, powers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from noisytm._checks import positive
from noisytm._digits import fraction_text
from noisytm._text import shown
from noisytm.codespace import CodeSpace
from noisytm.errors import ProblemError
from noisytm.geometry.faces import Face
from noisytm.geometry.parametrised.family import Family, Parametrised
from noisytm.geometry.parametrised.settings import Settings, read_settings

Exponents = tuple[Fraction, ...]

MOST_WEIGHTS = 1000
ONE = Fraction(1)
PLAIN: Exponents = (ONE,)


class ProductChart(Parametrised):
    """One coordinate for each entry outside the support: its probability, a product of powers of weights.

    u = ∏_l w_l^{k_l} with independent w_l ≥ 0, of density ≍ w^{g − 1} near 0 where g is the prior concentration. All
    weights vanish at the code. So the density of u is ≍ u^{γ − 1} (log 1/u)^{a − 1} with γ = g / max k, and a the
    number of the weights that have this k: λ is that of independent u of density u^{γ − 1}, and each coordinate that
    is positive somewhere on the optimal face adds a − 1 to m (docs/parametrisations.md).

    Attributes
    ----------
    exponents : Settings of tuple of Fraction
        The k_l of each coordinate. Of the class.

    Examples
    --------
    >>> from noisytm import CodeSpace, library
    >>> from noisytm.geometry import chart_at
    >>> machine = library.machine("detectA")
    >>> chart = chart_at("product:2,next=1*3", CodeSpace.of(machine), machine)
    >>> chart.name, str(chart.weight_of(chart.coordinates[2], Fraction(1))), chart.multiplicity(0, [0, 2])
    ('product:2,next=1*3', '1/3', 2)
    """

    noun = "error coordinate"
    by_number = True
    near_codes = True
    no_sampling = ""
    exponents: ClassVar[Settings[Exponents]]

    def __init__(self, space: CodeSpace, face: Face) -> None:
        self.exponents.require_within(space, self.name)
        super().__init__(space, face)

    @classmethod
    def weight_of(cls, coordinate: Any, concentration: Fraction) -> Fraction:
        """Return γ of a coordinate: the concentration over its greatest exponent; see `Chart.weight_of`."""
        return concentration / max(cls._of(coordinate))

    @classmethod
    def _of(cls, coordinate: Any) -> Exponents:
        return cls.exponents.at(coordinate)

    def weight_exponents(self) -> tuple[NDArray[np.float64], list[int]]:
        """Return the exponents of all weights; see `Chart.weight_exponents`."""
        weights = [(j, float(k)) for j, c in enumerate(self.coordinates) for k in self._of(c)]
        table = np.zeros((len(weights), self.dimension))
        for row, (j, k) in zip(table, weights, strict=True):
            row[j] = k
        return table, [j for j, _ in weights]

    def multiplicity(self, dimension: int, positive: Iterable[int]) -> int | Fraction:
        """Return m; see `Chart.multiplicity`."""
        ties = (self._of(self.coordinates[j]) for j in positive)
        return 1 + dimension + sum(k.count(max(k)) - 1 for k in ties)


class Products(Family):
    """``product:L``: every probability is a product of L weights, or of powers of weights as in ``1*2``."""

    name = "product"
    form = "product:L"
    description = "products of L weights, or of powers of them as 1*2; by kind as product:2,next=3"

    def read(self, text: str | None) -> tuple[type[Parametrised], str, dict[str, Any]]:
        """Return the chart of some numbers of weights; see `Family.read`."""
        if not text:
            raise self.refused(text, "say how many weights, as product:3 does")
        settings = read_settings(self.name, text, self._exponents, PLAIN)
        how = {"exponents": settings, "no_search": _NO_SEARCH}
        return ProductChart, f"{self.name}:{_text(settings)}", how

    def _exponents(self, text: str) -> Exponents:
        if re.fullmatch("[0-9]{1,9}", text) and 1 <= int(text) <= MOST_WEIGHTS:
            return (ONE,) * int(text)
        parts = text.split("*")
        if 1 < len(parts) <= MOST_WEIGHTS:
            return tuple(sorted(positive(f"an exponent of chart {self.name}", part) for part in parts))
        raise ProblemError(
            f"chart {self.name} has {shown(text)} weights; give a number from 1 to {MOST_WEIGHTS}, or the exponents of"
            " the weights as in 1*2"
        )


class Powers(Family):
    """``power:K``: every probability is the K-th power of a weight."""

    name = "power"
    form = "power:K"
    description = "K-th powers of weights; by kind as power:2,next=1/2"

    def read(self, text: str | None) -> tuple[type[Parametrised], str, dict[str, Any]]:
        """Return the chart of some exponents; see `Family.read`."""
        if not text:
            raise self.refused(text, "say which power, as power:2 does")
        settings = read_settings(self.name, text, self._exponent, PLAIN)
        why = "it tells single tuples apart, and a search takes all tuples alike" if settings.of_tuples else ""
        if settings.of_keys:
            why = "it names entries of keys, which a search takes like all others; leave read and in out"
        return ProductChart, f"{self.name}:{_power_text(settings)}", {"exponents": settings, "no_search": why}

    def _exponent(self, text: str) -> Exponents:
        return (positive(f"the exponent of chart {self.name}", text),)


_NO_SEARCH = (
    "its m goes beyond the dimension of the optimal face; λ is that of power:K with the greatest exponents, so search"
    " there, and ask noisytm bound for m"
)


def _text(settings: Settings[Exponents]) -> str:
    def written(k: Exponents) -> str:
        return str(len(k)) if set(k) == {ONE} else "*".join(map(fraction_text, k))

    return settings.text(written)


def _power_text(settings: Settings[Exponents]) -> str:
    return settings.text(lambda k: fraction_text(k[0]))
