"""What is claimed of a learning coefficient and what proves it, as data; the checker works on this alone."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from noisytm.codespace import Coordinate
from noisytm.degeneracy.oracle import Syndrome
from noisytm.geometry import BitCoordinate, BitFace, Concentration, Face, chart_at

if TYPE_CHECKING:
    from noisytm.machine import TuringMachine
    from noisytm.problem import SynthesisProblem


@dataclass(frozen=True)
class FatalSyndrome:
    """A fatal syndrome with a positive dual weight.

    Attributes
    ----------
    syndrome : Syndrome
        ((coordinate index, count), …).
    weight : Fraction
        Its dual weight.
    costs : tuple of int, length d
        Costs of the coordinates at which the min-plus oracle returns just this syndrome, which proves it fatal.
    """

    syndrome: Syndrome
    weight: Fraction
    costs: tuple[int, ...]


@dataclass(frozen=True)
class Claim:
    """What is claimed of λ_log at one point, with its proof: v from above, weighted fatal syndromes from below.

    The upper bound holds because the oracle finds no fatal syndrome with α·v < 1; the lower bound because
    Σ weight·α ≤ γ coordinate by coordinate, so that γ·v ≥ Σ weight for every feasible v.

    Attributes
    ----------
    problem, semantics
        What is certified.
    face : Face or BitFace
        The point: the smallest face that contains it; as the chart takes it.
    chart : str
        The coordinates.
    prior_concentration : Fraction or Concentrations
        γ.
    value : Fraction
        λ for the log loss.
    primal : tuple of Fraction, length d
        v.
    dual : tuple of FatalSyndrome
        The rows with positive weight.
    """

    problem: SynthesisProblem
    face: Face | BitFace
    semantics: str
    chart: str
    prior_concentration: Concentration
    value: Fraction
    primal: tuple[Fraction, ...]
    dual: tuple[FatalSyndrome, ...]

    @property
    def machine(self) -> TuringMachine:
        """The machine, or that at a vertex of the face."""
        return self.face.machine

    @cached_property
    def coordinates(self) -> tuple[Coordinate | BitCoordinate, ...]:
        """The coordinates of the chart, in order."""
        return chart_at(self.chart, self.problem.space, self.face).coordinates
