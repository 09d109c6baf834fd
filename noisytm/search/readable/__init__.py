"""The search for the least learning coefficient, written plainly: for small spaces, and to compare with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.search.readable.bounding import TableBound as TableBound
    from noisytm.search.readable.branching import Asked as Asked
    from noisytm.search.readable.branching import Attained as Attained
    from noisytm.search.readable.branching import BranchAndBound as BranchAndBound
    from noisytm.search.readable.branching import Events as Events

_door = Door(
    __name__,
    {
        "bounding": ("TableBound",),
        "branching": ("Asked", "Attained", "BranchAndBound", "Events"),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
