"""A problem as a record: its tag, its schema, and the key that says when two problems are the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from noisytm._checks import mapping as mapping_given
from noisytm._digits import fraction_text
from noisytm._records import TAG_ENTRY, Kind, split_tag
from noisytm._schema import COUNT, FRACTION, STRING, Schema, choice, either, entries, items, many, mapping
from noisytm._text import did_you_mean, shown, shown_list
from noisytm.codespace import KEYS, CodeSpace, NoisyKeySpace
from noisytm.errors import ProblemError
from noisytm.machine import DESCRIPTION, MACHINE
from noisytm.problem.inputs import SPACE

PROBLEM_ENTRIES = ("machine", "keys", "space", "inputs", "steps", "readout", "targets", "hamming", "weights")
WORD: Schema = either(STRING, many(STRING))
ACCEPTED = either(STRING, many(WORD))
_ASKED: dict[str, Schema] = {
    "inputs": many(WORD),
    "steps": COUNT,
    "readout": STRING,
    "targets": either(mapping(ACCEPTED), many(items(WORD, ACCEPTED))),
    "hamming": COUNT,
    "weights": either(choice("uniform"), many(FRACTION)),
}
_OF_MACHINE = entries(machine=MACHINE.schema(), **_ASKED)
# A problem that names a machine is written with the number 1, which has all that it needs; one that is about lists of
# tuples with the number 2.
_OF_LIST = entries({"keys": choice(*KEYS)}, machine=either(MACHINE.schema(), DESCRIPTION.schema()), **_ASKED)
PROBLEM: Kind = Kind("problem", {0: _OF_MACHINE, 1: _OF_MACHINE, 2: either(entries(space=SPACE, **_ASKED), _OF_LIST)})
OF_MACHINE = f"{PROBLEM.name}/1"


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
        "noisytm": OF_MACHINE,
        "space": {
            "symbols": list(space.symbols),
            "blank": space.blank,
            "states": list(space.states),
            "start": space.start,
            "keys": [list(key) for key in space.keys],
            **({"length": space.length, "halting": list(space.halting)} if isinstance(space, NoisyKeySpace) else {}),
        },
        **given,
    }
    return hashlib.sha256(json.dumps(record, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()


def require_problem_tag(record: Mapping[str, Any]) -> None:
    """Raise `ProblemError` if a problem file has a tag that is not that of a problem; it may have none."""
    machine = record.get("machine")
    named = isinstance(machine, Mapping) and split_tag(machine.get(TAG_ENTRY))[0] == DESCRIPTION.name
    wanted = PROBLEM.tag if named or "space" in record or "keys" in record else OF_MACHINE
    tag = record.get("noisytm", wanted)
    name, number = split_tag(tag)
    if name == PROBLEM.name and number > PROBLEM.number:
        raise ProblemError(f"problem has the tag {shown(tag)}: it was written by a newer noisytm; update noisytm")
    # Where the machine is given apart, whose problem it is does not show here.
    if tag != wanted and not (tag == PROBLEM.tag and "machine" not in record):
        raise ProblemError(f'problem has "noisytm": {shown(tag)}; it must be "{wanted}", or be left out')


def require_entries(record: Any, alone: bool) -> None:
    """Raise `ProblemError` unless a file has the entries it needs and no others; ``alone``: without a machine."""
    mapping_given("a problem", record, ProblemError, PROBLEM_ENTRIES)
    unknown = [str(k) for k in record if k not in ("noisytm", *PROBLEM_ENTRIES)]
    if unknown:
        near = did_you_mean(unknown[0], PROBLEM_ENTRIES)
        raise ProblemError(
            f"problem has unknown entries {shown_list(unknown)}; use {shown_list(PROBLEM_ENTRIES)}{near}"
        )
    require_problem_tag(record)
    missing = [k for k in ("inputs", "steps", *(("space", "targets") if alone else ())) if k not in record]
    if missing:
        raise ProblemError(f"problem lacks {shown_list(missing)}; add it")


def problem_entries(problem: Any) -> dict[str, Any]:
    """Return the entries of a `SynthesisProblem` in a record, but for its tag and its machine."""
    named = zip(problem.inputs, problem.targets, strict=True)
    pairs = [(problem._word(word), problem._outcomes(accepted)) for word, accepted in named]
    as_mapping = all(isinstance(word, str) for word, _ in pairs)
    uniform = len(set(problem.weights)) == 1
    return {
        "inputs": [word for word, _ in pairs],
        "steps": problem.steps,
        "readout": str(problem.readout),
        "targets": dict(pairs) if as_mapping else [list(p) for p in pairs],
        "hamming": problem.hamming,
        "weights": "uniform" if uniform else [fraction_text(q) for q in problem.weights],
    }
