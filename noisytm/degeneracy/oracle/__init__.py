"""Least costs of fatal syndromes, and the syndromes: one cost search for each kind of semantics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.degeneracy.oracle.effort import inputs_at_once as inputs_at_once
    from noisytm.degeneracy.oracle.effort import seconds_of_tapes as seconds_of_tapes
    from noisytm.degeneracy.oracle.effort import seconds_per_input as seconds_per_input
    from noisytm.degeneracy.oracle.least_costs import EXACT_IN_INT64 as EXACT_IN_INT64
    from noisytm.degeneracy.oracle.least_costs import EXACT_IN_LANES as EXACT_IN_LANES
    from noisytm.degeneracy.oracle.readable_costs import ReadableCosts as ReadableCosts
    from noisytm.degeneracy.oracle.searches import EntryCosts as EntryCosts
    from noisytm.degeneracy.oracle.searches import entry_costs as entry_costs
    from noisytm.degeneracy.oracle.syndrome_oracle import Oracle as Oracle
    from noisytm.degeneracy.oracle.syndrome_oracle import Syndrome as Syndrome
    from noisytm.degeneracy.oracle.syndrome_oracle import as_syndrome as as_syndrome
    from noisytm.degeneracy.oracle.syndrome_oracle import integer_costs as integer_costs

_door = Door(
    __name__,
    {
        "effort": ("inputs_at_once", "seconds_of_tapes", "seconds_per_input"),
        "least_costs": ("EXACT_IN_INT64", "EXACT_IN_LANES"),
        "readable_costs": ("ReadableCosts",),
        "searches": ("EntryCosts", "entry_costs"),
        "syndrome_oracle": ("Oracle", "Syndrome", "as_syndrome", "integer_costs"),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
