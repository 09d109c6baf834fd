"""A run step by step, in a compiled loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.discrete.direct.loop import CHUNK as CHUNK
    from noisytm.discrete.direct.loop import MAX_CELLS as MAX_CELLS
    from noisytm.discrete.direct.loop import Progress as Progress
    from noisytm.discrete.direct.loop import advance as advance

_door = Door(
    __name__,
    {
        "loop": ("CHUNK", "MAX_CELLS", "Progress", "advance"),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
