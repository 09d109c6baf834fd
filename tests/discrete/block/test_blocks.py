"""The table of blocks: any alignment, blocks that are never left, and where the blocks had better begin."""

from __future__ import annotations

import random

import numpy as np
import pytest
from random_machines import random_machine, random_word
from seeds import ALL_SEEDS, seeds, sweep

from noisytm.discrete import Configuration, run
from noisytm.discrete.block import runs as blocks
from noisytm.discrete.configuration.packing import packed_table
from noisytm.discrete.direct import loop as direct
from noisytm.formats import parse

IN_PLACE = parse("1RB0RB_0LA---")
COUNTERS = [parse("1RB---_0LB1RC_1LB0RC"), parse("1RB---_1RC1LB_0LB0RC")]


@sweep
@pytest.mark.parametrize("seed", seeds(range(200), 40))
def test_blocks_may_begin_anywhere(seed, monkeypatch):
    rng = random.Random(seed)
    machine = random_machine(rng)
    begin = Configuration.initial(machine, random_word(rng, machine))
    begin, _ = direct.advance(begin, rng.randint(0, 300))
    steps = rng.randint(0, 20_000)
    width = blocks.block_width(machine)
    monkeypatch.setattr(blocks, "WORTH_PROBING", 0)
    monkeypatch.setattr(blocks, "_best_shift", lambda *_: rng.randrange(width))
    tally, other = (np.zeros(packed_table(machine).size, dtype=np.int64) for _ in range(2))
    expected, _ = direct.advance(begin, max(steps, begin.steps), tally)
    found, fits = blocks.advance(begin, max(steps, begin.steps), other)
    assert fits and found == expected and np.array_equal(tally, other)


@pytest.mark.parametrize("steps", [0, 1, 2, 3, 4, 5, 63, 64, 65, 1000, 1001, 1002, 1003])
def test_a_block_that_is_never_left(steps):
    expected = run(IN_PLACE, max_steps=steps, method="direct", counts=True, cycles=0)
    found = run(IN_PLACE, max_steps=steps, method="block", counts=True, cycles=0)
    assert (found.configuration, found.counts) == (expected.configuration, expected.counts)


@sweep
@pytest.mark.parametrize("rest", range(4) if ALL_SEEDS else [1])
def test_a_block_that_is_never_left_takes_no_time(rest):
    """The search for cycles is off: it is the block's finitely many contents that come again."""
    small = run(IN_PLACE, max_steps=4 * 10**5 + rest, method="direct", cycles=0)
    for rounds in (10**12, 10**80):
        large = run(IN_PLACE, max_steps=4 * rounds + rest, method="block", cycles=0)
        assert large.steps == 4 * rounds + rest
        assert (large.state, large.head, large.tape) == (small.state, small.head, small.tape)
    for rounds in (10**12, 10**80):
        counts = run(IN_PLACE, max_steps=4 * rounds + rest, method="block", counts=True, cycles=0).counts
        assert sum(counts) == 4 * rounds + rest and max(counts) - 2 * rounds in (0, 1, 2)


def test_stops_inside_a_block():
    """At an undefined cell, in a halting state, and with the convention of one more step, on blocks of ten cells."""
    for text in ("1RB---_1RC---_1RD---_1LD0LA", "1RB1RZ_1LA1LB", "1RB0RC_1LA1RA_1RZ1RD_1LD0LB"):
        for convention in ("stop", "write-1"):
            machine = parse(text)
            machine = type(machine)(
                machine.symbols,
                machine.blank,
                machine.states,
                machine.start,
                machine.tuples,
                machine.halting,
                convention,
            )
            for steps in range(120):
                expected = run(machine, max_steps=steps, method="direct", visited=True)
                found = run(machine, max_steps=steps, method="block", visited=True)
                assert (found.configuration, found.visited) == (expected.configuration, expected.visited)
                assert found.reason == expected.reason


@pytest.mark.parametrize("machine", COUNTERS)
def test_probing_finds_where_a_counter_stands(machine):
    """With its wall at the edge of a block, a counter counts to 2^10 in it: few passages for many steps."""
    start, _ = direct.advance(Configuration.initial(machine), 5000)
    width, stop = blocks.block_width(machine), 500_000
    passages = []
    for shift in range(width):
        course = blocks._Course(start, width, shift, None, direct.MAX_CELLS)
        course.run(stop)
        assert course.configuration().steps == stop
        passages.append(course.passages)
    best = blocks._best_shift(start, width, direct.MAX_CELLS)
    assert passages[best] <= 1.1 * min(passages) and min(passages) * 10 < max(passages)
