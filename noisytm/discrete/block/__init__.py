"""A run by blocks of cells, whose passages are worked out once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.discrete.block.macro import LEFT as LEFT
    from noisytm.discrete.block.macro import RIGHT as RIGHT
    from noisytm.discrete.block.macro import MacroMachine as MacroMachine
    from noisytm.discrete.block.macro import Passage as Passage
    from noisytm.discrete.block.runs import advance as advance

_door = Door(
    __name__,
    {
        "macro": ("LEFT", "MacroMachine", "Passage", "RIGHT"),
        "runs": ("advance",),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
