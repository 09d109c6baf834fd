"""The least Λ(s) of all codes at one s: what is asked, and what single codes attain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from noisytm.degeneracy import FinitePrecision, precision
from noisytm.search.minimum.asked import AskedOfAll
from noisytm.search.minimum.blocks import TupleCoordinates
from noisytm.search.store import Incumbent

Ints = NDArray[np.int64]

# Multiplicities are not looked at: what just meets the least value is closed.
ANY_MULTIPLICITY = 1 << 30


@dataclass(frozen=True)
class AskedAt(AskedOfAll):
    """What is asked of all codes at one s, in units of the log loss.

    Parameters
    ----------
    s : Fraction, optional
        Where Λ is to be least; ``None``: beyond all s, where it is τ.
    """

    s: Fraction | None

    @cached_property
    def coordinates(self) -> TupleCoordinates:
        """The coordinates of the chart, each twice: as the error it is, and as one that is pinned to 0."""
        return TupleCoordinates.of(self.choices, self.concentration).with_pins(self.s)

    @property
    def unit(self) -> Fraction:
        """Values of Λ are those of the kernels times this."""
        return self.coordinates.unit

    def to_beat(self, best: Incumbent) -> tuple[Fraction, int]:
        """Return what a bound has to surpass, or to meet; τ is a multiple of the unit, so it may stay below by less."""
        value = best.value / self.unit
        return (value, best.multiplicity) if self.s is not None else (value - 1, 0)

    def curve(self, table: Sequence[int] | Ints) -> FinitePrecision:
        """Return Λ of a whole table of choices."""
        code = tuple(int(x) for x in table)
        if code not in self._curves:
            self._curves[code] = precision(
                self.problem,
                self.point(code),
                semantics=self.semantics,
                chart=self.chart,
                prior_concentration=self.concentration,
            )
        return self._curves[code]

    @cached_property
    def _curves(self) -> dict[tuple[int, ...], FinitePrecision]:
        return {}

    def attained(self, table: Sequence[int] | Ints) -> Incumbent:
        """Return a whole table of choices with its Λ(s)."""
        curve = self.curve(table)
        value = curve.transversal if self.s is None else curve.at(self.s)
        return Incumbent(value, ANY_MULTIPLICITY, tuple(int(x) for x in table))
