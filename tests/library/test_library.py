"""The library's machines do what their files say."""

from __future__ import annotations

import json
from importlib import resources

import pytest

from noisytm import library
from noisytm.discrete import run
from noisytm.errors import MachineError
from noisytm.machine import TuringMachine, words
from noisytm.problem import outcome
from noisytm.problem.synthesis import SynthesisProblem

ALL = library.names()
WITH_PROBLEM = [name for name in ALL if library.entry(name).problem is not None]


def inputs_of(machine: TuringMachine, problem: dict) -> list:
    given = problem["inputs"]
    return words(given["letters"], given["max_length"]) if isinstance(given, dict) else given


def test_names():
    assert sorted(ALL) == ALL
    assert {"detectA", "parityCheck", "parity", "binaryIncrement", "copy", "palindrome"} <= set(ALL)


@pytest.mark.parametrize("name", ALL)
def test_known_outcomes(name):
    entry = library.entry(name)
    assert entry.name == entry.machine.name == name and entry.description and entry.outcomes
    for known in entry.outcomes:
        result = run(entry.machine, known.word, known.max_steps, cycles=0)
        assert (result.reason, result.state) == (known.reason, known.state)
        assert known.steps in (None, result.steps)
        assert known.score in (None, result.score)
        assert known.tape in (None, result.tape)


@pytest.mark.parametrize("name", ALL)
def test_tuples_are_in_the_usual_order(name):
    machine = library.machine(name)
    usual = [(s, q) for s in machine.symbols for q in machine.states]
    assert list(machine.keys) == [key for key in usual if key in machine.table]


@pytest.mark.parametrize("name", ALL)
def test_files_hold_machine_json(name):
    text = (resources.files("noisytm.library") / "data" / f"{name}.json").read_text(encoding="utf-8")
    record = json.loads(text)
    assert library.machine(name).to_json() == record["machine"]
    assert set(record) <= {"description", "machine", "outcomes", "problem"}


@pytest.mark.parametrize("name", WITH_PROBLEM)
def test_problems_leave_the_machine_time_to_decide(name):
    entry = library.entry(name)
    problem = entry.problem
    if problem["targets"] != "machine":
        SynthesisProblem.of_machine(entry.machine, **problem)  # refuses targets that the machine misses
    for word in inputs_of(entry.machine, problem):
        first = outcome(entry.machine, word, problem["steps"], problem["readout"])
        for more in range(1, 12):
            assert outcome(entry.machine, word, problem["steps"] + more, problem["readout"]) == first


@pytest.mark.parametrize(
    ("name", "dimension"),
    [("detectA", 30), ("parityCheck", 240), ("parity", 16), ("bb2", 20), ("bb3", 36)],
)
def test_dimensions(name, dimension):
    assert library.machine(name).dimension == dimension


def test_detect_a():
    machine = library.machine("detectA")
    for word in words("AB", 6):
        assert outcome(machine, word, len(word) + 1) == ("accept" if "A" in word else "reject")


@pytest.mark.parametrize(("longest", "steps"), [(2, 7), (3, 10), (4, 19), (8, 61)])
def test_parity_check(longest, steps):
    machine = library.machine("parityCheck")
    right = {w: "accept" if w.count("A") == w.count("B") else "reject" for w in words("AB", longest)}
    assert all(outcome(machine, w, steps) == answer for w, answer in right.items())
    assert any(outcome(machine, w, steps - 1) != answer for w, answer in right.items())


def test_parity_check_answers_are_absorbing():
    machine = library.machine("parityCheck")
    for symbol in machine.symbols:
        for state in ("reject", "accept"):
            assert machine.table[symbol, state] == (symbol, state, "S")


def test_parity():
    machine = library.machine("parity")
    for n in range(9):
        assert outcome(machine, "1" * n, n) == ("odd" if n % 2 else "even")


def test_palindrome():
    machine = library.machine("palindrome")
    for word in words("AB", 8):
        result = run(machine, word, 1000)
        assert (result.halted, result.state) == (True, "accept" if word == word[::-1] else "reject")


def test_binary_increment():
    machine = library.machine("binaryIncrement")
    for word in words("01", 8):
        number = f"{int(word or '0', 2) + 1:0{len(word)}b}"
        assert run(machine, word, 1000).state == "done"
        assert outcome(machine, word, 1000, f"tape:{len(number) + 1}") == (*number, "_")


def test_copy():
    machine = library.machine("copy")
    for word in words("AB", 6):
        assert run(machine, word, 1000).state == "done"
        assert outcome(machine, word, 1000, f"tape:{2 * len(word) + 2}") == (*word, "_", *word, "_")


def test_unknown_name():
    with pytest.raises(MachineError, match=r"no machine 'parityChek'; .*; did you mean 'parityCheck'\?$"):
        library.machine("parityChek")
    with pytest.raises(MachineError, match=r"no machine '\.\./data/bb2'"):
        library.machine("../data/bb2")
    with pytest.raises(MachineError, match=r"no machine 'zzzz'; it has 'bb2', .*'parityCheck'"):
        library.entry("zzzz")


def test_entries_are_not_shared():
    library.entry("bb2").problem["steps"] = 99
    assert library.entry("bb2").problem["steps"] == 6
