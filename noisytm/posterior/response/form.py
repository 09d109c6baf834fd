"""The record of susceptibilities: its schema."""

from __future__ import annotations

from noisytm._records import Kind, result_form
from noisytm._schema import COUNT, NUMBER, STRING, entries, many
from noisytm.problem import WORD

SUSCEPTIBILITIES = Kind(
    "susceptibilities",
    {
        1: result_form(
            entries(semantics=STRING, loss=STRING),
            {"about": many(STRING)},
            n=NUMBER,
            replicas=COUNT,
            samples=COUNT,
            inputs=many(WORD),
            observables=many(STRING),
            susceptibilities=many(many(NUMBER)),
            susceptibility_errors=many(many(NUMBER)),
            shares=many(NUMBER),
            share_errors=many(NUMBER),
        )
    },
)
