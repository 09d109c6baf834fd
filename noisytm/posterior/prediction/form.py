"""The record of regret curves: its schema."""

from __future__ import annotations

from noisytm._records import Kind, result_form
from noisytm._schema import BOOLEAN, COUNT, FRACTION, INTEGER, NUMBER, STRING, choice, either, entries, many, nullable
from noisytm._timed import timed_form
from noisytm.posterior.energies import OPTIONS

STATUS = ("exact", "estimate", "upper bound")
_OPTIONS, _ABOUT = entries(semantics=STRING), {"about": many(STRING)}
_BODY = {
    "mass": FRACTION,
    "transversal": nullable(FRACTION),
    "curves": many(
        entries(
            learner=STRING,
            bits=nullable(COUNT),
            status=choice(*STATUS),
            n=many(NUMBER),
            nats=many(NUMBER),
            error=many(nullable(NUMBER)),
        )
    ),
}
_MORE = {**_ABOUT, "warnings": many(STRING)}
REGRET = Kind(
    "regret",
    {
        1: result_form(_OPTIONS, _ABOUT, **_BODY),
        2: timed_form(result_form(either(_OPTIONS, OPTIONS), _MORE, seed=nullable(INTEGER), complete=BOOLEAN, **_BODY)),
    },
)
