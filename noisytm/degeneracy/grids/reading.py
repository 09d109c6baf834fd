"""What is claimed of Λ(s) as JSON, and back."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from noisytm import _clock
from noisytm._digits import fraction_text
from noisytm._records import require_same
from noisytm._schema import require
from noisytm.degeneracy.certificate import Claim, Reader
from noisytm.degeneracy.grids.claim import Kink, Leaf, Line, PrecisionClaim, Split, Witness
from noisytm.degeneracy.grids.form import BODY
from noisytm.degeneracy.grids.proof import PrecisionCertificate
from noisytm.errors import CertificateError, FormatError, NoisytmError

Json = dict[str, Any]


def body_of(claim: PrecisionClaim) -> Json:
    """Return the JSON object of Λ with its proof; fractions are strings, values of 0 are left out.

    ``breakpoints`` are the kinks proved, ``lines`` pairs of intercept and slope; a tree lists its nodes, each before
    those below it, that with the coordinate pinned first.
    """
    body: Json = {
        "complete": claim.complete,
        "breakpoints": [_pair(kink.s, kink.value) for kink in claim.kinks],
        "lines": [_pair(line.intercept, line.slope) for line in claim.lines],
        "proof": _proof(claim),
    }
    if claim.complete:
        body["transversal"] = fraction_text(claim.lines[-1].intercept)
    return body


def _proof(claim: PrecisionClaim) -> Json:
    names = [name.to_json() for name in claim.coordinates]
    lines = [
        {
            "pinned": [names[j] for j in line.pinned],
            "primal": [
                {"coordinate": names[j], "value": fraction_text(Fraction(x))} for j, x in enumerate(line.primal) if x
            ],
        }
        for line in claim.lines
    ]
    trees = [[_node(node, names) for node in kink.tree] for kink in claim.kinks]
    syndromes = [
        {"syndrome": [{"coordinate": names[j], "count": k} for j, k in row.syndrome], "costs": list(row.costs)}
        for row in claim.syndromes
    ]
    return {"lines": lines, "trees": trees, "syndromes": syndromes}


def _pair(a: Fraction, b: Fraction) -> list[str]:
    return [fraction_text(Fraction(a)), fraction_text(Fraction(b))]


def _node(node: Leaf | Split, names: list[Json]) -> Json:
    if isinstance(node, Split):
        return {"coordinate": names[node.coordinate]}
    return {"weights": [[i, fraction_text(y)] for i, y in node.weights]}


def read_body(body: Any, point: Claim | PrecisionClaim) -> PrecisionCertificate:
    """Return what `body_of` wrote, at the point, the problem and the options of another claim.

    Raises
    ------
    CertificateError
        If an entry is missing, unknown, not what it must be, or contradicts another.
    """
    try:
        require(BODY, body, "precision")
        found = _read(body, point)
        require_same(body_of(found), body, "precision")
    except _clock.OutOfTime:
        raise
    except CertificateError:
        raise
    except NoisytmError as error:
        raise CertificateError(str(error)) from None
    return found


def _read(body: Mapping[str, Any], point: Claim | PrecisionClaim) -> PrecisionCertificate:
    reader, proof = Reader(point.coordinates), body["proof"]
    for one, other in (("lines", "lines"), ("breakpoints", "trees")):
        if len(body[one]) != len(proof[other]):
            raise FormatError(f"precision has {len(body[one])} {one}, but its proof {len(proof[other])} {other}")
    if body["complete"] and not body["lines"]:
        raise FormatError("precision has no lines; Λ has one at least")
    lines = [
        Line(
            Fraction(pair[0]),
            Fraction(pair[1]),
            reader.places(line["pinned"], "pinned"),
            reader.point(line["primal"], "primal"),
        )
        for pair, line in zip(body["lines"], proof["lines"], strict=True)
    ]
    kinks = [
        Kink(Fraction(pair[0]), Fraction(pair[1]), tuple(_read_node(node, reader) for node in tree))
        for pair, tree in zip(body["breakpoints"], proof["trees"], strict=True)
    ]
    rows = [Witness(reader.syndrome(row["syndrome"]), tuple(row["costs"])) for row in proof["syndromes"]]
    return PrecisionCertificate(
        point.problem, point.face, point.semantics, point.loss, point.chart, point.prior_concentration,
        tuple(lines), tuple(kinks), tuple(rows), body["complete"],
    )  # fmt: skip


def _read_node(node: Mapping[str, Any], reader: Reader) -> Leaf | Split:
    if "coordinate" in node:
        return Split(reader.places([node["coordinate"]], "a node")[0])
    return Leaf(tuple((i, Fraction(y)) for i, y in node["weights"]))
