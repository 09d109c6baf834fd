"""Runs that begin to repeat themselves, or run off along the blank, after the search for cycles has ended."""

from __future__ import annotations

import itertools
import random

import pytest
from random_machines import random_machine, random_word
from repeating import repeats
from seeds import examples, sweep

from noisytm import RunResult, parse, run
from noisytm.discrete import Configuration, LateCycle, trace
from noisytm.discrete.configuration import configuration_of_pieces
from noisytm.discrete.cycles import late_cycle

METHODS = ("direct", "block", "chain", "auto")
# Public lists of machines that run off late state when: the text, and the first step after which the state is for ever.
SPINS = (
    ("1RB1LD_1RC0LB_0RD---_0RE0RD_1LE1LA", 32_891_765, -1),
    ("1RB1RA_1RC---_0RD0RC_1LD1LE_1RA1LC", 32_738_608, -1),
    ("1RB---_0LC0LB_0LD1LC_1RD0RE_1LB1LA", 455_790_469_749, 1),
    ("1RB1RA_0RC0RB_1LC1LD_1RE1LB_---0RA", 348_098_678_512, -1),
    ("1RB---_1RC0RF_1RD0LF_1LE0RC_1LD0RE_1LC1RA", None, -2),
)


def require_proved(machine, word, proof):
    """Check the proof on a run made step by step."""
    configurations = list(trace(machine, word, proof.step + proof.period))
    assert configurations[-1].steps == proof.step + proof.period, "it halts"
    assert repeats(configurations[proof.step :], proof.offset), proof


@pytest.mark.parametrize(("text", "first", "offset"), SPINS)
def test_late_spins_are_recognised_where_they_begin(text, first, offset):
    result = run(parse(text), max_steps=10**30)
    proof = result.endless
    assert (result.reason, result.steps, result.cycle) == ("budget", 10**30, None)
    assert isinstance(proof, LateCycle) and proof.offset == offset
    assert proof.period == abs(offset) and first in (None, proof.step)
    assert RunResult.from_json(result.to_json()) == result


def tables():
    """Return the tables of 2 states and 2 symbols, and as many random ones of 3 states."""
    cells = ["---", *("".join(cell) for cell in itertools.product("01", "LR", "AB"))]
    small = ["{}{}_{}{}".format(*table) for table in itertools.product(cells, repeat=4)]
    rng = random.Random(0)
    cells = ["---", *("".join(cell) for cell in itertools.product("01", "LR", "ABC"))]
    larger = ["{}{}_{}{}_{}{}".format(*rng.choices(cells, k=6)) for _ in small]
    chosen = [*small, *larger]
    return random.Random(1).sample(chosen, examples(len(chosen), 150))


@sweep
def test_all_methods_recognise_them():
    """A cycle that shows where the run is left is seen by every method, though no search for cycles is allowed."""
    late = 0
    for text in tables():
        machine, steps = parse(text), random.Random(text).randint(0, 200)
        results = {method: run(machine, max_steps=steps, method=method, cycles=0) for method in METHODS}
        known = {result.endless is not None for result in results.values()}
        found = [result.endless for result in results.values() if isinstance(result.endless, LateCycle)]
        assert len(known) == 1 or not found, text
        assert results["direct"].endless == results["block"].endless
        for proof in set(found):
            late += 1
            require_proved(machine, "", proof)
    assert late


@sweep
def test_random_machines_on_words():
    for seed in range(examples(600, 60)):
        rng = random.Random(seed)
        machine = random_machine(rng)
        word = random_word(rng, machine)
        proof = run(machine, word, rng.randint(0, 60), rng.choice(METHODS), cycles=0).endless
        if isinstance(proof, LateCycle):
            require_proved(machine, word, proof)


@pytest.mark.parametrize("far", [2, 50, 200, 10_000])
def test_what_lies_ahead_is_no_blank(far):
    """A machine that runs off to the right, until it comes to what is written there."""
    machine = parse("0RA1LB_1LB---")
    here = configuration_of_pieces(
        machine,
        [((0,), far), ((1,), 1)],
        state="A",
        head=0,
        steps=0,
        origin=0,
        leftmost=0,
        rightmost=0,
    )
    found = late_cycle(here, 100)
    assert found is None or found.offset < 0
    assert late_cycle(here, 8 * far + 80).offset == -1
    assert late_cycle(Configuration.initial(machine), 100) == LateCycle(0, 1, 1)


TAPES = [("1RB---_1LC1RB_1LA1LC", None), ("0LA1RA_------", 0), ("---1RB_1RB---", 1)]


@pytest.mark.parametrize(("text", "offset"), TAPES)
def test_a_long_tape_is_looked_at_near_the_head_only(text, offset):
    """The last cell of 10^30 in a row: the head turns there and sweeps back, swings there, or goes off."""
    machine = parse(text)
    here = configuration_of_pieces(
        machine,
        [((1,), 10**30)],
        state=machine.states[offset is None],
        head=10**30 - 1,
        steps=10**31,
        origin=0,
        leftmost=0,
        rightmost=10**30 - 1,
    )
    found = late_cycle(here)
    assert (found and found.offset) == offset
