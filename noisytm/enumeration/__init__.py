"""Every Turing machine of a size, up to renaming and reflection: tree normal form, busy beavers, counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.enumeration.driver import enumerate_machines as enumerate_machines
    from noisytm.enumeration.driver import gone_through as gone_through
    from noisytm.enumeration.options import MAX_REACH as MAX_REACH
    from noisytm.enumeration.options import MAX_STEPS as MAX_STEPS
    from noisytm.enumeration.options import ROOTS as ROOTS
    from noisytm.enumeration.options import EnumerationOptions as EnumerationOptions
    from noisytm.enumeration.progress import Collection as Collection
    from noisytm.enumeration.record import OPTIONS as OPTIONS
    from noisytm.enumeration.result import Enumeration as Enumeration
    from noisytm.enumeration.tally import Champions as Champions
    from noisytm.enumeration.tally import Tally as Tally
    from noisytm.enumeration.tree import Found as Found
    from noisytm.enumeration.tree import Rows as Rows
    from noisytm.enumeration.tree import Table as Table
    from noisytm.enumeration.tree import chunks as chunks
    from noisytm.enumeration.tree import listed_texts as listed_texts
    from noisytm.enumeration.tree import multiplicity as multiplicity
    from noisytm.enumeration.tree import root_table as root_table
    from noisytm.enumeration.tree import text_of as text_of

_door = Door(
    __name__,
    {
        "driver": ("enumerate_machines", "gone_through"),
        "options": ("EnumerationOptions", "MAX_REACH", "MAX_STEPS", "ROOTS"),
        "progress": ("Collection",),
        "record": ("OPTIONS",),
        "result": ("Enumeration",),
        "tally": ("Champions", "Tally"),
        "tree": ("Found", "Rows", "Table", "chunks", "listed_texts", "multiplicity", "root_table", "text_of"),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
