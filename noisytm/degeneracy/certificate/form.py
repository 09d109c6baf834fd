"""The form of a claim: types, lengths and ranges, looked at before anything is computed from them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from noisytm._checks import not_whole
from noisytm._clock import OutOfTime
from noisytm._text import shown
from noisytm.degeneracy.certificate.claim import Claim, FaceProof, FatalSyndrome, positive_on
from noisytm.degeneracy.oracle import Syndrome
from noisytm.errors import CertificateError, NoisytmError
from noisytm.geometry import (
    CHARTS,
    AnyCoordinate,
    BitFace,
    Concentrations,
    Face,
    chart_at,
    checked_concentration,
    concentration_json,
)
from noisytm.losses import checked_loss
from noisytm.problem import SynthesisProblem, problem_from_mapping
from noisytm.relaxation.semantics import checked_semantics

Names = Sequence[AnyCoordinate]

MAX_COST_BITS = 57
# What is wrong with a problem put together by hand shows only where it is used.
WRONG_PARTS = (AttributeError, IndexError, KeyError, TypeError, ValueError)


def require_form(claim: Claim) -> None:
    """Raise `CertificateError` unless a claim has the form that a file's reader would give it.

    Numbers are Python's integers and fractions, counts are at least 1, the coordinates of a syndrome rise, and the
    problem is one that its file would make: a float, a count of −1 or a weight of 0 proves nothing.
    """
    if type(claim.problem) is not SynthesisProblem or type(claim.face) not in (Face, BitFace):
        raise CertificateError("the certificate needs a SynthesisProblem, and a Face or BitFace")
    try:
        _require_names(claim)
        checked_semantics(claim.semantics)
        checked_loss(claim.loss)
        chart = CHARTS.named(claim.chart)
        _require_problem(claim)
        _require_concentration(claim.prior_concentration)
        if type(claim.face) is not chart.face_type:
            raise CertificateError(f"the {claim.chart} chart cannot have a {type(claim.face).__name__}")
        names = claim.coordinates
    except (CertificateError, OutOfTime):
        raise
    except NoisytmError as error:
        raise CertificateError(str(error)) from None
    except WRONG_PARTS as error:
        raise CertificateError(f"a part of the certificate is none: {error}") from None
    _require_number(claim.value, "learning coefficient")
    _require_point(claim.primal, len(names), "primal")
    _require_rows(claim.dual, names, "dual")
    _require_face_proof(claim, names)


def _require_names(claim: Claim) -> None:
    for what in ("semantics", "loss", "chart"):
        name = getattr(claim, what)
        if type(name) is not str:
            raise CertificateError(f"{what} is {shown(name)}; a certificate holds its name")


def _require_problem(claim: Claim) -> None:
    claim.problem.space.require(claim.machine)
    if problem_from_mapping(claim.problem.to_json(claim.machine), claim.machine) != claim.problem:
        raise CertificateError("the certificate's problem is not the one that its file would hold")


def _require_concentration(concentration: Any) -> None:
    if type(concentration) not in (Fraction, Concentrations):
        raise CertificateError(f"prior concentration is {shown(concentration)}; it must be a fraction, or several")
    if checked_concentration(concentration_json(concentration)) != concentration:
        raise CertificateError(f"prior concentration is {shown(concentration)}, not as its file would hold it")


def _require_face_proof(claim: Claim, names: Names) -> None:
    m, proof = claim.multiplicity, claim.optimal_face
    if m is None and proof is None:
        return
    halves = CHARTS.named(claim.chart).halves
    if m is None or type(m) not in (int, Fraction) or not (halves or (type(m) is int and m >= 1)):
        raise not_whole("multiplicity", m, 1, error=CertificateError)
    if type(proof) is not FaceProof:
        raise CertificateError(f"multiplicity {m} is claimed without its proof")
    if type(proof.points) is not tuple:
        raise CertificateError(f"points of the optimal face are {shown(proof.points)}; they must be a tuple")
    for point in proof.points:
        _require_point(point, len(names), "a point of the optimal face")
    _require_points_for(claim, m, proof)
    _require_rows(proof.dual, names, "the dual of the optimal face")


def _require_points_for(claim: Claim, m: int | Fraction, proof: FaceProof) -> None:
    """Raise `CertificateError` unless the points are as many as the multiplicity needs in this chart."""
    chart = chart_at(claim.chart, claim.problem.space, claim.face)
    proved = chart.multiplicity(len(proof.points), positive_on(claim.primal, proof.points))
    if (type(m), m) != (type(proved), proved):
        raise CertificateError(
            f"multiplicity {shown(m)} needs as many optimal points less one beside the primal; points are"
            f" {shown(proof.points)}, which in the {claim.chart} chart make it {proved}"
        )


def _require_point(v: Any, dimension: int, what: str) -> None:
    if type(v) is not tuple:
        raise CertificateError(f"{what} is {shown(v)}; it must be a tuple of {dimension} fractions")
    if len(v) != dimension:
        raise CertificateError(f"{what} has {len(v)} values; the chart has {dimension} coordinates")
    for x in v:
        _require_number(x, f"a value of {what}")


def _require_rows(rows: Any, names: Names, what: str) -> None:
    if type(rows) is not tuple or not all(type(row) is FatalSyndrome for row in rows):
        raise CertificateError(f"{what} is {shown(rows)}; it must be a tuple of FatalSyndrome")
    for row in rows:
        _require_number(row.weight, f"a weight of {what}")
        _require_syndrome(row.syndrome, len(names))
        _require_costs(row.costs, named(row.syndrome, names), len(names))


def _require_number(x: Any, what: str) -> None:
    if type(x) not in (int, Fraction):
        raise CertificateError(f"{what} is {shown(x)}; it must be a fraction")


def _require_syndrome(syndrome: Any, dimension: int) -> None:
    pairs = type(syndrome) is tuple and all(type(pair) is tuple and len(pair) == 2 for pair in syndrome)
    if not pairs or not syndrome or not all(type(x) is int for pair in syndrome for x in pair):
        raise CertificateError(f"syndrome is {shown(syndrome)}; it must be pairs of a coordinate's index and a count")
    indices = [j for j, _ in syndrome]
    if indices != sorted(set(indices)) or not 0 <= indices[0] <= indices[-1] < dimension:
        raise CertificateError(
            f"syndrome {shown(syndrome)} has the coordinates {shown(indices)}; they must be distinct, rising, and from"
            f" 0 to {dimension - 1}"
        )
    for _, count in syndrome:
        if count < 1:
            raise CertificateError(f"syndrome {shown(syndrome)} has the count {shown(count)}; counts are >= 1")


def _require_costs(costs: Any, syndrome: str, dimension: int) -> None:
    if type(costs) is not tuple or len(costs) != dimension:
        have = len(costs) if type(costs) is tuple else "no tuple of"
        raise CertificateError(f"costs of the syndrome {syndrome} have {have} entries; need {dimension}")
    # Positive costs bound every count by the cost of its syndrome; at cost 0 counts could pass 2^63 unseen.
    if not all(type(c) is int and 1 <= c < 1 << MAX_COST_BITS for c in costs):
        raise CertificateError(f"costs of the syndrome {syndrome} must be integers from 1 to 2^{MAX_COST_BITS} - 1")


def named(syndrome: Syndrome, names: Names) -> str:
    """Return a syndrome for a message."""
    return " and ".join(f"{names[j]} (×{shown(count)})" for j, count in syndrome)
