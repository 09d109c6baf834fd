"""How many errors a code corrects, and the bound on its learning coefficient that follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from noisytm._checks import count_of, instances
from noisytm._digits import fraction_text
from noisytm._partial import ENDED, carrying
from noisytm._summary import Described, Summary, count
from noisytm.algebra import Costs
from noisytm.degeneracy.counting import loss_factor
from noisytm.degeneracy.oracle import Oracle
from noisytm.degeneracy.syndromes.listing import MAX_SIZE
from noisytm.geometry import CHARTS, Chart, chart_at, checked_chart, checked_concentration, entry_values, weights
from noisytm.losses import LOSSES
from noisytm.machine import Description
from noisytm.problem import SynthesisProblem
from noisytm.relaxation.generic import wrong
from noisytm.relaxation.semantics import Marginal, Semantics, checked_semantics


@dataclass(frozen=True)
class Correction(Described):
    """The correction degree of a code: every fatal syndrome has more errors than that.

    Attributes
    ----------
    semantics : str
        What was asked.
    chart : Chart
        The chart at the code.
    least_weight : int or None
        The least weight of a fatal syndrome, as in `FatalSyndromes`: its degree in the chart's coordinates, which on
        the sphere is 2 for each error; ``None`` if there is none.
    """

    semantics: str
    chart: Chart
    least_weight: int | None

    @property
    def degree(self) -> int | None:
        """C, the number of errors that are always corrected; ``None`` if nothing is ever fatal."""
        return None if self.least_weight is None else self.least_weight // self.chart.exponent - 1

    def bound(self, *, loss: str = "log", prior_concentration: Any = 1) -> Fraction:
        """Return the bound of Murfet and Troiani: λ_log ≤ Σγ/D with D the least weight, and half of it for brier.

        v_i = 1/D satisfies α·v ≥ 1 for every fatal syndrome α. D is C + 1, on the sphere 2(C + 1). If nothing is fatal,
        λ = 0.

        Parameters
        ----------
        loss : {"log", "brier"}
            The loss.
        prior_concentration : number, str or mapping
            Concentration of the prior, as of `learning_coefficient`.

        Examples
        --------
        >>> from noisytm import SynthesisProblem, TuringMachine
        >>> machine = TuringMachine(["_"], "_", ["0", "H"], "0", [("_", "0", "_", "H", "S")], halting=["H"])
        >>> problem = SynthesisProblem.of_machine(machine, [""], steps=5)
        >>> correction(problem, machine, semantics="mean-field").bound(loss="brier")
        Fraction(3, 10)
        """
        total = sum(weights(checked_concentration(prior_concentration), self.chart), Fraction(0))
        if self.least_weight is None:
            return Fraction(0)
        return loss_factor(loss) * total / self.least_weight

    def _summary(self) -> Summary:
        corrected = (
            "nothing is ever fatal" if self.degree is None else f"{count(self.degree, 'error')} always corrected"
        )
        return Summary(f"{corrected}; {self.semantics}, {self.chart.name} chart")

    def to_json(self) -> dict[str, Any]:
        """Return the degree, and the bounds at γ = 1, as a JSON object; fractions are strings."""
        return {
            "correction_degree": self.degree,
            "least_weight": self.least_weight,
            "bounds": {loss: fraction_text(self.bound(loss=loss)) for loss in LOSSES},
        }

    @classmethod
    def of_record(cls, record: Mapping[str, Any], semantics: str, chart: Chart) -> Correction:
        """Build what `to_json` returned, of a code with this chart."""
        return cls(semantics, chart, record["least_weight"])


def correction(
    problem: SynthesisProblem,
    machine: Description,
    *,
    semantics: str | Semantics = "pseudo-utm",
    chart: str = "simplex",
    max_size: int = MAX_SIZE,
) -> Correction:
    """Return how many errors a code corrects: one less than the least number of errors in a fatal syndrome.

    Parameters
    ----------
    problem : SynthesisProblem
        The problem.
    machine : TuringMachine or Description
        A machine that solves it.
    semantics : str or Semantics
        How the step is relaxed: a name, or the object.
    chart : {"simplex", "bits", "sphere"}, or a parametrisation
        The coordinates of code space.
    max_size : int
        The most to form for one weight where semantics do not follow marginals: as the semantics counts, such as
        configurations (annealed) or runs (quenched).

    Raises
    ------
    ProblemError
        If an option is unknown, or the machine does not solve the problem.
    MachineError
        If the machine is not in the problem's code space.
    BudgetError
        If ``max_size`` is passed; ``partial`` is a weight below which nothing is fatal.
    Interrupted
        On an interrupt from the keyboard, which it is, a `KeyboardInterrupt`; with the same ``partial``.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, TuringMachine
    >>> machine = TuringMachine(["_"], "_", ["0", "H"], "0", [("_", "0", "_", "H", "S")], halting=["H"])
    >>> problem = SynthesisProblem.of_machine(machine, [""], steps=5)
    >>> correction(problem, machine, semantics="mean-field").degree, correction(problem, machine).degree
    (4, 0)
    """
    instances(problem=(problem, SynthesisProblem), machine=(machine, Description))
    kind = checked_semantics(semantics)
    kind.require(problem, checked_chart(chart))
    CHARTS.named(chart).require_coefficient()
    problem.require_solved_by(machine)
    max_size = count_of("max_size", max_size)
    here = chart_at(chart, problem.space, machine)
    if isinstance(kind, Marginal):
        least = Oracle(problem, machine, kind, chart).least([1] * here.dimension)
    else:
        least = _least_by_weight(problem, machine, kind, chart, max_size)
    return Correction(kind.name, here, least)


def _least_by_weight(
    problem: SynthesisProblem, machine: Description, semantics: Semantics, chart: str, max_size: int
) -> int | None:
    """Return the least weight of the errors in a rejected run, allowing one more at a time."""
    limit = 0
    while True:
        limit += 1
        costs = Costs(limit)
        try:
            values = wrong(costs, problem, entry_values(costs, problem, machine, chart), semantics, max_size)
        except ENDED as error:
            raise carrying(error, limit, f"; no syndrome of weight below {limit} is fatal") from None
        least = costs.sum(values)
        if least != costs.zero:
            return int(least)
        if not costs.exceeded:
            return None
