"""Space-time diagrams of runs: which rows, drawn as text or as pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.show.diagrams.diagram import SpaceTime as SpaceTime
    from noisytm.show.diagrams.drawing import MOST as MOST
    from noisytm.show.diagrams.drawing import SAMPLES as SAMPLES
    from noisytm.show.diagrams.drawing import VIEWS as VIEWS
    from noisytm.show.diagrams.drawing import space_time as space_time
    from noisytm.show.diagrams.marginals import describe_history as describe_history
    from noisytm.show.diagrams.saving import PICTURES as PICTURES
    from noisytm.show.diagrams.saving import require_picture as require_picture
    from noisytm.show.diagrams.text import columns_that_fit as columns_that_fit

_door = Door(
    __name__,
    {
        "diagram": ("SpaceTime",),
        "drawing": ("MOST", "SAMPLES", "VIEWS", "space_time"),
        "marginals": ("describe_history",),
        "saving": ("PICTURES", "require_picture"),
        "text": ("columns_that_fit",),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
