"""From a Turing machine to a 2-tag system that a small universal machine runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.universal.compiler.binary import BinaryCoding as BinaryCoding
    from noisytm.universal.compiler.host import TwoTagHost as TwoTagHost
    from noisytm.universal.compiler.simulation import TwoTagSimulation as TwoTagSimulation
    from noisytm.universal.compiler.simulation import simulate_on_two_tag as simulate_on_two_tag
    from noisytm.universal.compiler.two_tag import TwoTagProgram as TwoTagProgram

_door = Door(
    __name__,
    {
        "binary": ("BinaryCoding",),
        "host": ("TwoTagHost",),
        "simulation": ("TwoTagSimulation", "simulate_on_two_tag"),
        "two_tag": ("TwoTagProgram",),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
