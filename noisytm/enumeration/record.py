"""The record of an enumeration: its schema."""

from __future__ import annotations

from noisytm._records import Kind, result_form
from noisytm._schema import (
    ANYTHING,
    BOOLEAN,
    COUNT,
    INTEGER,
    STRING,
    Schema,
    choice,
    entries,
    extended,
    items,
    many,
    mapping,
)
from noisytm._timed import timed_form
from noisytm.enumeration.options import ROOTS

# Those of the recognisers, which their registry says, are entries too; `EnumerationOptions` refuses others.
OPTIONS: Schema = entries(
    states=COUNT,
    symbols=COUNT,
    root=choice(*ROOTS),
    max_steps=COUNT,
    complete=BOOLEAN,
    ordered_symbols=BOOLEAN,
    recognisers=many(STRING),
) | {"additionalProperties": ANYTHING}
BEST = entries(most=COUNT, machines=COUNT, first=many(STRING))
CHAMPIONS = entries(value=INTEGER, number=COUNT, first=many(many(INTEGER)))
_COUNTED = result_form(
    OPTIONS,
    machines=COUNT,
    counts=mapping(COUNT),
    proved=BOOLEAN,
    steps=BEST,
    score=BEST,
    weights=mapping(COUNT),
    weight_of_root=COUNT,
    tally=entries(counts=many(items(STRING, *[COUNT] * 4)), longest=CHAMPIONS, highest=CHAMPIONS),
)
# The numbers 1 and 2 are those of progress files.
ENUMERATION = Kind("enumeration", {3: _COUNTED, 4: timed_form(extended(_COUNTED, complete=BOOLEAN))})
