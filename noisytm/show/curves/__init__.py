"""Curves with errors, and tables of numbers as shades, drawn in grey by matplotlib."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.show.curves.drawing import Curve as Curve
    from noisytm.show.curves.drawing import Curves as Curves
    from noisytm.show.curves.drawing import HeatMap as HeatMap
    from noisytm.show.curves.drawing import save_curves as save_curves
    from noisytm.show.curves.drawing import save_heat_map as save_heat_map

_door = Door(
    __name__,
    {
        "drawing": ("Curve", "Curves", "HeatMap", "save_curves", "save_heat_map"),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
