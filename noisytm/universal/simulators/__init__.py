"""Small universal machines with their encoders and decoders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.universal.simulators.minsky_7_4 import Minsky74 as Minsky74
    from noisytm.universal.simulators.neary_woods_9_3 import NearyWoods93 as NearyWoods93
    from noisytm.universal.simulators.neary_woods_15_2 import NearyWoods152 as NearyWoods152
    from noisytm.universal.simulators.registry import SIMULATORS as SIMULATORS
    from noisytm.universal.simulators.registry import two_tag_simulators as two_tag_simulators
    from noisytm.universal.simulators.rogozhin_2_18 import Rogozhin218 as Rogozhin218
    from noisytm.universal.simulators.rogozhin_4_6 import Rogozhin46 as Rogozhin46
    from noisytm.universal.simulators.rule110 import Rule110Machine as Rule110Machine
    from noisytm.universal.simulators.tag_simulator import Seen as Seen
    from noisytm.universal.simulators.two_tag_simulator import TwoTagSimulator as TwoTagSimulator

_door = Door(
    __name__,
    {
        "minsky_7_4": ("Minsky74",),
        "neary_woods_15_2": ("NearyWoods152",),
        "neary_woods_9_3": ("NearyWoods93",),
        "registry": ("SIMULATORS", "two_tag_simulators"),
        "rogozhin_2_18": ("Rogozhin218",),
        "rogozhin_4_6": ("Rogozhin46",),
        "rule110": ("Rule110Machine",),
        "tag_simulator": ("Seen",),
        "two_tag_simulator": ("TwoTagSimulator",),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
