"""Races of many widths of blocks: whoever wins, and wherever the run is left, it is the run of the plain loop."""

from __future__ import annotations

import random

import pytest
from random_machines import random_machine, random_word
from seeds import seeds, sweep

from noisytm.discrete import course, run
from noisytm.discrete.chain import race, raced
from noisytm.formats import parse

TEN_WIDE = parse("1RB0RC_0LC0RE_1LD1LC_1LA0LF_1RZ1RA_1RA0LC")  # no rules for long but on blocks of ten cells


@sweep
@pytest.mark.parametrize("seed", seeds(range(200), 12))
def test_races_end_where_the_plain_loop_does(seed, monkeypatch):
    rng = random.Random(seed)
    machine, steps = random_machine(rng), rng.randint(20_000, 60_000)
    word = random_word(rng, machine)
    monkeypatch.setattr(course, "BLOCK_STEPS", 1000)
    monkeypatch.setattr(race, "ROUNDS", ((32, 6), (64, 2), (128, 1)))
    expected = run(machine, word, steps, "direct", counts=True, cycles=0)
    found = run(machine, word, steps, counts=True, cycles=0)
    assert (found.configuration, found.counts) == (expected.configuration, expected.counts)


def test_the_width_whose_speed_grows_is_found():
    start = run(TEN_WIDE, max_steps=1 << 14, method="direct").configuration
    racer = raced(start, 10**9, False)
    assert racer.run.width == 10 and racer.worthwhile
    result = run(TEN_WIDE, max_steps=10**100)
    assert (result.reason, result.method, result.score, result.steps) == ("halted", "chain", 1_759_221, 736_881_938_876)


def test_a_run_that_becomes_no_faster_loses():
    counter = parse("1RB---_0LB1RC_1LB0RC")
    start = run(counter, max_steps=1 << 14, method="direct").configuration
    assert raced(start, 10**9, False) is None
