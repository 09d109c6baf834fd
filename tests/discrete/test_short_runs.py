"""The loops in plain Python do what the compiled ones do, and go over to them at any step."""

from __future__ import annotations

import random
import sys

import numpy as np
import pytest
from random_machines import random_machine, random_word
from seeds import seeds, sweep

from noisytm import library, parse, run
from noisytm.discrete import Configuration
from noisytm.discrete.configuration import packed_table
from noisytm.discrete.cycles import finding
from noisytm.discrete.direct import ALLOWANCE, loop


@pytest.fixture
def allow(monkeypatch):
    """Return a function that lets so many steps be made in plain Python, as if nothing compiled had been loaded."""

    def set_allowance(steps):
        monkeypatch.setattr(ALLOWANCE, "left", steps)
        for kernel in (loop.KERNEL, finding.KERNEL):
            monkeypatch.delitem(sys.modules, kernel, raising=False)

    return set_allowance


@sweep
@pytest.mark.parametrize("seed", seeds(range(300), 60))
def test_plain_loops_equal_the_compiled_ones_wherever_they_hand_over(allow, seed):
    rng = random.Random(seed)
    machine = random_machine(rng)
    start = Configuration.initial(machine, random_word(rng, machine))
    steps = rng.choice([rng.randint(0, 60), rng.randint(0, 800), rng.randint(0, 20_000)])
    most = rng.choice([1 << 30, 600])

    def answers():
        tally = np.zeros(packed_table(machine).size, dtype=np.int64)
        end = loop.advance(start, steps, tally, most)
        return *end, tally.tolist(), loop.advance(start, steps, None, most), finding.find_cycle(start, steps)

    compiled = answers()
    for allowance in (1 << 40, rng.randint(1, 2000)):
        allow(allowance)
        assert answers() == compiled


def test_short_runs_load_nothing_that_is_compiled(allow):
    allow(1 << 22)
    cycling = parse("1RB0LB_0LA---")
    assert run(library.machine("bb4")).steps == 107
    assert run(cycling, max_steps=10**100).cycle.period == 4
    assert loop.KERNEL not in sys.modules and finding.KERNEL not in sys.modules
    assert ALLOWANCE.left < 1 << 22


def test_the_allowance_is_that_of_the_process(allow):
    """Many short runs add up: once they have made as many steps as loading is worth, the compiled loop makes them."""
    allow(1000)
    for _ in range(30):
        assert run(library.machine("bb4"), method="direct").steps == 107
    assert ALLOWANCE.left == 0
