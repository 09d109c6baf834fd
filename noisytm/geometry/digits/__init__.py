"""Binary digits of the values of distributions: their patterns, the coordinates that flip them, faces made of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.geometry.digits.faces import BitFace as BitFace
    from noisytm.geometry.digits.flips import FREE as FREE
    from noisytm.geometry.digits.flips import AnyBit as AnyBit
    from noisytm.geometry.digits.flips import BitCoordinate as BitCoordinate
    from noisytm.geometry.digits.flips import TupleBitCoordinate as TupleBitCoordinate
    from noisytm.geometry.digits.flips import digit_count as digit_count
    from noisytm.geometry.digits.flips import minimal_sets as minimal_sets
    from noisytm.geometry.digits.flips import patterns as patterns

_door = Door(
    __name__,
    {
        "faces": ("BitFace",),
        "flips": (
            "FREE",
            "AnyBit",
            "BitCoordinate",
            "TupleBitCoordinate",
            "digit_count",
            "minimal_sets",
            "patterns",
        ),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
