"""The search is made in slices, says what it can of the time to go, and lists only machines that halt."""

from __future__ import annotations

import itertools

import pytest
from seeds import ALL_SEEDS, slow_where, sweep

from noisytm import enumerate_machines, run
from noisytm.enumeration import progress, tree
from noisytm.show import describe_enumeration


@sweep
@pytest.mark.parametrize("steps", [1, 50, 1000])
@slow_where("50")
def test_slices_make_no_difference(steps, monkeypatch):
    """Also those that end within a run, which is as long as the step limit allows."""
    for size in ((2, 2), (2, 3)) if ALL_SEEDS or steps > 1 else ((2, 2),):
        with monkeypatch.context() as patch:
            patch.setattr(tree, "WORK_AT_ONCE", steps)
            cut = enumerate_machines(*size, max_steps=40, complete=True)
        assert cut.tally.to_json() == enumerate_machines(*size, max_steps=40, complete=True).tally.to_json()


def test_a_run_without_end_can_be_interrupted(monkeypatch):
    """One that no recogniser sees, with a limit that is never reached: the search looks up now and then."""
    count = itertools.count()

    def tick():
        if next(count) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(tree._clock, "tick", tick)
    with pytest.raises(KeyboardInterrupt):
        enumerate_machines(2, 3, max_steps=10**12, recognisers=[])
    assert next(count) == 4


@pytest.mark.parametrize("max_steps", [2, 5, 10, 20, 60])
def test_machines_that_have_not_halted_are_in_no_list(max_steps):
    result = enumerate_machines(3, 2, max_steps=max_steps)
    assert {(r.halted, r.steps) for r in map(run, result.longest)} == {(True, result.steps)}
    assert {(r.halted, r.score) for r in map(run, result.highest)} == {(True, result.score)}
    text = describe_enumeration(result)
    assert ("of those that halt" in text) == ("none is in the lists" in text) == (result.holdouts > 0)
    assert all(line.partition(":")[2][0] == " " for line in text.splitlines() if line.startswith(("S ", "Σ ")))
    assert ("last step that is allowed" in text) == (result.steps == max_steps)


def test_the_time_to_go_is_said_once_it_can_be_known(monkeypatch):
    monkeypatch.setattr(progress.time, "monotonic", itertools.count(0.0, 60.0).__next__)
    outlook = progress.Outlook([1] * 100 + [3] * 100, 10)
    assert outlook.at(10) == "of 200: 2.5% of their tables"
    assert "to go" not in outlook.at(29)
    assert outlook.at(110) == "of 200: 32.5% of their tables, about 2.2 minutes to go"  # 120 of the 400 in a minute
    assert outlook.at(200).endswith("100.0% of their tables, about 0 seconds to go")
