"""``noisytm bound``: λ against the steps after which the machine is read, or against the noise of an entry."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from noisytm._partial import ENDED, carrying
from noisytm.cli import UsageError
from noisytm.cli._arguments import entry_of

if TYPE_CHECKING:
    from noisytm.degeneracy.series import EntryNoise, StepSeries
    from noisytm.machine import Description
    from noisytm.problem import SynthesisProblem

Series = TypeVar("Series", "StepSeries", "EntryNoise")


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
    from noisytm.degeneracy.series import coefficients_by_step
    from noisytm.show import describe_steps

    listed = machine if problem.space.by_number else machine.machine()
    _printed(lambda: coefficients_by_step(problem, listed, **options), describe_steps, output, json)


def along_entry(
    problem: SynthesisProblem,
    machine: Description,
    entry: str,
    options: dict[str, Any],
    output: Path | None,
    json: bool,
) -> None:
    """Print λ and K against the noise of one entry, and write their picture; or as much of that as was found."""
    from noisytm.degeneracy.series import coefficient_along_entry
    from noisytm.show import describe_entry_noise

    listed = machine if problem.space.by_number else machine.machine()
    error = entry_of(entry, problem.space, listed)
    _printed(lambda: coefficient_along_entry(problem, listed, error, **options), describe_entry_noise, output, json)


def _printed(compute: Callable[[], Series], describe: Callable[[Series], str], output: Path | None, json: bool) -> None:
    from noisytm._json import dumps
    from noisytm.degeneracy.series import EntryNoise, StepSeries

    ended: BaseException | None = None
    try:
        found = compute()
    except ENDED as error:
        partial: Any = getattr(error, "partial", None)
        if not isinstance(partial, (StepSeries, EntryNoise)):
            raise
        found, ended = cast("Series", partial), carrying(error, None)
    print(dumps(found.to_json()) if json else describe(found), flush=True)
    if output is not None and found.points:
        found.plot(output)
    if ended is not None:
        raise ended from None
