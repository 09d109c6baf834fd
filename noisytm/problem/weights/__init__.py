"""How often inputs occur: shares, given one by one, by input, or by a file of inputs with counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.problem.weights.checked import checked_weights as checked_weights
    from noisytm.problem.weights.files import Counts as Counts
    from noisytm.problem.weights.files import counts_of_file as counts_of_file

_door = Door(
    __name__,
    {
        "checked": ("checked_weights",),
        "files": ("Counts", "counts_of_file"),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
