"""The least learning coefficient of all codes that solve a problem: branch and bound over partial tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.search.minimum.asked import AskedOfAll as AskedOfAll
    from noisytm.search.minimum.below import Below as Below
    from noisytm.search.minimum.blocks import TupleCoordinates as TupleCoordinates
    from noisytm.search.minimum.kernel import advance as advance
    from noisytm.search.minimum.kernel import first_unfixed as first_unfixed
    from noisytm.search.minimum.kernel import least_met as least_met
    from noisytm.search.minimum.kernel import look as look
    from noisytm.search.minimum.least import global_learning_coefficient as global_learning_coefficient
    from noisytm.search.minimum.lists import LeastOfLength as LeastOfLength
    from noisytm.search.minimum.precisions import LeastPrecision as LeastPrecision
    from noisytm.search.minimum.precisions import PrecisionProof as PrecisionProof
    from noisytm.search.minimum.precisions import WinningLine as WinningLine
    from noisytm.search.minimum.result import AttainingCode as AttainingCode
    from noisytm.search.minimum.result import GlobalLearningCoefficient as GlobalLearningCoefficient
    from noisytm.search.minimum.rows_kernel import BLOCKS as BLOCKS
    from noisytm.search.minimum.rows_kernel import CANDIDATE as CANDIDATE
    from noisytm.search.minimum.rows_kernel import DONE as DONE
    from noisytm.search.minimum.rows_kernel import LEAVE as LEAVE
    from noisytm.search.minimum.rows_kernel import LEVEL as LEVEL
    from noisytm.search.minimum.rows_kernel import NODES as NODES
    from noisytm.search.minimum.rows_kernel import PAUSED as PAUSED
    from noisytm.search.minimum.rows_kernel import PHASE as PHASE
    from noisytm.search.minimum.rows_kernel import PLAIN as PLAIN
    from noisytm.search.minimum.rows_kernel import ROWS as ROWS
    from noisytm.search.minimum.rows_kernel import add_row as add_row
    from noisytm.search.minimum.rows_kernel import cost_of as cost_of
    from noisytm.search.minimum.task import LeastCoefficient as LeastCoefficient

_door = Door(
    __name__,
    {
        "asked": ("AskedOfAll",),
        "below": ("Below",),
        "blocks": ("TupleCoordinates",),
        "kernel": ("advance", "first_unfixed", "least_met", "look"),
        "least": ("global_learning_coefficient",),
        "lists": ("LeastOfLength",),
        "precisions": ("LeastPrecision", "PrecisionProof", "WinningLine"),
        "result": ("AttainingCode", "GlobalLearningCoefficient"),
        "rows_kernel": (
            "BLOCKS",
            "CANDIDATE",
            "DONE",
            "LEAVE",
            "LEVEL",
            "NODES",
            "PAUSED",
            "PHASE",
            "PLAIN",
            "ROWS",
            "add_row",
            "cost_of",
        ),
        "task": ("LeastCoefficient",),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
