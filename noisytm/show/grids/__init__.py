"""Finite precision in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.show.grids.pictures import plot_precision as plot_precision
    from noisytm.show.grids.pictures import precision_curves as precision_curves
    from noisytm.show.grids.precisions import describe_precision as describe_precision
    from noisytm.show.grids.precisions import describe_verified_precision as describe_verified_precision

_door = Door(
    __name__,
    {
        "pictures": ("plot_precision", "precision_curves"),
        "precisions": ("describe_precision", "describe_verified_precision"),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
