"""The schemas of the records of learning coefficients: of one, of a survey, of a padding table."""

from __future__ import annotations

from noisytm._records import Kind, result_form
from noisytm._schema import (
    BOOLEAN,
    COUNT,
    FRACTION,
    KEY,
    NULL,
    NUMBER,
    STRING,
    Schema,
    choice,
    either,
    entries,
    extended,
    items,
    many,
    nullable,
)
from noisytm._timed import timed_form
from noisytm.degeneracy.explanation import WITNESS
from noisytm.degeneracy.grids import BODY
from noisytm.geometry import (
    ANY_CONCENTRATION,
    ANY_COORDINATE,
    ANY_FACE,
    ANY_SYNDROME,
    CONCENTRATION,
    COORDINATE,
    FACE,
    KEYS,
    PLACES,
    SYNDROME,
)
from noisytm.machine import DESCRIPTION, MACHINE
from noisytm.problem import PROBLEM

POSITIVE: Schema = {"type": "integer", "minimum": 1}
BOUNDS = entries(fatal_alone=FRACTION, used_tuples=FRACTION, dimension=FRACTION)
LENGTH = entries(used_tuples=COUNT, listed_tuples=COUNT, bits=COUNT)
# m is half a whole number, or not positive, only where logits are squares.
MULTIPLICITY: Schema = either({"type": "integer"}, FRACTION)
LISTED = either(MACHINE.schema(), DESCRIPTION.schema())
KEYS_ASKED: dict[str, Schema] = {"keys": choice("noisy")}  # left out where keys are exact


def _certificate(coordinate: Schema, syndrome: Schema) -> Schema:
    point = many(entries(coordinate=coordinate, value=FRACTION))
    rows = many(entries(syndrome=syndrome, weight=FRACTION, costs=many(POSITIVE)))
    return entries({"optimal_face": entries({"dual": rows}, points=many(point))}, primal=point, dual=rows)


CERTIFICATE = _certificate(COORDINATE, SYNDROME)
ASKED = {"semantics": STRING, "loss": STRING, "chart": STRING, "prior_concentration": CONCENTRATION}
_POINTED = {"machine": MACHINE.schema(), "problem": PROBLEM.schema(1), **ASKED}
_ANY_ASKED = ASKED | {"prior_concentration": ANY_CONCENTRATION}
_OF_LIST: dict[str, Schema] = {"machine": LISTED, "problem": either(PROBLEM.schema(1), PROBLEM.schema(2))}
_OF_LIST |= _ANY_ASKED
_FOUND = {
    "dimension": COUNT,
    "used_tuples": KEYS,
    "unused_tuples": KEYS,
    "description_length": LENGTH,
    "bounds": BOUNDS,
    "learning_coefficient": FRACTION,
    "multiplicity": POSITIVE,
    "certificate": CERTIFICATE,
}
_TIMES = {"iterations": COUNT, "seconds": NUMBER}
_OF_ANY_CHART = {
    "used_tuples": PLACES,
    "unused_tuples": PLACES,
    "multiplicity": MULTIPLICITY,
    "certificate": _certificate(ANY_COORDINATE, ANY_SYNDROME),
}


# Where there is no λ, but a law of E[nK].
_LAW = {name: form for name, form in (_FOUND | _OF_ANY_CHART).items() if name != "bounds"} | {
    "learning_coefficient": NULL,
    "multiplicity": NULL,
    "law": entries(growth=STRING, c=FRACTION),
}
_INTERVAL: dict[str, Schema] = {
    "complete": choice(False), "lower_bound": FRACTION, "upper_bound": nullable(FRACTION)
}  # fmt: skip


def _complete(found: dict[str, Schema]) -> Schema:
    times = {**FACE, **_TIMES, "compile_seconds": NUMBER}
    return extended(result_form(entries(**ASKED)), times, **_POINTED, **found)


_NEW_OPTIONS = result_form(entries(KEYS_ASKED, **_ANY_ASKED))


def _complete_of_list(found: dict[str, Schema]) -> Schema:
    times = {**ANY_FACE, **KEYS_ASKED, **_TIMES, "compile_seconds": NUMBER}
    return extended(_NEW_OPTIONS, times, **_OF_LIST, **found)


_PARTIAL_OF_LIST = extended(_NEW_OPTIONS, {**ANY_FACE, **KEYS_ASKED}, **_OF_LIST, **_INTERVAL)
PARTIAL = extended(
    result_form(entries(**ASKED)),
    FACE,
    **_POINTED,
    **_INTERVAL,
)
_OLD = _POINTED | {"problem": either(PROBLEM.schema(0), PROBLEM.schema(1))}
BOUND: Kind = Kind(
    "bound",
    {
        0: entries({**FACE, **_TIMES, "machine_key": KEY, "version": STRING}, **_OLD, **_FOUND),
        1: either(_complete(_FOUND), PARTIAL),
        2: timed_form(
            either(
                extended(_complete_of_list(_FOUND | _OF_ANY_CHART), {"precision": BODY}),
                _PARTIAL_OF_LIST,
                _complete_of_list(_LAW),
            )
        ),
    },
)
PRECISION: Kind = Kind(
    "precision", {1: timed_form(extended(_NEW_OPTIONS, {**ANY_FACE, **KEYS_ASKED}, **_OF_LIST, precision=BODY))}
)

_LAMBDA = {
    "learning_coefficient": FRACTION,
    "multiplicity": POSITIVE,
    "at_least": FRACTION,
    "at_most": nullable(FRACTION),
}
SURVEY_ROW = entries(
    _LAMBDA,
    semantics=STRING,
    chart=STRING,
    loss=STRING,
    bounds=either(BOUNDS, NULL),
    free_unused=entries({**_LAMBDA, "bounds": either(BOUNDS, NULL)}),
    correction_degree=nullable(COUNT),
    correction_bound=nullable(FRACTION),
)
# Of lists, whose faces are codes alone.
_ROW_OF_LIST = {**SURVEY_ROW, "properties": {**SURVEY_ROW["properties"], "free_unused": NULL}}
PADDED_ROW = entries(
    padded=STRING,
    new_tuples=STRING,
    p=COUNT,
    symbols=COUNT,
    states=COUNT,
    listed_tuples=COUNT,
    used_tuples=COUNT,
    dimension=COUNT,
    fatal_alone=FRACTION,
    learning_coefficient=FRACTION,
    multiplicity=POSITIVE,
    used_tuples_bound=FRACTION,
    dimension_bound=FRACTION,
)
_SURVEY = extended(
    result_form(entries(prior_concentration=CONCENTRATION)),
    machine=MACHINE.schema(),
    problem=PROBLEM.schema(1),
    prior_concentration=CONCENTRATION,
    description_length=LENGTH,
    rows=many(SURVEY_ROW),
    padding=many(PADDED_ROW),
    complete=BOOLEAN,
)
_SURVEY_OF_LIST = extended(
    result_form(entries(KEYS_ASKED, prior_concentration=ANY_CONCENTRATION)),
    KEYS_ASKED,
    machine=LISTED,
    problem=either(PROBLEM.schema(1), PROBLEM.schema(2)),
    prior_concentration=ANY_CONCENTRATION,
    description_length=LENGTH,
    rows=many(either(SURVEY_ROW, _ROW_OF_LIST)),
    padding=many(PADDED_ROW),
    complete=BOOLEAN,
)
SURVEY: Kind = Kind("survey", {1: _SURVEY, 2: timed_form(_SURVEY_OF_LIST)})
_PADDING = extended(
    result_form(entries(**ASKED)),
    machine=MACHINE.schema(),
    problem=PROBLEM.schema(1),
    padding=many(PADDED_ROW),
)
_PADDING_OF_LIST = extended(_NEW_OPTIONS, machine=LISTED, problem=_OF_LIST["problem"], padding=many(PADDED_ROW))
PADDING: Kind = Kind("padding", {1: _PADDING, 2: timed_form(extended(_PADDING_OF_LIST, complete=BOOLEAN))})

_COMPARED = entries(
    machine=LISTED,
    machine_key=KEY,
    used_tuples=PLACES,
    unused_tuples=PLACES,
    description_length=LENGTH,
    dimension=COUNT,
    cube_mass=nullable(FRACTION),
)
_COMPARED_ROW = entries(
    _LAMBDA | {"least_fatal_weight": nullable(POSITIVE)},
    semantics=STRING,
    machine=COUNT,
    bounds=either(BOUNDS, NULL),
)
_COMPARED_ASKED = {"loss": STRING, "chart": STRING, "prior_concentration": ANY_CONCENTRATION}
COMPARISON: Kind = Kind(
    "compare",
    {
        1: timed_form(
            extended(
                result_form(entries(KEYS_ASKED, **_COMPARED_ASKED)),
                KEYS_ASKED,
                problem=either(PROBLEM.schema(1), PROBLEM.schema(2)),
                **_COMPARED_ASKED,
                space_differences=many(entries(machine=COUNT, part=STRING, order_only=BOOLEAN)),
                differing_cells=many(items(STRING, STRING)),
                codes=many(_COMPARED),
                rows=many(_COMPARED_ROW),
                complete=BOOLEAN,
            )
        )
    },
)

_ENTRY = entries(
    coordinate=ANY_COORDINATE, v=FRACTION, cost=FRACTION, standing=choice("fatal alone", "shared", "free"),
    rows=many(COUNT),
)  # fmt: skip
EXPLANATION: Kind = Kind(
    "explanation",
    {
        1: timed_form(
            extended(
                _NEW_OPTIONS,
                bound=BOUND.schema(2),
                cells=many(
                    entries(
                        place=either(items(STRING, STRING), COUNT), action=many(STRING), used=BOOLEAN, cost=FRACTION,
                        entries=many(_ENTRY),
                    )
                ),
                rows=many(
                    entries(
                        syndrome=ANY_SYNDROME, weight=FRACTION, sentence=nullable(STRING), witness=nullable(WITNESS),
                        reason=STRING,
                    )
                ),
                bits=many(entries(bits=many(STRING), marks=many(STRING))),
                chain=many(entries(name=STRING, value=FRACTION, gap=nullable(FRACTION))),
            )
        )
    },
)  # fmt: skip
