"""Proofs of a learning coefficient as data, and the checker, which knows no solver."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.degeneracy.certificate.arithmetic import over_one as over_one
    from noisytm.degeneracy.certificate.arithmetic import rank_at_least as rank_at_least
    from noisytm.degeneracy.certificate.checker import check_fatal as check_fatal
    from noisytm.degeneracy.certificate.checker import check_in_turn as check_in_turn
    from noisytm.degeneracy.certificate.checker import oracle_of as oracle_of
    from noisytm.degeneracy.certificate.checker import unchecked as unchecked
    from noisytm.degeneracy.certificate.checker import weights_of as weights_of
    from noisytm.degeneracy.certificate.claim import Claim as Claim
    from noisytm.degeneracy.certificate.claim import FaceProof as FaceProof
    from noisytm.degeneracy.certificate.claim import FatalSyndrome as FatalSyndrome
    from noisytm.degeneracy.certificate.claim import positive_on as positive_on
    from noisytm.degeneracy.certificate.claim import written_multiplicity as written_multiplicity
    from noisytm.degeneracy.certificate.form import MAX_COST_BITS as MAX_COST_BITS
    from noisytm.degeneracy.certificate.form import WRONG_PARTS as WRONG_PARTS
    from noisytm.degeneracy.certificate.form import require_form as require_form
    from noisytm.degeneracy.certificate.proof import Certificate as Certificate
    from noisytm.degeneracy.certificate.record import Reader as Reader
    from noisytm.degeneracy.certificate.record import check_record as check_record
    from noisytm.degeneracy.certificate.record import read_record as read_record
    from noisytm.degeneracy.certificate.sizes import require_sizes as require_sizes

_door = Door(
    __name__,
    {
        "arithmetic": ("over_one", "rank_at_least"),
        "checker": ("check_fatal", "check_in_turn", "oracle_of", "unchecked", "weights_of"),
        "claim": ("Claim", "FaceProof", "FatalSyndrome", "positive_on", "written_multiplicity"),
        "form": ("MAX_COST_BITS", "WRONG_PARTS", "require_form"),
        "proof": ("Certificate",),
        "record": ("Reader", "check_record", "read_record"),
        "sizes": ("require_sizes",),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
