"""Machines as objects of automata-lib: there and back, run there, and what is refused."""

import doctest
import importlib
import itertools
import random
import sys

import pytest
from stepping import run

from noisytm import FormatError, NoisytmError, TuringMachine, formats, library
from noisytm.interop import from_dtm, to_dtm

pytestmark = pytest.mark.extras
pytest.importorskip("automata")


def random_machine(seed):
    draw = random.Random(seed)
    symbols, states = ["_", *"ab"[: draw.randint(0, 2)]], ["q", *"rs"[: draw.randint(0, 2)], "h"]
    cells = [(s, q) for s in symbols for q in states[:-1] if draw.random() < 0.8 or (s, q) == ("_", "q")]
    tuples = [(*cell, draw.choice(symbols), draw.choice(states), draw.choice("LSR")) for cell in cells]
    return TuringMachine(symbols, "_", states, "q", tuples, halting=["h"])


def in_automata_lib(dtm, word, most):
    """Return (steps, state, cells that are not blank) after a run of at most so many steps."""
    from automata.base.exceptions import RejectionException

    steps = -1
    try:
        for configuration in itertools.islice(dtm.read_input_stepwise(word), most + 1):
            steps += 1
            last = configuration
    except RejectionException:
        pass
    tape = "".join(last.tape.tape)
    return steps, last.state, tape.strip("_")


@pytest.mark.parametrize("seed", range(60))
def test_a_machine_runs_there_as_here_and_comes_back(seed):
    machine = random_machine(seed)
    try:
        dtm = to_dtm(machine)
    except FormatError as error:
        assert "would come back from automata-lib" in str(error)
        return
    assert from_dtm(dtm) == machine
    assert formats.parse(formats.write(machine, "automata_lib")) == machine
    for word in ("", *machine.symbols[1:], "".join(machine.symbols[1:]) * 2):
        steps, state, tape = run(machine, word, 30)
        cells = "".join(tape.get(i, "_") for i in range(min(tape, default=0), max(tape, default=-1) + 1))
        assert in_automata_lib(dtm, word, 30) == (steps, state, cells.strip("_"))


def test_most_random_machines_were_compared():
    refused = 0
    for seed in range(60):
        try:
            to_dtm(random_machine(seed))
        except FormatError:
            refused += 1
    assert refused < 30


def test_its_own_example():
    from automata.tm.dtm import DTM

    dtm = DTM(
        states={"q0", "q1", "q2", "q3", "q4"},
        input_symbols={"0", "1"},
        tape_symbols={"0", "1", "x", "y", "."},
        transitions={
            "q0": {"0": ("q1", "x", "R"), "y": ("q3", "y", "R")},
            "q1": {"0": ("q1", "0", "R"), "1": ("q2", "y", "L"), "y": ("q1", "y", "R")},
            "q2": {"0": ("q2", "0", "L"), "x": ("q0", "x", "R"), "y": ("q2", "y", "L")},
            "q3": {"y": ("q3", "y", "R"), ".": ("q4", ".", "R")},
        },
        initial_state="q0",
        blank_symbol=".",
        final_states={"q4"},
    )
    machine = from_dtm(dtm)
    assert machine.symbols == (".", "0", "1", "x", "y") and machine.states == ("q0", "q1", "q2", "q3", "q4")
    assert [run(machine, w)[1] in machine.halting for w in ("0011", "001", "")] == [True, False, False]
    assert to_dtm(machine).transitions == dtm.transitions


@pytest.mark.parametrize("name", library.names())
def test_library_machines_come_back_or_are_refused(name):
    machine = library.machine(name)
    try:
        dtm = to_dtm(machine)
    except FormatError as error:
        assert "\n" not in str(error)
        return
    assert from_dtm(dtm) == machine


def test_wrong_objects():
    for thing in (5, None, "DTM", library.machine("bb2")):
        with pytest.raises(FormatError, match="give a DTM of automata-lib"):
            from_dtm(thing)
    with pytest.raises(NoisytmError, match="machine is 5"):
        to_dtm(5)
    from automata.tm.dtm import DTM

    numbered = DTM(
        states={0, 1},
        input_symbols={"a"},
        tape_symbols={"a", "_"},
        transitions={0: {"a": (1, "a", "R")}},
        initial_state=0,
        blank_symbol="_",
        final_states={1},
    )
    with pytest.raises(FormatError, match=r"the state [01] of the DTM is no string"):
        from_dtm(numbered)


def test_without_automata_lib(monkeypatch):
    monkeypatch.setitem(sys.modules, "automata.tm.dtm", None)
    with pytest.raises(NoisytmError, match="need automata-lib, which is not installed"):
        to_dtm(library.machine("bb2"))


def test_examples():
    failures, tried = doctest.testmod(importlib.import_module("noisytm.interop.dtm_objects"))
    assert (failures, tried > 0) == (0, True)
