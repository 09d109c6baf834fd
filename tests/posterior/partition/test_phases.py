"""Samples rounded to codes: shares, groups and crossings, on draws of known posteriors."""

import math

import numpy as np
import pytest

from noisytm import NoisytmError, ProblemError, SynthesisProblem, TuringMachine, library, phases, run, words
from noisytm.discrete import used_tuples
from noisytm.posterior.partition import crossing, exact, machine_of, rounded, run_all
from noisytm.relaxation import wrong_probability
from noisytm.show import describe_phases

DETECT_A = library.machine("detectA")
TASK = SynthesisProblem.of_machine(DETECT_A, words("AB", 2), 4)
TWO = TuringMachine(
    ["_"], "_", ["0", "1", "H"], "0", [("_", "0", "_", "H", "S"), ("_", "1", "_", "H", "S")], halting=["H"]
)
GATE = SynthesisProblem.of_machine(TWO, [""], 2)  # G4
SHARES = {1e2: 0.532954, 1e4: 0.566474, 1e6: 0.573948}


def gate_samples(n, seed, size=4000):
    """Draw from the posterior of G4, K = −log(1 − a(a + b) − b(c + e)), by importance: a, b uniform in their logs."""
    rng, draws = np.random.default_rng(seed), 300_000
    a, b = np.exp(rng.uniform(-math.log(1e12), 0, (2, draws)))
    c, e = rng.dirichlet([1, 1, 1], draws).T[:2]
    f = a * (a + b) + b * (c + e)
    inside = (a + b <= 1) & (f < 1)
    weights = np.where(inside, a * b * np.exp(n * np.log1p(-np.where(inside, f, 0))), 0)
    chosen = rng.choice(draws, size, p=weights / weights.sum())
    codes = np.zeros((size, 2, 7))
    codes[:, :, 0] = 1
    codes[:, 0, 1:4] = np.array([a, b, 1 - a - b]).T[chosen]
    codes[:, 1, 1:4] = np.array([c, e, 1 - c - e]).T[chosen]
    codes[:, :, 4:] = rng.dirichlet([1, 1, 1], (size, 2))
    return codes


@pytest.mark.slow
def test_the_phase_gate():
    samples = {n: np.array([gate_samples(n, seed) for seed in range(4)]) for n in SHARES}
    assert wrong_probability(GATE, samples[1e4][0, :5], semantics="mean-field")[:, 0] == pytest.approx(
        [a * (a + b) + b * (c + e) for (a, b, _), (c, e, _) in samples[1e4][0, :5, :, 1:4]], rel=1e-9
    )
    halts, wrong = {}, {}
    for n, wanted in SHARES.items():
        codes, ties = rounded(GATE.space, samples[n].reshape(-1, 2, 7))
        assert not ties.any()
        halts[n] = (codes[:, 1] // 3 == 2).reshape(4, -1).mean(axis=1)
        error = halts[n].std(ddof=1) / 2
        assert abs(halts[n].mean() - wanted) < 5 * error < 0.1, n
        wrong[n] = abs(halts[n].mean() - 1 / 3) / error  # the control: as if the second tuple did not matter
    assert all(z > 5 for z in wrong.values())
    found = phases(GATE, samples, semantics="mean-field", exact=None)
    last = found.sizes[-1]
    for by in ("learning_coefficient", "used_tuples", "cube"):
        assert sum(group.share.value for group in last.by(by)) == pytest.approx(1)
    assert last.solving.value > 0.99 and len(found.sizes[0].by("cube")) > len(last.by("cube"))
    assert found.sizes[0].effective_codes > last.effective_codes
    assert last.codes <= 9 * 9
    assert "± standard error over 4 replicas" in describe_phases(found)
    told = describe_phases(found)
    row = next(line.split() for line in told.splitlines() if line.endswith("  1 used tuple"))
    group = last.by("used_tuples")[0]
    assert (group.name, int(row[4])) == ("1 used tuple", group.codes)
    assert float(row[5]) == pytest.approx(math.log(group.codes) - math.log(group.share.value), abs=0.006)
    assert "by exact λ" in told and "by used tuples" in told and "by cube" in told
    assert list(found.shares("cube", 2)) == list(found.shares("cube"))[:2]
    with pytest.raises(ProblemError, match="most is -1"):
        found.shares("cube", -1)
    few = phases(GATE, samples, semantics="mean-field", exact=None, cubes=2)
    for at, all_ in zip(few.sizes, found.sizes, strict=True):
        cubes, every = ({group.name: group for group in x.by("cube")} for x in (at, all_))
        kept = {name for name in cubes if name in every}
        assert all(cubes[name] == every[name] for name in kept) and {x.name for x in all_.by("cube")[:2]} <= kept
        rest = [every[name] for name in every.keys() - kept]
        others = [group for name, group in cubes.items() if name not in kept]
        assert rest and {group.name for group in others} <= {"other cubes", "other cubes, does not solve the problem"}
        assert sum(group.codes for group in others) == sum(group.codes for group in rest)
        assert sum(g.share.value for g in others) == pytest.approx(sum(g.share.value for g in rest))
        assert [x for x in at.groups if x.by != "cube"] == [x for x in all_.groups if x.by != "cube"]
    assert not any("other cubes" in (one.first, one.second) for one in few.crossings)


def test_codes_are_run_as_the_discrete_machine_is():
    codes = np.random.default_rng(2).integers(0, 18, (40, 6))
    codes[0] = [1, 4, 10, 10, 14, 16]
    ran = run_all(TASK, codes)
    tape = SynthesisProblem.of_machine(DETECT_A, words("AB", 2), 3, "tape:2", hamming=1)
    on_tape = run_all(tape, codes)
    for i, code in enumerate(codes):
        machine = machine_of(TASK, code)
        ends = [run(machine, word, 4).configuration.state for word in TASK.inputs]
        accepted = all(TASK.accepts(k, (state,)) for k, state in enumerate(ends))
        assert ran.solves[i] == accepted
        assert sum(ran.used[i]) == len(used_tuples(machine, TASK.inputs, 4))
        try:
            tape.require_solved_by(machine)
            solves = True
        except ProblemError:
            solves = False
        assert on_tape.solves[i] == solves
    assert ran.solves[0] and not ran.solves[1:].all()


def test_groups_by_exact_coefficients_and_ties():
    exact = TASK.space.embed(DETECT_A)
    better = exact.copy()
    better[3] = np.eye(8)[[1, 3, 6]].sum(axis=0)  # (A, accept): another entry
    samples = np.array([[exact, exact, better, 0.5 * (exact + better)]] * 2)
    found = phases(TASK, {10.0: samples, 100.0: samples}).sizes[0]
    assert found.ties >= 2 and found.samples == 8
    assert {g.name for g in found.by("used_tuples")} <= {"4 used tuples", "4 used tuples, does not solve the problem"}
    value = {g.name: g.share.value for g in found.by("learning_coefficient")}
    assert value["λ = 29/3"] >= 0.5 and math.isclose(sum(value.values()), 1)


def test_one_group_overtakes_another_with_error():
    n = np.array([1e2, 1e3, 1e4])
    first = np.array([[0.8, 0.7], [0.5, 0.45], [0.2, 0.25]])
    found = crossing(n, first, 1 - first)
    assert 0.7e3 < found.n < 1e3 and 0 < found.error < 1
    assert crossing(n, 1 - first, first) is None and crossing(n, first, first / 9) is None
    with pytest.raises(NoisytmError, match="one chain has no standard error"):
        crossing(n, first[:, :1], 1 - first[:, :1])
    with pytest.raises(NoisytmError, match="n that grow"):
        crossing(n[::-1], first, 1 - first)
    with pytest.raises(NoisytmError, match="not from 0 to 1"):
        crossing(n, first, first - 0.5)


def test_an_overtaking_is_not_denied_where_a_group_has_no_samples():
    n, first = [1e1, 1e2, 1e3, 1e4], np.array([[0.8, 0.7], [0.9, 0.8], [0.0, 0.0], [0.2, 0.25]])
    second = np.array([[0.1, 0.2], [0.0, 0.0], [0.0, 0.0], [0.7, 0.7]])
    with pytest.raises(NoisytmError, match=r"between n = 100 and 1e\+04, where one of them has no samples"):
        crossing(n, first, second)
    second[1] = 0.1, 0.2  # neither has any at 1,000, which says nothing
    assert crossing(n, first, second) == crossing([1e1, 1e2, 1e4], first[[0, 1, 3]], second[[0, 1, 3]])


def test_a_solving_code_whose_coefficient_is_not_computed_says_so():
    samples = np.array([[TASK.space.embed(DETECT_A)]] * 2)
    assert "λ = unknown, m = unknown; 4 used tuples" in repr(phases(TASK, {10.0: samples}, exact=0).sizes[0].phases[0])


def test_of_many_codes_a_chart_without_a_search_has_coefficients_too(monkeypatch):
    samples = np.array([[TASK.space.embed(DETECT_A)]] * 2)
    monkeypatch.setattr(exact, "WORTH_COMPILING", 1)
    assert phases(TASK, {10.0: samples}, chart="product:2").sizes[0].by("learning_coefficient")[0].name == "λ = 29/3"


def test_long_names_of_cubes_leave_the_picture_its_place(tmp_path):
    samples = TASK.space.sample(8, seed=2).reshape(2, 4, 6, 8)
    found = phases(TASK, {10.0: samples, 20.0: samples}, exact=0)
    assert max(len(group.name) for group in found.sizes[0].by("cube")) > 100
    found.plot(tmp_path / "cubes.svg", by="cube")  # warnings of the layout are errors here


def test_short_numbers_are_codes_as_far_as_they_go():
    samples = TASK.space.sample(6, seed=1).reshape(2, 3, 6, 8)
    assert phases(TASK, {10.0: samples.astype(np.float32)}, exact=0) == phases(TASK, {10.0: samples}, exact=0)


OF_A_TUPLE_THAT_IS_NOT_THERE = [{"kind": "move", "symbol": "Z", "state": "9", "concentration": 2}]


@pytest.mark.parametrize(
    "samples, options, message",
    [
        ({}, {}, "give a mapping"),
        ({-1: np.zeros((1, 1, 6, 8))}, {}, "n is -1"),
        ({1: np.zeros((3, 6, 8))}, {}, "give an array of shape (replicas, samples, 6, 8)"),
        ({1: -np.ones((1, 1, 6, 8))}, {}, "negative"),
        ({1: np.ones((1, 1, 6, 8)), 2: np.ones((2, 1, 6, 8))}, {}, "as many at each n"),
        ({1: np.zeros((1, 1, 6, 8))}, {}, "sums to 1 ± 1"),
        ({1: np.full((1, 1, 6, 8), np.inf)}, {}, "sums to 1 ± inf"),
        ({1: np.ones((1, 1, 6, 8))}, {"exact": -1}, "exact is -1"),
        ({1: np.ones((1, 1, 6, 8))}, {"cubes": 0}, "cubes is 0"),
        ({1: np.ones((1, 1, 6, 8))}, {"chart": "ball"}, "chart"),
        ({1: np.ones((1, 1, 6, 8))}, {"chart": "sphere", "prior_concentration": 3}, "the sphere chart has"),
        ({1: np.ones((1, 1, 6, 8))}, {"prior_concentration": OF_A_TUPLE_THAT_IS_NOT_THERE}, "lists no such tuple"),
    ],
)  # fmt: skip
def test_what_is_refused(samples, options, message):
    with pytest.raises(ProblemError) as caught:
        phases(TASK, samples, **options)
    assert message in str(caught.value)
