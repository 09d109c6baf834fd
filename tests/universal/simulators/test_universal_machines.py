"""The universal machines of the library: the recorded traces, and random tag systems."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from seeds import examples, sweep

from noisytm import library, run
from noisytm.discrete import Configuration, reference
from noisytm.errors import BudgetError, MachineError
from noisytm.universal import (  # fmt: skip
    BiTagSystem,
    Minsky74,
    NearyWoods93,
    NearyWoods152,
    Rogozhin46,
    Rogozhin218,
    TagSystem,
)
from noisytm.universal.simulators.tag_simulator import Watch

RECORD = json.loads((Path(__file__).parents[2] / "data" / "universal_machines.json").read_text(encoding="utf-8"))
KINDS = {
    "Minsky 1962 (7,4)": Minsky74,
    "Rogozhin 1996 UTM(4,6)": Rogozhin46,
    "Rogozhin 1996 UTM(2,18)": Rogozhin218,
    "Neary-Woods 2009 U(15,2)": NearyWoods152,
    "Neary-Woods 2009 U(9,3)": NearyWoods93,
}
TWO_TAG = (Minsky74, Rogozhin46, Rogozhin218)
COLLATZ = TagSystem(2, "abc", {"a": "bc", "b": "a", "c": "aaa"})
CASES = [(m["name"], i) for m in RECORD["machines"] for i, t in enumerate(m["tests"]) if "note" not in t]


def of_record(name):
    return next(m for m in RECORD["machines"] if m["name"] == name)


@pytest.mark.parametrize(
    ("name", "ours"),
    [*((name, kind.name) for name, kind in KINDS.items()), (RECORD["machines"][-1]["name"], "wolfram-2-5")],
)
def test_the_tables(name, ours):
    record, machine = of_record(name), library.machine(ours)
    assert {(t["read"], t["state"]): (t["write"], t["next"], t["move"]) for t in record["transitions"]} == machine.table
    assert (record["symbols"], record["states"]) == (list(machine.symbols), list(machine.states))
    assert (record["start"], record["blank"]) == (machine.start, machine.blank)
    everything = {(s, q) for s in machine.symbols for q in machine.states}
    assert everything - set(machine.table) == {(s, q) for q, s in record["undefined"]}


def system_of(test):
    if "q" in test:
        letters = ([f"{x}{i}" for i in range(1, test[n] + 1)] for x, n in (("a", "q"), ("e", "h")))
        return BiTagSystem(*letters, {tuple(k.split()): v.split() for k, v in test["productions"].items()})
    halting = [test["halt_letter"]] if "halt_letter" in test else []
    return TagSystem(2, [*test["tag_rules"], *halting], test["tag_rules"])


@pytest.mark.parametrize(("name", "number"), CASES)
def test_the_recorded_traces(name, number):
    test = of_record(name)["tests"][number]
    system = system_of(test)
    word = system.word(test["word"].split() if "q" in test else test["word"])
    simulator = KINDS[name](system)
    cells, head = simulator.tape(word)
    assert (list(cells), head) == (list(test["tape"]), test["head"])
    *seen, last = simulator.words(word, 10**7)
    trace = list(system.trace(word, 10**4))
    assert [s.word for s in seen] == trace
    recorded = test.get("tag_trace") or [w.split() for w in test.get("bitag_trace", [])]
    assert recorded == [] or [tuple(w) for w in recorded] == trace
    assert test.get("step_at_word") in (None, [s.steps for s in seen])
    assert test.get("tag_words") in (None, len(seen))
    steps = test.get("executed_steps", test.get("halts_after_executed_steps"))
    assert (last.reason, last.steps) == (("halted", steps) if steps else ("short", seen[-1].steps))


@pytest.mark.parametrize(
    ("name", "number", "steps"), [("Minsky 1962 (7,4)", 4, 1869), ("Rogozhin 1996 UTM(4,6)", 0, 517)]
)
def test_documented_tapes(name, number, steps):
    record, machine = of_record(name), library.machine(KINDS[name].name)
    test = record["tests"][number]
    left, word = test["tape"][: test["head"]], test["tape"][test["head"] :]
    cells = Configuration.initial(machine, left + word).cells
    start = Configuration.trimmed(
        machine, state=machine.start, head=0, steps=0, cells=cells, origin=-len(left), leftmost=0, rightmost=0
    )
    result = run(machine, start=start, max_steps=10**4)
    assert (result.reason, result.steps) == ("undefined", steps)
    assert [result.state, result.configuration.symbol] in record["undefined"]


@st.composite
def two_tag_systems(draw):
    letters = "abcd"[: draw(st.integers(1, 4))]
    halting = draw(st.sampled_from(["", "H"]))
    words = st.text(letters + halting, min_size=1, max_size=3)
    order = draw(st.permutations(letters + halting))
    return TagSystem(2, order, {x: draw(words) for x in letters}), draw(st.text(letters + halting, max_size=5))


@sweep
@pytest.mark.parametrize("kind", TWO_TAG)
@given(case=two_tag_systems())
@settings(max_examples=examples(40, 15), deadline=None)
def test_random_tag_systems(kind, case):
    check(kind, *case, max_steps=50_000)


@st.composite
def bi_tag_systems(draw):
    a = [f"a{i}" for i in range(draw(st.integers(1, 3)))]
    e = [f"e{i}" for i in range(draw(st.integers(2, 3)))]
    words = st.tuples(st.lists(st.sampled_from(a), min_size=1, max_size=2), st.sampled_from(e))
    rules = {(x, y): [*w[0], w[1]] for x in e[1:] for y in a for w in [draw(words)]}
    around = st.lists(st.sampled_from(a), min_size=1, max_size=3)
    return BiTagSystem(a, e, rules), [*draw(around), draw(st.sampled_from(e)), *draw(around)]


@sweep
@pytest.mark.parametrize("kind", [NearyWoods152, NearyWoods93])
@given(case=bi_tag_systems())
@settings(max_examples=examples(25, 15), deadline=None)
def test_random_bi_tag_systems(kind, case):
    check(kind, *case, max_steps=150_000)


def check(kind, system, word, max_steps):
    *seen, last = kind(system).words(word, max_steps)
    right = list(system.trace(word, len(seen) - 1))
    assert [s.word for s in seen] == right
    assert last.word == right[-1] and last.reason in (
        ("budget",) if last.steps == max_steps else (system.stops(last.word),)
    )
    assert sorted(s.steps for s in seen) == [s.steps for s in seen] and last.steps >= seen[-1].steps


@pytest.mark.parametrize("kind", TWO_TAG)
@pytest.mark.parametrize(("word", "length"), [("aaa", 25), ("aaaaa", 21), ("abc", 24), ("caaa", 22)])
def test_the_collatz_system(kind, word, length):
    *seen, last = kind(COLLATZ).words(word, 10**8)
    right = list(COLLATZ.trace(word, 1000))
    assert len(right) == length and right[-1] == ("a",)
    assert [s.word for s in seen] == right
    assert last == (seen[-1].steps, ("a",), "short")


def test_the_defect_of_nine_states():
    """A single letter of A beside the one of E: 15 states halt, 9 run off to the right."""
    system = BiTagSystem("a", "eh", {("e", "a"): "ah"})
    assert [s.steps for s in NearyWoods152(system).words("ea", 10**6)][-1] == 11849
    assert list(NearyWoods93(system).words("ea", 10**6))[-1].reason == "budget"


def test_words_with_nothing_to_do():
    for kind in TWO_TAG:
        assert [s.reason for s in kind(COLLATZ).words("a", 100)] == ["", "short"]
        assert [s.reason for s in kind(COLLATZ).words("", 100)] == ["", "short"]
        assert [s.reason for s in kind(COLLATZ).words("aaa", 0)] == ["", "budget"]


def test_watch_stops_at_every_use():
    machine = library.machine("bb4")
    for key in machine.keys:
        watch = Watch(Configuration.initial(machine), key)
        seen = []
        while watch.advance(1000):
            seen.append(watch.configuration)
        trace = list(reference.trace(machine, "", 1000))
        assert seen == [after for c, after in itertools.pairwise(trace) if (c.symbol, c.state) == key]
        assert (watch.reason, watch.configuration) == ("halted", trace[-1])


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Minsky74(TagSystem(3, "a", {"a": "a"})), "deletes 3 letters"),
        (lambda: Minsky74(TagSystem(2, "abc", {"a": "a"})), "('b', 'c'); it may have one at most"),
        (lambda: Rogozhin218(TagSystem(2, "a", {"a": ""})), "empty production"),
        (lambda: Rogozhin46(TagSystem(2, "a", {})), "no productions"),
        (lambda: NearyWoods93(BiTagSystem("a", "e", {("e", "a"): "ae"})), "exactly one"),
        (lambda: NearyWoods152(BiTagSystem("a", "eh", {("e", "a"): "aaae"})), "one or two letters of A"),
        (lambda: NearyWoods152(BiTagSystem("a", "eh", {("e", "a"): "ea"})), "one or two letters of A"),
        (
            lambda: Minsky74(COLLATZ).decode(Configuration.initial(library.machine("minsky-7-4"), "yyyyyy")),
            "no complete",
        ),
        (lambda: list(Minsky74(COLLATZ).words("aaa", -1)), "max_steps is -1"),
        (lambda: list(Minsky74(COLLATZ).words("x", 1)), "'x' at position 0"),
    ],
)
def test_what_is_refused(make, says):
    with pytest.raises(MachineError) as error:
        make()
    assert says in str(error.value) and "\n" not in str(error.value)


def test_a_tape_too_long():
    letters = [str(i) for i in range(9000)]
    system = TagSystem(2, letters, {x: [x] for x in letters})
    with pytest.raises(BudgetError, match="fewer letters"):
        Minsky74(system).configuration(["0", "1"])
    with pytest.raises(BudgetError, match="fewer letters"):
        NearyWoods93(BiTagSystem(letters, ["e", "h"], {("e", x): [x, "e"] for x in letters}))
