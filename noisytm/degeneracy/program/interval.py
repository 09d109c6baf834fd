"""What is certain about a learning coefficient when a budget has run out."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from noisytm._checks import fraction, positive
from noisytm._digits import fraction_text
from noisytm._summary import Described, Summary, number


@dataclass(frozen=True)
class CertifiedInterval(Described):
    """Bounds on a learning coefficient that hold whatever was left undone.

    The rows found are fatal syndromes, so a program with only these is a lower bound. A v for which the oracle has
    looked at every fatal syndrome, divided by the least α·v, is feasible: an upper bound.

    Attributes
    ----------
    lower : Fraction
        At most λ.
    upper : Fraction or None
        At least λ; ``None`` if no v was checked.

    Examples
    --------
    >>> print(CertifiedInterval(Fraction(29, 3), Fraction(20)).scaled(Fraction(1, 2)))
    29/6 <= learning coefficient <= 10
    """

    lower: Fraction
    upper: Fraction | None

    def scaled(self, factor: Fraction) -> CertifiedInterval:
        """Return the interval in another unit."""
        by = positive("factor", factor)
        return CertifiedInterval(self.lower * by, None if self.upper is None else self.upper * by)

    def below(self, bound: Fraction) -> CertifiedInterval:
        """Return the interval, cut off at a bound that is known otherwise."""
        most = fraction("bound", bound)
        return CertifiedInterval(self.lower, most if self.upper is None else min(self.upper, most))

    def brief(self) -> str:
        """Return the interval as text, numbers of many digits by their ends."""
        upper = "" if self.upper is None else f" ≤ {number(self.upper)}"
        return f"{number(self.lower)} ≤ λ{upper}"

    def _summary(self) -> Summary:
        return Summary(self.brief(), result=False)

    def __str__(self) -> str:
        upper = "" if self.upper is None else f" <= {fraction_text(self.upper)}"
        return f"{fraction_text(self.lower)} <= learning coefficient{upper}"
