"""The record of regret curves: its schema."""

from __future__ import annotations

from noisytm._records import Kind, result_form
from noisytm._schema import COUNT, FRACTION, NUMBER, STRING, choice, entries, many, nullable

STATUS = ("exact", "estimate", "upper bound")
REGRET = Kind(
    "regret",
    {
        1: result_form(
            entries(semantics=STRING),
            {"about": many(STRING)},
            mass=FRACTION,
            transversal=nullable(FRACTION),
            curves=many(
                entries(
                    learner=STRING,
                    bits=nullable(COUNT),
                    status=choice(*STATUS),
                    n=many(NUMBER),
                    nats=many(NUMBER),
                    error=many(nullable(NUMBER)),
                )
            ),
        )
    },
)
