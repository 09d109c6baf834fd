"""Deterministic Turing machines of automata-lib as JSON: the arguments of its class, sets as lists."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

from noisytm._json import loads
from noisytm._notes import tell
from noisytm._text import clipped, shown
from noisytm.errors import FormatError, ReadingNote
from noisytm.formats._common import (
    Rule,
    check_read_back,
    declared_machine,
    is_one_character,
    refuse_other_tuple_order,
    refuse_symbols,
    refuse_write_1,
    tuples_by_state,
)
from noisytm.formats._open import refuse_final_rules
from noisytm.formats._renaming import one_character_each
from noisytm.formats.protocol import Format
from noisytm.formats.records.keys import (
    DTM_KEYS,
    checked_member,
    checked_name,
    checked_names,
    checked_object,
    telling_key,
)
from noisytm.machine import TuringMachine

NAME = "automata_lib"
DTM_FIELDS = (
    "states",
    "input_symbols",
    "tape_symbols",
    "transitions",
    "initial_state",
    "blank_symbol",
    "final_states",
)

_LABELS = ("name", "input", "word")
_MOVES = {"L": "L", "R": "R", "N": "S"}


def looks_like(text: str) -> bool:
    """Return whether the text is a JSON object with the names of the class's arguments."""
    return text.lstrip().startswith("{") and telling_key(text) in DTM_KEYS


def read(text: str, final: str | None = None) -> list[TuringMachine]:
    """Read the one machine of a text.

    Parameters
    ----------
    text : str
        The text.
    final : {"halts"}, optional
        Leave out the rules of halting states; by default they are refused.

    Raises
    ------
    FormatError
        If the text is not JSON, or automata-lib would reject the machine.
    """
    record = checked_object(loads(text), "the machine", DTM_FIELDS, _LABELS)
    name = checked_name(record.get("name", ""), "name")
    for key in ("input", "word"):
        if checked_name(record.get(key, ""), key):
            tell(f"the key {key!r} is about the tape, not the machine, and left out", ReadingNote)
    return [machine_of_dtm({key: record[key] for key in DTM_FIELDS}, name, final)]


def write(machine: TuringMachine) -> str:
    """Write the machine as a JSON object, a state's transitions a line.

    Raises
    ------
    FormatError
        If the machine would not come back the same, or automata-lib would reject it.
    """
    record = dtm_of_machine(machine)
    transitions = record.pop("transitions")
    lines = [f"  {_compact(key)}: {_compact(value)}" for key, value in record.items()]
    if machine.name:
        lines.insert(0, f'  "name": {_compact(machine.name)}')
    rows = ",\n".join(f"    {_compact(state)}: {_compact(row)}" for state, row in transitions.items())
    lines.append('  "transitions": {\n' + rows + "\n  }" if transitions else '  "transitions": {}')
    text = "{\n" + ",\n".join(lines) + "\n}\n"
    check_read_back(machine, text, read, NAME)
    return text


def machine_of_dtm(fields: Mapping[str, Any], name: str = "", final: str | None = None) -> TuringMachine:
    """Build the machine of the arguments of automata-lib's ``DTM``, its sets given as lists in some order.

    Parameters
    ----------
    fields : mapping from str to object
        The arguments by name, all of them.
    name : str, optional
        The label of the machine.
    final : {"halts"}, optional
        Leave out the transitions of final states; by default they are refused.

    Raises
    ------
    FormatError
        If automata-lib would reject them, or a state or symbol is not a string.

    Examples
    --------
    >>> machine = machine_of_dtm({"states": ["q", "h"], "input_symbols": ["1"], "tape_symbols": ["_", "1"],
    ...     "transitions": {"q": {"_": ["h", "1", "N"]}}, "initial_state": "q", "blank_symbol": "_",
    ...     "final_states": ["h"]})
    >>> machine.tuples
    (TransitionTuple(read='_', state='q', write='1', next='h', move='S'),)
    """
    symbols = dict.fromkeys(checked_names(fields["tape_symbols"], "tape_symbols"))
    for symbol in symbols:
        if not is_one_character(symbol):
            raise FormatError(f"tape_symbols has {shown(symbol)}; its entries must be strings of one character")
    blank = checked_member(fields["blank_symbol"], "blank_symbol", symbols, "tape_symbols")
    for symbol in checked_names(fields["input_symbols"], "input_symbols"):
        checked_member(symbol, "an entry of input_symbols", symbols, "tape_symbols")
    if len(fields["input_symbols"]) == len(symbols):
        raise FormatError(
            "input_symbols has every tape symbol; automata-lib wants one more on the tape: take out the blank"
        )
    states = dict.fromkeys(checked_names(fields["states"], "states"))
    start = checked_member(fields["initial_state"], "initial_state", states, "states")
    finals = checked_names(fields["final_states"], "final_states")
    for state in finals:
        checked_member(state, "an entry of final_states", states, "states")
    if start in finals:
        raise FormatError(f"initial_state {shown(start)} is in final_states, which automata-lib rejects; take it out")
    rules = _rules(fields["transitions"], states, symbols, finals, final)
    if start not in fields["transitions"] and len(states) > 1:
        raise FormatError(f"initial_state {shown(start)} has no transitions, which automata-lib rejects; add {{}}")
    return declared_machine(
        symbols=list(symbols), blank=blank, states=list(states), start=start, halting=finals, rules=rules, name=name
    )


def dtm_of_machine(machine: TuringMachine) -> dict[str, Any]:
    """Return the arguments of automata-lib's ``DTM``, its sets as lists in the machine's order.

    Raises
    ------
    FormatError
        If automata-lib would reject them, or the machine would not come back the same.

    Examples
    --------
    >>> machine = TuringMachine(["_", "1"], "_", ["q", "h"], "q", [("_", "q", "1", "h", "S")], halting=["h"])
    >>> record = dtm_of_machine(machine)
    >>> record["transitions"], record["input_symbols"]
    ({'q': {'_': ['h', '1', 'N']}}, ['1'])
    """
    refuse_symbols(machine, NAME)
    refuse_other_tuple_order(machine, NAME)
    refuse_write_1(machine, NAME)
    if machine.start in machine.halting:
        raise FormatError(f"the start state {shown(machine.start)} is halting, which automata-lib rejects")
    moves = {move: letter for letter, move in _MOVES.items()}
    rows = tuples_by_state(machine)
    return {
        "states": list(machine.states),
        "input_symbols": [s for s in machine.symbols if s != machine.blank],
        "tape_symbols": list(machine.symbols),
        "transitions": {
            state: {t.read: [t.next, t.write, moves[t.move]] for t in row}
            for state, row in rows.items()
            if row or state == machine.start
        },
        "initial_state": machine.start,
        "blank_symbol": machine.blank,
        "final_states": list(machine.halting),
    }


def _rules(
    transitions: Any, states: Collection[str], symbols: Collection[str], finals: list[str], final: str | None
) -> dict[tuple[str, str], Rule]:
    if not isinstance(transitions, Mapping):
        raise FormatError(f"transitions is {shown(transitions)}; it must be an object from states to objects")
    ending = set(finals)
    rules: dict[tuple[str, str], Rule] = {}
    for state, row in transitions.items():
        checked_member(state, "a state of transitions", states, "states")
        if state in ending:
            refuse_final_rules(state, "automata-lib rejects transitions of a state of final_states", final)
        if not isinstance(row, Mapping):
            raise FormatError(
                f"transitions of {shown(state)} is {shown(row)}; it must be an object from symbols to lists"
            )
        for symbol, result in row.items():
            where = f"transition ({clipped(str(state), 40)}, {clipped(str(symbol), 40)})"
            checked_member(symbol, f"the symbol of {where}", symbols, "tape_symbols")
            if not isinstance(result, (list, tuple)) or len(result) != 3:
                raise FormatError(f"{where} is {shown(result)}; it must be [next state, symbol, direction]")
            target = checked_member(result[0], f"the next state of {where}", states, "states")
            write = checked_member(result[1], f"the written symbol of {where}", symbols, "tape_symbols")
            if not isinstance(result[2], str) or result[2] not in _MOVES:
                raise FormatError(f"the direction of {where} is {shown(result[2])}; it must be L, R or N")
            rules[state, symbol] = write, target, _MOVES[result[2]]
    return {key: rule for key, rule in rules.items() if key[0] not in ending}


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


AUTOMATA_LIB = Format(
    name=NAME,
    description="the arguments of automata-lib's `DTM` as JSON",
    endings=(".dtm.json",),
    lossy="tuples in another order than the standard one; unlisted tuples that write 1; a start state that halts",
    looks_like=looks_like,
    read=read,
    write=write,
    rename=one_character_each,
    options=("final",),
)
