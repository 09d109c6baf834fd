"""The record of an answer key: its schema."""

from __future__ import annotations

from noisytm._records import Kind, result_form
from noisytm._schema import BOOLEAN, COUNT, FRACTION, INTEGER, NUMBER, STRING, entries, many
from noisytm.degeneracy import LearningCoefficient
from noisytm.geometry import ANY_COORDINATE

_CELL = entries(
    n_beta=NUMBER,
    gamma=NUMBER,
    mean_nK=NUMBER,
    mean_nK_error=NUMBER,
    walk_mean_nK=NUMBER,
    walk_mean_nK_error=NUMBER,
)
_CODE = entries(
    name=STRING,
    about=STRING,
    layers=COUNT,
    weights=COUNT,
    bound=LearningCoefficient.kind.schema()["anyOf"][0],  # a complete one, with λ and m
    regular=many(entries(coordinate=ANY_COORDINATE, c=FRACTION)),
    cells=many(_CELL),
)
ANSWER_KEY = Kind(
    "answer-key",
    {
        1: result_form(
            entries(n_beta=many(NUMBER), gamma=many(NUMBER), error=NUMBER),
            seed=INTEGER,
            density=STRING,
            complete=BOOLEAN,
            codes=many(_CODE),
        )
    },
)
