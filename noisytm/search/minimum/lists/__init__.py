"""The least learning coefficient over lists of tuples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.search.minimum.lists.finding import found_of_lists as found_of_lists
    from noisytm.search.minimum.lists.finding import nothing_of_lists as nothing_of_lists
    from noisytm.search.minimum.lists.finding import optimal_lists as optimal_lists
    from noisytm.search.minimum.lists.keys import KeyLists as KeyLists
    from noisytm.search.minimum.lists.keys import number_of_lists as number_of_lists
    from noisytm.search.minimum.lists.keys import shortest as shortest
    from noisytm.search.minimum.lists.kind import ListKind as ListKind
    from noisytm.search.minimum.lists.lengths import LeastOfLength as LeastOfLength
    from noisytm.search.minimum.lists.lengths import length_of_json as length_of_json
    from noisytm.search.minimum.lists.proving import save_trees as save_trees
    from noisytm.search.minimum.lists.task import LeastOfLists as LeastOfLists

_door = Door(
    __name__,
    {
        "finding": ("found_of_lists", "nothing_of_lists", "optimal_lists"),
        "keys": ("KeyLists", "number_of_lists", "shortest"),
        "kind": ("ListKind",),
        "lengths": ("LeastOfLength", "length_of_json"),
        "proving": ("save_trees",),
        "task": ("LeastOfLists",),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
