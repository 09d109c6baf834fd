"""Which of the JSON forms of machines a text is of: told by the keys of its outermost object."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any

from noisytm._checks import string
from noisytm._text import clipped, shown, shown_list
from noisytm.errors import FormatError

FT_TURING_KEYS = frozenset({"alphabet", "initial", "finals"})
DTM_KEYS = frozenset({"input_symbols", "tape_symbols", "initial_state", "blank_symbol", "final_states"})

_TOKEN = re.compile(r'"([^"\\]*+(?:\\.[^"\\]*+)*+)"(\s*:)?|[\[{}\]]', re.DOTALL)


def telling_key(text: str) -> str | None:
    """Return the first key of the outermost object that only one form has, or ``None``; the text need not be JSON.

    Examples
    --------
    >>> telling_key('{"name": "x", "states": ["finals"], "alphabet": []}')
    'alphabet'
    >>> telling_key('[{"alphabet": []}]')
    """
    telling = {"noisytm"} | FT_TURING_KEYS | DTM_KEYS
    return next((key for key in _outer_keys(text) if key in telling), None)


def checked_object(record: Any, what: str, required: Collection[str], optional: Collection[str] = ()) -> dict[str, Any]:
    """Return ``record`` if it is an object with these keys; raise `FormatError` that names the keys otherwise."""
    if not isinstance(record, dict):
        raise FormatError(f"{what} is {shown(record)}; it must be an object with the keys {', '.join(required)}")
    unknown = [key for key in record if key not in required and key not in optional]
    if unknown:
        raise FormatError(
            f"{what} has the unknown keys {shown_list(unknown)}; the known ones are {', '.join([*required, *optional])}"
        )
    missing = [key for key in required if key not in record]
    if missing:
        raise FormatError(f"{what} lacks the keys {shown_list(missing)}; all of {', '.join(required)} are needed")
    return record


def checked_name(value: Any, what: str) -> str:
    """Return ``value`` if it is a string."""
    name = string(what, value, FormatError)
    if any("\ud800" <= c <= "\udfff" for c in name):
        raise FormatError(f"{what} {shown(name)} has half a surrogate pair; remove it")  # no encoding can write it out
    return name


def checked_names(value: Any, what: str) -> list[str]:
    """Return ``value`` if it is a list of distinct strings."""
    if not isinstance(value, list):
        raise FormatError(f"{what} is {shown(value)}; it must be a list of strings")
    seen: set[str] = set()
    for item in value:
        if checked_name(item, f"an entry of {what}") in seen:
            raise FormatError(f"{what} lists {shown(item)} twice; keep one")
        seen.add(item)
    return value


def checked_member(value: Any, what: str, names: Collection[str], where: str) -> str:
    """Return ``value`` if it is one of ``names``, which stand in the list ``where``."""
    if checked_name(value, what) not in names:
        raise FormatError(clipped(f"{what} is {shown(value)}, which is not in {where} {shown_list(names)}"))
    return str(value)


def _outer_keys(text: str) -> Iterator[str]:
    depth = 0
    for token in _TOKEN.finditer(text):
        if token[0] in ("{", "["):
            if depth == 0 and token[0] == "[":
                return
            depth += 1
        elif token[0] in ("}", "]"):
            depth -= 1
            if depth <= 0:
                return
        elif depth == 1 and token[2]:
            yield token[1]
