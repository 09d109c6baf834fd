"""Least costs of fatal syndromes over partial tables: through fixed tuples only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.search.costs.arrays import Head as Head
    from noisytm.search.costs.arrays import Places as Places
    from noisytm.search.costs.arrays import Work as Work
    from noisytm.search.costs.arrays import head_of as head_of
    from noisytm.search.costs.arrays import work_of as work_of
    from noisytm.search.costs.exact_kernel import ACCEPTED as ACCEPTED
    from noisytm.search.costs.exact_kernel import REJECTED as REJECTED
    from noisytm.search.costs.exact_kernel import UNSETTLED as UNSETTLED
    from noisytm.search.costs.exact_kernel import run_without_errors as run_without_errors
    from noisytm.search.costs.joining import joined as joined
    from noisytm.search.costs.kernel import TOO_MUCH as TOO_MUCH
    from noisytm.search.costs.kernel import cheapest_run as cheapest_run
    from noisytm.search.costs.partial import MOST_COST as MOST_COST
    from noisytm.search.costs.partial import Found as Found
    from noisytm.search.costs.partial import PartialCosts as PartialCosts

_door = Door(
    __name__,
    {
        "arrays": ("Head", "Places", "Work", "head_of", "work_of"),
        "exact_kernel": ("ACCEPTED", "REJECTED", "UNSETTLED", "run_without_errors"),
        "joining": ("joined",),
        "kernel": ("TOO_MUCH", "cheapest_run"),
        "partial": ("Found", "MOST_COST", "PartialCosts"),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
