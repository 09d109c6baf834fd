"""Codes whose learning coefficient is known, for estimators elsewhere: the answer key, and how it is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.calibration.codes import chart_of as chart_of
    from noisytm.calibration.key import ERROR as ERROR
    from noisytm.calibration.key import AnswerKey as AnswerKey
    from noisytm.calibration.key import Cell as Cell
    from noisytm.calibration.key import KnownCode as KnownCode
    from noisytm.calibration.making import SEED as SEED
    from noisytm.calibration.making import exact_key as exact_key
    from noisytm.calibration.making import relative_error as relative_error
    from noisytm.calibration.making import remade_key as remade_key
    from noisytm.calibration.making import with_cells as with_cells
    from noisytm.calibration.network import Network as Network
    from noisytm.calibration.shipping import answer_key as answer_key

_door = Door(
    __name__,
    {
        "codes": ("chart_of",),
        "key": ("AnswerKey", "Cell", "ERROR", "KnownCode"),
        "making": ("SEED", "exact_key", "relative_error", "remade_key", "with_cells"),
        "network": ("Network",),
        "shipping": ("answer_key",),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
