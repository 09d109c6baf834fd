"""The schema of the record of fatal syndromes, and what they say."""

from __future__ import annotations

from noisytm._records import Kind, result_form
from noisytm._schema import (
    COUNT,
    FRACTION,
    KEY,
    STRING,
    Schema,
    either,
    entries,
    extended,
    items,
    many,
    mapping,
    nullable,
)
from noisytm._timed import timed_form
from noisytm.degeneracy.explanation import WITNESS
from noisytm.geometry import ANY_COORDINATE, ANY_SYNDROME, COORDINATE, SYNDROME
from noisytm.machine import DESCRIPTION, MACHINE
from noisytm.problem import PROBLEM

CORRECTION = entries(correction_degree=nullable(COUNT), least_weight=nullable(COUNT), bounds=mapping(FRACTION))


def _leading_part(coordinate: Schema) -> Schema:
    return entries(
        degree=nullable(COUNT),
        polynomial=STRING,
        symbols=mapping(coordinate),
        terms=many(entries(coefficient=FRACTION, syndrome=many(items(STRING, COUNT)))),
    )


def _hessian(coordinate: Schema) -> Schema:
    return entries(rank=COUNT, entries=many(entries(row=coordinate, column=coordinate, value=FRACTION)))


LEADING_PART, BRIER_HESSIAN = _leading_part(COORDINATE), _hessian(COORDINATE)
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
EXPLAINED = entries(sentence=nullable(STRING), witness=nullable(WITNESS), reason=STRING)
_OF_ANY_CHART = extended(
    result_form(entries(semantics=STRING, chart=STRING, max_weight=nullable(COUNT))),
    _PARTS
    | {
        "leading_part": _leading_part(ANY_COORDINATE),
        "brier_hessian": _hessian(ANY_COORDINATE),
        "explained": many(EXPLAINED),
    },
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
