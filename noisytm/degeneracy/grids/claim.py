"""What is claimed of Λ(s), the exponent of a posterior on a grid, and what proves it, as data.

A line proves Λ from above everywhere, a tree proves a kink from below. Λ is concave, does not fall and is 0 at 0, so
the kinks prove it from below everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from noisytm._summary import Described, Summary, count, number
from noisytm.degeneracy.certificate import Claim, FatalSyndrome
from noisytm.degeneracy.oracle import Syndrome
from noisytm.geometry import AnyCoordinate, BitFace, Concentration, Face, chart_at
from noisytm.machine import Description
from noisytm.problem import SynthesisProblem


@dataclass(frozen=True)
class Line(Described):
    """A line that Λ is nowhere above: what it costs to pin some errors to 0 and to keep the others small.

    Attributes
    ----------
    intercept : Fraction
        Σ γ_i over the pinned coordinates T.
    slope : Fraction
        Σ γ_i v_i, in the unit of the loss: λ of the fatal syndromes that avoid T.
    pinned : tuple of int
        T, the indices rising.
    primal : tuple of Fraction, length d
        v: 0 on T, and α·v ≥ 1 for every fatal syndrome α that avoids T.
    """

    intercept: Fraction
    slope: Fraction
    pinned: tuple[int, ...]
    primal: tuple[Fraction, ...]

    def at(self, s: Fraction) -> Fraction:
        """Return intercept + slope·s."""
        return self.intercept + self.slope * s

    def _summary(self) -> Summary:
        what = f"{number(self.intercept)} + {number(self.slope)}·s"
        return Summary(f"{what}, {count(len(self.pinned), 'coordinate')} pinned to 0", result=False)


@dataclass(frozen=True)
class Leaf:
    """A leaf of a tree: weights of syndromes, which prove that all that is left costs at least the value.

    Attributes
    ----------
    weights : tuple of (int, Fraction)
        Index of a syndrome in the certificate, and y > 0; the indices rising.
    """

    weights: tuple[tuple[int, Fraction], ...]


@dataclass(frozen=True)
class Split:
    """An inner node: a coordinate that is pinned in the subtree that comes next, and not in the one after it."""

    coordinate: int


# The nodes of a tree, each before those below it.
Tree = tuple[Leaf | Split, ...]


@dataclass(frozen=True)
class Kink(Described):
    """A point of Λ, with what proves it from below.

    Attributes
    ----------
    s, value : Fraction
        The point, in the unit of the loss.
    tree : tuple of Leaf and Split
        The proof.
    """

    s: Fraction
    value: Fraction
    tree: Tree

    def _summary(self) -> Summary:
        leaves = sum(type(node) is Leaf for node in self.tree)
        where = f"Λ({number(self.s)}) = {number(self.value)}"
        return Summary(f"{where}, proved by a tree with {count(leaves, 'end')}", result=False)


@dataclass(frozen=True)
class Witness(Described):
    """A fatal syndrome.

    Attributes
    ----------
    syndrome : Syndrome
        ((coordinate index, count), …), the indices rising.
    costs : tuple of int, length d
        Costs of the coordinates at which the min-plus oracle returns just this syndrome, which proves it fatal.
    """

    syndrome: Syndrome
    costs: tuple[int, ...]

    def _summary(self) -> Summary:
        return Summary(count(sum(k for _, k in self.syndrome), "error"), result=False)


@dataclass(frozen=True)
class PrecisionClaim(Described):
    """What is claimed of Λ at one point, with its proof.

    Attributes
    ----------
    problem, face, semantics, loss, chart, prior_concentration
        What is certified, as in `Claim`.
    lines : tuple of Line
        By falling slope; the first with intercept 0.
    kinks : tuple of Kink
        Those proved, by rising s: where neighbouring lines meet.
    syndromes : tuple of Witness
        The syndromes that the trees use.
    complete : bool
        Whether all kinks are proved and the last line is level, so that Λ is the lowest of the lines.
    """

    problem: SynthesisProblem
    face: Face | BitFace
    semantics: str
    loss: str
    chart: str
    prior_concentration: Concentration
    lines: tuple[Line, ...]
    kinks: tuple[Kink, ...]
    syndromes: tuple[Witness, ...]
    complete: bool = True

    @property
    def machine(self) -> Description:
        """The machine, or that at a vertex of the face."""
        return self.face.machine

    @cached_property
    def coordinates(self) -> tuple[AnyCoordinate, ...]:
        """The coordinates of the chart, in order."""
        return chart_at(self.chart, self.problem.space, self.face).coordinates

    def as_claim(self) -> Claim:
        """Return the syndromes as rows of a claim, of which nothing but the point and these rows is meant."""
        rows = tuple(FatalSyndrome(x.syndrome, Fraction(1), x.costs) for x in self.syndromes)
        return Claim(
            self.problem, self.face, self.semantics, self.loss, self.chart, self.prior_concentration,
            Fraction(0), (Fraction(0),) * len(self.coordinates), rows,
        )  # fmt: skip
