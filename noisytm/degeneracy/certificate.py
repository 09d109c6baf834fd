"""The certificate of a learning coefficient: what proves the value, as data."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from noisytm.codespace import Coordinate
from noisytm.degeneracy.oracle import Syndrome

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
        Error costs at which the min-plus oracle returns just this syndrome, which proves that it is fatal.
    """

    syndrome: Syndrome
    weight: Fraction
    costs: tuple[int, ...]


@dataclass(frozen=True)
class Certificate:
    """Proof of λ_log for one code: v from above, weighted fatal syndromes from below.

    The upper bound holds because the oracle finds no fatal syndrome with α·v < 1; the lower bound because
    Σ weight·α ≤ γ coordinate by coordinate, so that γ·v ≥ Σ weight for every feasible v.

    Attributes
    ----------
    problem, machine, semantics
        What is certified.
    prior_concentration : Fraction
        γ.
    value : Fraction
        λ for the log loss.
    primal : tuple of Fraction, length d
        v.
    dual : tuple of FatalSyndrome
        The rows with positive weight.
    """

    problem: SynthesisProblem
    machine: TuringMachine
    semantics: str
    prior_concentration: Fraction
    value: Fraction
    primal: tuple[Fraction, ...]
    dual: tuple[FatalSyndrome, ...]

    @property
    def coordinates(self) -> tuple[Coordinate, ...]:
        """The error coordinates, in order."""
        return self.problem.space.coordinates(self.machine)

    def verify(self) -> None:
        """Check everything again from the machine and the problem alone.

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
