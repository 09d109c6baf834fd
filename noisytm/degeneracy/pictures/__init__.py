"""What the pictures of learning coefficients show, as data; they are drawn in `noisytm.show`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.degeneracy.pictures.costs import cost_map as cost_map
    from noisytm.degeneracy.pictures.paddings import padding_curves as padding_curves
    from noisytm.degeneracy.pictures.precisions import precision_curves as precision_curves
    from noisytm.degeneracy.pictures.syndromes import Listed as Listed
    from noisytm.degeneracy.pictures.syndromes import syndrome_ring as syndrome_ring

_door = Door(
    __name__,
    {
        "costs": ("cost_map",),
        "paddings": ("padding_curves",),
        "precisions": ("precision_curves",),
        "syndromes": ("Listed", "syndrome_ring"),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
