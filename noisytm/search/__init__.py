"""Every code that solves a problem: how many, which, the shortest, and the least learning coefficient of all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.search.tables import UNFIXED as UNFIXED
    from noisytm.search.tables import TableSpace as TableSpace

_door = Door(
    __name__,
    {
        "tables": ("TableSpace", "UNFIXED"),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
