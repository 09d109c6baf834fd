"""Small universal machines with their encoders and decoders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.universal.simulators.bi_tag_machines import NearyWoods93 as NearyWoods93
    from noisytm.universal.simulators.bi_tag_machines import NearyWoods152 as NearyWoods152
    from noisytm.universal.simulators.rule110 import Rule110Machine as Rule110Machine
    from noisytm.universal.simulators.tag_simulator import Seen as Seen
    from noisytm.universal.simulators.two_tag_machines import Minsky74 as Minsky74
    from noisytm.universal.simulators.two_tag_machines import Rogozhin46 as Rogozhin46
    from noisytm.universal.simulators.two_tag_machines import Rogozhin218 as Rogozhin218

_door = Door(
    __name__,
    {
        "bi_tag_machines": ("NearyWoods152", "NearyWoods93"),
        "rule110": ("Rule110Machine",),
        "tag_simulator": ("Seen",),
        "two_tag_machines": ("Minsky74", "Rogozhin218", "Rogozhin46"),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
