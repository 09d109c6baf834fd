"""The step of a marginal semantics in NumPy, many runs at once: for work too small to load or compile kernels for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.relaxation.marginal.arrays.evaluate import Small as Small
    from noisytm.relaxation.marginal.arrays.evaluate import losses_and_gradients as losses_and_gradients
    from noisytm.relaxation.marginal.arrays.evaluate import rejected as rejected
    from noisytm.relaxation.marginal.arrays.oracle import cheapest as cheapest
    from noisytm.relaxation.marginal.arrays.steps import Marginals as Marginals
    from noisytm.relaxation.marginal.arrays.steps import recorded as recorded
    from noisytm.relaxation.marginal.arrays.tables import ListShape as ListShape
    from noisytm.relaxation.marginal.arrays.tables import tabulated as tabulated
    from noisytm.relaxation.marginal.arrays.tables import untabulated as untabulated

_door = Door(
    __name__,
    {
        "evaluate": ("Small", "losses_and_gradients", "rejected"),
        "oracle": ("cheapest",),
        "steps": ("Marginals", "recorded"),
        "tables": ("ListShape", "tabulated", "untabulated"),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
