"""How degenerate a loss is at a code: bounds, the exact learning coefficient, its certificate."""

from noisytm.degeneracy.certificate import Certificate, FatalSyndrome
from noisytm.degeneracy.counting import Bounds, DescriptionLength, bounds, description_length
from noisytm.degeneracy.curvature import BrierHessian, brier_hessian
from noisytm.degeneracy.error_correction import Correction, correction
from noisytm.degeneracy.error_passages import ErrorGraph, error_graph
from noisytm.degeneracy.hypergraph import fractional_cover_by_matching, syndrome_hypergraph
from noisytm.degeneracy.learning import LearningCoefficient, learning_coefficient
from noisytm.degeneracy.syndromes import FatalSyndromes, fatal_syndromes
from noisytm.degeneracy.taylor import LeadingPart, leading_part
from noisytm.degeneracy.verifier import verify

__all__ = [
    "Bounds",
    "BrierHessian",
    "Certificate",
    "Correction",
    "DescriptionLength",
    "ErrorGraph",
    "FatalSyndrome",
    "FatalSyndromes",
    "LeadingPart",
    "LearningCoefficient",
    "bounds",
    "brier_hessian",
    "correction",
    "description_length",
    "error_graph",
    "fatal_syndromes",
    "fractional_cover_by_matching",
    "leading_part",
    "learning_coefficient",
    "syndrome_hypergraph",
    "verify",
]
