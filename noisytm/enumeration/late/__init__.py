"""Holdouts of the search, run on from the blank tape."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.enumeration.late.running import Best as Best
    from noisytm.enumeration.late.running import LateRuns as LateRuns
    from noisytm.enumeration.late.staging import Stage as Stage
    from noisytm.enumeration.late.staging import first_limit as first_limit
    from noisytm.enumeration.late.staging import stages as stages

_door = Door(
    __name__,
    {
        "running": ("Best", "LateRuns"),
        "staging": ("Stage", "first_limit", "stages"),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
