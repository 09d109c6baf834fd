"""Lower bounds on learning coefficients from rows that are found one after the other: compiled, checked in integers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.search.bounds.arrays import Packing as Packing
    from noisytm.search.bounds.arrays import new_packing as new_packing
    from noisytm.search.bounds.kernel import MET as MET
    from noisytm.search.bounds.kernel import NOTHING as NOTHING
    from noisytm.search.bounds.kernel import PASSED as PASSED
    from noisytm.search.bounds.kernel import RAISE as RAISE
    from noisytm.search.bounds.kernel import SHRINK as SHRINK
    from noisytm.search.bounds.kernel import entering_column as entering_column
    from noisytm.search.bounds.kernel import hand_down as hand_down
    from noisytm.search.bounds.kernel import invert_again as invert_again
    from noisytm.search.bounds.kernel import most_dimensions as most_dimensions
    from noisytm.search.bounds.kernel import note_dual as note_dual
    from noisytm.search.bounds.kernel import other_column as other_column
    from noisytm.search.bounds.kernel import pivot as pivot
    from noisytm.search.bounds.kernel import proved as proved
    from noisytm.search.bounds.kernel import put_second_prices as put_second_prices
    from noisytm.search.bounds.kernel import put_slacks as put_slacks
    from noisytm.search.bounds.kernel import rounded_down as rounded_down
    from noisytm.search.bounds.kernel import total_of as total_of

_door = Door(
    __name__,
    {
        "arrays": ("Packing", "new_packing"),
        "kernel": (
            "MET",
            "NOTHING",
            "PASSED",
            "RAISE",
            "SHRINK",
            "entering_column",
            "hand_down",
            "invert_again",
            "most_dimensions",
            "note_dual",
            "other_column",
            "pivot",
            "proved",
            "put_second_prices",
            "put_slacks",
            "rounded_down",
            "total_of",
        ),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
