"""Dots over two axes, drawn in grey by matplotlib, with their numbers in the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.show.scatter.drawing import Scatter as Scatter
    from noisytm.show.scatter.drawing import save_scatter as save_scatter
    from noisytm.show.scatter.figures import SCATTER_ENDINGS as SCATTER_ENDINGS
    from noisytm.show.scatter.figures import plain as plain
    from noisytm.show.scatter.figures import require_scatter as require_scatter
    from noisytm.show.scatter.figures import save_drawing as save_drawing

_door = Door(
    __name__,
    {
        "drawing": ("Scatter", "save_scatter"),
        "figures": ("SCATTER_ENDINGS", "plain", "require_scatter", "save_drawing"),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
