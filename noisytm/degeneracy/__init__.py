"""How degenerate a loss is at a code: bounds, the exact learning coefficient, its certificate.

What solves linear programs is imported on first use, and never by the verifier.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from noisytm.degeneracy.certificate import Certificate as Certificate
    from noisytm.degeneracy.certificate import FatalSyndrome as FatalSyndrome
    from noisytm.degeneracy.counting import Bounds as Bounds
    from noisytm.degeneracy.counting import DescriptionLength as DescriptionLength
    from noisytm.degeneracy.counting import bounds as bounds
    from noisytm.degeneracy.counting import description_length as description_length
    from noisytm.degeneracy.curvature import BrierHessian as BrierHessian
    from noisytm.degeneracy.curvature import brier_hessian as brier_hessian
    from noisytm.degeneracy.error_correction import Correction as Correction
    from noisytm.degeneracy.error_correction import correction as correction
    from noisytm.degeneracy.error_passages import ErrorGraph as ErrorGraph
    from noisytm.degeneracy.error_passages import error_graph as error_graph
    from noisytm.degeneracy.hypergraph import fractional_cover_by_matching as fractional_cover_by_matching
    from noisytm.degeneracy.hypergraph import syndrome_hypergraph as syndrome_hypergraph
    from noisytm.degeneracy.interval import CertifiedInterval as CertifiedInterval
    from noisytm.degeneracy.learning import LearningCoefficient as LearningCoefficient
    from noisytm.degeneracy.learning import learning_coefficient as learning_coefficient
    from noisytm.degeneracy.padded import PaddedCode as PaddedCode
    from noisytm.degeneracy.padded import padded_machine as padded_machine
    from noisytm.degeneracy.padded import padding as padding
    from noisytm.degeneracy.surveys import Survey as Survey
    from noisytm.degeneracy.surveys import SurveyRow as SurveyRow
    from noisytm.degeneracy.surveys import survey as survey
    from noisytm.degeneracy.syndromes import FatalSyndromes as FatalSyndromes
    from noisytm.degeneracy.syndromes import fatal_syndromes as fatal_syndromes
    from noisytm.degeneracy.taylor import LeadingPart as LeadingPart
    from noisytm.degeneracy.taylor import leading_part as leading_part
    from noisytm.degeneracy.verifier import verify as verify

_HOMES = {
    "certificate": ("Certificate", "FatalSyndrome"),
    "counting": ("Bounds", "DescriptionLength", "bounds", "description_length"),
    "curvature": ("BrierHessian", "brier_hessian"),
    "error_correction": ("Correction", "correction"),
    "error_passages": ("ErrorGraph", "error_graph"),
    "hypergraph": ("fractional_cover_by_matching", "syndrome_hypergraph"),
    "interval": ("CertifiedInterval",),
    "learning": ("LearningCoefficient", "learning_coefficient"),
    "padded": ("PaddedCode", "padded_machine", "padding"),
    "surveys": ("Survey", "SurveyRow", "survey"),
    "syndromes": ("FatalSyndromes", "fatal_syndromes"),
    "taylor": ("LeadingPart", "leading_part"),
    "verifier": ("verify",),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}

__all__ = sorted(_HOME_OF)  # noqa: PLE0605


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module 'noisytm.degeneracy' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"noisytm.degeneracy.{_HOME_OF[name]}"), name)
    globals()[name] = value
    return value
