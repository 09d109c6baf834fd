"""Checks of the proofs that a run never ends, from the table of the machine and the data of the proof alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.discrete.checking.bouncing import proves_rule as proves_rule
    from noisytm.discrete.checking.check import check_endless as check_endless
    from noisytm.discrete.checking.check import is_run as is_run

_door = Door(__name__, {"bouncing": ("proves_rule",), "check": ("check_endless", "is_run")})
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
