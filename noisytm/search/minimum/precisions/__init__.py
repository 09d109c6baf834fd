"""The least Λ(s) of all codes: which program wins at which precision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.search.minimum.precisions.asked import AskedAt as AskedAt
    from noisytm.search.minimum.precisions.result import LEAST_LAMBDA as LEAST_LAMBDA
    from noisytm.search.minimum.precisions.result import SEARCH_AT as SEARCH_AT
    from noisytm.search.minimum.precisions.result import LeastPrecision as LeastPrecision
    from noisytm.search.minimum.precisions.result import PrecisionProof as PrecisionProof
    from noisytm.search.minimum.precisions.result import WinningLine as WinningLine
    from noisytm.search.minimum.precisions.result import precision_of_json as precision_of_json
    from noisytm.search.minimum.precisions.searching import Winners as Winners
    from noisytm.search.minimum.precisions.settling import Settling as Settling
    from noisytm.search.minimum.precisions.task import LeastAt as LeastAt

_door = Door(
    __name__,
    {
        "asked": ("AskedAt",),
        "result": ("LEAST_LAMBDA", "LeastPrecision", "PrecisionProof", "SEARCH_AT", "WinningLine", "precision_of_json"),
        "searching": ("Winners",),
        "settling": ("Settling",),
        "task": ("LeastAt",),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
