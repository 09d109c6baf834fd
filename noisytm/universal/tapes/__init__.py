"""Machines with several tapes: values, an engine, and a readable twin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.universal.tapes.configuration import KTapeConfiguration as KTapeConfiguration
    from noisytm.universal.tapes.engine import Runner as Runner
    from noisytm.universal.tapes.machine import KTapeMachine as KTapeMachine
    from noisytm.universal.tapes.reference import trace as trace
    from noisytm.universal.tapes.rules import Rule as Rule

_door = Door(
    __name__,
    {
        "configuration": ("KTapeConfiguration",),
        "engine": ("Runner",),
        "machine": ("KTapeMachine",),
        "reference": ("trace",),
        "rules": ("Rule",),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
