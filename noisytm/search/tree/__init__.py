"""Certificates of a minimum over all codes: a tree as a file, written, and checked by what knows no search."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.search.tree.certificate import CheckedMinimum as CheckedMinimum
    from noisytm.search.tree.certificate import check_certificate as check_certificate
    from noisytm.search.tree.certificate import write_certificate as write_certificate
    from noisytm.search.tree.confirming import Confirmer as Confirmer
    from noisytm.search.tree.confirming import Shown as Shown
    from noisytm.search.tree.container import is_tree as is_tree
    from noisytm.search.tree.nodes import Dual as Dual
    from noisytm.search.tree.nodes import Row as Row
    from noisytm.search.tree.showing import shown_rows as shown_rows
    from noisytm.search.tree.writer import TreePart as TreePart

_door = Door(
    __name__,
    {
        "certificate": ("CheckedMinimum", "check_certificate", "write_certificate"),
        "confirming": ("Confirmer", "Shown"),
        "container": ("is_tree",),
        "nodes": ("Dual", "Row"),
        "showing": ("shown_rows",),
        "writer": ("TreePart",),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
