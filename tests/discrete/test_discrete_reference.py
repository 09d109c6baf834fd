"""The compiled loop against the readable one."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from seeds import examples, slow_where, sweep

from noisytm.discrete import Configuration, reference, run, trace, used_tuples
from noisytm.discrete.configuration import packing
from noisytm.formats import parse
from noisytm.machine import MOVES, TuringMachine
from noisytm.problem import outcome

SETTINGS = settings(max_examples=examples(300, 80), deadline=None)


@st.composite
def machines(draw, max_symbols: int = 4, max_states: int = 4) -> TuringMachine:
    """Draw machines with all moves, unlisted tuples, halting states, any blank and start state."""
    symbols = [str(i) for i in range(draw(st.integers(1, max_symbols)))]
    states = [f"q{i}" for i in range(draw(st.integers(1, max_states)))]
    halting = draw(st.lists(st.sampled_from(states), unique=True, max_size=1))
    undefined = draw(st.sampled_from(["stop", "write-1"] if "1" in symbols else ["stop"]))
    keys = [(s, q) for s in symbols for q in states if q not in halting]
    kept = draw(st.lists(st.sampled_from(keys), unique=True)) if keys else []
    if draw(st.booleans()):
        kept = keys
    entry = st.tuples(st.sampled_from(symbols), st.sampled_from(states), st.sampled_from(MOVES))
    tuples = [(*key, *draw(entry)) for key in kept]
    blank, start = draw(st.sampled_from(symbols)), draw(st.sampled_from(states))
    return TuringMachine(symbols, blank, states, start, tuples, halting, undefined)


@st.composite
def runs(draw):
    machine = draw(machines())
    word = draw(st.lists(st.sampled_from(machine.symbols), max_size=8))
    return machine, word, draw(st.integers(0, 60))


def resting(machine: TuringMachine) -> TuringMachine:
    return dataclasses.replace(machine, undefined="stop")


@sweep
@SETTINGS
@given(runs())
def test_run_equals_the_reference(case):
    machine, word, steps = case
    expected = reference.run(machine, word, steps)
    result = run(machine, word, steps, visited=True, counts=True, cycles=0)
    endless = expected.endless or result.endless  # late cycles have tests of their own
    expected = dataclasses.replace(expected, method="direct", endless=endless)
    assert result == expected
    added = {"options": dict(result.options), **result.times()}
    assert result.to_json() == expected.to_json() | added
    fast = run(machine, word, steps)
    assert fast.configuration == expected.configuration
    assert (fast.visited, fast.counts) == (None, None)


@sweep
@SETTINGS
@given(runs())
def test_runs_taken_up_step_by_step_equal_the_trace(case):
    machine, word, steps = case
    configurations = list(trace(machine, word, steps))
    here = Configuration.initial(machine, word)
    for n, expected in enumerate(configurations):
        result = run(machine, max_steps=n, start=here)
        here = result.configuration
        assert here == expected and hash(here) == hash(expected)
    assert run(machine, max_steps=steps, start=here).configuration == configurations[-1]
    assert run(machine, word, steps).configuration == configurations[-1]


@sweep
@SETTINGS
@given(runs(), st.integers(0, 60))
def test_a_run_in_two_parts_equals_the_unbroken_run(case, first):
    machine, word, steps = case
    total = first + steps
    half = run(machine, word, first, counts=True)
    whole = run(machine, word, total, counts=True)
    rest = run(machine, max_steps=total, start=half.configuration, counts=True)
    assert rest.configuration == whole.configuration
    assert rest.halted == whole.halted
    assert [a + b for a, b in zip(half.counts, rest.counts, strict=True)] == list(whole.counts)


@sweep
@SETTINGS
@given(runs(), st.integers(1, 5))
def test_outcome_equals_the_end_of_the_trace(case, width):
    machine, word, steps = case
    *_, last = trace(resting(machine), word, steps)
    assert outcome(machine, word, steps) == last.state
    assert outcome(machine, word, steps, f"tape:{width}") == last.symbols_from_head(width)


@sweep
@SETTINGS
@given(runs(), st.integers(0, 3))
def test_used_tuples_are_those_of_all_words(case, more):
    machine, word, steps = case
    inputs = [word[:k] for k in range(len(word) + 1)][: more + 1]
    expected = {(c.symbol, c.state) for w in inputs for c in list(trace(resting(machine), w, steps))[:-1]}
    assert used_tuples(machine, inputs, steps) == tuple(k for k in machine.keys if k in expected)


@sweep
@SETTINGS
@given(runs())
def test_tape_runs_spell_the_cells(case):
    configuration = run(*case).configuration
    cells = [symbol for symbol, count in configuration.tape for _ in range(count)]
    assert cells == [configuration.machine.symbols[i] for i in configuration.cells]
    assert all(a[0] != b[0] for a, b in zip(configuration.tape, configuration.tape[1:], strict=False))


@pytest.mark.parametrize("text", ["1RB1LC_1RC1RB_1RD0LE_1LA1LD_1RZ0LA", "1RB2LA1RA1RA_1LB1LA3RB1RZ", "1RB0LB_0LA---"])
def test_longer_runs_equal_the_reference(text, monkeypatch):
    """Small buffers, so that they grow on both sides many times."""
    monkeypatch.setattr(packing, "MARGIN", 3)
    machine = parse(text)
    *_, last = trace(machine, "", 3000)
    assert run(machine, max_steps=3000).configuration == last


@sweep
@SETTINGS
@given(runs())
def test_tiny_buffers_grow(case):
    machine, word, steps = case
    expected = run(machine, word, steps)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packing, "MARGIN", 3)
        assert run(machine, word, steps) == expected


@pytest.mark.parametrize("symbols", [127, 128, 129, 256, 257, 40_000])
@slow_where("40000")
def test_large_alphabets(symbols):
    names = [f"s{i}" for i in range(symbols)]
    rows = [(names[i], "up", names[(i + 1) % symbols], "up", "S" if i % 2 else "R") for i in range(symbols)]
    machine = TuringMachine(names, names[-1], ["up"], "up", rows)
    word = [names[-2], names[symbols // 2], names[0]]
    *_, last = trace(machine, word, 50)
    assert run(machine, word, 50).configuration == last
