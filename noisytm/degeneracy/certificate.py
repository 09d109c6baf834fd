"""The certificate of a learning coefficient: what proves the value, as data."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from noisytm.codespace import Coordinate
from noisytm.degeneracy.oracle import Syndrome
from noisytm.degeneracy.prior import Concentration
from noisytm.relaxation.charts import chart_at
from noisytm.relaxation.faces import BitCoordinate, BitFace, Face

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
class Certificate:
    """Proof of λ_log at one point: v from above, weighted fatal syndromes from below.

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

    def verify(self) -> None:
        """Check everything again from the point and the problem alone.

        Raises
        ------
        CertificateError
            If anything fails; the message says what.
        """
        from noisytm.degeneracy.verifier import verify_certificate

        verify_certificate(self)

    def to_json(self) -> dict[str, Any]:
        """Return ``primal`` (entries that are not zero) and ``dual`` as a JSON object."""
        names = self.coordinates
        return {
            "primal": [{"coordinate": names[j].to_json(), "value": str(x)} for j, x in enumerate(self.primal) if x],
            "dual": [
                {
                    "syndrome": [{"coordinate": names[j].to_json(), "count": k} for j, k in row.syndrome],
                    "weight": str(row.weight),
                    "costs": list(row.costs),
                }
                for row in self.dual
            ],
        }
