"""Losses: what is made of the probability of a rejected outcome; the contract, one file each, the registry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.losses.brier import BRIER as BRIER
    from noisytm.losses.log import LOG as LOG
    from noisytm.losses.loss import Loss as Loss
    from noisytm.losses.loss import Share as Share
    from noisytm.losses.registry import LOSSES as LOSSES
    from noisytm.losses.registry import checked_loss as checked_loss
    from noisytm.losses.registry import compiled_number as compiled_number

_door = Door(
    __name__,
    {
        "brier": ("BRIER",),
        "log": ("LOG",),
        "loss": ("Loss", "Share"),
        "registry": ("LOSSES", "checked_loss", "compiled_number"),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
