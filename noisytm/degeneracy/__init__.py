"""How degenerate a loss is at a code: bounds, the exact learning coefficient, its certificate.

What solves linear programs is imported on first use, and never by the checker of certificates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.degeneracy.certificate.claim import FatalSyndrome as FatalSyndrome
    from noisytm.degeneracy.certificate.proof import Certificate as Certificate
    from noisytm.degeneracy.comparing import compare as compare
    from noisytm.degeneracy.comparisons import ComparedCode as ComparedCode
    from noisytm.degeneracy.comparisons import ComparedRow as ComparedRow
    from noisytm.degeneracy.comparisons import Comparison as Comparison
    from noisytm.degeneracy.comparisons import SpaceDifference as SpaceDifference
    from noisytm.degeneracy.counting.chain import Bounds as Bounds
    from noisytm.degeneracy.counting.chain import DescriptionLength as DescriptionLength
    from noisytm.degeneracy.counting.chain import bounds as bounds
    from noisytm.degeneracy.counting.chain import description_length as description_length
    from noisytm.degeneracy.explaining import Explanation as Explanation
    from noisytm.degeneracy.explaining import explain as explain
    from noisytm.degeneracy.finite_precision import FinitePrecision as FinitePrecision
    from noisytm.degeneracy.finite_precision import precision as precision
    from noisytm.degeneracy.grids.proof import PrecisionCertificate as PrecisionCertificate
    from noisytm.degeneracy.laws import LeadingLaw as LeadingLaw
    from noisytm.degeneracy.laws import leading_law as leading_law
    from noisytm.degeneracy.learning import LearningCoefficient as LearningCoefficient
    from noisytm.degeneracy.learning import learning_coefficient as learning_coefficient
    from noisytm.degeneracy.padded import COLUMNS as COLUMNS
    from noisytm.degeneracy.padded import MOST_PADDED as MOST_PADDED
    from noisytm.degeneracy.padded import NEW_TUPLES as NEW_TUPLES
    from noisytm.degeneracy.padded import PADDED as PADDED
    from noisytm.degeneracy.padded import PaddedCode as PaddedCode
    from noisytm.degeneracy.padded import PaddingTable as PaddingTable
    from noisytm.degeneracy.padded import padded_machine as padded_machine
    from noisytm.degeneracy.padded import padding as padding
    from noisytm.degeneracy.padded import tell_order as tell_order
    from noisytm.degeneracy.partial import PartialCoefficient as PartialCoefficient
    from noisytm.degeneracy.program.interval import CertifiedInterval as CertifiedInterval
    from noisytm.degeneracy.recheck import is_precision as is_precision
    from noisytm.degeneracy.recheck import verify as verify
    from noisytm.degeneracy.surveys import Coefficient as Coefficient
    from noisytm.degeneracy.surveys import Survey as Survey
    from noisytm.degeneracy.surveys import SurveyRow as SurveyRow
    from noisytm.degeneracy.surveys import survey as survey
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
    from noisytm.degeneracy.syndromes.taylor import LeadingPart as LeadingPart
    from noisytm.degeneracy.syndromes.taylor import leading_part as leading_part
    from noisytm.degeneracy.syndromes.zero_mass import ZeroMass as ZeroMass
    from noisytm.degeneracy.syndromes.zero_mass import zero_mass as zero_mass

_door = Door(
    __name__,
    {
        "certificate.claim": ("FatalSyndrome",),
        "certificate.proof": ("Certificate",),
        "comparing": ("compare",),
        "comparisons": ("ComparedCode", "ComparedRow", "Comparison", "SpaceDifference"),
        "counting.chain": ("Bounds", "DescriptionLength", "bounds", "description_length"),
        "explaining": ("Explanation", "explain"),
        "finite_precision": ("FinitePrecision", "precision"),
        "grids.proof": ("PrecisionCertificate",),
        "laws": ("LeadingLaw", "leading_law"),
        "learning": ("LearningCoefficient", "learning_coefficient"),
        "padded": (
            "COLUMNS",
            "MOST_PADDED",
            "NEW_TUPLES",
            "PADDED",
            "PaddedCode",
            "PaddingTable",
            "padded_machine",
            "padding",
            "tell_order",
        ),
        "partial": ("PartialCoefficient",),
        "program.interval": ("CertifiedInterval",),
        "recheck": ("is_precision", "verify"),
        "surveys": ("Coefficient", "Survey", "SurveyRow", "survey"),
        "syndromes.curvature": ("BrierHessian", "brier_hessian"),
        "syndromes.error_correction": ("Correction", "correction"),
        "syndromes.error_passages": ("ErrorGraph", "error_graph"),
        "syndromes.hypergraph": ("fractional_cover_by_matching", "syndrome_hypergraph"),
        "syndromes.listing": ("FatalSyndromes", "fatal_syndromes"),
        "syndromes.taylor": ("LeadingPart", "leading_part"),
        "syndromes.zero_mass": ("ZeroMass", "zero_mass"),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
