"""Codes side by side: as text, and as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.show.comparisons.files import log2_mass as log2_mass
    from noisytm.show.comparisons.files import save_comparison as save_comparison
    from noisytm.show.comparisons.texts import describe_comparison as describe_comparison
    from noisytm.show.comparisons.texts import differences_in_words as differences_in_words

_door = Door(
    __name__,
    {
        "files": ("log2_mass", "save_comparison"),
        "texts": ("describe_comparison", "differences_in_words"),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
