"""A run step by step, in a compiled loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.discrete.direct.loop import CHUNK as CHUNK
    from noisytm.discrete.direct.loop import MAX_CELLS as MAX_CELLS
    from noisytm.discrete.direct.loop import Progress as Progress
    from noisytm.discrete.direct.loop import advance as advance
    from noisytm.discrete.direct.loop import plain_steps as plain_steps
    from noisytm.discrete.direct.plain import ALLOWANCE as ALLOWANCE
    from noisytm.discrete.direct.plain import rows_of as rows_of

_door = Door(
    __name__,
    {
        "loop": ("CHUNK", "MAX_CELLS", "Progress", "advance", "plain_steps"),
        "plain": ("ALLOWANCE", "rows_of"),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
