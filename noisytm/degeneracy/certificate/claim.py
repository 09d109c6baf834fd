"""What is claimed of a learning coefficient and what proves it, as data; the checker works on this alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from noisytm._digits import fraction_text
from noisytm._summary import Described, Summary, count, number
from noisytm.degeneracy.oracle import Syndrome
from noisytm.geometry import AnyCoordinate, BitFace, Concentration, Face, asked, chart_at

if TYPE_CHECKING:
    from noisytm.machine import Description
    from noisytm.problem import SynthesisProblem


@dataclass(frozen=True)
class FatalSyndrome(Described):
    """A fatal syndrome with a positive dual weight.

    Attributes
    ----------
    syndrome : Syndrome
        ((coordinate index, count), …), the indices rising.
    weight : Fraction
        Its dual weight.
    costs : tuple of int, length d
        Costs of the coordinates at which the min-plus oracle returns just this syndrome, which proves it fatal.
    """

    syndrome: Syndrome
    weight: Fraction
    costs: tuple[int, ...]

    def _summary(self) -> Summary:
        errors = sum(k for _, k in self.syndrome)
        return Summary(f"{count(errors, 'error')}, weight {number(self.weight)}", result=False)


@dataclass(frozen=True)
class FaceProof(Described):
    """What proves the dimension of the face of optimal v, from both sides; the chart makes m of it.

    Every optimal v has α·v = 1 on the rows of positive weight of an optimal dual, and v_i = 0 where Σ weight·α_i < γ_i.
    So the face has at most as many dimensions as these equations leave; and at least as many as it has affinely
    independent points, less one.

    Attributes
    ----------
    points : tuple of tuples of Fraction, each of length d
        As many optimal v as the face has dimensions, affinely independent together with `Claim.primal`.
    dual : tuple of FatalSyndrome
        An optimal dual whose equations leave as many dimensions; empty if `Claim.dual` is such a one.
    """

    points: tuple[tuple[Fraction, ...], ...]
    dual: tuple[FatalSyndrome, ...] = ()


def positive_on(primal: Sequence[Fraction], points: Sequence[Sequence[Fraction]]) -> tuple[int, ...]:
    """Return the coordinates that are positive somewhere on a face, of whose dimension are the independent points.

    The mean of such points, `Claim.primal` among them, is inside the face, where as much as possible is positive.

    Examples
    --------
    >>> positive_on((Fraction(1), Fraction(0), Fraction(0)), [(Fraction(0), Fraction(1), Fraction(0))])
    (0, 1)
    """
    return tuple(j for j, x in enumerate(primal) if x or any(point[j] for point in points))


def written_multiplicity(multiplicity: int | Fraction) -> int | str:
    """Return m as JSON: a number where it is whole, else a fraction as a string."""
    return multiplicity if isinstance(multiplicity, int) else fraction_text(multiplicity)


@dataclass(frozen=True)
class Claim(Described):
    """What is claimed of λ and m at one point, with its proof: v from above, weighted fatal syndromes from below.

    With λ_log = λ times the factor of the loss, v proves λ_log from above because the oracle finds no fatal syndrome
    with α·v < 1; the syndromes prove it from below because Σ weight·α ≤ γ coordinate by coordinate, so that
    γ·v ≥ Σ weight for every feasible v.

    Attributes
    ----------
    problem, semantics
        What is certified.
    face : Face or BitFace
        The point: the smallest face that contains it; as the chart takes it.
    loss : str
        The loss, in whose unit ``value`` is.
    chart : str
        The coordinates.
    prior_concentration : Fraction or Concentrations
        γ.
    value : Fraction
        λ; in a chart without one c, of E[nK] ~ c times the chart's ``growth``.
    primal : tuple of Fraction, length d
        v: γ·v = λ_log.
    dual : tuple of FatalSyndrome
        The rows with positive weight; their weights sum to λ_log.
    multiplicity : int, Fraction or None
        m, or ``None`` where nothing is claimed of it.
    optimal_face : FaceProof or None
        The proof of m.
    """

    problem: SynthesisProblem
    face: Face | BitFace
    semantics: str
    loss: str
    chart: str
    prior_concentration: Concentration
    value: Fraction
    primal: tuple[Fraction, ...]
    dual: tuple[FatalSyndrome, ...]
    multiplicity: int | Fraction | None = None
    optimal_face: FaceProof | None = None

    def _summary(self) -> Summary:
        return Summary(
            f"learning coefficient {number(self.value)}, multiplicity {number(self.multiplicity)}; proved by a point of"
            f" {count(len(self.primal), 'coordinate')} and {count(len(self.dual), 'weighted fatal syndrome')}",
            asked(self.semantics, self.loss, self.chart, self.prior_concentration),
        )

    @property
    def machine(self) -> Description:
        """The machine, or that at a vertex of the face."""
        return self.face.machine

    @cached_property
    def coordinates(self) -> tuple[AnyCoordinate, ...]:
        """The coordinates of the chart, in order."""
        return chart_at(self.chart, self.problem.space, self.face).coordinates
