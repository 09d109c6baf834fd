"""Proofs of a learning coefficient as data, and the checker, which knows no solver."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.degeneracy.certificate.arithmetic import rank_at_least as rank_at_least
    from noisytm.degeneracy.certificate.checker import unchecked as unchecked
    from noisytm.degeneracy.certificate.claim import Claim as Claim
    from noisytm.degeneracy.certificate.claim import FaceProof as FaceProof
    from noisytm.degeneracy.certificate.claim import FatalSyndrome as FatalSyndrome
    from noisytm.degeneracy.certificate.form import MAX_COST_BITS as MAX_COST_BITS
    from noisytm.degeneracy.certificate.proof import Certificate as Certificate
    from noisytm.degeneracy.certificate.record import check_record as check_record
    from noisytm.degeneracy.certificate.record import read_record as read_record

_door = Door(
    __name__,
    {
        "arithmetic": ("rank_at_least",),
        "checker": ("unchecked",),
        "claim": ("Claim", "FaceProof", "FatalSyndrome"),
        "form": ("MAX_COST_BITS",),
        "proof": ("Certificate",),
        "record": ("check_record", "read_record"),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
