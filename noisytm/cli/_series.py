"""``noisytm bound``: λ against the steps after which the machine is read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from noisytm._partial import ENDED, carrying
from noisytm.cli import UsageError

if TYPE_CHECKING:
    from noisytm.machine import Description
    from noisytm.problem import SynthesisProblem


def require_alone(option: str, others: dict[str, bool], chart: str | None) -> None:
    """Refuse what a series of learning coefficients is not of."""
    from noisytm.geometry import CHARTS

    if given := [f"--{name}" for name, there in others.items() if there]:
        raise UsageError(f"{option} is a table of its own; leave out {' and '.join(given)}")
    if chart is not None and CHARTS.named(chart).growth:
        raise UsageError(f"{option} is of learning coefficients, and chart {chart} has none; choose another chart")


def by_step(
    problem: SynthesisProblem, machine: Description, options: dict[str, Any], output: Path | None, json: bool
) -> None:
    """Print λ after each number of steps, and write its picture; or as much of that as was found."""
    from noisytm._json import dumps
    from noisytm.degeneracy.series import StepSeries, coefficients_by_step
    from noisytm.show import describe_steps

    ended: BaseException | None = None
    listed = machine if problem.space.by_number else machine.machine()
    try:
        found = coefficients_by_step(problem, listed, **options)
    except ENDED as error:
        partial = getattr(error, "partial", None)
        if not isinstance(partial, StepSeries):
            raise
        found, ended = partial, carrying(error, None)
    print(dumps(found.to_json()) if json else describe_steps(found), flush=True)
    if output is not None and found.points:
        found.plot(output)
    if ended is not None:
        raise ended from None
