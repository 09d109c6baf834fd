"""JSON Schemas as the few pieces that records are made of, and the check of a record against one.

A schema is a plain JSON Schema (draft 2020-12), so that what the readers enforce is what docs/schemas states.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from noisytm._text import shown, shown_list
from noisytm.errors import FormatError

Schema = dict[str, Any]

ANYTHING: Schema = {}
STRING: Schema = {"type": "string"}
BOOLEAN: Schema = {"type": "boolean"}
NULL: Schema = {"type": "null"}
INTEGER: Schema = {"type": "integer"}
COUNT: Schema = {"type": "integer", "minimum": 0}
NUMBER: Schema = {"type": "number"}
FRACTION: Schema = {"type": "string", "pattern": "^-?[0-9]{1,4000}(/[0-9]{1,4000})?$"}
KEY: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}

_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "string": str,
    "boolean": bool,
    "null": type(None),
    "integer": int,
    "number": (int, float),
    "array": list,
    "object": dict,
}
_WORDS = {
    "string": "a string",
    "boolean": "true or false",
    "null": "null",
    "integer": "an integer",
    "number": "a number",
    "array": "a list",
    "object": "an object",
}


def entries(_optional: Mapping[str, Schema] | None = None, /, **required: Schema) -> Schema:
    """Return the schema of an object that has all the required entries, may have the optional ones, and no others.

    Examples
    --------
    >>> require(entries(steps=COUNT), {"steps": 3}, "run")
    """
    return {
        "type": "object",
        "properties": {**required, **(_optional or {})},
        "required": list(required),
        "additionalProperties": False,
    }


def extended(schema: Schema, _optional: Mapping[str, Schema] | None = None, /, **required: Schema) -> Schema:
    """Return the schema of an object with more entries than ``schema`` asks for."""
    more = entries(_optional, **required)
    return {
        **schema,
        "properties": schema["properties"] | more["properties"],
        "required": [*schema["required"], *more["required"]],
    }


def mapping(value: Schema) -> Schema:
    """Return the schema of an object with any keys."""
    return {"type": "object", "additionalProperties": value}


def many(item: Schema) -> Schema:
    """Return the schema of a list of any length."""
    return {"type": "array", "items": item}


def items(*items: Schema) -> Schema:
    """Return the schema of a list with one item for each of ``items``."""
    return {"type": "array", "prefixItems": list(items), "minItems": len(items), "maxItems": len(items)}


def choice(*values: Any) -> Schema:
    """Return the schema of one of some values."""
    return {"enum": list(values)}


def either(*schemas: Schema) -> Schema:
    """Return the schema of what fits one of some schemas."""
    return {"anyOf": list(schemas)}


def nullable(schema: Schema) -> Schema:
    """Return the schema of what may be null instead."""
    return either(schema, NULL)


def require(schema: Schema, value: Any, what: str) -> None:
    """Check a value against a schema.

    Parameters
    ----------
    schema : dict
        Made of the pieces in this module.
    value : object
        What a JSON text holds.
    what : str
        What it is called in the message.

    Raises
    ------
    FormatError
        Naming the first entry that is wrong.

    Examples
    --------
    >>> require(entries(sizes=many(COUNT)), {"sizes": [3, -1]}, "run record")
    Traceback (most recent call last):
    noisytm.errors.FormatError: run record: sizes[1] is -1; it must be at least 0
    """
    fault = _fault(schema, value, ())
    if fault is not None:
        place, message = fault
        raise FormatError(f"{what}{': ' + _written(place) if place else ''} {message}")


_Place = tuple[str | int, ...]
_Fault = tuple[_Place, str]


def _fault(schema: Schema, value: Any, at: _Place) -> _Fault | None:
    """Return where and how a value breaks a schema first, or ``None``."""
    if "anyOf" in schema:
        return _fault_of_all(schema["anyOf"], value, at)
    if "enum" in schema:
        # 1 and true are one value to Python, and two to JSON
        if not any(value == x and type(value) is type(x) for x in schema["enum"]):
            return at, f"is {shown(value)}; it must be {_alternatives(schema['enum'])}"
        return None
    kind = schema.get("type")
    if kind is not None and not _is(kind, value):
        return at, f"is {shown(value)}; it must be {_WORDS[kind]}"
    if kind == "object":
        return _fault_of_object(schema, value, at)
    if kind == "array":
        return _fault_of_array(schema, value, at)
    if "minimum" in schema and value < schema["minimum"]:
        return at, f"is {shown(value)}; it must be at least {schema['minimum']}"
    if "pattern" in schema and re.search(schema["pattern"], value) is None:
        return at, f"is {shown(value)}; it must be {_PATTERNS.get(schema['pattern'], schema['pattern'])}"
    return None


_PATTERNS = {
    FRACTION["pattern"]: "a fraction such as '29/3', in a string of at most 8000 digits",
    KEY["pattern"]: "a key of 64 hexadecimal digits",
}


def _is(kind: str, value: Any) -> bool:
    return isinstance(value, _TYPES[kind]) and not (isinstance(value, bool) and kind in ("integer", "number"))


def _fault_of_all(schemas: Iterable[Schema], value: Any, at: _Place) -> _Fault | None:
    """Return the fault that goes deepest, which is that of the schema meant; ``None`` if some schema has none."""
    faults = []
    for schema in schemas:
        fault = _fault(schema, value, at)
        if fault is None:
            return None
        faults.append(fault)
    meant = max(faults, key=lambda fault: len(fault[0]))
    if len(meant[0]) > len(at) or len({message for _, message in faults}) == 1:
        return meant
    inside = [fault for fault in faults if "; it must be " not in fault[1]]  # an object with too little or too much
    if inside:  # the one that has all it needs is meant
        return next((fault for fault in inside if not fault[1].startswith("lacks")), inside[0])
    wanted = " or ".join(dict.fromkeys(message.partition("; it must be ")[2] for _, message in faults))
    return at, f"is {shown(value)}; it must be {wanted}"


def _fault_of_object(schema: Schema, value: dict[str, Any], at: _Place) -> _Fault | None:
    known, others = schema.get("properties", {}), schema["additionalProperties"]
    missing = [k for k in schema.get("required", ()) if k not in value]
    if missing:
        return at, f"lacks {shown_list(missing)}"
    unknown = sorted(str(k) for k in value if k not in known) if others is False else []
    if unknown:
        return at, f"has unknown entries {shown_list(unknown)}; remove them"
    for name, item in value.items():
        fault = _fault(known.get(name, others), item, (*at, name))
        if fault is not None:
            return fault
    return None


def _fault_of_array(schema: Schema, value: list[Any], at: _Place) -> _Fault | None:
    first = schema.get("prefixItems")
    if first is not None and len(value) != len(first):
        return at, f"is {shown(value)}; it must be a list of {len(first)}"
    for i, item in enumerate(value):
        fault = _fault(schema["items"] if first is None else first[i], item, (*at, i))
        if fault is not None:
            return fault
    return None


def _written(place: _Place) -> str:
    parts = [f"[{step}]" if isinstance(step, int) else f".{shown(step, 40)[1:-1]}" for step in place]
    return "".join(parts).removeprefix(".")


def _alternatives(values: list[Any]) -> str:
    words = [repr(v) if isinstance(v, str) else "null" if v is None else str(v) for v in values]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
