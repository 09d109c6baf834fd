"""The staged pseudo-UTM, run discretely: its phases, and that a cycle is a step."""

import dataclasses
import itertools
import random

import pytest
from seeds import slow_where

from noisytm import StagedPseudoUTM, TuringMachine, discrete, library
from noisytm.errors import MachineError
from noisytm.machine import MOVES
from noisytm.universal import KTapeMachine, Simulated
from noisytm.universal.pseudo_utm.watch import simulate_on_staged
from noisytm.universal.tapes.reference import trace

DETECT = library.machine("detectA")


def require_cycles_are_steps(machine, word, cycles):
    """Compare with direct runs; return why the machine rests, if it does."""
    simulation = simulate_on_staged(machine, word, cycles)
    simulation.require_agreement()
    # The simulation stops one cycle after the machine has come to rest.
    direct = discrete.run(dataclasses.replace(machine, undefined="stop"), word, max_steps=cycles)
    assert len(simulation.cycles) == 1 + min(cycles, direct.steps + 1 if direct.halted else cycles)
    assert simulation.cycles[-1] == Simulated.of(direct.configuration)
    return simulation.resting


@pytest.mark.parametrize("name", library.names())
@slow_where("rogozhin-2-18", "rogozhin-4-6", "minsky-7-4")
def test_a_cycle_is_a_step_of_every_library_machine(name):
    machine = library.machine(name)
    outcomes = library.entry(name).outcomes
    assert outcomes
    for outcome in outcomes:
        resting = require_cycles_are_steps(machine, outcome.word, min(250, outcome.max_steps + 3))
        if outcome.max_steps <= 247 and outcome.reason != "budget":
            assert resting


@pytest.mark.parametrize("name", library.names())
def test_the_order_of_the_tuples_does_not_matter_without_noise(name):
    rng = random.Random(name)
    machine = library.machine(name)
    turned = dataclasses.replace(machine, tuples=tuple(rng.sample(machine.tuples, len(machine.tuples))))
    word = library.entry(name).outcomes[0].word
    require_cycles_are_steps(turned, word, 40)


def random_machine(rng):
    """Draw a machine with unlisted tuples and halting states, its names now and then those of the moves and of X."""
    symbols = rng.sample(["_", "A", "B", "X", "L", "X'", "q"], rng.randint(1, 4))
    states = rng.sample(["A", "q", "R", "X", "S", "H"], rng.randint(1, 4))
    halting = rng.sample(states, rng.randint(0, len(states) - 1))
    keys = [key for key in itertools.product(symbols, states) if key[1] not in halting and rng.random() < 0.8]
    rng.shuffle(keys)
    tuples = [(*key, rng.choice(symbols), rng.choice(states), rng.choice(MOVES)) for key in keys]
    return TuringMachine(symbols, rng.choice(symbols), states, rng.choice(states), tuples, halting)


def test_a_cycle_is_a_step_of_random_machines():
    rng = random.Random(1)
    reasons = set()
    marks = set()
    for _ in range(80):
        machine = random_machine(rng)
        reasons.add(require_cycles_are_steps(machine, rng.choices(machine.symbols, k=rng.randint(0, 5)), 20))
        marks.add(StagedPseudoUTM.of(machine).mark)
    assert reasons == {"", "halted", "undefined"} and {"X", "X'", "X''"} <= marks


def test_without_tuples_a_cycle_has_five_steps():
    machine = TuringMachine(["_"], "_", ["a"], "a", [])
    universal = StagedPseudoUTM.of(machine)
    phases = [c.state for c in trace(universal.configuration(machine), 5)]
    assert phases == ["compSymbol", "updateSymbol", "updateState", "updateDir", "resetDescr", "compSymbol"]
    assert require_cycles_are_steps(machine, "", 3) == "undefined"


def test_the_phases_of_a_cycle_by_hand():
    # Reading A in state reject, only the third tuple (A, reject) matches: accept is staged.
    universal = StagedPseudoUTM.of(DETECT)
    steps = list(trace(universal.configuration(DETECT, "A"), 65))
    expected = []
    for symbol, state in DETECT.keys:
        read, match = symbol == "A", (symbol, state) == ("A", "reject")
        expected += ["compSymbol", "compState" if read else "¬compState"]
        expected += [("" if match else "¬") + phase for phase in ("copySymbol", "copyState", "copyDir")]
    expected += ["compSymbol", "updateSymbol", "updateState", "updateDir", *["resetDescr"] * 31, "compSymbol"]
    assert [c.state for c in steps] == expected
    assert [c.heads[0] for c in steps[:32]] == list(range(1, 32)) + [30]
    assert [c.heads[1] for c in steps[:6]] == [1, 0, 0, 1, 2, 1]
    staged = [c.cells(1, 0, 2) for c in steps]
    scanned = next(i for i, c in enumerate(steps) if c.state == "updateSymbol")
    assert scanned == 31 and staged[scanned] == ("A", "accept", "S")
    assert staged[scanned : scanned + 4] == [
        ("A", "accept", "S"), ("X", "accept", "S"), ("X", "X", "S"), ("X", "X", "X"),
    ]  # fmt: skip
    assert [c.heads[1] for c in steps[scanned : scanned + 4]] == [0, 1, 2, 1]
    assert [c.cells(2, 0, 0) for c in steps[scanned : scanned + 3]] == [("reject",), ("reject",), ("accept",)]
    assert dataclasses.replace(steps[-1], steps=0) == dataclasses.replace(
        steps[0], tapes=(*steps[0].tapes[:2], ("accept",), ("A",))
    )


def test_both_engines_run_it_alike():
    machine = library.machine("palindrome")
    universal = StagedPseudoUTM.of(machine)
    start = universal.configuration(machine, "ABA")
    length = universal.cycle_steps(len(machine.tuples))
    configurations = list(trace(start, 2 * length))
    for steps in (1, 17, length, length + 1, 2 * length):
        assert universal.machine.run(start, steps) == configurations[steps]
    assert len(configurations) == 2 * length + 1


def test_it_never_rests_and_its_json_is_it():
    rng = random.Random(2)
    for _ in range(5):
        machine = random_machine(rng)
        universal = StagedPseudoUTM.of(machine)
        length = universal.cycle_steps(len(machine.tuples))
        assert all(not c.resting for c in trace(universal.configuration(machine), length))
        assert KTapeMachine.from_json(universal.machine.to_json()) == universal.machine


def test_what_is_refused():
    universal = StagedPseudoUTM.of(DETECT)
    with pytest.raises(MachineError, match=r"symbols .* differ from .*use StagedPseudoUTM.of"):
        universal.configuration(library.machine("parity"))
    with pytest.raises(MachineError, match="'C' at position 0"):
        universal.configuration(DETECT, "C")
    start = universal.configuration(DETECT, "A")
    with pytest.raises(MachineError, match="after 5 steps, in phase compSymbol, a cycle is not complete"):
        universal.decode(universal.machine.run(start, 5))
    with pytest.raises(MachineError, match="a cycle is not complete"):
        StagedPseudoUTM(("_", "A", "B"), "_", ("reject", "accept", "more")).decode(start)
    with pytest.raises(MachineError, match="blank 'x'"):
        StagedPseudoUTM(("_", "A"), "x", ("q",))
    with pytest.raises(MachineError, match="declared twice"):
        StagedPseudoUTM(("_", "_"), "_", ("q",))
    with pytest.raises(MachineError, match="cycles is -1"):
        simulate_on_staged(DETECT, "", -1)
    for count in (-1, True, 1.5, None):
        with pytest.raises(MachineError, match="count is"):
            next(universal.cycles(DETECT, "A", count))
    with pytest.raises(MachineError, match="give a TuringMachine"):
        StagedPseudoUTM.of(None)
    with pytest.raises(MachineError, match="the symbols of a word are None"):
        universal.configuration(DETECT, None)


def test_a_machine_that_does_something_else_is_found_out():
    simulation = simulate_on_staged(DETECT, "BA", 4)
    other = simulate_on_staged(library.machine("detectA"), "BB", 4)
    mixed = dataclasses.replace(simulation, direct=other.direct)
    assert mixed.first_difference == 0 and simulation.first_difference is None
    late = dataclasses.replace(simulation, direct=(*simulation.direct[:3], *other.direct[3:]))
    with pytest.raises(MachineError, match=r"cycle 3 gives .* a direct run .*; the universal machine is wrong"):
        late.require_agreement()
