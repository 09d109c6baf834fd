"""Grids of finite precision: proofs of the exponent Λ as data, and the checker, which knows no solver."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.degeneracy.grids.checker import check_claim as check_claim
    from noisytm.degeneracy.grids.claim import Kink as Kink
    from noisytm.degeneracy.grids.claim import Leaf as Leaf
    from noisytm.degeneracy.grids.claim import Line as Line
    from noisytm.degeneracy.grids.claim import Split as Split
    from noisytm.degeneracy.grids.claim import Tree as Tree
    from noisytm.degeneracy.grids.claim import Witness as Witness
    from noisytm.degeneracy.grids.form import BODY as BODY
    from noisytm.degeneracy.grids.lines import crossings as crossings
    from noisytm.degeneracy.grids.lines import formula as formula
    from noisytm.degeneracy.grids.lines import lowest as lowest
    from noisytm.degeneracy.grids.proof import PrecisionCertificate as PrecisionCertificate
    from noisytm.degeneracy.grids.reading import body_of as body_of
    from noisytm.degeneracy.grids.reading import read_body as read_body
    from noisytm.degeneracy.grids.zeros import zeros_cost as zeros_cost

_door = Door(
    __name__,
    {
        "checker": ("check_claim",),
        "claim": ("Kink", "Leaf", "Line", "Split", "Tree", "Witness"),
        "form": ("BODY",),
        "lines": ("crossings", "formula", "lowest"),
        "proof": ("PrecisionCertificate",),
        "reading": ("body_of", "read_body"),
        "zeros": ("zeros_cost",),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
