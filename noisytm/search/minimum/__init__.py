"""The least learning coefficient of all codes that solve a problem: branch and bound over partial tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.search.minimum.asked import AskedOfAll as AskedOfAll
    from noisytm.search.minimum.below import Below as Below
    from noisytm.search.minimum.blocks import TupleCoordinates as TupleCoordinates
    from noisytm.search.minimum.least import global_learning_coefficient as global_learning_coefficient
    from noisytm.search.minimum.result import AttainingCode as AttainingCode
    from noisytm.search.minimum.result import GlobalLearningCoefficient as GlobalLearningCoefficient
    from noisytm.search.minimum.task import LeastCoefficient as LeastCoefficient

_door = Door(
    __name__,
    {
        "asked": ("AskedOfAll",),
        "below": ("Below",),
        "blocks": ("TupleCoordinates",),
        "least": ("global_learning_coefficient",),
        "result": ("AttainingCode", "GlobalLearningCoefficient"),
        "task": ("LeastCoefficient",),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
