"""Programs in the languages of simulators: a rule a line, or two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.formats.programs.headed import MORPHETT_SECTIONS as MORPHETT_SECTIONS
    from noisytm.formats.programs.morphett_info import MORPHETT as MORPHETT
    from noisytm.formats.programs.turingmachinesimulator import TURINGMACHINESIMULATOR as TURINGMACHINESIMULATOR
    from noisytm.formats.programs.tursi_files import TURSI as TURSI

_door = Door(
    __name__,
    {
        "headed": ("MORPHETT_SECTIONS",),
        "morphett_info": ("MORPHETT",),
        "tursi_files": ("TURSI",),
        "turingmachinesimulator": ("TURINGMACHINESIMULATOR",),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
