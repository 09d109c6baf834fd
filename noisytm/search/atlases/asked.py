"""What is asked of every code of an atlas, and the answer for one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from noisytm.degeneracy import correction, learning_coefficient
from noisytm.degeneracy.counting import loss_factor
from noisytm.geometry import (
    CHARTS,
    Concentration,
    chart_at,
    checked_chart,
    checked_concentration,
    options_json,
    weights,
)
from noisytm.losses import checked_loss
from noisytm.machine import TuringMachine
from noisytm.problem import SynthesisProblem
from noisytm.relaxation.semantics import Semantics, checked_semantics
from noisytm.search.atlases.rows import CodeRow
from noisytm.search.tables import TableSpace

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class AtlasUnits:
    """A problem over full tables, and in which units the learning coefficients of its codes are.

    Parameters
    ----------
    problem : SynthesisProblem
        Over the full space.
    semantics, loss, chart : str
        As of `learning_coefficient`.
    prior_concentration : Fraction or Concentrations
        That of the prior.
    """

    problem: SynthesisProblem
    semantics: str
    loss: str
    chart: str
    prior_concentration: Concentration

    @classmethod
    def checked(
        cls, problem: SynthesisProblem, semantics: str | Semantics, loss: str, chart: str, concentration: Any
    ) -> AtlasUnits:
        """Return them for some options, over the full tables of a problem.

        Raises
        ------
        ProblemError
            If an option is unknown, or the semantics cannot read the problem.
        """
        step = checked_semantics(semantics)
        step.require(problem, checked_chart(chart))
        CHARTS.named(chart).require_search()
        prior = checked_concentration(concentration)
        full = TableSpace.over(problem).problem(problem)
        units = cls(full, step.name, checked_loss(loss), checked_chart(chart), prior)
        weights(prior, units.at(units.tables.machine([0] * len(units.tables.space.keys))))
        return units

    @cached_property
    def tables(self) -> TableSpace:
        """The full tables."""
        return TableSpace.over(self.problem)

    def at(self, machine: TuringMachine) -> Any:
        """Return the chart at a code."""
        return chart_at(self.chart, self.problem.space, machine)

    @cached_property
    def dimension(self) -> int:
        """Number of coordinates around a code: the same for all."""
        return int(self.at(self.tables.machine([0] * len(self.tables.space.keys))).dimension)

    @property
    def used_tuple_bound(self) -> Any:
        """What each used tuple adds to the bound on λ, if it is the same for all; else ``None``."""
        chart = self.at(self.tables.machine([0] * len(self.tables.space.keys)))
        gains = weights(self.prior_concentration, chart)
        size = len(gains) // len(self.tables.space.keys)
        sums = {sum(gains[i : i + size]) for i in range(0, len(gains), size)}
        return loss_factor(self.loss) * sums.pop() / chart.exponent if len(sums) == 1 else None

    def to_json(self) -> dict[str, Any]:
        """Return the options as entries of a record."""
        return options_json(self.semantics, self.loss, self.chart, self.prior_concentration)

    def row(self, code: Sequence[int] | Ints) -> CodeRow:
        """Return the row of a code, each number computed by itself."""
        machine = self.tables.machine(code)
        found = learning_coefficient(
            self.problem,
            machine,
            semantics=self.semantics,
            loss=self.loss,
            chart=self.chart,
            prior_concentration=self.prior_concentration,
        )
        corrected = correction(self.problem, machine, semantics=self.semantics, chart=self.chart)
        least = None if corrected.degree is None else corrected.degree + 1
        used, m = found.description_length.used_tuples, found.whole_multiplicity
        return CodeRow(tuple(int(x) for x in code), used, found.value, m, least)
