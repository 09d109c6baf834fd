"""Noisy codes in other people's libraries, which are imported only when they are called for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.interop.arviz_data import arviz_arrays as arviz_arrays
    from noisytm.interop.arviz_data import to_arviz as to_arviz
    from noisytm.interop.dtm_objects import from_dtm as from_dtm
    from noisytm.interop.dtm_objects import to_dtm as to_dtm
    from noisytm.interop.torch_autograd import torch_codes as torch_codes
    from noisytm.interop.torch_autograd import torch_loss as torch_loss

_door = Door(
    __name__,
    {
        "arviz_data": ("arviz_arrays", "to_arviz"),
        "dtm_objects": ("from_dtm", "to_dtm"),
        "torch_autograd": ("torch_codes", "torch_loss"),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
