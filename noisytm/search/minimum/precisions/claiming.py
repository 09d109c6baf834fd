"""What a certificate says of the least Λ(s): the lines, with the record of a code for each."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from noisytm.degeneracy import learning_coefficient, precision
from noisytm.geometry import BitFace, Face
from noisytm.search.minimum.asked import AskedOfAll
from noisytm.search.minimum.precisions.result import LeastPrecision
from noisytm.search.tree import least_of


def claim_of(asked: AskedOfAll, least: LeastPrecision) -> dict[str, Any]:
    """Return what the header of a certificate says of the least Λ(s), which is complete.

    Parameters
    ----------
    asked : AskedOfAll
        What was asked, in the units of its loss.
    least : LeastPrecision
        What was found.
    """
    faces: list[Face | BitFace] = []
    lines = []
    for line in least.lines:
        if line.face not in faces:
            faces.append(line.face)
        lines.append(((line.intercept, line.slope), faces.index(line.face)))
    claim: dict[str, Any] = least_of(least.breakpoints, lines, [_record(asked, face) for face in faces])
    return claim


def _record(asked: AskedOfAll, face: Face | BitFace) -> dict[str, Any]:
    """Return what ``noisytm bound --precision --json`` writes of a code."""
    options: dict[str, Any] = {
        "semantics": asked.semantics,
        "loss": asked.loss,
        "chart": asked.chart,
        "prior_concentration": asked.concentration,
    }
    found = learning_coefficient(asked.problem, face, **options)
    return replace(found, precision=precision(asked.problem, face, **options)).to_json()
