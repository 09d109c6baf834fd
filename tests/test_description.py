"""Descriptions as values: lists of tuples in which a key may be repeated, and the later tuple wins."""

import itertools
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from seeds import examples, sweep

from noisytm import Description, TuringMachine, library, load, parse, run
from noisytm.errors import FormatError, MachineError
from noisytm.machine import MOVES

TWICE = Description(["_"], "_", ["a", "b"], "a", [("_", "a", "_", "a", "L"), ("_", "a", "_", "b", "S")], name="twice")


@st.composite
def descriptions(draw):
    symbols = draw(st.lists(st.sampled_from("_1xyα"), min_size=1, max_size=3, unique=True))
    states = draw(st.lists(st.sampled_from(["a", "b", "end", "β γ"]), min_size=1, max_size=3, unique=True))
    halting = draw(st.lists(st.sampled_from(states), unique=True, max_size=len(states)))
    keys = [c for c in itertools.product(symbols, states) if c[1] not in halting]
    row = st.tuples(
        st.sampled_from(keys or [("", "")]), st.sampled_from(symbols), st.sampled_from(states), st.sampled_from(MOVES)
    )
    rows = draw(st.lists(row, max_size=7)) if keys else []
    blank, start = draw(st.sampled_from(symbols)), draw(st.sampled_from(states))
    undefined = draw(st.sampled_from(["stop", "write-1"])) if "1" in symbols else "stop"
    return Description(
        symbols,
        blank,
        states,
        start,
        [(*key, *rest) for key, *rest in rows],
        halting,
        undefined,
        draw(st.text(max_size=3)),
    )


@sweep
@given(descriptions())
@settings(max_examples=examples(300, 60), deadline=None)
def test_a_description_comes_back_and_its_text_is_its_identity(listed):
    back = Description.from_json(json.loads(json.dumps(listed.to_json())))
    assert back == listed and hash(back) == hash(listed) and back.name == listed.name
    assert Description.from_json(json.loads(listed.canonical)) == listed and back.key == listed.key
    assert json.loads(listed.canonical)["noisytm"] == "description/1"
    swapped = {s: f"s{i}" for i, s in enumerate(listed.symbols) if listed.undefined == "stop"}
    assert listed.renamed(swapped).renamed({v: k for k, v in swapped.items()}) == listed


@sweep
@given(descriptions())
@settings(max_examples=examples(300, 60), deadline=None)
def test_the_later_tuple_wins(listed):
    machine = listed.machine()
    assert type(machine) is TuringMachine and machine.machine() is machine
    assert machine.table == {(t.read, t.state): (t.write, t.next, t.move) for t in listed.tuples}
    places = [max(i for i, t in enumerate(listed.tuples) if (t.read, t.state) == key) for key in machine.keys]
    assert places == sorted(places) and [listed.tuples[i] for i in places] == list(machine.tuples)
    assert listed.repeats == (len(machine.tuples) < len(listed.tuples))
    assert Description.of(machine).machine() == machine and Description.of(listed) == listed
    assert Description.of(machine) != machine and Description.of(machine).key != machine.key


def test_files_and_texts(tmp_path):
    TWICE.save(tmp_path / "twice.json")
    assert load(tmp_path / "twice.json") == TWICE and Description.load(tmp_path / "twice.json").name == "twice"
    assert repr(TWICE).startswith("Description(symbols=('_',)") and "a list of 2 tuples" in TWICE._repr_html_()
    champion = library.machine("bb2")
    assert parse(json.dumps(Description.of(champion).to_json())) == champion
    with pytest.raises(FormatError, match=r"\('_', 'a'\) is repeated.*Description.from_json"):
        parse(TWICE.canonical)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"noisytm": "machine/1"}, "description/1"),
        ({"tuples": [["_", "a", "_", "a"]]}, "is not (read, state, write, next, move)"),
        ({"tuples": [["_", "c", "_", "a", "L"]]}, "state 'c' is not declared"),
        ({"halting": ["a"]}, "is halting and cannot have tuples"),
        ({"keys": []}, "keys"),
    ],
)
def test_what_is_no_description_is_refused(change, says):
    with pytest.raises((FormatError, MachineError)) as refused:
        Description.from_json(TWICE.to_json() | change)
    assert says in str(refused.value)


def test_what_needs_a_machine_takes_none_of_its_tuples_twice():
    with pytest.raises(MachineError, match="give a TuringMachine"):
        run(TWICE, "")
    with pytest.raises(MachineError, match="listed twice"):
        TuringMachine.from_json(TWICE.to_json() | {"noisytm": "machine/1"})
    assert run(TWICE.machine(), "", 5).state == "b"
