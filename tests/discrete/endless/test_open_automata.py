"""Automata of the beginning of a run: the same as those of the enumeration, and none for machines that halt."""

from __future__ import annotations

import dataclasses
import random

import pytest
from random_machines import random_machine, random_word

from noisytm import TuringMachine, parse, run
from noisytm.discrete import Configuration, check_endless
from noisytm.discrete.checking.accepting import check_automaton
from noisytm.discrete.checking.replay import Replay
from noisytm.discrete.endless import automaton_closure
from noisytm.enumeration.recognisers import closed_automaton
from noisytm.errors import CertificateError

MACHINES = {
    "1RB1LC_0LA0RB_1LA---": ("right", 2),
    "1RB0RA_1LC---_0LD0LC_0RE1RA_1RE1LD": ("left", 3),
    "1RB---_0LB1RC_1LB0RC": ("left", 1),
}


def table_of(machine):
    state, symbol = machine.states.index, machine.symbols.index
    moves = {"L": -1, "R": 1}
    return {(state(t.state), symbol(t.read)): (symbol(t.write), moves[t.move], state(t.next)) for t in machine.tuples}


@pytest.mark.parametrize("text", MACHINES)
def test_automata_are_those_of_the_enumeration(text):
    machine = parse(text)
    found = automaton_closure(Configuration.initial(machine))
    assert (found.side, len(found.transitions)) == MACHINES[text]
    side, size = -1 if found.side == "left" else 1, len(found.transitions)
    twin = closed_automaton(table_of(machine), 2, side, size)
    states = len(machine.states)
    assert found.transitions == twin.transitions
    pairs = [divmod(i, states) for i in range(size * states) if twin.accepted >> i & 1]
    assert [(q, machine.states[f]) for q, f in pairs] == list(found.accepted)
    assert found.ways == sum(row.bit_count() for rows in twin.follow for row in rows[:-1])
    smaller = [(s, n) for n in range(1, size + 1) for s in (-1, 1) if (n, s) < (size, side)]
    assert all(closed_automaton(table_of(machine), 2, s, n) is None for s, n in smaller)


def test_what_is_found_is_checked_and_what_halts_is_never_proved():
    """On any word, with moves S, halting states, up to four symbols, and a blank that need not be the first of them."""
    rng, proved = random.Random(3), 0
    for _ in range(60):
        machine = random_machine(rng)
        word = random_word(rng, machine)
        found = automaton_closure(Configuration.initial(machine, word))
        if found is not None:
            proved += 1
            assert not run(machine, word, max_steps=2000).halted
            check_automaton(Replay(machine, word), found)
    assert proved > 10


def test_the_tape_of_the_beginning_matters():
    """A head that runs to the right over ones, and stops at the first A."""
    machine = TuringMachine(list("_1A"), "_", ["go"], "go", [("_", "go", "_", "go", "R"), ("1", "go", "1", "go", "R")])
    found = automaton_closure(Configuration.initial(machine, "11"))
    check_automaton(Replay(machine, "11"), found)
    assert automaton_closure(Configuration.initial(machine, "11A")) is None
    with pytest.raises(CertificateError, match="accepts the tape"):
        check_automaton(Replay(machine, "11A"), found)


def test_changed_data_are_refused():
    result = run(parse("1RB0RA_1LC---_0LD0LC_0RE1RA_1RE1LD"), max_steps=100, prove_endless=True)
    proof = result.endless
    rows = proof.transitions
    for wrong in (
        {"side": "right"},
        {"transitions": rows[:-1]},
        {"transitions": (*rows[:-1], (*rows[-1], 0))},
        {"transitions": (rows[0][::-1], *rows[1:])},
        {"accepted": proof.accepted[1:]},
        {"accepted": (*proof.accepted, (0, "A"))},
        {"accepted": (*proof.accepted, proof.accepted[0])},
        {"ways": proof.ways + 1},
        {"step": 1},
    ):
        with pytest.raises(CertificateError):
            check_endless(dataclasses.replace(result, endless=dataclasses.replace(proof, **wrong)))
