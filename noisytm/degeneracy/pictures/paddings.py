"""The picture of a padding table: λ and its bounds against what is added to a machine."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Protocol

from noisytm.errors import ProblemError
from noisytm.geometry import Concentration, units
from noisytm.machine import Description
from noisytm.problem import SynthesisProblem
from noisytm.show.curves import Curve, Curves, caption


class Line(Protocol):
    """A line of a padding table: what a `PaddedCode` has."""

    @property
    def padded(self) -> str:
        """What was added."""

    @property
    def new_tuples(self) -> str:
        """What the machine does at the new keys."""

    @property
    def p(self) -> int:
        """How many were added."""

    @property
    def value(self) -> Fraction:
        """λ."""

    @property
    def used_tuples_bound(self) -> Fraction:
        """A bound above λ."""

    @property
    def fatal_alone(self) -> Fraction:
        """A bound below λ."""


class Table(Protocol):
    """What a picture is made of: what a `PaddingTable` has."""

    @property
    def problem(self) -> SynthesisProblem:
        """The problem."""

    @property
    def machine(self) -> Description:
        """The machine without padding."""

    @property
    def semantics(self) -> str:
        """How the step is relaxed."""

    @property
    def loss(self) -> str:
        """The loss."""

    @property
    def chart(self) -> str:
        """The chart."""

    @property
    def prior_concentration(self) -> Concentration:
        """That of the prior."""

    @property
    def lines(self) -> Sequence[Line]:
        """The lines."""

    @property
    def complete(self) -> bool:
        """Whether all are there."""


DRAWN = {
    "value": "λ, new tuples:",
    "used_tuples_bound": "bound by used tuples",
    "fatal_alone": "errors fatal alone",
}


def padding_curves(table: Table) -> tuple[Curves, ...]:
    """Return what the picture shows: for states and for symbols λ against p, for each kind of new tuples.

    Raises
    ------
    ProblemError
        If the table has no line.
    """
    if not table.lines:
        raise ProblemError("the padding table has no line, as it was ended before; give it more time")
    how = units(table.semantics, table.loss, table.chart, table.prior_concentration)
    about = (*caption(table.problem, table.machine), f"{how}; λ and its bounds have no unit; every λ is exact")
    ended = "" if table.complete else ", not complete"
    return tuple(
        Curves(
            f"λ of the code padded with p unused {padded}{ended}",
            f"unused {padded} added, p",
            "learning coefficient λ",
            _curves([line for line in table.lines if line.padded == padded]),
            about=about,
            whole_x=True,
        )
        for padded in dict.fromkeys(line.padded for line in table.lines)
    )


def _curves(lines: Sequence[Line]) -> tuple[Curve, ...]:
    """Return λ and its bounds for each kind of new tuples; kinds that have the same are one curve."""
    ways: dict[str, list[Line]] = {}
    for line in lines:
        ways.setdefault(line.new_tuples, []).append(line)
    curves = []
    for column, name in DRAWN.items():
        told: dict[tuple[tuple[float, float, None], ...], list[str]] = {}
        for way, along in ways.items():
            told.setdefault(_points(along, column), []).append(way)
        every = len(told) == 1 and column != "value"
        curves += [Curve(name if every else f"{name} {', '.join(of)}", points) for points, of in told.items()]
    return tuple(curves)


def _points(along: Sequence[Line], name: str) -> tuple[tuple[float, float, None], ...]:
    return tuple((float(line.p), float(getattr(line, name)), None) for line in along)
