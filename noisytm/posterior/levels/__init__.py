"""How much of code space has a small loss: level sets, and what a refinement costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.posterior.levels.asking import volumes as volumes
    from noisytm.posterior.levels.form import VOLUME_FORM as VOLUME_FORM
    from noisytm.posterior.levels.form import VOLUMES as VOLUMES
    from noisytm.posterior.levels.ladder import Level as Level
    from noisytm.posterior.levels.ladder import Sunk as Sunk
    from noisytm.posterior.levels.ladder import levels_down as levels_down
    from noisytm.posterior.levels.picture import Volume as Volume
    from noisytm.posterior.levels.result import Volumes as Volumes

_door = Door(
    __name__,
    {
        "asking": ("volumes",),
        "form": ("VOLUMES", "VOLUME_FORM"),
        "ladder": ("Level", "Sunk", "levels_down"),
        "picture": ("Volume",),
        "result": ("Volumes",),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
