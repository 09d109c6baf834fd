"""The code of a machine in one of its charts: its entries over a semiring, and the error coordinates by name."""

from __future__ import annotations

from typing import Any

from noisytm.codespace import Coordinate
from noisytm.errors import ProblemError
from noisytm.machine import TuringMachine, shown
from noisytm.problem import SynthesisProblem

CHARTS = ("simplex",)


def entry_values(algebra: Any, problem: SynthesisProblem, machine: TuringMachine, chart: str) -> list[list[Any]]:
    """Return the entries of a code over a semiring: right ones are one, wrong ones variables of their own.

    Parameters
    ----------
    algebra : Semiring
        With ``variable(j)``, the value of error coordinate number j.
    problem : SynthesisProblem
        Gives the code space.
    machine : TuringMachine
        The code.
    chart : {"simplex"}
        The coordinates of code space.

    Returns
    -------
    N rows of S + |Q| + 3 values

    Raises
    ------
    ProblemError
        If the chart is another.

    Examples
    --------
    >>> from noisytm import SynthesisProblem
    >>> from noisytm.degeneracy._truncated import Monomials
    >>> machine = TuringMachine(["_"], "_", ["a", "b"], "a", [("_", "a", "_", "b", "S")])
    >>> problem = SynthesisProblem.of_machine(machine, [""], steps=1)
    >>> [sorted(value) for value in entry_values(Monomials(), problem, machine, "simplex")[0]]
    [[()], [(0,)], [()], [(1,)], [()], [(2,)]]
    """
    checked_chart(chart)
    rows, width = problem.space.shape
    flat = [algebra.one] * (rows * width)
    for index, column in enumerate(problem.space.coordinate_columns(machine).tolist()):
        flat[column] = algebra.variable(index)
    return [flat[start : start + width] for start in range(0, len(flat), width)]


def error_coordinates(problem: SynthesisProblem, machine: TuringMachine, chart: str) -> tuple[Coordinate, ...]:
    """Return the error coordinates of a code in a chart, in order."""
    checked_chart(chart)
    return problem.space.coordinates(machine)


def checked_chart(chart: Any) -> str:
    """Return ``chart`` if it is one of those built; `ProblemError` otherwise."""
    if not isinstance(chart, str) or chart not in CHARTS:
        raise ProblemError(f"chart is {shown(chart)}; it must be one of {', '.join(CHARTS)}")
    return chart
