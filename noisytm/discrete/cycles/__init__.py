"""Runs that repeat, in place or shifted along the tape."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.discrete.cycles.finding import FoundCycle as FoundCycle
    from noisytm.discrete.cycles.finding import find_cycle as find_cycle
    from noisytm.discrete.cycles.finding import repeated as repeated
    from noisytm.discrete.cycles.late import late_cycle as late_cycle

_door = Door(
    __name__,
    {
        "finding": ("FoundCycle", "find_cycle", "repeated"),
        "late": ("late_cycle",),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
