"""Probabilities that are positive parts of weights: they are 0 with positive probability."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from noisytm.codespace import CodeSpace, Coordinate, TupleCoordinate
from noisytm.geometry.chart import DEAREST, Codes, Costs, Monomial
from noisytm.geometry.faces import Face
from noisytm.geometry.parametrised.family import Family, Parametrised
from noisytm.geometry.parametrised.settings import Group, Settings, add_group, in_order


class RectifiedChart(Parametrised):
    """Some probabilities are u = max(0, w), w of any density around 0: at the code they are 0 with positive chance.

    So −log ∫ e^{−nK} is, up to a constant, that over the codes with these at 0, and λ and m are those of K there: a
    syndrome that contains one of them never comes, and they are no coordinates (docs/parametrisations.md). The other
    probabilities are coordinates as in the simplex chart, with the concentration of the prior.

    Attributes
    ----------
    atoms : Settings of bool
        Which probabilities are positive parts. Of the class.

    Examples
    --------
    >>> from noisytm import CodeSpace, library
    >>> from noisytm.geometry import chart_at
    >>> machine = library.machine("detectA")
    >>> names = "relu", "relu:next", "relu:A:reject:next"
    >>> [chart_at(name, CodeSpace.of(machine), machine).dimension for name in names]
    [0, 24, 29]
    """

    noun = "error coordinate"
    by_number = True
    harmless = "No error leads to a wrong answer but those that are positive parts, which are 0 with positive chance"
    atoms: ClassVar[Settings[bool]]

    def __init__(self, space: CodeSpace, face: Face) -> None:
        self.atoms.require_within(space, self.name)
        super().__init__(space, face)

    @cached_property
    def _all(self) -> tuple[Coordinate | TupleCoordinate, ...]:
        free = set(self.face.free)
        return tuple(c for c in self.space.coordinates(self.face.machine) if c not in free)

    @cached_property
    def _kept(self) -> NDArray[np.int64]:
        """Which of the entries outside the support are coordinates."""
        kept = [i for i, c in enumerate(self._all) if not self.atoms.at(c)]
        return np.array(kept, dtype=np.int64)

    @cached_property
    def coordinates(self) -> tuple[Coordinate | TupleCoordinate, ...]:  # type: ignore[override]
        """Names of the d coordinates."""
        return tuple(self._all[i] for i in self._kept.tolist())

    @property
    def dimension(self) -> int:
        """Number d of coordinates."""
        return len(self._kept)

    def _terms_outside(self) -> list[tuple[Monomial, ...]]:
        terms: list[tuple[Monomial, ...]] = [()] * len(self.columns)
        for j, i in enumerate(self._kept.tolist()):
            terms[i] = (((j, 1),),)
        return terms

    def _codes(self, u: Codes) -> Codes:
        whole = np.zeros((len(u), len(self.columns)))
        whole[:, self._kept] = u
        return super()._codes(whole)

    def entry_costs(self, costs: Costs) -> Costs:
        """Return what each entry costs over (min, +), the positive parts too much; see `Chart.entry_costs`."""
        whole = np.full((len(costs), len(self.columns)), DEAREST, dtype=np.int64)
        whole[:, self._kept] = costs
        return super().entry_costs(whole)

    def coordinate_counts(self, costs: Costs, entry_counts: Costs) -> Costs:
        """Return how often each coordinate occurs in products of entries; see `Chart.coordinate_counts`."""
        return entry_counts.take(self.columns[self._kept], axis=1)


class Rectified(Family):
    """``relu``: probabilities are positive parts of weights; of some kinds only as in ``relu:next,move``."""

    name = "relu"
    form = "relu"
    description = "positive parts of weights, which are 0 with positive chance; of some kinds only as relu:next,move"

    def read(self, text: str | None) -> tuple[type[Parametrised], str, dict[str, Any]]:
        """Return the chart of some kinds; see `Family.read`."""
        if text is None:
            return RectifiedChart, self.name, {"atoms": Settings(True)}
        found: dict[Group, bool] = {}
        for part in text.split(","):
            add_group(found, part, True, self.name)
        groups = in_order(found.items())
        name = f"{self.name}:{','.join(':'.join(group) for group, _ in groups)}"
        return RectifiedChart, name, {"atoms": Settings(False, groups)}
