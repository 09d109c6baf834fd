"""Runs that repeat, in place or shifted along the tape."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.discrete.cycles.finding import FoundCycle as FoundCycle
    from noisytm.discrete.cycles.finding import find_cycle as find_cycle
    from noisytm.discrete.cycles.finding import repeated as repeated

_door = Door(
    __name__,
    {
        "finding": ("FoundCycle", "find_cycle", "repeated"),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
