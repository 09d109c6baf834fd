"""The readings of the step: in which algebra, how many values at a time, and what is to be compiled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from noisytm.problem import Acceptance, EncodedProblem
from noisytm.relaxation.marginal.kernels import (
    adjoint_min,
    adjoint_sum,
    evaluate,
    lane_values,
    lanes_of_codes,
    lanes_of_inputs,
    lists,
    min_plus,
    min_plus_lanes,
    oracle,
    real,
    rest_min,
    scalars,
    segments,
    sums,
    vector,
)
from noisytm.relaxation.marginal.kernels.records import Buffers, Cheapest, Outputs, Program, Scanned, Workspace

Function = Callable[..., Any]


@dataclass(frozen=True)
class Reading:
    """An algebra, and the functions that are compiled in it.

    Attributes
    ----------
    algebra : tuple of modules
        A name that one of them defines is taken from the first that does, in every kernel; all other names are taken
        from the module that uses them.
    entries : tuple of functions
        What Python calls.
    records : tuple of named tuples
        The classes of what Python hands to the entries.
    subject : str
        What they are for, in words for people who wait for them.
    """

    algebra: tuple[ModuleType, ...]
    entries: tuple[Function, ...]
    records: tuple[type, ...]
    subject: str


_SUMS = (
    (evaluate.evaluate, evaluate.record, evaluate.proper, segments.room),
    (Program, EncodedProblem, Acceptance, Buffers, Workspace, Outputs),
    "the relaxed step",
)
_COSTS = (
    (oracle.cheapest, segments.room),
    (Program, EncodedProblem, Acceptance, Buffers, Cheapest),
    "least costs of the relaxed step",
)

READINGS = {
    "real": Reading((real, scalars, sums, adjoint_sum), *_SUMS),
    "vector": Reading((vector, lane_values, lanes_of_inputs, sums, adjoint_sum), *_SUMS),
    "vector_codes": Reading((vector, lane_values, lanes_of_codes, sums, adjoint_sum), *_SUMS),
    "min_plus": Reading((min_plus, scalars, rest_min, adjoint_min), *_COSTS),
    "min_plus_lanes": Reading((min_plus_lanes, lane_values, lanes_of_codes, rest_min, adjoint_min), *_COSTS),
}  # fmt: skip

# Of lists as tables: what is run, whatever the lanes.
LISTS = Reading(
    (vector, lane_values, lanes_of_codes, sums), (lists.tabulate, lists.untabulate), (Scanned,), "lists as tables"
)
