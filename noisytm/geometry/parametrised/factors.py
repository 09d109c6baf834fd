"""Probabilities that share factors: the same program, written in the factors."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from noisytm.codespace import Coordinate, TupleCoordinate
from noisytm.geometry.chart import DEAREST, Codes, Costs, Monomial
from noisytm.geometry.parametrised.family import Family, Parametrised
from noisytm.geometry.shared import WHOLE, shared_factor

Entry = Coordinate | TupleCoordinate

MOST_FACTORS = 16


class FactorChart(Parametrised):
    """Coordinates are factors: each probability outside the support is a product of some of them.

    To write another one, derive a class and give its `factors_of`: for each entry the names of its factors, at most 16.
    """

    noun = "factor"
    no_search = "its factors are shared; search in the simplex chart, and ask noisytm bound for single codes"

    @cached_property
    def outside(self) -> tuple[Entry, ...]:
        """The entries outside the support, in order."""
        free = set(self.face.free)
        return tuple(c for c in self.space.coordinates(self.face.machine) if c not in free)

    def factors_of(self, entry: Entry) -> tuple[Any, ...]:
        """Return the names of the factors of an entry, each as often as it occurs."""
        raise NotImplementedError

    @cached_property
    def coordinates(self) -> tuple[Any, ...]:  # type: ignore[override]
        """Names of the d factors, in the order in which entries have them."""
        return tuple(dict.fromkeys(name for entry in self.outside for name in self.factors_of(entry)))

    @property
    def dimension(self) -> int:
        """Number d of factors."""
        return len(self.coordinates)

    @cached_property
    def exponents(self) -> NDArray[np.int64]:
        """How often each entry has each factor, shape (entries outside the support, d)."""
        at = {name: j for j, name in enumerate(self.coordinates)}
        table = np.zeros((len(self.outside), len(at)), dtype=np.int64)
        for i, entry in enumerate(self.outside):
            for name in self.factors_of(entry):
                table[i, at[name]] += 1
        return table

    @cached_property
    def _table(self) -> NDArray[np.int64]:
        """The factors of each entry, each as often as it occurs; d where there are no more."""
        most = int(self.exponents.sum(axis=1).max(initial=0))
        assert most <= MOST_FACTORS, "costs of an entry are sums that must fit into 64 bits"
        table = np.full((len(self.outside), most), self.dimension, dtype=np.int64)
        for i, row in enumerate(self.exponents):
            table[i, : row.sum()] = np.repeat(np.arange(self.dimension), row)
        return table

    def _terms_outside(self) -> list[tuple[Monomial, ...]]:
        return [(tuple((j, int(row[j])) for j in np.flatnonzero(row).tolist()),) for row in self.exponents]

    def _codes(self, u: Codes) -> Codes:
        return super()._codes((u[:, None, :] ** self.exponents).prod(axis=2))

    def entry_costs(self, costs: Costs) -> Costs:
        """Return what each entry costs over (min, +): its factors together; see `Chart.entry_costs`."""
        padded = np.concatenate([costs, np.zeros((len(costs), 1), dtype=np.int64)], axis=1)
        return super().entry_costs(np.minimum(padded[:, self._table].sum(axis=2), DEAREST))

    def coordinate_counts(self, costs: Costs, entry_counts: Costs) -> Costs:
        """Return how often each factor occurs in products of entries; see `Chart.coordinate_counts`."""
        return entry_counts.take(self.columns, axis=1) @ self.exponents


class SharedChart(FactorChart):
    """A factor for each wrong entry, and one that all wrong entries of a distribution, or of a tuple, share.

    u = s·w with independent s, w ≥ 0 of density ≍ x^{g − 1} near 0, g the prior concentration: λ and m are those of the
    program in s and w.

    Examples
    --------
    >>> from noisytm import CodeSpace, library
    >>> from noisytm.geometry import chart_at
    >>> machine = library.machine("detectA")
    >>> chart = chart_at("shared:block", CodeSpace.of(machine), machine)
    >>> chart.dimension, [str(name) for name in chart.coordinates[:3]]
    (48, ['(_, reject) errs in its write', '(_, reject) writes A', '(_, reject) writes B'])
    """

    by_number = True
    near_codes = True
    no_sampling = ""
    whole: ClassVar[bool]

    def factors_of(self, entry: Entry) -> tuple[Any, ...]:
        """Return the shared factor and the entry's own; see `FactorChart.factors_of`."""
        return shared_factor(entry, WHOLE if self.whole else None), entry

    def weight_exponents(self) -> tuple[NDArray[np.float64], list[int]]:
        """Return the exponents of all factors; see `Chart.weight_exponents`."""
        return self.exponents.T.astype(np.float64), list(range(self.dimension))


class Shared(Family):
    """``shared:block`` and ``shared:tuple``: a common factor, times one of its own."""

    name = "shared"
    form = "shared:block"
    description = "a weight times one that all errors of a distribution, or, as shared:tuple, of a tuple share"

    def read(self, text: str | None) -> tuple[type[Parametrised], str, dict[str, Any]]:
        """Return the chart in which a distribution, or a tuple, shares a factor; see `Family.read`."""
        if text not in _WHOLE:
            raise self.refused(text, f"what shares a factor is {' or '.join(_WHOLE)}, as in {self.name}:block")
        return SharedChart, f"{self.name}:{text}", {"whole": _WHOLE[text]}


_WHOLE = {"block": False, "tuple": True}
