"""The schemas of coordinates, faces and concentrations, as parts of records."""

from __future__ import annotations

from noisytm._schema import COUNT, FRACTION, STRING, Schema, choice, either, entries, items, many
from noisytm.codespace import KEY_KINDS, KINDS
from noisytm.geometry.shared import WHOLE

_PLACE = {"symbol": STRING, "state": STRING, "kind": choice(*KINDS)}
_KINDS = choice(*KEY_KINDS, *KINDS)
COORDINATE: Schema = either(entries(**_PLACE, wrong=STRING), entries(**_PLACE, bit=COUNT))
SYNDROME: Schema = many(entries(coordinate=COORDINATE, count={"type": "integer", "minimum": 1}))
# Those of charts with parameters too, and of lists whose keys err or are repeated.
ANY_COORDINATE: Schema = either(
    entries(**_PLACE, wrong=STRING),
    entries(**_PLACE, bit=COUNT),
    entries(symbol=STRING, state=STRING, shared=choice(*KINDS, WHOLE)),
    entries(tuple=COUNT, kind=_KINDS, wrong=STRING),
    entries(tuple=COUNT, kind=_KINDS, bit=COUNT),
    entries(tuple=COUNT, shared=choice(*KEY_KINDS, *KINDS, WHOLE)),
)
ANY_SYNDROME: Schema = many(entries(coordinate=ANY_COORDINATE, count={"type": "integer", "minimum": 1}))
# What `Face.to_json` and `BitFace.to_json` give.
FACE: dict[str, Schema] = {"free": many(COORDINATE), "digits": many(many({"type": "string", "pattern": "^[01*]*$"}))}
ANY_FACE: dict[str, Schema] = FACE | {"free": many(ANY_COORDINATE)}


def _concentration(kinds: Schema, *more: Schema) -> Schema:
    of_kind = entries(kind=kinds, concentration=FRACTION)
    return either(FRACTION, many(either(of_kind, entries(**_PLACE, concentration=FRACTION), *more)))


CONCENTRATION: Schema = _concentration(choice(*KINDS))
ANY_CONCENTRATION: Schema = _concentration(_KINDS, entries(tuple=COUNT, kind=_KINDS, concentration=FRACTION))
KEYS: Schema = many(items(STRING, STRING))
PLACES: Schema = many(either(items(STRING, STRING), COUNT))
