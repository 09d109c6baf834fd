"""The bbchallenge standard text, one machine or long lists of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.formats.bbchallenge.files import BBCHALLENGE as BBCHALLENGE

_door = Door(
    __name__,
    {
        "files": ("BBCHALLENGE",),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
