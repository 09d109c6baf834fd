"""What is asked of all codes of a space, and what single codes attain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from noisytm.degeneracy import LearningCoefficient, learning_coefficient
from noisytm.degeneracy.counting import loss_factor
from noisytm.geometry import Concentration
from noisytm.problem import SynthesisProblem
from noisytm.relaxation.semantics import Marginal, Semantics, checked_semantics
from noisytm.search.fixed import Choices, choices_of
from noisytm.search.minimum.blocks import TupleCoordinates
from noisytm.search.store import Incumbent
from noisytm.search.tables import TableSpace

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class AskedOfAll:
    """A problem over full tables, and in which units.

    Parameters
    ----------
    problem : SynthesisProblem
        Over the full space; or over lists of so many tuples, whose keys may err.
    tables : TableSpace
        The space.
    semantics : str
        How the step is relaxed.
    loss, chart : str
        The loss and the chart.
    concentration : Fraction or Concentrations
        That of the prior.
    """

    problem: SynthesisProblem
    tables: TableSpace
    semantics: str
    loss: str
    chart: str
    concentration: Concentration

    def __getstate__(self) -> dict[str, Any]:
        """Leave behind what was looked up: a semantics is another object in another process."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @cached_property
    def step(self) -> Marginal:
        """The semantics, where it follows marginals."""
        return checked_semantics(self.semantics, Marginal)

    @cached_property
    def how(self) -> Semantics:
        """The semantics."""
        return checked_semantics(self.semantics)

    @property
    def compiled(self) -> bool:
        """Whether there is a compiled search: for the semantics that follow marginals."""
        return isinstance(self.how, Marginal)

    @cached_property
    def choices(self) -> Choices:
        """What may stand at a tuple."""
        return choices_of(self.problem, self.tables, self.chart)

    @cached_property
    def coordinates(self) -> TupleCoordinates:
        """The coordinates of the chart."""
        return TupleCoordinates.of(self.choices, self.concentration)

    @property
    def unit(self) -> Fraction:
        """Learning coefficients are the values of the kernels times this."""
        return self.coordinates.unit * loss_factor(self.loss)

    def to_beat(self, best: Incumbent) -> tuple[Fraction, int]:
        """Return a value, in the units of the kernels, and a multiplicity: what is no better is of no interest."""
        return best.value / self.unit, best.multiplicity

    def point(self, table: Sequence[int] | Ints) -> Any:
        """Return the machine, list, or bit strings of a whole table of choices; of none the machine without tuples."""
        return self.choices.point(table) if len(table) else self.tables.machine(())

    def coefficient(self, table: Sequence[int] | Ints) -> LearningCoefficient:
        """Return the learning coefficient of a whole table of choices, with its certificate."""
        return learning_coefficient(
            self.problem,
            self.point(table),
            semantics=self.semantics,
            loss=self.loss,
            chart=self.chart,
            prior_concentration=self.concentration,
        )

    def attained(self, table: Sequence[int] | Ints) -> Incumbent:
        """Return a whole table of choices with what it attains."""
        found = self.coefficient(table)
        return Incumbent(found.value, found.whole_multiplicity, tuple(int(x) for x in table))
