"""Regret of learners: tables exactly, bounds on grids against exact sums, the curves beside each other."""

import csv
import itertools
import math

import numpy as np
import pytest

from noisytm import (
    EstimateError,
    ProblemError,
    SynthesisProblem,
    TuringMachine,
    library,
    precision,
    regret,
    solutions,
    words,
    wrong_probability,
)
from noisytm.posterior import sampled_regret
from noisytm.posterior.prediction import sampled
from noisytm.show import describe_regret

DETECT_A = library.machine("detectA")
TASK = SynthesisProblem.of_machine(DETECT_A, words("AB", 2), 4)
FREE = {1e2: [29.1, 29.5], 1e4: [70.9, 71.1], 1e6: [111.65, 111.75]}
ONE = TuringMachine(["_"], "_", ["0", "H"], "0", [("_", "0", "_", "H", "S")], halting=["H"])


def test_the_figures_of_detect_a(tmp_path):
    found = regret(TASK, FREE, precision=precision(TASK, DETECT_A), grids={4: {1e2: [21.0, 21.4]}}, progress=False)
    tables, four, eight, sixteen, sampled, real = found.curves
    assert tables.nats == pytest.approx((4.2408,) * 3, abs=5e-5) and tables.status == "exact"
    assert [c.nats[0] for c in (four, eight, sixteen)] == pytest.approx([26.424, 53.423, 108.824], abs=1e-3)
    assert found.transversal == 10
    assert sampled.error[0] == pytest.approx(0.2) and real.nats[0] == pytest.approx(29.3)
    text = describe_regret(found)
    assert "29.300 ± 0.2" in text and "4.241" in text
    found.plot(tmp_path / "regret.svg")
    found.write(tmp_path / "regret.csv")
    with (tmp_path / "regret.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["bits"] == "8"]
    assert [float(row["n"]) for row in rows] == list(FREE) and len({row["nats"] for row in rows}) == 1
    more = regret(TASK, FREE, grids={4: {1e3: [21.0]}}, progress=False).curves
    assert more[0].n == more[1].n == (1e2, 1e3, 1e4, 1e6) and more[-2].n == (1e3,)
    assert "real weights" in (tmp_path / "regret.svg").read_text(encoding="utf-8")
    again = regret(TASK, FREE, found=solutions(TASK, progress=False))
    assert again.curves[0] == tables and again.curves[1].nats[0] > four.nats[0]
    curves = regret(TASK, FREE, bits=[0, 4, 0], progress=False).curves  # what is asked for twice is one learner
    assert [c.bits for c in curves] == [0, 0, 4, None] and curves[1].nats[0] == pytest.approx(4.2408, abs=5e-5)


@pytest.mark.parametrize("bits", [0, 1, 2, 3])
def test_bounds_hold_for_exact_sums_on_grids(bits):
    """F on the grid of b bits, summed over all its codes, is at most the bound for every n."""
    problem = SynthesisProblem.of_machine(ONE, [""], 1)
    size = 2**bits
    codes = []
    for next_, left, stay in itertools.product(range(size + 1), range(size + 1), range(size + 1)):
        if left + stay <= size:
            codes.append([[1, next_ / size, 1 - next_ / size, left / size, stay / size, (size - left - stay) / size]])
    wrong = wrong_probability(problem, np.array(codes))[:, 0]
    bound = (
        regret(problem, {1.0: [1.0]}, precision=precision(problem, ONE), bits=[bits], progress=False).curves[1].nats[0]
    )
    for n in (1, 10, 1e3, 1e9):
        with np.errstate(divide="ignore"):
            free = -math.log(np.mean(np.exp(n * np.log1p(-wrong))))
        assert free <= bound + 1e-12
    assert free == pytest.approx(bound) == pytest.approx(math.log(size + 1))  # reached as n grows


@pytest.mark.parametrize(
    "free, options, message",
    [
        ({}, {}, "give a mapping n → F"),
        ({1: []}, {}, "give a finite one of each replica"),
        ({1: [math.inf]}, {}, "give a finite one of each replica"),
        ({-1: [1.0]}, {}, "n is -1"),
        (FREE, {"bits": [-1]}, "bits is -1"),
        (FREE, {"bits": 4}, "bits"),
        (FREE, {"grids": [4]}, "grids is [4]"),
        (FREE, {"precision": 3}, "precision"),
        (FREE, {"found": 5}, "found"),
    ],
)
def test_what_is_refused(free, options, message):
    with pytest.raises(Exception) as caught:
        regret(TASK, free, progress=False, **options)
    assert message in str(caught.value) and type(caught.value).__module__.startswith("noisytm")


def test_learners_of_a_space_without_some_tuples_are_refused():
    part = TuringMachine(["_", "A"], "_", ["0", "1"], "0", [("_", "0", "_", "1", "S"), ("A", "0", "A", "1", "S")])
    with pytest.raises(ProblemError, match="does not list all tuples"):
        regret(SynthesisProblem.of_machine(part, ["A"], 1), FREE, progress=False)


def test_an_estimate_above_its_proved_bound_is_refused(monkeypatch):
    problem, few = SynthesisProblem.of_machine(ONE, [""], 1), {"particles": 64, "replicas": 2, "sweeps": 1}
    assert sampled_regret(problem, ONE, bits=[2], n=10, **few).complete
    monkeypatch.setattr(sampled, "MOST_ERRORS", -1e9)
    with pytest.raises(
        EstimateError, match=r"weights of 2 bits: F at n = 1 is .* above its proved upper bound 1\.6094"
    ) as e:
        sampled_regret(problem, ONE, bits=[2], n=10, **few)
    assert not e.value.partial.complete and "use more sweeps" in e.value.partial.warnings[-1]


def test_a_count_of_another_problem_is_refused():
    other = solutions(SynthesisProblem.of_machine(DETECT_A, ["A"], 1), progress=False)
    with pytest.raises(ProblemError, match="no complete count"):
        regret(TASK, FREE, found=other)


def test_precision_of_another_question_is_refused():
    of_one = SynthesisProblem.of_machine(ONE, [""], 1)
    for known in (precision(of_one, ONE), precision(TASK, DETECT_A, semantics="mean-field")):
        with pytest.raises(ProblemError, match="of another problem, or another semantics"):
            regret(TASK, FREE, precision=known, progress=False)
    with pytest.raises(ProblemError, match="in the simplex chart and with the uniform prior"):
        regret(of_one, FREE, precision=precision(of_one, ONE, prior_concentration=2), progress=False)
