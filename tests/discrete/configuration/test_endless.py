"""Runs that never end and do not repeat themselves: their proofs, checked by the plain loop."""

from __future__ import annotations

import random

import pytest
from random_machines import random_machine, random_word
from seeds import ALL_SEEDS, seeds, sweep

from noisytm import enumerate_machines
from noisytm.cli import main
from noisytm.discrete import ClosedGraph, Configuration, EndlessRule, run
from noisytm.discrete.chain import accelerated
from noisytm.discrete.configuration.endless import closed_graph
from noisytm.formats import parse
from noisytm.machine import TuringMachine

BOUNCERS = ["1RB0LB_1LA0RA", "1RB---_1LC1RB_1LA1LC", "1RB1LA0LA_2LA0RA---"]
COUNTER = "1RB---_0LB1RC_1LB0RC"


def content(configuration):
    """Return state, tape without the blanks at its ends, and the head's place on that."""
    machine = configuration.machine
    cells = [machine.symbols[i] for i in configuration.cells]
    written = [i for i, symbol in enumerate(cells) if symbol != machine.blank]
    first, last = (written[0], written[-1]) if written else (0, -1)
    return configuration.state, cells[first : last + 1], configuration.head - configuration.origin - first


def said(proof, machine, applications):
    """Return what a proof says of the configuration after so many applications."""
    words = [word * (count + applications * change) for word, count, change in proof.tape]
    left = [symbol for word in words[: proof.head] for symbol in word]
    cells = [symbol for word in words for symbol in word]
    head = len(left) if proof.to_right else len(left) - 1
    written = [i for i, symbol in enumerate(cells) if symbol != machine.blank]
    return proof.state, cells[written[0] : written[-1] + 1], head - written[0]


@pytest.mark.parametrize("text", BOUNCERS)
def test_rules_that_apply_for_ever(text):
    machine = parse(text)
    widths = (2, 4, 6) if text == BOUNCERS[0] else (1, 2, 3, 4)  # the first one's stretch is of two cells
    for width in widths:
        found = accelerated.ChainRun(Configuration.initial(machine), width, counting=False)
        found.go(10**50, 3000)
        proof = found.endless
        assert isinstance(proof, EndlessRule) and any(change > 0 for _, _, change in proof.tape)
        assert all(change >= 0 for _, _, change in proof.tape)
        here = run(machine, max_steps=proof.step, method="direct", cycles=0).configuration
        assert content(here) == said(proof, machine, 0)
        here = run(machine, max_steps=proof.step + proof.period, method="direct", cycles=0).configuration
        assert content(here) == said(proof, machine, 1)
        assert content(here) != said(proof, machine, 2)
        wanted = said(proof, machine, 2)  # some later step; the next application takes at least as long
        later = range(here.steps + proof.period, here.steps + 4 * proof.period)
        assert any(content(run(machine, max_steps=n, start=here, cycles=0).configuration) == wanted for n in later)


@sweep
def test_no_machine_that_halts_is_endless():
    """All machines with three states and two symbols that halt, just before they do: a part of them by default."""
    checked, every = 0, 1 if ALL_SEEDS else 4
    for machine in list(enumerate_machines(3, 2, progress=False).list_machines("halted"))[::every]:
        steps = run(machine).steps
        found = accelerated.ChainRun(Configuration.initial(machine), 1 + checked % 3, counting=False)
        found.go(10**9, 500)
        assert found.endless is None
        assert all(run(machine, max_steps=n, cycles=0).endless is None for n in {0, steps // 2, steps - 1})
        checked += 1
    assert checked == 1772 // every


@sweep
@pytest.mark.parametrize("seed", seeds(range(200), 40))
def test_closed_graphs_hold(seed):
    rng = random.Random(seed)
    machine = random_machine(rng)
    here = run(machine, random_word(rng, machine), rng.randint(0, 40), "direct", cycles=0).configuration
    proof = closed_graph(here)
    later = run(machine, start=here, max_steps=here.steps + 500, method="direct", visited=True, cycles=0)
    if proof is None:
        return
    assert later.reason == "budget" and proof.step == here.steps
    assert {q for _, q in later.visited} <= set(proof.states)
    assert {s for s, _ in later.visited} <= set(proof.symbols)


def test_closed_graphs_are_found_and_no_more():
    machine = TuringMachine(
        ["_", "a", "b"], "_", ["s", "t", "end"], "s",
        [("_", "s", "a", "s", "R"), ("a", "s", "a", "t", "L"), ("a", "t", "b", "end", "R")], ["end"],
    )  # fmt: skip
    assert closed_graph(Configuration.initial(machine, "")) is None  # writes an a, which could be read
    again = TuringMachine(["_", "a"], "_", ["s", "t"], "s", [("_", "s", "_", "s", "R"), ("a", "s", "a", "t", "R")])
    assert closed_graph(Configuration.initial(again, "")) == ClosedGraph(0, ("s",), ("_",))
    assert closed_graph(Configuration.initial(again, ["_", "a"])) is None  # there is an a on the tape


def test_results_say_so(capsys):
    result = run(parse(BOUNCERS[1]), max_steps=10**6)
    assert result.reason == "budget" and not result.halted
    assert result.to_json()["endless"]["proof"] == "rule"
    counter = run(parse(COUNTER), max_steps=10**6)
    assert counter.to_json()["endless"] == {
        "proof": "closed graph", "step": 10**6, "states": ["B", "C"], "symbols": ["0", "1"],
    }  # fmt: skip
    assert main(["run", COUNTER, "--max-steps", "1000"]) == 3
    first, second, *_ = capsys.readouterr().out.splitlines()
    assert first == "never stops; after 1,000 steps in state B"
    assert second == "closed from step 1,000 on only B, C are entered and only 0, 1 are read: nowhere to stop"
    assert main(["run", BOUNCERS[1], "--max-steps", "1e5000"]) == 3
    first, second, _, head, tape = capsys.readouterr().out.splitlines()
    assert first == "never stops; after about 1.00·10^5000 steps in state C"
    assert second.endswith("1^228 becomes 1 1^231 after 460 steps, and so for ever")
    assert "about -" in head and "^about 1.73·10^2500" in tape
    assert main(["run", BOUNCERS[1], "--max-steps", "1e5000", "--json"]) == 3
    assert f'"steps": 1{"0" * 5000},' in capsys.readouterr().out
