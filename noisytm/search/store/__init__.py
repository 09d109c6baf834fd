"""Searches cut into pieces: kept in a file, shared among processes and machines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.search.store.database import key_in as key_in
    from noisytm.search.store.driver import Ways as Ways
    from noisytm.search.store.driver import search_open as search_open
    from noisytm.search.store.driver import searched as searched
    from noisytm.search.store.hands import Hands as Hands
    from noisytm.search.store.hands import Here as Here
    from noisytm.search.store.hands import Lost as Lost
    from noisytm.search.store.hands import carried_out as carried_out
    from noisytm.search.store.outlook import Estimate as Estimate
    from noisytm.search.store.outlook import OpenPieces as OpenPieces
    from noisytm.search.store.outlook import Outlook as Outlook
    from noisytm.search.store.outlook import estimated as estimated
    from noisytm.search.store.piece import Begun as Begun
    from noisytm.search.store.piece import Finished as Finished
    from noisytm.search.store.piece import Incumbent as Incumbent
    from noisytm.search.store.piece import Piece as Piece
    from noisytm.search.store.piece import Start as Start
    from noisytm.search.store.piece import Task as Task
    from noisytm.search.store.piece import better as better
    from noisytm.search.store.piece import cut as cut
    from noisytm.search.store.piece import in_order as in_order
    from noisytm.search.store.store import Store as Store

_door = Door(
    __name__,
    {
        "database": ("key_in",),
        "driver": ("Ways", "search_open", "searched"),
        "hands": ("Hands", "Here", "Lost", "carried_out"),
        "outlook": ("Estimate", "OpenPieces", "Outlook", "estimated"),
        "piece": ("Begun", "Finished", "Incumbent", "Piece", "Start", "Task", "better", "cut", "in_order"),
        "store": ("Store",),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
