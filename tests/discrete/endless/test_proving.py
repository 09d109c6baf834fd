"""The order in which proofs are tried, what runs by default, and cycles however late they begin."""

from __future__ import annotations

import dataclasses

import pytest

from noisytm import parse, run
from noisytm.discrete import ClosedGraph, Configuration, EndlessRule, LateCycle, check_endless
from noisytm.discrete.endless import bouncer, ngram_closure, proof_of, proving, word_closure

SWEEPER = "1RB---_1LC1RB_1LA1LC"
COUNTER = "1RB1LC_0LA0RB_1LA---"


def test_nothing_more_is_tried_unless_it_is_asked_for(monkeypatch):
    monkeypatch.setattr(proving, "_proofs", lambda *_: pytest.fail("a proof is looked for"))
    result = run(parse(COUNTER), max_steps=100)
    assert result.reason == "budget" and "prove_endless" not in result.options
    assert run(parse("1RB0RB_0LA---"), max_steps=100).reason == "cycles"
    assert run(parse("1RB1LB_1LA1RZ"), prove_endless=True).reason == "halted"  # nor where there is nothing to prove


def test_a_translated_cycle_has_a_name_of_its_own_only_with_the_others():
    machine = parse("1RB0LB_0LA---")
    assert [run(machine, max_steps=100, prove_endless=prove).reason for prove in (False, True)] == [
        "cycles",
        "translated",
    ]


def test_cheap_proofs_come_first():
    """This one bounces, and has closures too; each is found once those before it are taken away."""
    machine, start = parse(SWEEPER), Configuration.initial(parse(SWEEPER))
    here = run(machine, max_steps=100).configuration
    assert proof_of(start, here, None) == bouncer(start)
    assert ngram_closure(start) is not None and word_closure(start) is not None
    rule = EndlessRule(1, 1, "A", 0, True, ((("1",), 1, 1),))
    counter = Configuration.initial(parse(COUNTER))
    assert proof_of(counter, run(counter.machine, max_steps=100).configuration, rule) == ngram_closure(counter)
    graph = ClosedGraph(100, ("B", "C"), ("0", "1"))
    assert proof_of(start, here, graph) is graph


def test_rules_are_taken_where_nothing_else_is_found(monkeypatch):
    for name in ("bouncer", "ngram_closure", "word_closure", "automaton_closure"):
        monkeypatch.setattr(proving, name, lambda start: None)
    result = run(parse(SWEEPER), max_steps=10**40, prove_endless=True)
    assert result.reason == "rule" and check_endless(result) == result.endless


@pytest.mark.slow
def test_cycles_that_begin_very_late():
    machine = parse("1RB1LD_1RC0LB_0RD---_0RE0RD_1LE1LA")  # runs off along the blank after 32,891,764 steps
    result = run(machine, max_steps=5 * 10**7, cycles=0, method="direct", prove_endless=True)
    assert result.reason == "translated" and isinstance(result.endless, LateCycle)
    assert (result.endless.period, result.endless.offset) == (1, -1)


def test_cycles_that_begin_late():
    long = parse("1RB0RC_1LB1LD_0RA0LD_1LA1RC")  # preperiod 158491, period 17620
    found = run(long, max_steps=10**6, cycles=0, prove_endless=True)
    assert found.endless == LateCycle(158491, 17620, 118) or found.reason == "closed"


def test_a_machine_that_stops_later_has_no_proof():
    """All of it looks beyond the steps that are used up."""
    for text in ("1RB1LB_1LA0LC_1RZ1LD_1RD0RA", "1RB1LC_1RC1RB_1RD0LE_1LA1LD_1RZ0LA"):
        half = run(parse(text), max_steps=50, prove_endless=True)
        assert half.reason == "budget" and half.endless is None
        assert run(half.configuration.machine, resume=half).halted


@pytest.mark.slow
def test_tapes_in_run_length_form_are_left_in_it():
    rest = run(parse("1RB2RA1LC_2LC1RB2RB_---2LA1LA"), max_steps=10**7, method="chain", prove_endless=True)
    assert rest.reason == "budget"
    again = run(rest.configuration.machine, start=rest.configuration, max_steps=10**7 + 5, prove_endless=True)
    assert again.reason == "budget" and dataclasses.replace(again, options=None).endless is None
