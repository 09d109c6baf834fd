"""The form of what is claimed of Λ(s): the schema of its record, and the types and ranges of its parts in memory."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any

from noisytm._clock import OutOfTime
from noisytm._schema import COUNT, FRACTION, Schema, choice, either, entries, items, many
from noisytm._text import shown
from noisytm.degeneracy.certificate import WRONG_PARTS, Claim
from noisytm.degeneracy.certificate import require_form as require_point_and_rows
from noisytm.degeneracy.grids.claim import Kink, Leaf, Line, PrecisionClaim, Split, Witness
from noisytm.errors import CertificateError, NoisytmError, ProblemError
from noisytm.geometry import ANY_COORDINATE, ANY_SYNDROME, CHARTS

POSITIVE: Schema = {"type": "integer", "minimum": 1}
_POINT = many(entries(coordinate=ANY_COORDINATE, value=FRACTION))
_LINE = entries(pinned=many(ANY_COORDINATE), primal=_POINT)
_NODE = either(entries(coordinate=ANY_COORDINATE), entries(weights=many(items(COUNT, FRACTION))))
_WITNESS = entries(syndrome=ANY_SYNDROME, costs=many(POSITIVE))
_PROOF = entries(lines=many(_LINE), trees=many(many(_NODE)), syndromes=many(_WITNESS))
_PAIRS = many(items(FRACTION, FRACTION))
BODY: Schema = either(
    entries(complete=choice(True), breakpoints=_PAIRS, transversal=FRACTION, lines=_PAIRS, proof=_PROOF),
    entries(complete=choice(False), breakpoints=_PAIRS, lines=_PAIRS, proof=_PROOF),
)


def require_form(claim: PrecisionClaim) -> None:
    """Raise `CertificateError` unless a claim has the form that a file's reader would give it."""
    if type(claim.complete) is not bool:
        raise CertificateError(f"complete is {shown(claim.complete)}; a claim is complete or not")
    for what, kind in (("lines", Line), ("kinks", Kink), ("syndromes", Witness)):
        parts = getattr(claim, what)
        if type(parts) is not tuple or not all(type(part) is kind for part in parts):
            raise CertificateError(f"{what} are {shown(parts)}; they must be a tuple of {kind.__name__}")
    require_point_and_rows(_rows(claim))
    _require_grid(claim.chart)
    dimension = len(claim.coordinates)
    if claim.complete and not claim.lines:
        raise CertificateError("there is no line; Λ has one at least")
    for line in claim.lines:
        _require_line(line, dimension)
    for kink in claim.kinks:
        _require_kink(kink, dimension, len(claim.syndromes))


def _rows(claim: PrecisionClaim) -> Claim:
    try:
        return claim.as_claim()
    except OutOfTime:
        raise
    except NoisytmError as error:
        raise CertificateError(str(error)) from None
    except WRONG_PARTS as error:
        raise CertificateError(f"a part of the certificate is none: {error}") from None


def _require_grid(chart: str) -> None:
    try:
        CHARTS.named(chart).require_grid()
    except ProblemError as error:
        raise CertificateError(str(error)) from None


def _require_line(line: Line, dimension: int) -> None:
    _require_fractions((line.intercept, line.slope), 2, "intercept and slope")
    _require_fractions(line.primal, dimension, "v of a line")
    _require_places(line.pinned, dimension, "what a line pins")
    if min(line.primal, default=Fraction(0)) < 0:
        raise CertificateError("v of a line has a value below 0; v >= 0")


def _require_kink(kink: Kink, dimension: int, syndromes: int) -> None:
    _require_fractions((kink.s, kink.value), 2, "a kink")
    if kink.s <= 0:
        raise CertificateError(f"a kink is at s = {shown(kink.s)}; it must be > 0")
    if type(kink.tree) is not tuple:
        raise CertificateError(f"a tree is {shown(kink.tree)}; it must be a tuple of Leaf and Split")
    for node in kink.tree:
        if type(node) is Split:
            _require_places((node.coordinate,), dimension, "a node's coordinate")
        elif type(node) is Leaf:
            _require_weights(node.weights, syndromes)
        else:
            raise CertificateError(f"a node is {shown(node)}; it must be a Leaf or a Split")


def _require_weights(weights: Any, syndromes: int) -> None:
    if type(weights) is not tuple or not all(type(pair) is tuple and len(pair) == 2 for pair in weights):
        raise CertificateError(f"the weights of a leaf are {shown(weights)}; they must be pairs")
    _require_places(tuple(i for i, _ in weights), syndromes, "the syndromes of a leaf")
    _require_fractions(tuple(y for _, y in weights), len(weights), "the weights of a leaf")
    if not all(y > 0 for _, y in weights):
        raise CertificateError(f"a leaf has the weights {shown(weights)}; weights are > 0")


def _require_fractions(values: Any, length: int, what: str) -> None:
    right = type(values) is tuple and len(values) == length and all(type(x) in (int, Fraction) for x in values)
    if not right:
        raise CertificateError(f"{what}: {shown(values)}; it must be {length} fractions")


def _require_places(places: Any, below: int, what: str) -> None:
    if type(places) is not tuple or not all(type(j) is int and 0 <= j < below for j in places):
        raise CertificateError(f"{what}: {shown(places)}; it must be numbers from 0 to {below - 1}")
    if any(a >= b for a, b in itertools.pairwise(places)):
        raise CertificateError(f"{what}: {shown(places)}; they must rise")
