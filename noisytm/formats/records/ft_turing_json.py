"""The JSON of the 42 school's project ft_turing: alphabet, states and, by state, a list of transitions."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from noisytm._json import loads
from noisytm._text import shown
from noisytm.errors import FormatError
from noisytm.formats._common import (
    KEEPS_ALL,
    MAX_TUPLES,
    Rule,
    check_read_back,
    declared_machine,
    is_one_character,
    refuse_other_tuple_order,
    refuse_symbols,
    refuse_write_1,
    shown_key,
    tuples_by_state,
)
from noisytm.formats._open import refuse_final_rules
from noisytm.formats._renaming import one_character_each
from noisytm.formats.protocol import Format
from noisytm.formats.records.keys import (
    FT_TURING_KEYS,
    checked_member,
    checked_name,
    checked_names,
    checked_object,
    telling_key,
)
from noisytm.machine import TuringMachine

NAME = "ft_turing"

_KEYS = ("name", "alphabet", "blank", "states", "initial", "finals", "transitions")
_RULE_KEYS = ("read", "to_state", "write", "action")
_MOVES = {"LEFT": "L", "RIGHT": "R"}


def looks_like(text: str) -> bool:
    """Return whether the text is a JSON object with the keys of ft_turing."""
    return text.lstrip().startswith("{") and telling_key(text) in FT_TURING_KEYS


def read(text: str, final: str | None = None) -> list[TuringMachine]:
    """Read the one machine of a file.

    Parameters
    ----------
    text : str
        The text.
    final : {"halts"}, optional
        Leave out the rules of halting states; by default they are refused.

    Raises
    ------
    FormatError
        If the text is not JSON, or breaks a rule of ft_turing.
    """
    record = checked_object(loads(text), "the machine", _KEYS)
    name = checked_name(record["name"], "name")
    symbols = dict.fromkeys(checked_names(record["alphabet"], "alphabet"))
    for symbol in symbols:
        if not is_one_character(symbol):
            raise FormatError(f"alphabet has {shown(symbol)}; its entries must be strings of one character")
    states = dict.fromkeys(checked_names(record["states"], "states"))
    finals = checked_names(record["finals"], "finals")
    for state in finals:
        checked_member(state, "an entry of finals", states, "states")
    return [
        declared_machine(
            symbols=list(symbols),
            blank=checked_member(record["blank"], "blank", symbols, "alphabet"),
            states=list(states),
            start=checked_member(record["initial"], "initial", states, "states"),
            halting=finals,
            rules=_rules(record["transitions"], states, symbols, set(finals), final),
            name=name,
        )
    ]


def write(machine: TuringMachine) -> str:
    """Write the machine as a file of ft_turing, a transition a line.

    Raises
    ------
    FormatError
        If the machine would not come back the same.
    """
    refuse_symbols(machine, NAME)
    refuse_other_tuple_order(machine, NAME)
    refuse_write_1(machine, NAME)
    actions = {move: action for action, move in _MOVES.items()}
    rows = []
    for state, row in tuples_by_state(machine).items():
        for t in row:
            if t.move not in actions:
                raise FormatError(
                    f"tuple {shown_key(t.read, t.state)} stays (S), and ft_turing moves only LEFT or RIGHT; {KEEPS_ALL}"
                )
        entries = ({"read": t.read, "to_state": t.next, "write": t.write, "action": actions[t.move]} for t in row)
        if row:
            listed = ",\n".join(f"      {_compact(entry)}" for entry in entries)
            rows.append(f"    {_compact(state)}: [\n{listed}\n    ]")
    head = {
        "name": machine.name or "machine",
        "alphabet": list(machine.symbols),
        "blank": machine.blank,
        "states": list(machine.states),
        "initial": machine.start,
        "finals": list(machine.halting),
    }
    lines = [f"  {_compact(key)}: {_compact(value)}" for key, value in head.items()]
    body = "{\n" + ",\n".join(rows) + "\n  }" if rows else "{}"
    text = "{\n" + ",\n".join([*lines, f'  "transitions": {body}']) + "\n}\n"
    check_read_back(machine, text, read, NAME)
    return text


def _rules(
    transitions: Any, states: Collection[str], symbols: Collection[str], finals: set[str], final: str | None
) -> dict[tuple[str, str], Rule]:
    if not isinstance(transitions, dict):
        raise FormatError(f"transitions is {shown(transitions)}; it must be an object from states to lists")
    rules: dict[tuple[str, str], Rule] = {}
    for state, entries in transitions.items():
        where = f"transitions of {shown(state)}"
        if state not in states:
            raise FormatError(f"transitions has the state {shown(state)}, which is not in states; declare it there")
        if not isinstance(entries, list):
            raise FormatError(f"{where} is {shown(entries)}; it must be a list of objects")
        if entries and state in finals:
            refuse_final_rules(state, "a machine of ft_turing halts in a state of finals", final)
        for number, entry in enumerate(entries, start=1):
            symbol, rule = _rule(entry, f"entry {number} of the {where}", states, symbols)
            if (state, symbol) in rules:
                raise FormatError(f"the {where} has two entries that read {symbol!r}; keep one")
            rules[state, symbol] = rule
            if len(rules) > MAX_TUPLES:
                raise FormatError(f"the machine has more than {MAX_TUPLES} transitions, the limit")
    return {key: rule for key, rule in rules.items() if key[0] not in finals}


def _rule(entry: Any, where: str, states: Collection[str], symbols: Collection[str]) -> tuple[str, Rule]:
    fields = checked_object(entry, where, _RULE_KEYS)
    symbol = checked_member(fields["read"], f"read in {where}", symbols, "alphabet")
    write = checked_member(fields["write"], f"write in {where}", symbols, "alphabet")
    target = checked_member(fields["to_state"], f"to_state in {where}", states, "states")
    action = fields["action"]
    if not isinstance(action, str) or action not in _MOVES:
        raise FormatError(f"action in {where} is {shown(action)}; it must be LEFT or RIGHT")
    return symbol, (write, target, _MOVES[action])


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


FT_TURING = Format(
    name=NAME,
    description="the JSON of the 42 school's project ft_turing",
    endings=(".ft.json",),
    lossy="tuples that stay; tuples in another order than the standard one; unlisted tuples that write 1",
    looks_like=looks_like,
    read=read,
    write=write,
    rename=one_character_each,
    options=("final",),
)
