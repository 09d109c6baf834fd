"""How degenerate a loss is at a code: bounds, the exact learning coefficient, its certificate."""

from noisytm.degeneracy.certificate import Certificate, FatalSyndrome
from noisytm.degeneracy.counting import Bounds, DescriptionLength, bounds, description_length
from noisytm.degeneracy.learning import LearningCoefficient, learning_coefficient
from noisytm.degeneracy.verifier import verify

__all__ = [
    "Bounds",
    "Certificate",
    "DescriptionLength",
    "FatalSyndrome",
    "LearningCoefficient",
    "bounds",
    "description_length",
    "learning_coefficient",
    "verify",
]
