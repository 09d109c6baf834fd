"""Noisy codes as modules of PyTorch, which is imported with the first of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.interop.torch.machine import NoisyMachine as NoisyMachine

_door = Door(
    __name__,
    {
        "machine": ("NoisyMachine",),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
