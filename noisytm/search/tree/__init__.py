"""Certificates of a minimum over all codes: a tree as a file, written, and checked by what knows no search."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.search.tree.certificate import CheckedMinimum as CheckedMinimum
    from noisytm.search.tree.certificate import check_certificate as check_certificate
    from noisytm.search.tree.certificate import write_certificate as write_certificate
    from noisytm.search.tree.certificate import write_certificate_of_lists as write_certificate_of_lists
    from noisytm.search.tree.confirming import Confirmer as Confirmer
    from noisytm.search.tree.confirming import Shown as Shown
    from noisytm.search.tree.container import is_tree as is_tree
    from noisytm.search.tree.lists import MOST_LISTS as MOST_LISTS
    from noisytm.search.tree.lists import CheckedLength as CheckedLength
    from noisytm.search.tree.lists import ListsClaim as ListsClaim
    from noisytm.search.tree.lists import key_lists as key_lists
    from noisytm.search.tree.lists import number_of_key_lists as number_of_key_lists
    from noisytm.search.tree.nodes import Dual as Dual
    from noisytm.search.tree.nodes import PinnedDual as PinnedDual
    from noisytm.search.tree.nodes import Row as Row
    from noisytm.search.tree.precisions import CheckedLine as CheckedLine
    from noisytm.search.tree.precisions import CheckedPrecision as CheckedPrecision
    from noisytm.search.tree.precisions import least_of as least_of
    from noisytm.search.tree.showing import shown_rows as shown_rows
    from noisytm.search.tree.writer import TreePart as TreePart

_door = Door(
    __name__,
    {
        "certificate": ("CheckedMinimum", "check_certificate", "write_certificate", "write_certificate_of_lists"),
        "confirming": ("Confirmer", "Shown"),
        "container": ("is_tree",),
        "lists": ("CheckedLength", "ListsClaim", "MOST_LISTS", "key_lists", "number_of_key_lists"),
        "nodes": ("Dual", "PinnedDual", "Row"),
        "precisions": ("CheckedLine", "CheckedPrecision", "least_of"),
        "showing": ("shown_rows",),
        "writer": ("TreePart",),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
