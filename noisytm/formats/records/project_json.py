"""The project's own JSON: an object ``noisytm: machine/1``, or a list of them."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from noisytm._json import loads
from noisytm._records import TAG_ENTRY, split_tag
from noisytm._text import clipped, shown
from noisytm.errors import FormatError, MachineError
from noisytm.formats._common import MAX_MACHINES
from noisytm.formats.protocol import Format
from noisytm.formats.records.keys import DTM_KEYS, FT_TURING_KEYS, telling_key
from noisytm.machine import DESCRIPTION, Description, TransitionTuple, TuringMachine

NAME = "json"
_BARE_KEY = re.compile(r"\s*\{\s*[A-Za-z]")


def looks_like(text: str) -> bool:
    """Return whether the text begins as JSON does, and has not the keys of another form."""
    start = text.lstrip()[:1]
    if start != "{" or _BARE_KEY.match(text):
        return start == "["
    return telling_key(text) not in FT_TURING_KEYS | DTM_KEYS


def read(text: str) -> list[TuringMachine]:
    """Read a machine, or a list of machines.

    Raises
    ------
    FormatError
        If the text is not JSON or not of the form ``machine/1``.
    MachineError
        If what it describes is not a machine.
    """
    record = loads(text)
    if not isinstance(record, list):
        return [_machine(record)]
    if len(record) > MAX_MACHINES:
        raise FormatError(f"the text lists {len(record)} machines; the limit is {MAX_MACHINES}; split it")
    machines = []
    for number, item in enumerate(record, start=1):
        try:
            machines.append(_machine(item))
        except (FormatError, MachineError) as error:
            raise type(error)(f"machine {number} of {len(record)}: {error}") from None
    return machines


def write(machine: TuringMachine) -> str:
    """Write one machine, one entry and one tuple a line."""
    return _pretty(machine) + "\n"


def write_list(machines: Iterable[TuringMachine]) -> Iterator[str]:
    """Write a JSON list of machines, one after the other."""
    before = "[\n"
    for machine in machines:
        yield before + _pretty(machine)
        before = ",\n"
    yield "\n]\n"


def _machine(record: Any) -> TuringMachine:
    try:
        machine = _of_record(record)
    except (FormatError, MachineError) as error:
        raise type(error)(clipped(str(error))) from None
    if any("\ud800" <= c <= "\udfff" for c in machine.name):
        # half of a surrogate pair: no encoding can write it out again
        raise FormatError(f"name {shown(machine.name)} has half a surrogate pair; remove it")
    return machine


def _of_record(record: Any) -> TuringMachine:
    """Return the machine of a record; a list of tuples is one if it repeats no key."""
    if not isinstance(record, dict) or split_tag(record.get(TAG_ENTRY))[0] != DESCRIPTION.name:
        return TuringMachine.from_json(record)
    listed = Description.from_json(record)
    if listed.repeats:
        twice = next(key for i, key in enumerate(listed.keys) if key in listed.keys[:i])
        raise FormatError(
            f"the key {shown(twice)} is repeated in the description, which is no machine then; read it with"
            " Description.from_json, or noisytm.load, whose machine() is what it decodes to"
        )
    return listed.machine()


def _pretty(machine: TuringMachine) -> str:
    entries = machine.to_json()
    tuples = entries.pop("tuples")
    lines = [f"  {_compact(k)}: {_compact(v)}" for k, v in entries.items()]
    rows = ",\n".join(map(_row, machine.tuples))
    lines.append(f'  "tuples": [\n{rows}\n  ]' if tuples else '  "tuples": []')
    return "{\n" + ",\n".join(lines) + "\n}"


@functools.lru_cache(maxsize=1 << 14)  # the machines of a list have few different ones
def _row(t: TransitionTuple) -> str:
    return f"    {_compact(t)}"


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


PROJECT_JSON = Format(
    name=NAME,
    description="this project's own, a machine or a list of them",
    endings=(".json",),
    lossy="",
    looks_like=looks_like,
    read=read,
    write=write,
    write_several=write_list,
)
