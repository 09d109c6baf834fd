"""Every code that solves a problem: how many, which, the shortest, and the least learning coefficient of all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.search.atlases import Atlas as Atlas
    from noisytm.search.atlases import atlas as atlas
    from noisytm.search.contrasts import Contrast as Contrast
    from noisytm.search.contrasts import contrast as contrast
    from noisytm.search.cubes import CodeSample as CodeSample
    from noisytm.search.cubes import Solutions as Solutions
    from noisytm.search.cubes import solutions as solutions
    from noisytm.search.minimum import AttainingCode as AttainingCode
    from noisytm.search.minimum import GlobalLearningCoefficient as GlobalLearningCoefficient
    from noisytm.search.minimum import LeastOfLength as LeastOfLength
    from noisytm.search.minimum import LeastPrecision as LeastPrecision
    from noisytm.search.minimum import PrecisionProof as PrecisionProof
    from noisytm.search.minimum import WinningLine as WinningLine
    from noisytm.search.minimum import global_learning_coefficient as global_learning_coefficient
    from noisytm.search.tables import UNFIXED as UNFIXED
    from noisytm.search.tables import UNLISTED as UNLISTED
    from noisytm.search.tables import TableSpace as TableSpace

_door = Door(
    __name__,
    {
        "atlases": ("Atlas", "atlas"),
        "contrasts": ("Contrast", "contrast"),
        "cubes": ("CodeSample", "Solutions", "solutions"),
        "minimum": (
            "AttainingCode",
            "GlobalLearningCoefficient",
            "LeastOfLength",
            "LeastPrecision",
            "PrecisionProof",
            "WinningLine",
            "global_learning_coefficient",
        ),
        "tables": ("TableSpace", "UNFIXED", "UNLISTED"),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
