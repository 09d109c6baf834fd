"""Runs that repeat themselves: proofs checked step by step on a tape in a dict, and the leap along a cycle."""

from __future__ import annotations

import itertools
import random

import pytest
from random_machines import random_machine, random_word
from repeating import repeats

from noisytm.discrete import Configuration, run, trace
from noisytm.discrete.configuration.result import Cycle
from noisytm.discrete.cycles.finding import find_cycle, repeated
from noisytm.formats import parse


def history(machine, word, steps):
    return list(trace(machine, word, steps))


def proves(configurations, cycle):
    """Check that one period after the preperiod everything is the same again."""
    return repeats(configurations[cycle.preperiod : cycle.preperiod + cycle.period + 1], cycle.offset)


def smallest(configurations, cycle):
    """Check that neither the preperiod nor the period could be less."""
    seen = [(c.state, c.symbol) for c in configurations]
    p, n = cycle.preperiod, cycle.period
    tail = seen[p:]
    earlier = p == 0 or seen[p - 1] != seen[p - 1 + n]
    return earlier and not any(
        all(a == b for a, b in zip(tail, tail[d:], strict=False)) for d in range(1, n) if len(tail) >= 2 * n
    )


def cases():
    """Return random runs with a proof of at most 400 steps, three times as many steps as it takes."""
    for seed in itertools.count():
        rng = random.Random(seed)
        machine = random_machine(rng)
        word = random_word(rng, machine)
        found = find_cycle(Configuration.initial(machine, word), 1600)
        if found and found.cycle.preperiod + found.cycle.period <= 400:
            yield machine, word, found


CASES = list(itertools.islice(cases(), 150))


def test_there_are_cycles_of_all_kinds():
    offsets = [found.cycle.offset for *_, found in CASES]
    assert min(offsets) < 0 < max(offsets) and 0 in offsets
    assert sum(found.cycle.preperiod > 3 for *_, found in CASES) > 10
    assert sum(found.cycle.period > 3 for *_, found in CASES) > 10


@pytest.mark.parametrize("case", CASES, ids=lambda c: str(c[0].key)[:30])
def test_proofs(case):
    machine, word, found = case
    configurations = history(machine, word, found.cycle.preperiod + 3 * found.cycle.period + 2)
    assert proves(configurations, found.cycle)
    assert smallest(configurations, found.cycle)
    wrong = Cycle(found.cycle.preperiod, found.cycle.period, found.cycle.offset + 1)
    assert not proves(configurations, wrong)


@pytest.mark.parametrize("case", CASES, ids=lambda c: str(c[0].key)[:30])
def test_the_leap_gives_the_configuration_step_by_step(case):
    machine, word, found = case
    for rounds in (1, 2, 7):
        for more in (0, found.cycle.period // 2):
            here = run(machine, word, found.certain + more, "direct", cycles=0).configuration
            steps = here.steps + rounds * found.cycle.period
            assert repeated(here, found, steps) == run(machine, word, steps, "direct", cycles=0).configuration


@pytest.mark.parametrize("method", ["auto", "direct", "block", "chain"])
def test_results_that_cycle(method, monkeypatch):
    monkeypatch.setattr("noisytm.discrete.course.FIRST_STEPS", 5000)
    for text in ("1RB0RB_0LA---", "1RB0LA_0RC---_1RD0RD_1LD0LA", "1RB0LB_0LA---"):
        machine = parse(text)
        for steps in (20_000, 23_456):
            result = run(machine, max_steps=steps, method=method, visited=True, counts=True)
            plain = run(machine, max_steps=steps, method="direct", visited=True, counts=True, cycles=0)
            assert (result.reason, plain.reason, result.halted) == ("cycles", "budget", False)
            assert result.configuration == plain.configuration
            assert (result.visited, result.counts) == (plain.visited, plain.counts)


def test_the_search_has_a_limit():
    machine = parse("1RB0LA_0RC---_1RD0RD_1LD0LA")
    assert run(machine, max_steps=10**5, cycles=4 * 467).cycle == Cycle(467, 452, -8)
    assert run(machine, max_steps=10**5, cycles=467 + 452 - 1).reason == "budget"
    assert run(machine, max_steps=10**5, cycles=0).cycle is None


def test_a_run_taken_up_later_counts_from_there():
    machine = parse("1RB0LA_0RC---_1RD0RD_1LD0LA")
    early = run(machine, max_steps=100, cycles=0).configuration
    late = run(machine, max_steps=3000, cycles=0).configuration
    assert run(machine, max_steps=10**7, start=early).cycle == Cycle(467, 452, -8)
    assert run(machine, max_steps=10**7, start=late).cycle == Cycle(3000, 452, -8)


def test_a_bouncer_a_counter_and_a_stop_are_no_cycles():
    for text in ("1RB---_1LC1RB_1LA1LC", "1RB---_0LB1RC_1LB0RC", "1RB1LB_1LA1RZ"):
        assert find_cycle(Configuration.initial(parse(text)), 10**6) is None


def test_json_has_the_proof():
    record = run(parse("1RB0LB_0LA---"), max_steps=10**6).to_json()
    assert record["reason"] == "cycles" and record["halted"] is False
    assert record["cycle"] == {"preperiod": 0, "period": 4, "offset": -2}
