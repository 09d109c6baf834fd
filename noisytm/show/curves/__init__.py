"""Curves with errors, and tables of numbers as shades, drawn in grey by matplotlib."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.show.curves.bands import Bands as Bands
    from noisytm.show.curves.bands import history_bands as history_bands
    from noisytm.show.curves.bands import save_bands as save_bands
    from noisytm.show.curves.captions import caption as caption
    from noisytm.show.curves.captions import caption_of_key as caption_of_key
    from noisytm.show.curves.captions import machine_line as machine_line
    from noisytm.show.curves.drawing import Curve as Curve
    from noisytm.show.curves.drawing import Curves as Curves
    from noisytm.show.curves.drawing import save_curves as save_curves
    from noisytm.show.curves.files import require_file_form as require_file_form
    from noisytm.show.curves.files import save_as as save_as
    from noisytm.show.curves.heat import HeatMap as HeatMap
    from noisytm.show.curves.heat import save_heat_map as save_heat_map
    from noisytm.show.curves.rings import Edge as Edge
    from noisytm.show.curves.rings import Ring as Ring
    from noisytm.show.curves.rings import save_ring as save_ring

_door = Door(
    __name__,
    {
        "bands": ("Bands", "history_bands", "save_bands"),
        "captions": ("caption", "caption_of_key", "machine_line"),
        "drawing": ("Curve", "Curves", "save_curves"),
        "files": ("require_file_form", "save_as"),
        "heat": ("HeatMap", "save_heat_map"),
        "rings": ("Edge", "Ring", "save_ring"),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
