"""The record of susceptibilities: its schema."""

from __future__ import annotations

from noisytm._records import Kind, result_form
from noisytm._schema import BOOLEAN, COUNT, INTEGER, NUMBER, STRING, either, entries, many, nullable
from noisytm._timed import timed_form
from noisytm.posterior.energies import OPTIONS
from noisytm.problem import WORD

_OPTIONS, _ABOUT = entries(semantics=STRING, loss=STRING), {"about": many(STRING)}
_BODY = {
    "n": NUMBER,
    "replicas": COUNT,
    "samples": COUNT,
    "inputs": many(WORD),
    "observables": many(STRING),
    "susceptibilities": many(many(NUMBER)),
    "susceptibility_errors": many(many(NUMBER)),
    "shares": many(NUMBER),
    "share_errors": many(NUMBER),
}
_MORE = {**_ABOUT, "warnings": many(STRING)}
SUSCEPTIBILITIES = Kind(
    "susceptibilities",
    {
        1: result_form(_OPTIONS, _ABOUT, **_BODY),
        2: timed_form(result_form(either(_OPTIONS, OPTIONS), _MORE, seed=nullable(INTEGER), complete=BOOLEAN, **_BODY)),
    },
)
