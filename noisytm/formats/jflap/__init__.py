"""The XML files of JFLAP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.formats.jflap.files import JFLAP as JFLAP

_door = Door(
    __name__,
    {
        "files": ("JFLAP",),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
