"""Runs that are cut anywhere and taken up again end as the unbroken run does."""

from __future__ import annotations

import dataclasses
import itertools
import random

import pytest
from random_machines import random_machine, random_word
from seeds import seeds, slow_where, sweep

from noisytm import RunInterrupted, RunResult, library, parse, run
from noisytm.discrete import course
from noisytm.errors import BudgetError, FormatError, MachineError

METHODS = ("auto", "direct", "block", "chain")
LONG = (
    ("1RB2LA1RA2LB2LA_0LA2RB3RB4RA1RZ", 10**704),  # halts after 705 digits of steps
    ("1RB0LB_0LA---", 10**40),  # cycles
    ("1RB---_1LC1RB_1LA1LC", 10**30),  # a rule for ever
    ("1RB1LD_1RC0LB_0RD---_0RE0RD_1LE1LA", 10**20),  # runs off
    ("1RB---_0LB1RC_1LB0RC", 10**6),  # a counter
)


def same(one, other):
    """Return whether results are the same but for the method, and for where an endless rule begins."""
    same_proof = (one.endless is None) == (other.endless is None)
    return same_proof and dataclasses.replace(one, method="", endless=None) == dataclasses.replace(
        other, method="", endless=None
    )


@sweep
@pytest.mark.parametrize("seed", seeds(range(300), 20))
def test_cut_runs_end_as_unbroken_ones(seed):
    rng = random.Random(seed)
    machine = random_machine(rng)
    word, steps = random_word(rng, machine), rng.choice([rng.randint(0, 60), rng.randint(0, 5000)])
    whole = run(machine, word, steps, counts=True, visited=True)
    cuts = sorted(rng.randint(0, steps) for _ in range(rng.randint(1, 4)))
    for method in METHODS:
        result = None
        for cut in [*cuts, steps]:
            result = run(machine, word, cut, method, counts=True, visited=True, resume=result)
            result = RunResult.from_json(result.to_json())
        assert same(result, whole)
        assert {**result.options, "method": "auto"} == whole.options


@sweep
@pytest.mark.parametrize(("text", "most"), LONG, ids=["halts", "cycles", "rule", "runs off", "counts"])
@pytest.mark.parametrize("seed", seeds(range(20), 1))
@slow_where("0-counts")
def test_long_runs_are_cut_anywhere(text, most, seed):
    rng = random.Random(seed)
    machine = parse(text)
    whole = run(machine, max_steps=10 * most, counts=True)
    result = None
    for digits in sorted(rng.randint(1, len(str(most))) for _ in range(3)):
        cut = min(rng.randint(0, 10**digits), most)
        cut = cut if result is None else max(cut, result.steps)
        result = run(machine, max_steps=cut, method=rng.choice(["auto", "chain"]), counts=True, resume=result)
    assert same(run(machine, max_steps=10 * most, counts=True, resume=result), whole)


def test_a_file_is_kept_and_taken_up(tmp_path):
    machine, file = library.machine("bb4"), tmp_path / "bb4"
    first = run(machine, max_steps=50, resume=file)
    assert first.reason == "budget" and RunResult.from_json(first.to_json()) == first
    second = run(machine, resume=file)
    assert same(second, run(machine)) and second.steps == 107
    assert run(machine, resume=file) == second  # it has ended, and stays so
    first.save(tmp_path / "saved.json.gz")
    assert same(run(machine, resume=tmp_path / "saved.json.gz"), second)


def test_an_interrupt_leaves_the_file_and_the_result(tmp_path, monkeypatch):
    """An interrupt between any two slices: nothing of the steps made is lost, and the end is the same."""
    machine = parse("1RB1LC_1RC1RB_1RD0LE_1LA1LD_1RZ0LA")
    monkeypatch.setattr(course, "STRIDE", 100_000)
    whole = run(machine, max_steps=2_000_000, method="direct", counts=True)
    for stop in (1, 5):
        count = itertools.count(1)

        def tick(count=count, stop=stop):
            if next(count) == stop:
                raise KeyboardInterrupt

        file = tmp_path / f"{stop}.json"
        with monkeypatch.context() as patch:
            patch.setattr(course._clock, "tick", tick)
            with pytest.raises(RunInterrupted) as caught:
                run(machine, max_steps=2_000_000, method="direct", counts=True, resume=file)
        partial = caught.value.partial
        assert partial.reason == "budget" and partial.steps >= 100_000
        assert run(machine, max_steps=2_000_000, method="direct", counts=True, resume=partial) == whole
        assert run(machine, max_steps=2_000_000, method="direct", counts=True, resume=file) == whole


def test_limits_of_time_and_memory_give_what_there_is():
    counter = parse("1RB---_0LB1RC_1LB0RC")
    with pytest.raises(BudgetError, match="seconds") as caught:
        run(counter, max_steps=10**18, method="direct", seconds=0.3)
    assert 0 < caught.value.partial.steps < 10**18
    assert run(counter, max_steps=caught.value.partial.steps).configuration == caught.value.partial.configuration
    with pytest.raises(BudgetError, match="memory") as caught:
        run(parse("1RB---_0RB---"), max_steps=10**6, method="direct", memory=100_000)
    assert caught.value.partial.steps < 30_000
    assert run(library.machine("bb5"), seconds=60, memory=1 << 40).halted


def test_what_cannot_be_taken_up(tmp_path):
    machine, other = library.machine("bb4"), library.machine("bb3")
    half = run(machine, max_steps=50)
    for wrong, says, error in (
        (lambda: run(other, resume=half), "another machine", MachineError),
        (lambda: run(machine, "1", resume=half), "on the word ''", MachineError),
        (lambda: run(machine, max_steps=20, resume=half), "after 50 steps", MachineError),
        (lambda: run(machine, resume=half, counts=True), "not recorded", MachineError),
        (lambda: run(machine, resume=half, start=half.configuration), "give one of them", MachineError),
        (lambda: run(machine, resume=5), "must be a string or a Path", FormatError),
        (lambda: run(machine, resume=tmp_path), "cannot read", FormatError),
        (lambda: run(machine, resume=tmp_path / "no" / "folder"), "cannot write", FormatError),
    ):
        with pytest.raises(error, match=says):
            wrong()
    for text in ("", "{}", '{"noisytm": "machine/1"}', half.to_json().__repr__()):
        (tmp_path / "bad").write_text(text, encoding="utf-8")
        with pytest.raises(FormatError, match="bad"):
            run(machine, resume=tmp_path / "bad")
        assert (tmp_path / "bad").read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("method", "looks", "steps"), [("direct", 2, 10**6), ("block", 1, 3 * 10**7), ("chain", 10, 4 * 10**4)]
)
def test_the_time_runs_out_in_the_midst_of_a_stretch(monkeypatch, method, looks, steps):
    """The slices of a stretch end there, between two moves by chains: what they have made is kept."""
    machine = parse("1RB1RD_1LC0RC_1RA1LD_0RE0LB_---1RC")
    whole = run(machine, max_steps=steps, method=method, counts=True, cycles=0)
    count = itertools.count(1)

    def over():
        return next(count) > looks

    def tick():
        if over():
            raise course._clock.OutOfTime("no time")

    with monkeypatch.context() as patch:
        patch.setattr(course, "STRIDE", 1 << 30)
        patch.setattr(course._clock, "over", over)
        patch.setattr(course._clock, "tick", tick if method == "chain" else lambda: next(count) > looks + 1 and tick())
        with pytest.raises(BudgetError) as caught:
            run(machine, max_steps=steps, method=method, counts=True, cycles=0)
    partial = caught.value.partial
    assert steps // 50 < partial.steps < steps
    assert same(run(machine, max_steps=steps, method=method, counts=True, cycles=0, resume=partial), whole)
