"""Every Turing machine of a size, up to renaming and reflection: tree normal form, busy beavers, counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.enumeration.driver import enumerate_machines as enumerate_machines
    from noisytm.enumeration.options import ROOTS as ROOTS
    from noisytm.enumeration.options import EnumerationOptions as EnumerationOptions
    from noisytm.enumeration.result import Enumeration as Enumeration
    from noisytm.enumeration.tally import Champions as Champions
    from noisytm.enumeration.tree import listed_texts as listed_texts
    from noisytm.enumeration.tree import text_of as text_of

_door = Door(
    __name__,
    {
        "driver": ("enumerate_machines",),
        "options": ("EnumerationOptions", "ROOTS"),
        "result": ("Enumeration",),
        "tally": ("Champions",),
        "tree": ("listed_texts", "text_of"),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
