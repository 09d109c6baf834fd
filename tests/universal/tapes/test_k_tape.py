"""Machines with several tapes: what they are, what is refused, and the compiled loop against its readable twin."""

import itertools
import json
import random

import pytest
from k_tape_machines import random_k_tape, random_start

from noisytm import KTapeConfiguration, KTapeMachine, discrete, library
from noisytm.errors import BudgetError, FormatError, MachineError
from noisytm.universal import Simulated
from noisytm.universal.tapes.engine import Runner
from noisytm.universal.tapes.reference import trace
from noisytm.universal.tapes.rules import fits

COPY = {
    "alphabets": ["_AB", "_AB"],
    "blanks": "__",
    "states": ["copy", "end"],
    "start": "copy",
    "rules": [*(("copy", (s, None), "copy", (None, s), "RR") for s in "AB"), ("copy", "__", "end", "__", "LL")],
    "halting": ["end"],
}


def one_tape(machine):
    """Return a machine with one tape in the other form."""
    return KTapeMachine(
        [machine.symbols], [machine.blank], machine.states, machine.start,
        [(t.state, [t.read], t.next, [t.write], [t.move]) for t in machine.tuples], machine.halting,
    )  # fmt: skip


@pytest.mark.parametrize("tapes", [1, 2, 3])
def test_the_compiled_loop_is_its_twin_at_every_stopping_point(tapes):
    rng = random.Random(tapes)
    rested = 0
    for _ in range(60):
        machine = random_k_tape(rng, tapes)
        runner, start = Runner(machine), random_start(rng, machine)
        configurations = list(trace(start, 60))
        for steps in (0, 1, rng.randint(2, 59), 60):
            assert runner.run(start, steps) == configurations[min(steps, len(configurations) - 1)]
        middle = rng.choice(configurations)
        assert machine.run(middle, 60 - middle.steps) == configurations[-1]
        rested += configurations[-1].resting
    assert 5 < rested < 55


def test_tapes_grow_both_ways():
    rules = [("go", (None, "_"), "go", ("1", "1"), "LR"), ("go", (None, "1"), "go", ("1", None), "LS")]
    machine = KTapeMachine(["_1", "_1"], "__", ["go"], "go", rules)
    end = machine.run(machine.configuration(), 400)
    assert (end.heads, end.steps, end.resting) == ((-400, 400), 400, False)
    assert [len(t) for t in end.tapes] == [401, 401]
    assert end == list(trace(machine.configuration(), 400))[-1]


def test_one_tape_is_the_discrete_engine():
    for name in ("bb4", "bb2x3", "palindrome", "binaryIncrement"):
        machine = library.machine(name)
        for outcome in library.entry(name).outcomes:
            end = one_tape(machine).run(one_tape(machine).configuration([outcome.word]), 10_000)
            direct = discrete.run(machine, outcome.word, 10_000)
            assert (end.steps, end.resting) == (direct.steps, direct.reason != "budget")
            assert Simulated(end.state, end.heads[0], end.tapes[0], end.origins[0]) == Simulated.of(
                direct.configuration
            )


def test_the_table_holds_the_rule_that_fits():
    rng = random.Random(7)
    for tapes in (1, 2, 3):
        machine = random_k_tape(rng, tapes)
        for state, symbols in itertools.product(machine.states, itertools.product(*machine.alphabets)):
            indices = [a.index(s) for a, s in zip(machine.alphabets, symbols, strict=True)]
            number = machine.table[(machine.states.index(state), *indices)]
            assert machine.rule_at(state, symbols) == (machine.rules[number] if number >= 0 else None)


def test_two_rules_that_fit_the_same_symbols_are_refused():
    rng = random.Random(8)
    refused = 0
    patterns = list(itertools.product((None, "a", "b"), repeat=3))
    symbols = list(itertools.product("ab", repeat=3))
    for _ in range(300):
        reads = rng.sample(patterns, 3)
        clash = any(sum(fits(read, s) for read in reads) > 1 for s in symbols)
        rules = [("q", read, "q", (None,) * 3, "SSS") for read in reads]
        if clash:
            refused += 1
            with pytest.raises(MachineError, match="fit the same symbols; a deterministic machine has one"):
                KTapeMachine(["ab"] * 3, "aaa", ["q"], "q", rules)
        else:
            KTapeMachine(["ab"] * 3, "aaa", ["q"], "q", rules)
    assert 50 < refused < 299


def test_the_same_rule_twice_is_refused():
    with pytest.raises(MachineError, match="fit the same symbols"):
        KTapeMachine(**COPY | {"rules": [COPY["rules"][0]] * 2})


def test_json_round_trip():
    rng = random.Random(9)
    for tapes in (1, 2, 3):
        machine = random_k_tape(rng, tapes)
        assert KTapeMachine.from_json(json.loads(json.dumps(machine.to_json()))) == machine
    named = KTapeMachine(**COPY | {"name": "copy", "tape_names": ["from", "to"]})
    back = KTapeMachine.from_json(json.loads(json.dumps(named.to_json())))
    assert (back, back.name, back.tape_names, back.halting) == (named, "copy", ("from", "to"), ("end",))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"alphabets": []}, "no tapes"),
        ({"alphabets": ["", "_AB"]}, "no tape 1 symbols"),
        ({"alphabets": ["_AA", "_AB"]}, "'A' is declared twice"),
        ({"blanks": "_"}, "blanks: 1 for 2 tapes"),
        ({"blanks": "_C"}, "blank of tape 2 'C'"),
        ({"start": "go"}, "start state 'go'"),
        ({"halting": ["go"]}, "halting state 'go'"),
        ({"halting": ["copy"]}, "'copy' is halting and cannot have rules"),
        ({"tape_names": ["one"]}, "tape names: 1 for 2 tapes"),
        ({"rules": ["copy"]}, "is not .state, read, next, write, moves."),
        ({"rules": [("go", "__", "copy", "__", "SS")]}, "state 'go' is not among"),
        ({"rules": [("copy", "__", "go", "__", "SS")]}, "next state 'go' is not among"),
        ({"rules": [("copy", "_", "copy", "__", "SS")]}, "read: 1 for 2 tapes"),
        ({"rules": [("copy", "__", "copy", "_C", "SS")]}, "symbol written on tape 2 'C'"),
        ({"rules": [("copy", ("A", ["A"]), "copy", "__", "SS")]}, "symbol read on tape 2"),
        ({"rules": [("copy", 5, "copy", "__", "SS")]}, "is not .state, read"),
        ({"rules": [(["copy"], "__", "copy", "__", "SS")]}, "state .'copy'. is not among"),
        ({"rules": [("copy", "C_", "copy", "__", "SS")]}, "symbol read on tape 1 'C'"),
        ({"rules": [("copy", "__", "copy", "__", "SX")]}, "move 'X' must be one of L, S, R"),
    ],
)
def test_what_is_no_machine(change, says):
    with pytest.raises(MachineError, match=says):
        KTapeMachine(**COPY | change)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"noisytm": "machine/1"}, 'it must be "k-tape-machine/1"'),
        ({"start": None}, "lacks 'start'"),
        ({"more": 1}, "unknown entries 'more'"),
        ({"rules": {}}, "rules is {}; it must be a list"),
        ({"rules": [["copy", "__", "copy", "__", "SS"]]}, "rule .* must be"),
        ({"rules": [["copy", [["_"], "_"], "copy", ["_", "_"], ["S", "S"]]]}, "neither a name nor null"),
        ({"alphabets": [1]}, "list of lists"),
    ],
)
def test_what_is_no_json_form(change, says):
    record = KTapeMachine(**COPY).to_json() | change
    record = {k: v for k, v in record.items() if v is not None}
    with pytest.raises(FormatError, match=says):
        KTapeMachine.from_json(record)
    with pytest.raises(FormatError, match="it must be an object"):
        KTapeMachine.from_json([])


def test_configurations_are_brought_to_one_form():
    machine = KTapeMachine(**COPY)
    one = machine.configuration(["_A_", "___"], heads=[1, 5])
    assert (one.tapes, one.origins, one.read) == ((("A",), ("_",)), (1, 5), ("A", "_"))
    assert one == KTapeConfiguration(machine, "copy", (1, 5), (("A", "_"), ()), (1, 9))
    assert one.cells(0, -1, 2) == ("_", "_", "A", "_")
    with pytest.raises(MachineError, match="symbol on tape 2 'C'"):
        machine.configuration(["A", "C"])
    with pytest.raises(MachineError, match="heads: 1 for 2 tapes"):
        machine.configuration(["A", "A"], heads=[1])
    with pytest.raises(MachineError, match=r"position 0\.5 is not an integer"):
        machine.configuration(["A", "A"], heads=[1, 0.5])
    with pytest.raises(MachineError, match="state 'go'"):
        machine.configuration(state="go")


@pytest.mark.parametrize("junk", [None, True, 0, 1.5, float("nan"), object()])
def test_what_is_no_list_is_refused(junk):
    for name in ("alphabets", "blanks", "states", "rules", "halting", "tape_names"):
        with pytest.raises(MachineError):
            KTapeMachine(**COPY | {name: junk})
    machine = KTapeMachine(**COPY)
    for change in ({"rules": [junk]}, {"alphabets": ["_AB", junk]}):
        with pytest.raises(MachineError):
            KTapeMachine(**COPY | change)
    for options in ({"contents": junk}, {"contents": [junk, "A"]}, {"heads": junk}):
        with pytest.raises(MachineError, match="give a list"):
            machine.configuration(**options)
    with pytest.raises(MachineError, match="must be a configuration"):
        machine.run(junk, 1)


def test_heads_far_from_everything_are_refused():
    machine = KTapeMachine(**COPY)
    with pytest.raises(MachineError, match="position True is not an integer"):
        machine.configuration(["A", ""], heads=[True, 0])
    for head in (10**12, -(10**12)):
        with pytest.raises(BudgetError, match="cells away"):
            machine.configuration(["A", "B"], heads=[0, head])
        alone = machine.configuration(["A", ""], heads=[0, head])
        assert machine.run(alone, 9).cells(1, head, head + 1) == ("A", "_")
    with pytest.raises(MachineError, match="farther out than"):
        machine.configuration(["A", ""], heads=[0, 10**400])


def test_what_a_run_refuses():
    machine, other = KTapeMachine(**COPY), KTapeMachine(**COPY | {"halting": []})
    with pytest.raises(MachineError, match="another machine"):
        machine.run(other.configuration(), 1)
    with pytest.raises(MachineError, match="max_steps is -1"):
        machine.run(machine.configuration(), -1)
    long = KTapeMachine(["_1"], "_", ["go"], "go", [("go", [None], "go", ["1"], "R")])
    with pytest.raises(BudgetError, match="need more than 100 cells") as caught:
        Runner(long, max_cells=100).run(long.configuration(), 10_000)
    assert caught.value.partial == long.run(long.configuration(), caught.value.partial.steps)
    wide = KTapeMachine([[str(i) for i in range(600)]] * 3, "000", ["go"], "go", [])
    with pytest.raises(BudgetError, match="has 216000000 entries"):
        wide.run(wide.configuration(), 1)
