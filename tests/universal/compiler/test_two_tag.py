"""Turing machines compiled to 2-tag systems: every step of random machines, and what is refused."""

from __future__ import annotations

import dataclasses
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from seeds import examples, sweep

from noisytm import TuringMachine, library
from noisytm.discrete.reference import trace
from noisytm.errors import BudgetError, MachineError
from noisytm.universal import BinaryCoding, Simulated, TwoTagProgram
from noisytm.universal.compiler.binary import relative

STEPS = 10
MAX_TAG_STEPS = 4000


@st.composite
def machines(draw):
    """A machine with 1 to 5 symbols, moves of all kinds, unlisted tuples and a halting state; and a word."""
    symbols = "0123x"[: draw(st.integers(1, 5))]
    states = [*"ab?"[: draw(st.integers(1, 3))], "Z"]
    rows = []
    for s in symbols:
        for q in states[:-1]:
            if draw(st.integers(0, 5)):
                rows.append((s, q, *(draw(st.sampled_from(x)) for x in (symbols, states, "LSR"))))
    machine = TuringMachine(list(symbols), draw(st.sampled_from(symbols)), states, "a", rows, halting=["Z"])
    return machine, draw(st.text(symbols, max_size=3))


def direct(machine, word, steps):
    """What a machine looks like before every step, positions counted from the head."""
    seen = (Simulated.of(c) for c in trace(machine, word, steps))
    return [relative(c.state, c.tape, c.origin - c.head, machine.blank) for c in seen]


@sweep
@given(machines())
@settings(max_examples=examples(80, 20), deadline=None)
def test_two_symbols(case):
    machine, word = case
    coding = BinaryCoding(machine)
    right = direct(machine, word, STEPS)
    seen = [
        coding.decode(Simulated.of(c))
        for c in trace(coding.machine, coding.encode(word), 12 * STEPS)
        if coding.between_steps(c.state)
    ]
    assert seen[: len(right)] == right[: len(seen)] and len(seen) >= min(len(right), 5)


@sweep
@given(machines())
@settings(max_examples=examples(80, 20), deadline=None)
@pytest.mark.slow
def test_every_step_of_a_compiled_machine(case):
    machine, word = case
    program = TwoTagProgram(machine)
    words = list(islice(program.system.trace(program.encode(word), MAX_TAG_STEPS), MAX_TAG_STEPS))
    seen = [program.decode(w) for w in words if program.complete(w)]
    right = direct(machine, word, len(seen))
    assert seen == right[: len(seen)] and seen
    if program.system.stops(words[-1]):
        # it has halted with a word that stands for the last configuration, where the machine rests too
        assert program.system.stops(words[-1]) == "halted"
        assert program.decode(words[-1]) == right[-1] and seen == right
        assert right[-1].state == "Z" or (right[-1].tape[-right[-1].origin], right[-1].state) not in machine.table


@pytest.mark.parametrize("name", ["bb2", "bb3", "bb3-score", "palindrome", "binaryIncrement"])
def test_library_machines_to_the_end(name):
    machine = dataclasses.replace(library.machine(name), undefined="stop")
    program = TwoTagProgram(machine)
    word = {"palindrome": "AB", "binaryIncrement": "01"}.get(name, "")
    end = program.system.run(program.encode(word), 10_000)
    assert (end.reason, program.decode(end.word)) == ("halted", direct(machine, word, 1000)[-1])


def test_only_what_can_come_up_is_compiled():
    """A machine that moves to the right only has no letters for a head that comes from the right."""
    letters = TwoTagProgram(library.machine("parity")).system.letters
    assert not any(letter.endswith(",L]") for letter in letters) and letters[-1] == "H"


def test_what_cannot_be_decoded():
    program = TwoTagProgram(library.machine("bb2"))
    words = list(program.system.trace(program.encode(""), 10))
    assert [program.complete(w) for w in words[:4]] == [True, False, False, True]
    for word in (words[1], (), ("H",), ("H", "x"), words[3][:-1], (*words[3], "x")):
        assert not program.complete(word)
        with pytest.raises(MachineError, match="completed step"):
            program.decode(word)
    coding = BinaryCoding(library.machine("detectA"))
    writing = next(state for state, phase in coding.phases.items() if phase is None)
    with pytest.raises(MachineError, match="is being written"):
        coding.decode(Simulated(writing, 0, ("0",), 0))
    with pytest.raises(MachineError, match="code of no symbol"):
        coding.decode(Simulated(coding.machine.start, 0, ("1", "1"), 0))


def test_a_word_too_long_for_unary():
    with pytest.raises(BudgetError, match="use a shorter one"):
        TwoTagProgram(library.machine("parity")).encode("1" * 30)
    with pytest.raises(MachineError, match="position 0"):
        TwoTagProgram(library.machine("parity")).encode("x")
