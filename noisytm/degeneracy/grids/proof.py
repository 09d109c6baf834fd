"""The certificate of Λ(s): a claim that can check itself."""

from __future__ import annotations

from dataclasses import dataclass

from noisytm._summary import Summary, count
from noisytm.degeneracy.grids.checker import check_claim
from noisytm.degeneracy.grids.claim import PrecisionClaim
from noisytm.geometry import asked


@dataclass(frozen=True)
class PrecisionCertificate(PrecisionClaim):
    """Proof of Λ(s) at one point.

    Attributes
    ----------
    problem, face, semantics, loss, chart, prior_concentration
        What is certified, as in `Certificate`.
    lines : tuple of Line
        By falling slope: each with the coordinates that it pins to 0, and a v for which the min-plus oracle finds no
        fatal syndrome with α·v < 1 that avoids these. So Λ(s) ≤ intercept + slope·s.
    kinks : tuple of Kink
        Those proved, by rising s: where neighbouring lines meet, each with a tree that proves Λ ≥ value there.
    syndromes : tuple of Witness
        The fatal syndromes that the trees use, each with costs that prove it fatal.
    complete : bool
        Whether all kinks are proved and the last line is level, so that Λ is the lowest of the lines.
    """

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

    def _summary(self) -> Summary:
        lines, kinks = count(len(self.lines), "line"), count(len(self.kinks), "kink")
        return Summary(
            f"{lines} and {kinks} of Λ(s), with {count(len(self.syndromes), 'fatal syndrome')}",
            asked(self.semantics, self.loss, self.chart, self.prior_concentration),
        )
