"""A problem as a record: its tag, its schema, and the key that says when two problems are the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from noisytm._records import Kind, split_tag
from noisytm._schema import COUNT, FRACTION, STRING, choice, either, entries, items, many, mapping
from noisytm._text import shown
from noisytm.codespace import CodeSpace
from noisytm.errors import ProblemError
from noisytm.machine import MACHINE

WORD = either(STRING, many(STRING))
ACCEPTED = either(STRING, many(WORD))
_ENTRIES = entries(
    machine=MACHINE.schema(),
    inputs=many(WORD),
    steps=COUNT,
    readout=STRING,
    targets=either(mapping(ACCEPTED), many(items(WORD, ACCEPTED))),
    hamming=COUNT,
    weights=either(choice("uniform"), many(FRACTION)),
)
PROBLEM: Kind = Kind("problem", {0: _ENTRIES, 1: _ENTRIES})


def problem_key(space: CodeSpace, given: Mapping[str, Any]) -> str:
    """Return the SHA-256, as 64 hexadecimal digits, of a problem without a machine.

    Parameters
    ----------
    space : CodeSpace
        The codes that the problem is about.
    given : mapping
        The entries of the problem's record but for its tag and its machine.
    """
    record = {
        "noisytm": PROBLEM.tag,
        "space": {
            "symbols": list(space.symbols),
            "blank": space.blank,
            "states": list(space.states),
            "start": space.start,
            "keys": [list(key) for key in space.keys],
        },
        **given,
    }
    return hashlib.sha256(json.dumps(record, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()


def require_problem_tag(record: Mapping[str, Any]) -> None:
    """Raise `ProblemError` if a problem file has a tag that is not that of a problem; it may have none."""
    tag = record.get("noisytm", PROBLEM.tag)
    name, number = split_tag(tag)
    if name == PROBLEM.name and number > PROBLEM.number:
        raise ProblemError(f"problem has the tag {shown(tag)}: it was written by a newer noisytm; update noisytm")
    if tag != PROBLEM.tag:
        raise ProblemError(f'problem has "noisytm": {shown(tag)}; it must be "{PROBLEM.tag}", or be left out')
