"""λ against the number of steps after which a machine is read."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, ClassVar

from noisytm import _progress
from noisytm._checks import flag, instances
from noisytm._partial import ENDED, carrying
from noisytm._records import Kind, provenance, result_form
from noisytm._schema import BOOLEAN, COUNT, STRING, either, entries, extended, many
from noisytm._summary import Grid, Summary, count, label_of, number
from noisytm._timed import Timed, timed, timed_form
from noisytm._version import __version__
from noisytm.degeneracy import CertifiedInterval, learning_coefficient
from noisytm.degeneracy.series.known import DRAWN, KNOWN, STATUSES, KnownAt, height_of
from noisytm.errors import ProblemError
from noisytm.geometry import (
    ANY_CONCENTRATION,
    Concentration,
    asked,
    checked_chart,
    checked_concentration,
    options_json,
    units,
)
from noisytm.losses import checked_loss
from noisytm.machine import DESCRIPTION, MACHINE, Description, listed_from_json
from noisytm.problem import PROBLEM, SynthesisProblem
from noisytm.relaxation.semantics import Semantics, checked_semantics
from noisytm.show.curves import Curve, Curves, caption, save_curves

_POINT = entries(steps=COUNT, **KNOWN)
_OPTIONS = {"semantics": STRING, "loss": STRING, "chart": STRING, "prior_concentration": ANY_CONCENTRATION}
STEPS: Kind = Kind(
    "steps",
    {
        1: timed_form(
            extended(
                result_form(entries(**_OPTIONS)),
                machine=either(MACHINE.schema(), DESCRIPTION.schema()),
                problem=either(PROBLEM.schema(1), PROBLEM.schema(2)),
                points=many(_POINT),
                complete=BOOLEAN,
            )
        )
    },
)


@dataclass(frozen=True)
class CoefficientAtStep(KnownAt):
    """λ of a code that is read after a number of steps.

    Attributes
    ----------
    steps : int
        That number.
    status : {"proved", "bounds", "unsolved"}
        ``proved``: both bounds are λ, which has a certificate; ``bounds``: it was ended before, with what is certain;
        ``unsolved``: the machine does not solve the problem after so many steps.
    lower, upper : Fraction or None
        λ is between these; ``None`` where nothing is known, or there is no λ.
    multiplicity : int, Fraction or None
        m, where λ is proved.
    """

    steps: int
    status: str
    lower: Fraction | None = None
    upper: Fraction | None = None
    multiplicity: int | Fraction | None = None

    at: ClassVar[str] = "steps"

    def _place(self) -> str:
        return f"after {count(self.steps, 'step')}"


@dataclass(frozen=True)
class StepSeries(Timed):
    """λ of a code against the number of steps after which it is read: what `coefficients_by_step` returns.

    Attributes
    ----------
    problem, machine, semantics, loss, chart, prior_concentration
        What was asked; the points go up to the steps of the problem.
    points : tuple of CoefficientAtStep
        By steps, from 1.
    complete : bool
        Whether all are there.
    version : str
        Version of noisytm.
    """

    problem: SynthesisProblem
    machine: Description
    semantics: str
    loss: str
    chart: str
    prior_concentration: Concentration
    points: tuple[CoefficientAtStep, ...]
    complete: bool = True
    version: str = __version__
    kind: ClassVar[Kind] = STEPS

    def _summary(self) -> Summary:
        options = self.semantics, self.loss, self.chart, self.prior_concentration
        known = [point for point in self.points if point.status == "proved"]
        said = f"λ = {number(known[-1].lower)} after {count(known[-1].steps, 'step')}" if known else "no λ"
        ended = "" if self.complete else ", not complete"
        rows = ((point.steps, point.in_words()) for point in self.points)
        return Summary(
            f"{said} of {label_of(self.machine)}, {count(len(self.points), 'point')}{ended}; {units(*options)}",
            asked(*options),
            Grid(("steps", "learning coefficient"), rows, len(self.points), "points"),
        )

    def to_json(self) -> dict[str, Any]:
        """Return everything as a JSON object; fractions are strings."""
        options = options_json(self.semantics, self.loss, self.chart, self.prior_concentration)
        body = {
            "machine": self.machine.to_json(),
            "problem": self.problem.to_json(self.machine),
            "points": [point.to_json() for point in self.points],
            "complete": self.complete,
        }
        head = provenance(self.machine.key, self.problem.key, options, version=self.version)
        return self.kind.tagged(head, body, self.times())

    @classmethod
    def _of_record(cls, record: dict[str, Any], number: int) -> StepSeries:
        options = record["options"]
        return cls(
            SynthesisProblem.from_json(record["problem"]),
            listed_from_json(record["machine"]),
            checked_semantics(options["semantics"]).name,
            checked_loss(options["loss"]),
            checked_chart(options["chart"]),
            checked_concentration(options["prior_concentration"]),
            tuple(map(CoefficientAtStep.of_record, record["points"])),
            record["complete"],
            record["version"],
        )

    def plot(self, path: str | os.PathLike[str] | None = None) -> Any:
        """Draw λ against the steps, ``.svg`` or ``.png``, with the status of every point.

        Return the figure; it is written to a file where there is a path.

        Raises
        ------
        FormatError
            If the path has another ending, or cannot be written.
        NoisytmError
            If matplotlib is not installed.
        """
        return save_curves(self.curves(), path)

    def curves(self) -> Curves:
        """Return what the picture shows: a curve for each status that occurs."""
        how = units(self.semantics, self.loss, self.chart, self.prior_concentration)
        ended = "" if self.complete else ", not complete"
        kinds = [(status, tuple(p for p in self.points if p.status == status)) for status in STATUSES]
        return Curves(
            f"λ of {label_of(self.machine)} against the steps after which it is read{ended}",
            "steps T",
            "learning coefficient λ",
            tuple(
                Curve(DRAWN[status], tuple(map(_drawn, points)), joined=status == "proved")
                for status, points in kinds
                if points
            ),
            about=(*caption(self.problem, self.machine), f"{how}; λ has no unit; read after 1 to T steps"),
            whole_x=True,
        )


def _drawn(point: CoefficientAtStep) -> tuple[float, float, float | None]:
    return float(point.steps), *height_of(point.status, point.lower, point.upper)


@timed
def coefficients_by_step(
    problem: SynthesisProblem,
    machine: Description,
    *,
    semantics: str | Semantics = "pseudo-utm",
    loss: str = "log",
    chart: str = "simplex",
    prior_concentration: Any = 1,
    memory: int | None = None,
    progress: bool = False,
) -> StepSeries:
    """Compute λ of a code that is read after 1, 2, … steps, up to those of the problem, of which the targets stay.

    Parameters
    ----------
    problem, machine
        As of `learning_coefficient`.
    semantics, loss, chart, prior_concentration, memory
        As of `learning_coefficient`.
    progress : bool
        Show on a terminal how far it is once it takes longer than a second.

    Raises
    ------
    ProblemError, MachineError
        As `learning_coefficient` does; but that the machine does not solve it after some number of steps is a point.
    BudgetError, Interrupted
        If a budget runs out, or on an interrupt; ``partial`` is the series so far.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, coefficients_by_step, library, words
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, words("AB", 2), 4)
    >>> for point in coefficients_by_step(problem, machine, semantics="mean-field").points:
    ...     print(point.steps, point.in_words())
    1 does not solve the problem
    2 λ = 9, m = 1
    3 λ = 10, m = 1
    4 λ = 10, m = 2
    """
    instances(problem=(problem, SynthesisProblem), machine=(machine, Description))
    found = StepSeries(
        problem,
        machine,
        checked_semantics(semantics).name,
        checked_loss(loss),
        checked_chart(chart),
        checked_concentration(prior_concentration),
        (),
        complete=False,
    )
    options: dict[str, Any] = {"semantics": semantics, "loss": loss, "chart": chart, "memory": memory}
    options["prior_concentration"] = prior_concentration
    with _progress.counted("steps", problem.steps, what="λ", show=flag("progress", progress)) as bar:
        for steps in range(1, problem.steps + 1):
            try:
                point = _point(replace(problem, steps=steps), machine, options)
            except ENDED as error:
                known = getattr(error, "partial", None)
                if isinstance(known, CertifiedInterval):
                    part = CoefficientAtStep(steps, "bounds", known.lower, known.upper)
                    found = replace(found, points=(*found.points, part))
                raise carrying(error, found) from None
            found = replace(found, points=(*found.points, point))
            bar.more()
    return replace(found, complete=True)


def _point(problem: SynthesisProblem, machine: Description, options: dict[str, Any]) -> CoefficientAtStep:
    try:
        problem.require_solved_by(machine)
    except ProblemError:
        return CoefficientAtStep(problem.steps, "unsolved")
    result = learning_coefficient(problem, machine, **options)
    return CoefficientAtStep(problem.steps, "proved", result.value, result.value, result.multiplicity)
