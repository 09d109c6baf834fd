"""The fatal syndromes of a code, and what they say: corrected errors, leading terms, curvature, graphs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.degeneracy.syndromes.curvature import BrierHessian as BrierHessian
    from noisytm.degeneracy.syndromes.curvature import brier_hessian as brier_hessian
    from noisytm.degeneracy.syndromes.error_correction import Correction as Correction
    from noisytm.degeneracy.syndromes.error_correction import correction as correction
    from noisytm.degeneracy.syndromes.error_passages import ErrorGraph as ErrorGraph
    from noisytm.degeneracy.syndromes.error_passages import error_graph as error_graph
    from noisytm.degeneracy.syndromes.hypergraph import fractional_cover_by_matching as fractional_cover_by_matching
    from noisytm.degeneracy.syndromes.hypergraph import syndrome_hypergraph as syndrome_hypergraph
    from noisytm.degeneracy.syndromes.listing import FatalSyndromes as FatalSyndromes
    from noisytm.degeneracy.syndromes.listing import fatal_syndromes as fatal_syndromes
    from noisytm.degeneracy.syndromes.listing import weight as weight
    from noisytm.degeneracy.syndromes.taylor import LeadingPart as LeadingPart
    from noisytm.degeneracy.syndromes.taylor import leading_part as leading_part
    from noisytm.degeneracy.syndromes.witnessed import Explained as Explained
    from noisytm.degeneracy.syndromes.witnessed import explained as explained

_door = Door(
    __name__,
    {
        "curvature": ("BrierHessian", "brier_hessian"),
        "error_correction": ("Correction", "correction"),
        "error_passages": ("ErrorGraph", "error_graph"),
        "hypergraph": ("fractional_cover_by_matching", "syndrome_hypergraph"),
        "listing": ("FatalSyndromes", "fatal_syndromes", "weight"),
        "taylor": ("LeadingPart", "leading_part"),
        "witnessed": ("Explained", "explained"),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
