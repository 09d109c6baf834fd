"""The certificate of a learning coefficient: a claim that can check itself and be written down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from noisytm._digits import fraction_text
from noisytm.degeneracy.certificate.checker import check_claim
from noisytm.degeneracy.certificate.claim import Claim, FatalSyndrome


@dataclass(frozen=True)
class Certificate(Claim):
    """Proof of λ, and of m, at one point; the attributes are those of `Claim`."""

    def verify(self) -> None:
        """Check everything again from the point and the problem alone.

        Raises
        ------
        CertificateError
            If anything fails; the message says what.
        BudgetError
            If there is too little memory.
        """
        check_claim(self)

    def to_json(self) -> dict[str, Any]:
        """Return the proof as a JSON object; fractions are strings, values of 0 are left out.

        ``primal`` and ``dual`` prove λ_log. ``optimal_face`` proves m: its ``points`` are further optimal v, and its
        ``dual`` is left out where the one above serves.
        """
        record: dict[str, Any] = {"primal": self._point(self.primal), "dual": self._rows(self.dual)}
        if self.optimal_face is not None:
            proof: dict[str, Any] = {"points": [self._point(v) for v in self.optimal_face.points]}
            if self.optimal_face.dual:
                proof["dual"] = self._rows(self.optimal_face.dual)
            record["optimal_face"] = proof
        return record

    def _point(self, v: Sequence[Fraction]) -> list[dict[str, Any]]:
        names = self.coordinates
        return [{"coordinate": names[j].to_json(), "value": fraction_text(x)} for j, x in enumerate(v) if x]

    def _rows(self, dual: Sequence[FatalSyndrome]) -> list[dict[str, Any]]:
        names = self.coordinates
        return [
            {
                "syndrome": [{"coordinate": names[j].to_json(), "count": k} for j, k in row.syndrome],
                "weight": fraction_text(row.weight),
                "costs": list(row.costs),
            }
            for row in dual
        ]
