"""Leaps from shape to shape, where counts are multiplied by fractions: each is its moves, and runs stop anywhere."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from seeds import examples, sweep

from noisytm.discrete import Configuration, run
from noisytm.discrete.chain import accelerated, leaps, prover
from noisytm.formats import parse

MACHINES = {  # with the width of the blocks on which their counts are multiplied by two thirds, and by other fractions
    "1RB1RE_1LC1RB_0LB0LD_1RA1LD_1RF0RB_1RZ1RE": 1,
    "1RB1RE_1LC1RB_1LC0LD_1RA1LD_0RF0RB_1RZ1LD": 1,
    "1RB1LA_1RC0RD_0LD1RF_1LE1RD_0LD0LA_1RZ0RA": 1,
    "1RB1LE_1LC1RD_1LA0LB_0RB0RC_0LC1LF_1RZ0RC": 2,
}
each_machine = pytest.mark.parametrize(("text", "width"), list(MACHINES.items()), ids=lambda value: str(value)[:7])


def chain(text, width, moves, steps=10**100):
    found = accelerated.ChainRun(Configuration.initial(parse(text)), width, counting=True)
    found.go(steps, moves)
    return found


@pytest.fixture
def no_jumps(monkeypatch):
    """Have all that is not a rule made by leaps."""
    monkeypatch.setattr(prover, "SETTLED", 1 << 60)


@each_machine
def test_a_leap_is_its_moves(text, width, no_jumps):
    """Made one by one from any counts that a leap is for, they lead where it says, and use what it says."""
    found, rng, made = chain(text, width, 20_000), random.Random(0), 0
    for shape, node in found.prover.leaps.nodes.items():
        opened = sum(not one for side in shape[2:] for _, one in side)
        for leap in node.leaps:
            for _ in range(300):
                counts = [rng.randint(2, 60) if rng.random() < 0.9 else 2 for _ in range(opened)]
                after = leap.work(counts)
                if after is None:
                    continue
                tape, moves = leaps.tape_of(found.macro, shape, counts), 0
                tape.uses = {}
                while tape.steps < after[1]:
                    assert tape.move(after[1])
                    moves += 1
                expected = leaps.tape_of(found.macro, leap.end, after[0])
                assert (tape.state, tape.facing, tape.left, tape.right) == (
                    expected.state, expected.facing, expected.left, expected.right,
                )  # fmt: skip
                assert (tape.steps, tape.added_left) == (after[1], after[2]) and moves >= leap.moves
                assert (tape.reach_left, tape.reach_right) == leap.reach
                assert (tape.new_left, tape.new_right) == leap.new
                uses = {key: leaps.at(used, counts) for key, used in leap.uses.items()}
                assert Counter(tape.uses) == Counter(uses)
                made += 1
    assert made >= 90


@sweep
@each_machine
def test_runs_with_leaps_stop_anywhere(text, width):
    machine, rng = parse(text), random.Random(width)
    for _ in range(examples(20, 4)):
        steps = rng.randint(10**5, 10**7)
        found = chain(text, width, 50_000, steps)
        while found.go(steps, 50_000):
            pass
        expected = run(machine, max_steps=steps, method="direct", counts=True, cycles=0)
        assert found.configuration(steps) == expected.configuration
        assert accelerated.tallied(machine, found.uses) == expected.counts


def test_a_run_of_a_hundred_million_million_steps():
    """Its counts are multiplied by two thirds again and again, some 50,000 times until it halts."""
    result = run(parse("1RB1RE_1LC1RB_0LB0LD_1RA1LD_1RF0RB_1RZ1RE"), max_steps=10**1000)
    assert (result.reason, result.method, result.score, result.steps) == (
        "halted", "chain", 154_856, 168_698_590_504_496,
    )  # fmt: skip


def test_what_only_adds_to_counts_is_made_a_rule():
    """A shape may come again after a varying number of moves, and a rule be found only when leaps are looked for."""
    found = chain("1RB1LA_1RC0RD_0LD1RF_1LE1RD_0LD0LA_1RZ0RA", 1, 20_000)
    assert found.prover.rules and not any(
        found.prover.rules.find(leaps.tape_of(found.macro, shape)) for shape in found.prover.leaps.nodes
    )


def test_leaps_cost_a_share_of_the_moves(no_jumps):
    for text, width in MACHINES.items():
        found = chain(text, width, 20_000).prover
        assert 0 < found.leaps.effort <= found.moves / leaps.SHARE + leaps.MAX_MOVES
        assert found.work < found.moves
