"""The picture of the growth of a search: what was known of the least λ, against the nodes looked at."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Protocol

from noisytm._summary import grouped, number
from noisytm.codespace import KEYS
from noisytm.geometry import Concentration, units
from noisytm.machine import Description
from noisytm.problem import SynthesisProblem
from noisytm.search.growth.course import Course
from noisytm.show.curves import Curve, Curves, caption, machine_line, save_curves


class Grown(Protocol):
    """What the picture is made of: what a `GlobalLearningCoefficient` has."""

    @property
    def problem(self) -> SynthesisProblem:
        """The problem."""

    @property
    def semantics(self) -> str:
        """The semantics; beside it the other options."""

    @property
    def loss(self) -> str:
        """The loss."""

    @property
    def chart(self) -> str:
        """The chart."""

    @property
    def prior_concentration(self) -> Concentration:
        """The concentration of the prior."""

    @property
    def max_tuples(self) -> int | None:
        """The most tuples of a list."""

    @property
    def repeat(self) -> bool:
        """Whether a list may list a key again."""

    @property
    def keys(self) -> str:
        """Whether keys err."""

    @property
    def codes(self) -> int:
        """How many codes there are."""

    @property
    def machine(self) -> Description | None:
        """The best code."""

    @property
    def value(self) -> Fraction | None:
        """Its λ."""

    @property
    def lower_bound(self) -> Fraction:
        """No code has less."""

    @property
    def complete(self) -> bool:
        """Whether all was searched."""

    @property
    def counts(self) -> Mapping[str, int]:
        """What was done."""

    @property
    def course(self) -> Course:
        """What was known when."""


def draw_growth(found: Grown, path: str | os.PathLike[str] | None = None) -> Any:
    """Return the picture as a figure of matplotlib, written to a file where there is a path."""
    return save_curves(growth_curves(found), path)


def growth_curves(found: Grown) -> Curves:
    """Return what the picture shows: both bounds as stairs, each the best that was known from there on."""
    course = found.course or ((found.counts["nodes"], found.lower_bound, found.value),)
    upper = _corners([(nodes, value) for nodes, _, value in course if value is not None])
    lower = _corners([(nodes, bound) for nodes, bound, _ in course])
    curves = [Curve("upper bound: λ of the best code so far", upper, stairs=True)] if upper else []
    return Curves(
        title=_title(found),
        x=f"nodes looked at: partial {'tables' if found.max_tuples is None else 'lists'}",
        y="bounds of the least λ",
        curves=(*curves, Curve("lower bound: no code has less", lower, stairs=True)),
        about=_about(found),
        whole_x=True,
        with_zero=len(course) == 1,  # there is no other scale
    )


def _corners(points: Sequence[tuple[int, Fraction]]) -> tuple[tuple[float, float, None], ...]:
    """Return the points at which a bound changes, and the last."""
    kept = [one for i, one in enumerate(points) if i in (0, len(points) - 1) or one[1] != points[i - 1][1]]
    return tuple((float(nodes), float(value), None) for nodes, value in kept)


def _title(found: Grown) -> str:
    of = f"of {grouped(found.codes)} codes"
    if found.value is None:
        known = f"{number(found.lower_bound)} ≤ least λ, no code found so far, not complete"
        none = "no code solves the problem" if found.complete else known
        return f"growth of a search {of}: {none}"
    if found.complete:
        return f"growth of a search {of}: least λ = {number(found.value)}"
    return f"growth of a search {of}: {number(found.lower_bound)} ≤ least λ ≤ {number(found.value)}, not complete"


def _about(found: Grown) -> tuple[str, ...]:
    how = units(found.semantics, found.loss, found.chart, found.prior_concentration)
    lists = f"lists of at most {found.max_tuples} tuples{', repeated' if found.repeat else ''}"
    if found.keys != KEYS[0]:
        lists += f", {found.keys} keys"
    best = [] if found.machine is None else [f"best {machine_line(found.machine)}"]
    work = ", ".join(f"{grouped(n)} {name}" for name, n in found.counts.items())
    when = "pieces taken in their own order, best first" if found.course else "only the end is known"
    return (
        *caption(found.problem),
        f"{how}; {'full tables' if found.max_tuples is None else lists}",
        *best,
        f"work: {work}",
        when,
    )
