"""Every code that solves a problem with its learning coefficient, beside the length of its description."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.search.atlases.asked import AtlasUnits as AtlasUnits
    from noisytm.search.atlases.batches import Batches as Batches
    from noisytm.search.atlases.groups import Alike as Alike
    from noisytm.search.atlases.making import TooManyCodes as TooManyCodes
    from noisytm.search.atlases.making import atlas as atlas
    from noisytm.search.atlases.result import Atlas as Atlas
    from noisytm.search.atlases.rows import CodeRow as CodeRow
    from noisytm.search.atlases.rows import KeptRows as KeptRows
    from noisytm.search.atlases.writing import require_form as require_form

_door = Door(
    __name__,
    {
        "asked": ("AtlasUnits",),
        "batches": ("Batches",),
        "groups": ("Alike",),
        "making": ("TooManyCodes", "atlas"),
        "result": ("Atlas",),
        "rows": ("CodeRow", "KeptRows"),
        "writing": ("require_form",),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
