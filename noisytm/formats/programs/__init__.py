"""Programs in the languages of simulators: a rule a line, or two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.formats.programs.morphett_info import MORPHETT as MORPHETT

_door = Door(
    __name__,
    {
        "morphett_info": ("MORPHETT",),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
