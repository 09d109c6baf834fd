"""The number systems a step is read in: probabilities, costs, monomials, truncated polynomials."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.algebra.leading import LeadingTerms as LeadingTerms
    from noisytm.algebra.monomials import PackedMonomials as PackedMonomials
    from noisytm.algebra.monomials import Syndrome as Syndrome
    from noisytm.algebra.semirings import Distribution as Distribution
    from noisytm.algebra.semirings import MinPlus as MinPlus
    from noisytm.algebra.semirings import Numbers as Numbers
    from noisytm.algebra.semirings import Probabilities as Probabilities
    from noisytm.algebra.semirings import Semiring as Semiring
    from noisytm.algebra.semirings import Value as Value
    from noisytm.algebra.tangents import Tangents as Tangents
    from noisytm.algebra.truncated import Budget as Budget
    from noisytm.algebra.truncated import Costs as Costs
    from noisytm.algebra.truncated import Monomial as Monomial
    from noisytm.algebra.truncated import Monomials as Monomials
    from noisytm.algebra.truncated import Polynomials as Polynomials

_door = Door(
    __name__,
    {
        "leading": ("LeadingTerms",),
        "monomials": ("PackedMonomials", "Syndrome"),
        "semirings": ("Distribution", "MinPlus", "Numbers", "Probabilities", "Semiring", "Value"),
        "tangents": ("Tangents",),
        "truncated": ("Budget", "Costs", "Monomial", "Monomials", "Polynomials"),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
