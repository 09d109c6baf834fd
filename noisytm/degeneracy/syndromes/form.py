"""The schema of the record of fatal syndromes, and what they say."""

from __future__ import annotations

from noisytm._records import Kind, result_form
from noisytm._schema import COUNT, FRACTION, KEY, STRING, either, entries, extended, items, many, mapping, nullable
from noisytm._timed import timed_form
from noisytm.geometry import ANY_SYNDROME, COORDINATE, SYNDROME
from noisytm.machine import DESCRIPTION, MACHINE
from noisytm.problem import PROBLEM

CORRECTION = entries(correction_degree=nullable(COUNT), least_weight=nullable(COUNT), bounds=mapping(FRACTION))
LEADING_PART = entries(
    degree=nullable(COUNT),
    polynomial=STRING,
    symbols=mapping(COORDINATE),
    terms=many(entries(coefficient=FRACTION, syndrome=many(items(STRING, COUNT)))),
)
BRIER_HESSIAN = entries(rank=COUNT, entries=many(entries(row=COORDINATE, column=COORDINATE, value=FRACTION)))
ERROR_GRAPH = entries(
    max_errors=COUNT,
    tuples=many(entries(symbol=STRING, state=STRING, errors=nullable(COUNT))),
    passages=many(entries({"from": items(STRING, STRING), "to": items(STRING, STRING)}, errors=COUNT)),
)
_LIST = {
    "semantics": STRING,
    "chart": STRING,
    "dimension": COUNT,
    "max_weight": nullable(COUNT),
    "counts": mapping(COUNT),
    "syndromes": many(SYNDROME),
}
_PARTS = {
    "correction": CORRECTION,
    "leading_part": LEADING_PART,
    "brier_hessian": BRIER_HESSIAN,
    "error_graph": nullable(ERROR_GRAPH),
    "left_out": STRING,
    "complete": {"type": "boolean"},
}
_LISTED = extended(
    result_form(entries(semantics=STRING, chart=STRING, max_weight=nullable(COUNT))),
    _PARTS,
    machine=MACHINE.schema(),
    problem=PROBLEM.schema(1),
    **_LIST,
)
_OF_ANY_CHART = extended(
    result_form(entries(semantics=STRING, chart=STRING, max_weight=nullable(COUNT))),
    _PARTS,
    machine=either(MACHINE.schema(), DESCRIPTION.schema()),
    problem=either(PROBLEM.schema(1), PROBLEM.schema(2)),
    **(_LIST | {"syndromes": many(ANY_SYNDROME)}),
)
SYNDROMES: Kind = Kind(
    "syndromes",
    {
        0: entries(
            _PARTS, machine=MACHINE.schema(), machine_key=KEY, problem=PROBLEM.schema(0), version=STRING, **_LIST
        ),
        1: _LISTED,
        2: timed_form(_OF_ANY_CHART),
    },
)
