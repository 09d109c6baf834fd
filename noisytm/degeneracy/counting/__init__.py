"""Bounds by counting: fatal errors, used tuples, description length."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.degeneracy.counting.chain import Bounds as Bounds
    from noisytm.degeneracy.counting.chain import DescriptionLength as DescriptionLength
    from noisytm.degeneracy.counting.chain import bounds as bounds
    from noisytm.degeneracy.counting.chain import bounds_of as bounds_of
    from noisytm.degeneracy.counting.chain import description_length as description_length
    from noisytm.degeneracy.counting.chain import keys_asked as keys_asked
    from noisytm.degeneracy.counting.chain import length_of as length_of
    from noisytm.degeneracy.counting.chain import loss_factor as loss_factor
    from noisytm.degeneracy.counting.chain import transversal_of as transversal_of
    from noisytm.degeneracy.counting.chain import used_bound as used_bound
    from noisytm.degeneracy.counting.chain import used_coordinates as used_coordinates
    from noisytm.degeneracy.counting.chain import used_entries as used_entries
    from noisytm.degeneracy.counting.covers import key_cover as key_cover

_door = Door(
    __name__,
    {
        "chain": (
            "Bounds",
            "DescriptionLength",
            "bounds",
            "bounds_of",
            "description_length",
            "keys_asked",
            "length_of",
            "loss_factor",
            "transversal_of",
            "used_bound",
            "used_coordinates",
            "used_entries",
        ),
        "covers": ("key_cover",),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
