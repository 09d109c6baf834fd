"""The certificate of a learning coefficient: a claim that can check itself and be written down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from noisytm.degeneracy.certificate.checker import check, oracle_of
from noisytm.degeneracy.certificate.claim import Claim


@dataclass(frozen=True)
class Certificate(Claim):
    """Proof of λ_log at one point; the attributes are those of `Claim`."""

    def verify(self) -> None:
        """Check everything again from the point and the problem alone.

        Raises
        ------
        CertificateError
            If anything fails; the message says what.
        """
        check(self, oracle_of(self))

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
