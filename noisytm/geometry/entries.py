"""The code of a machine in one of its charts: entries over a semiring; what error coordinates and tuples are called."""

from __future__ import annotations

from typing import Any

from noisytm._text import shown_name
from noisytm.codespace import CodeSpace
from noisytm.geometry.chart import Coordinates
from noisytm.geometry.charts import chart_at
from noisytm.machine import Description
from noisytm.problem import SynthesisProblem


def entry_values(algebra: Any, problem: SynthesisProblem, machine: Description, chart: str) -> list[list[Any]]:
    """Return the entries of a code over a semiring: right ones are one, wrong ones sums of products of variables.

    In the bits chart a value may be written by several patterns. Those that need more flips than another, and these
    too, are left out: what they add is never of lowest degree, in f or in the probability of a rejected outcome.

    Parameters
    ----------
    algebra : Semiring
        With ``variable(j)``, the value of error coordinate number j.
    problem : SynthesisProblem
        Gives the code space.
    machine : TuringMachine or Description
        The code.
    chart : {"simplex", "bits", "sphere"}, or a parametrisation
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
    >>> from noisytm.algebra.truncated import Monomials
    >>> from noisytm import TuringMachine
    >>> machine = TuringMachine(["_"], "_", ["a", "b"], "a", [("_", "a", "_", "b", "S")])
    >>> problem = SynthesisProblem.of_machine(machine, [""], steps=1)
    >>> [sorted(value) for value in entry_values(Monomials(), problem, machine, "simplex")[0]]
    [[()], [(0,)], [()], [(1,)], [()], [(2,)]]
    """
    return chart_at(chart, problem.space, machine).code_in(algebra)


def error_coordinates(problem: SynthesisProblem, machine: Description, chart: str) -> Coordinates:
    """Return the error coordinates of a code in a chart, in order."""
    return chart_at(chart, problem.space, machine).coordinates


def tuple_names(space: CodeSpace) -> tuple[str, ...]:
    """Return what each listed tuple is called: by its key, or by its number.

    Examples
    --------
    >>> from noisytm import library
    >>> machine = library.machine("detectA")
    >>> [tuple_names(CodeSpace.of(machine, keys))[0] for keys in ("exact", "noisy")]
    ['(_, reject)', 'tuple 0']
    """
    if space.by_number:
        return tuple(f"tuple {i}" for i in range(space.tuples))
    return tuple(f"({shown_name(symbol)}, {shown_name(state)})" for symbol, state in space.keys)
