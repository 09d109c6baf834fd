"""The schemas of coordinates, faces and concentrations, as parts of records."""

from __future__ import annotations

from noisytm._schema import COUNT, FRACTION, STRING, Schema, choice, either, entries, items, many
from noisytm.codespace import KINDS
from noisytm.geometry.shared import WHOLE

_PLACE = {"symbol": STRING, "state": STRING, "kind": choice(*KINDS)}
COORDINATE: Schema = either(entries(**_PLACE, wrong=STRING), entries(**_PLACE, bit=COUNT))
SYNDROME: Schema = many(entries(coordinate=COORDINATE, count={"type": "integer", "minimum": 1}))
# Those of charts with parameters too.
ANY_COORDINATE: Schema = either(
    entries(**_PLACE, wrong=STRING),
    entries(**_PLACE, bit=COUNT),
    entries(symbol=STRING, state=STRING, shared=choice(*KINDS, WHOLE)),
)
ANY_SYNDROME: Schema = many(entries(coordinate=ANY_COORDINATE, count={"type": "integer", "minimum": 1}))
# What `Face.to_json` and `BitFace.to_json` give.
FACE: dict[str, Schema] = {"free": many(COORDINATE), "digits": many(many({"type": "string", "pattern": "^[01*]*$"}))}
CONCENTRATION: Schema = either(
    FRACTION,
    many(
        either(
            entries(kind=choice(*KINDS), concentration=FRACTION),
            entries(**_PLACE, concentration=FRACTION),
        )
    ),
)
KEYS: Schema = many(items(STRING, STRING))
