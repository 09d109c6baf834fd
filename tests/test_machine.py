"""Machines as values: identity, canonical text, renaming, and what is refused."""

import hashlib
import itertools
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from seeds import examples, sweep

from noisytm import library
from noisytm._text import shown, shown_list
from noisytm.errors import FormatError, MachineError
from noisytm.machine import MOVES, TransitionTuple, TuringMachine, checked_word, words

NAMES = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=3)


@st.composite
def machines(draw):
    symbols = draw(st.lists(NAMES, min_size=1, max_size=4, unique=True))
    states = draw(st.lists(NAMES, min_size=1, max_size=4, unique=True))
    halting = draw(st.lists(st.sampled_from(states), unique=True, max_size=len(states)))
    cells = [c for c in itertools.product(symbols, states) if c[1] not in halting]
    keys = draw(st.lists(st.sampled_from(cells), unique=True, max_size=6)) if cells else []
    rule = st.tuples(st.sampled_from(symbols), st.sampled_from(states), st.sampled_from(MOVES))
    return TuringMachine(
        symbols,
        draw(st.sampled_from(symbols)),
        states,
        draw(st.sampled_from(states)),
        [(*k, *draw(rule)) for k in keys],
        halting,
        draw(st.sampled_from(["stop", "write-1"])) if "1" in symbols else "stop",
        draw(st.sampled_from(["", "some name"])),
    )


@sweep
@given(machines())
@settings(max_examples=examples(200, 50), deadline=None)
def test_canonical_text_is_the_identity(machine):
    back = TuringMachine.from_json(json.loads(machine.canonical))
    assert back == machine and hash(back) == hash(machine)
    assert back.canonical == machine.canonical and back.key == machine.key
    assert machine.key == hashlib.sha256(machine.canonical.encode("utf-8")).hexdigest()
    assert '"name"' not in machine.canonical.replace('"name",', "")
    assert TuringMachine.from_json(machine.to_json()).name == machine.name


@sweep
@given(machines(), st.text(max_size=5))
@settings(max_examples=examples(100, 25), deadline=None)
def test_the_key_does_not_depend_on_the_name(machine, name):
    record = machine.to_json() | {"name": name}
    named = TuringMachine.from_json(record)
    assert (named.key, named) == (machine.key, machine) and named.name == name


@sweep
@given(machines())
@settings(max_examples=examples(200, 50), deadline=None)
def test_renaming_keeps_every_order(machine):
    symbols = {s: f"s{i}" for i, s in enumerate(machine.symbols)}
    states = {q: f"q{i}" for i, q in enumerate(machine.states)}
    if machine.undefined == "write-1":
        symbols["1"] = "1"
        assert len(set(symbols.values())) == len(symbols)
    renamed = machine.renamed(symbols, states)
    assert renamed.symbols == tuple(symbols.values()) and renamed.states == tuple(states.values())
    assert renamed.keys == tuple((symbols[s], states[q]) for s, q in machine.keys)
    assert (renamed.name, renamed.undefined, renamed.dimension) == (machine.name, machine.undefined, machine.dimension)
    back = renamed.renamed({v: k for k, v in symbols.items()}, {v: k for k, v in states.items()})
    assert back == machine
    assert machine.renamed() == machine


@given(machines())
@settings(max_examples=100, deadline=None)
def test_order_is_part_of_the_identity(machine):
    for entry in ("symbols", "states", "tuples"):
        record = machine.to_json()
        if record[entry] != record[entry][::-1]:
            record[entry] = record[entry][::-1]
            other = TuringMachine.from_json(record)
            assert other != machine and other.key != machine.key


def test_a_known_key():
    machine = TuringMachine(["_", "1"], "_", ["a"], "a", [("_", "a", "1", "a", "R")], name="x")
    text = (
        '{"noisytm":"machine/1","symbols":["_","1"],"blank":"_","states":["a"],"start":"a","halting":[],'
        '"undefined":"stop","tuples":[["_","a","1","a","R"]]}'
    )
    assert machine.canonical == text and machine.key == hashlib.sha256(text.encode()).hexdigest()


def test_derived_parts():
    machine = library.machine("bb2")
    assert machine.table["0", "A"] == ("1", "B", "R")
    assert machine.keys[0] == ("0", "A") and machine.dimension == 20
    assert isinstance(machine.tuples[0], TransitionTuple) and machine.single_characters
    assert machine.halting == ("Z",)
    several = TuringMachine(["a"], "a", ["p", "q", "r"], "p", [], halting=["r", "q", "r"])
    assert several.halting == ("q", "r")  # in the order of the states


GOOD = {"symbols": ["_", "1"], "blank": "_", "states": ["a", "b"], "start": "a", "tuples": [("_", "a", "1", "b", "R")]}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"symbols": []}, "no symbols"),
        ({"states": []}, "no states"),
        ({"symbols": "_1"}, "give a list of names"),
        ({"symbols": ["_", "_"]}, "declared twice"),
        ({"symbols": ["_", ""]}, "non-empty printable"),
        ({"symbols": ["_", "\n"]}, "non-empty printable"),
        ({"symbols": ["_", "\ud800"]}, "non-empty printable"),
        ({"symbols": ["_", 1]}, "non-empty printable"),
        ({"states": ["a", None]}, "non-empty printable"),
        ({"blank": "x"}, "blank 'x' is not among"),
        ({"blank": ["_"]}, "blank"),
        ({"start": "c"}, "start state 'c' is not among"),
        ({"start": None}, "start state"),
        ({"halting": ["c"]}, "halting state 'c'"),
        ({"halting": [["b"]]}, "halting state"),
        ({"halting": ["a"]}, "is halting and cannot have tuples"),
        ({"undefined": "wait"}, "undefined is 'wait'"),
        ({"undefined": ["stop"]}, "undefined is"),
        ({"symbols": ["_", "2"], "tuples": [], "undefined": "write-1"}, "the alphabet lacks"),
        ({"name": 5}, "name is 5"),
        ({"tuples": ["_a1bR"]}, "is not .read, state, write, next, move."),
        ({"tuples": [("_", "a", "1", "b")]}, "is not .read, state, write, next, move."),
        ({"tuples": [("_", "a", "1", "b", 5)]}, "is not .read, state, write, next, move."),
        ({"tuples": [("x", "a", "1", "b", "R")]}, "read symbol 'x' is not declared"),
        ({"tuples": [("_", "x", "1", "b", "R")]}, "state 'x' is not declared"),
        ({"tuples": [("_", "a", "x", "b", "R")]}, "written symbol 'x' is not declared"),
        ({"tuples": [("_", "a", "1", "x", "R")]}, "next state 'x' is not declared"),
        ({"tuples": [("_", "a", "1", "b", "N")]}, "must be one of L, S, R"),
        ({"tuples": [("_", "a", "1", "b", "R"), ("_", "a", "1", "b", "L")]}, "listed twice"),
    ],
)
def test_what_is_no_machine(change, message):
    with pytest.raises(MachineError, match=message):
        TuringMachine(**GOOD | change)


@pytest.mark.parametrize(
    ("record", "message"),
    [
        (None, "it must be an object"),
        ([], "it must be an object"),
        ({}, 'must be "machine/1"'),
        ({"noisytm": "machine/2"}, 'must be "machine/1"'),
        ({"noisytm": "machine/1"}, "lacks 'blank'"),
        ({"noisytm": "machine/1", **GOOD, "extra": 1}, "unknown entries 'extra'"),
        ({"noisytm": "machine/1", **GOOD, "symbols": "_1"}, "must be a list"),
        ({"noisytm": "machine/1", **GOOD, "tuples": [{"read": "_"}]}, "must be a list"),
        ({"noisytm": "machine/1", **GOOD, "tuples": None}, "must be a list"),
        ({"noisytm": "machine/1", **GOOD, 5: 6}, "unknown entries '5'"),
    ],
)
def test_what_is_no_machine_json(record, message):
    with pytest.raises(FormatError, match=message):
        TuringMachine.from_json(record)


def test_words():
    assert words("AB", 2, min_length=1) == ["A", "B", "AA", "AB", "BA", "BB"]
    assert words(["one", "two"], 1) == [(), ("one",), ("two",)]
    assert words("", 0) == [""]
    for arguments in (("AB", -1), ("AB", 1, 2), ("AB", 1, -1), ("AA", 1)):
        with pytest.raises(MachineError):
            words(*arguments)


def test_a_word_is_checked():
    assert checked_word("", ["long", "names"]) == ()
    assert checked_word(["long"], ["long", "names"]) == ("long",)
    with pytest.raises(MachineError, match="give the word as a list"):
        checked_word("long", ["long", "names"])
    for word in ("AX", ["A", "X"], ["A", 5], ["A", ["B"]], [None]):
        with pytest.raises(MachineError, match="not a symbol of the machine"):
            checked_word(word, ["A", "B"])
    assert library.machine("detectA").word_text(("A", "B")) == "AB"
    assert TuringMachine(["ab"], "ab", ["q"], "q", []).word_text(("ab",)) == ["ab"]


def test_values_in_messages_are_cut():
    assert shown("x") == "'x'" and len(shown("x" * 10_000)) <= 60
    assert shown(1 << 20_000) == "3980276840…3406309376 (6,021 digits)"
    deep = []
    for _ in range(100_000):
        deep = [deep]
    assert shown(deep) == "<list too large to show>"
    while deep:  # taken apart from outside: to drop it at once would recurse as well
        deep = deep.pop()
    assert shown_list("abc", 2) == "'a', 'b', … (1 more)"
