"""Syndromes of a weight that is settled are kept, and what was made of them, wherever time or patience ends."""

import itertools

import pytest
from seeds import seeds, slow_where, sweep

import noisytm
from noisytm import BudgetError, Interrupted, _clock
from noisytm.degeneracy.syndromes import weight
from noisytm.show import SyndromeReport, describe_syndromes, syndrome_report

MACHINE = noisytm.library.machine("detectA")
PROBLEM = noisytm.SynthesisProblem.of_machine(MACHINE, noisytm.words("AB", 1), steps=3)
PARTS = ("correction", "leading_part", "brier_hessian")
ENDS = {KeyboardInterrupt: Interrupted, _clock.OutOfTime: BudgetError}


@sweep
@pytest.mark.parametrize("semantics", ["annealed", "pseudo-utm"])
@pytest.mark.parametrize("error", ENDS)
@slow_where("OutOfTime-pseudo-utm", "KeyboardInterrupt-pseudo-utm")
def test_what_is_settled_is_kept(monkeypatch, error, semantics):
    whole = syndrome_report(PROBLEM, MACHINE, semantics=semantics, max_weight=3).to_json()
    real, seen = _clock.tick, set()
    for call in map(triangle, seeds(range(1, 300), range(1, 300, 17))):
        calls = itertools.count(1)

        def tick(calls=calls, call=call):
            if next(calls) == call:
                raise error("no more")
            real()

        monkeypatch.setattr(_clock, "tick", tick)
        try:
            report = syndrome_report(PROBLEM, MACHINE, semantics=semantics, max_weight=3)
        except ENDS[error] as raised:
            report = raised.partial
            if report is None:  # it was not even known that the machine solves the problem
                seen.add(None)
                continue
        finally:
            monkeypatch.setattr(_clock, "tick", real)
        if not report.left_out:
            assert next(calls) <= call
            break
        require_part_of(whole, report)
        seen.add((report.syndromes.max_weight, report.correction is None, report.hessian is None))
    assert {None, (0, True, True)} & seen and len(seen) >= 3


def triangle(n):
    """Return 1 + … + n: early looks at the clock one by one, later ones further apart."""
    return n * (n + 1) // 2


def require_part_of(whole, report):
    """Hold a report that is not complete against the whole one."""
    record, most = report.to_json(), report.syndromes.max_weight
    assert record["complete"] is False and "no more" in record["left_out"]
    assert record["syndromes"] == [row for row in whole["syndromes"] if sum(e["count"] for e in row) <= most]
    assert all(record[name] == whole[name] for name in PARTS if name in record)
    assert max(map(weight, report.syndromes.syndromes), default=0) <= most
    again = SyndromeReport.from_json(record)
    assert again == report and again.to_json() == record
    assert "no more" in describe_syndromes(report).splitlines()[-1]


def test_parts_that_are_missing_need_a_reason():
    report = syndrome_report(PROBLEM, MACHINE, max_weight=1)
    record = {name: value for name, value in report.to_json().items() if name not in PARTS}
    with pytest.raises(noisytm.FormatError, match="lacks 'correction', 'leading_part', 'brier_hessian'"):
        SyndromeReport.from_json(record)
    with pytest.raises(noisytm.FormatError):
        SyndromeReport.from_json(report.to_json() | {"complete": False})
