"""Where populations are to live, and by which loss: what is asked, each rule once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from noisytm._checks import flag, instance
from noisytm.codespace import CodeSpace
from noisytm.errors import ProblemError
from noisytm.geometry import CHARTS, Concentration, Face, chart_at, checked_chart, checked_concentration, weights
from noisytm.losses import checked_loss
from noisytm.machine import Description
from noisytm.problem import SynthesisProblem
from noisytm.relaxation.semantics import Semantics, checked_semantics


class Units(NamedTuple):
    """By which loss codes are judged, and by which measure."""

    semantics: str
    loss: str
    chart: str
    prior_concentration: Concentration


class Region(NamedTuple):
    """Code space, or the part of it where every right entry of a machine is at least ½, with a loss and a prior."""

    semantics: str
    loss: str
    chart: str
    prior_concentration: Concentration
    local: bool


def checked_step(problem: Any, semantics: Any, loss: Any) -> tuple[Semantics, str]:
    """Return semantics and loss, checked; and that the problem's codes can be read in these.

    Raises
    ------
    ProblemError
        If an argument is not what it must be.
    """
    instance("problem", problem, SynthesisProblem)
    step, kind = checked_semantics(semantics), checked_loss(loss)
    if problem.space.noisy_keys:
        step.require(problem)
    return step, kind


def checked_units(problem: Any, machine: Description | None, given: Mapping[str, Any]) -> Units:
    """Return semantics, loss, chart and prior concentration, checked; the last for the tuples that there are.

    Raises
    ------
    ProblemError
        If an argument is not what it must be.
    """
    step, loss = checked_step(problem, given["semantics"], given["loss"])
    chart, concentration = checked_chart(given["chart"]), checked_concentration(given["prior_concentration"])
    vertex = machine or _some_code(problem.space)
    weights(concentration, chart_at(chart, problem.space, vertex))
    return Units(step.name, loss, chart, concentration)


def checked_region(problem: Any, machine: Any, local: Any, given: Mapping[str, Any], what: str) -> Region:
    """Return a region with every part checked; ``what`` it is for is said where there is none of it.

    Raises
    ------
    ProblemError, MachineError
        If an argument is not what it must be.
    """
    instance("problem", problem, SynthesisProblem)
    if machine is not None:
        problem.space.require(instance("machine", machine, Description))
    elif problem.space.by_number:
        raise ProblemError(f"no machine is given, and {what} is about lists of tuples; give the list: records name it")
    if flag("local", local, ProblemError) and machine is None:
        raise ProblemError("local is true, but no machine is given; the region is that near a machine: give one")
    chart = CHARTS.named(checked_chart(given["chart"]))
    chart.require_sampling()
    if chart.near_codes and not local:
        raise ProblemError(
            f"the prior of the chart {chart.name} is one on weights near a code, and {what} on all of code space is not"
            " available in it; give a machine with local (--local), or use the simplex chart"
        )
    return Region(*checked_units(problem, machine, given), bool(local))


def _some_code(space: CodeSpace) -> Description:
    """Return a code of a space: which tuples there are is the same for all."""
    entries = np.zeros(space.shape)
    entries[:, [start for _, start, _ in space.blocks]] = 1.0
    return Face.of_code(space, entries).machine
