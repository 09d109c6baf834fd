"""The record of an output distribution: its schema."""

from __future__ import annotations

from noisytm._records import Kind, result_form
from noisytm._schema import BOOLEAN, COUNT, FRACTION, NUMBER, STRING, entries, items, many, nullable
from noisytm._timed import timed_form
from noisytm.enumeration import OPTIONS

_BITS = nullable(NUMBER)  # null is infinite
_BOUNDS = items(_BITS, _BITS)
_BLOCK = entries(word=STRING, times=COUNT, K=NUMBER, K_bounds=_BOUNDS)
_ESTIMATE = entries(length=COUNT, overlap=COUNT, blocks=many(_BLOCK), K=NUMBER, K_bounds=_BOUNDS)
# What the command adds for one word.
ASKED = {
    "word": STRING,
    "count": COUNT,
    "share": FRACTION,
    "share_bounds": items(FRACTION, FRACTION),
    "K": _BITS,
    "K_bounds": _BOUNDS,
    "block_estimate": _ESTIMATE,
}
OUTPUTS = Kind(
    "outputs",
    {
        1: timed_form(
            result_form(
                OPTIONS,
                ASKED,
                machines=COUNT,
                halting=COUNT,
                never_halting=COUNT,
                undecided=COUNT,
                outputs=many(entries(word=STRING, count=COUNT, share=FRACTION)),
                complete=BOOLEAN,
            )
        )
    },
)
