"""Posteriors over lists whose keys err, against quadrature of small f: one or two tuples (0 → 1) of one symbol."""

import math

import numpy as np
import pytest
from gate_integrals import amounts, shares
from seeds import examples, long, seeds, sweep

from noisytm import (
    Description,
    FreeEnergy,
    ProblemError,
    SynthesisProblem,
    free_energy,
    library,
    phases,
    read_posterior,
    susceptibilities,
    volumes,
    wrong_probability,
)
from noisytm.interop import arviz_arrays
from noisytm.posterior.partition import machine_of, rounded, run_all
from noisytm.problem.readouts import own_outcomes

SIZES, WITHIN = (1e2, 1e4), (0.15, 0.25)


def listed(count):
    return Description(["_"], "_", ["0", "1"], "0", [("_", "0", "_", "1", "S")] * count)


def problem_of(count, steps, keys="noisy"):
    return SynthesisProblem.of_machine(listed(count), [""], steps, keys=keys)


def two_steps(a, b, semantics):
    """Return f of one tuple after two steps, a and b the errors of its key and of where it goes."""
    there = (1 - a) * (1 - b)  # the mass of state 1 after a step
    match = (1 - a) * (1 - there) + a * there
    if semantics == "pseudo-utm":
        return 1 - match * (1 - b) - (1 - match) * there
    return 1 - match * (1 - b) - there * (1 - a)


def of_one(n, semantics, top=1.0):
    """Return F of one tuple after two steps."""
    (a, w), (b, v) = amounts(top, 0, 20), amounts(top, 0, 20)
    f = two_steps(a[:, None], b, semantics)
    return -math.log(float((w[:, None] * v * np.exp(n * np.log1p(-f))).sum()))


def of_two(n):
    """Return F of two tuples after one step: of f = b + a(1 − q − b), q the chance that the first leads there."""
    (a, w), (q, v) = shares(20), shares(20)
    a = a[:, None]
    over_b = ((1 - a * (1 - q)) ** (n + 1) - (a * q) ** (n + 1)) / ((n + 1) * (1 - a))
    return -math.log(float((w[:, None] * v * -np.log(q) * over_b).sum()))


CASES = {
    (1, 2, "pseudo-utm"): lambda n: of_one(n, "pseudo-utm"),
    (1, 2, "mean-field"): lambda n: of_one(n, "mean-field"),
    (2, 1, "pseudo-utm"): of_two,
}


def deviations(case, keys="noisy", local=False, **options):
    count, steps, semantics = case
    expected = CASES[case] if not local else lambda n: of_one(n, semantics, 0.5) + math.log(4)  # the moves near S
    found = free_energy(
        problem_of(count, steps, keys), listed(count), local, n=SIZES[-1], semantics=semantics,
        **{"particles": 1024, "replicas": 2, "sweeps": 2} | options,
    )  # fmt: skip
    rows = {row.n: row.free_energy for row in found.ladder}
    return np.array([rows[n] - expected(n) for n in SIZES])


def test_the_polynomials_are_those_of_the_kernels():
    rng = np.random.default_rng(1)
    for semantics in ("pseudo-utm", "mean-field"):
        problem = problem_of(1, 2)
        codes = problem.space.sample(20, seed=2)
        a, b = codes[:, 0, 2], codes[:, 0, 4]  # read _, in 0 and 1, write _, next 0 and 1
        assert wrong_probability(problem, codes, semantics=semantics)[:, 0] == pytest.approx(
            two_steps(a, b, semantics), rel=1e-12
        )
    codes = problem_of(2, 1).space.sample(20, seed=int(rng.integers(9)))
    (a, b), (c, d) = ((codes[:, i, 2], codes[:, i, 4]) for i in (1, 0))
    q = (1 - c) * (1 - d)
    assert wrong_probability(problem_of(2, 1), codes)[:, 0] == pytest.approx(b + a * (1 - q - b), rel=1e-12)


@sweep
@pytest.mark.parametrize("seed", seeds(range(3), 1))
@pytest.mark.parametrize("case", [pytest.param(case, marks=() if case[0] == 2 else long) for case in CASES])
def test_gates(case, seed):
    assert (abs(deviations(case, seed=seed, sweeps=examples(4, 2), replicas=examples(4, 2))) < WITHIN).all()


@long
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("semantics", ["pseudo-utm", "mean-field"])
def test_gates_near_the_list(semantics, seed):
    assert (abs(deviations((1, 2, semantics), local=True, seed=seed, sweeps=4)) < WITHIN).all()


@pytest.mark.parametrize("local", [False, True])
def test_digits_of_keys(local):
    """Of three states a is 00 and 11: f = 1 − p·r with p the chance of these two patterns, r that of 01 for b.

    Near the list, whose state is 00, every digit is right with at least ½, the two of its move too.
    """
    machine = Description(["_"], "_", ["a", "b", "c"], "a", [("_", "a", "_", "b", "S")])
    problem = SynthesisProblem.of_machine(machine, [""], 1, keys="noisy")
    options = {"particles": 1024, "replicas": 2, "sweeps": 2, "chart": "bits", "seed": 1}
    found = free_energy(problem, machine, local, n=SIZES[-1], **options)
    rows = {row.n: row.free_energy for row in found.ladder}
    u, w = amounts(0.5, 0, 20) if local else shares(20)
    p = (1 - u[:, None]) * (1 - u) + u[:, None] * u
    for n in SIZES:
        key, move = float((w[:, None] * w * p**n).sum()), 1 / 4 if local else 1
        right = (1 - (0.5 ** (n + 1) if local else 0)) / (n + 1)
        assert rows[n] == pytest.approx(-math.log(key * right**2 * move), abs=0.2)


@long
def test_samplers_that_are_wrong_fail():
    """Exact keys have another F, and so does a sampler of the wrong prior on the keys alone."""
    for wrong in ({"keys": "exact"}, {"prior_concentration": {"in": 2}}):
        assert (abs(deviations((1, 2, "pseudo-utm"), seed=1, **wrong)) > WITHIN).all()


def test_what_is_read_from_populations_of_lists(tmp_path):
    problem, machine = problem_of(2, 1), listed(2)
    found = read_posterior(free_energy(problem, machine, True, n=100, particles=128, replicas=2, sweeps=2), phases=3)
    assert found.exact.learning_coefficient == 2 and found.phases[0].machine.tuples[0][:2] == ("_", "0")
    assert FreeEnergy.from_json(found.to_json()) == found
    at = phases(problem, found.samples(), exact=0).sizes[-1]
    assert at.solving.value == 1.0 and at.by("cube")[0].name.startswith("(_,0)→(_,1,")
    groups = arviz_arrays(found)
    assert groups["posterior"]["in"].shape == (2, 128, 2, 2) and groups["coords"]["tuple"] == ["tuple 0", "tuple 1"]
    seen = susceptibilities(problem, found.samples()[100.0], 100.0, machine=machine, components="distributions")
    assert "tuple 1 in" in seen.observables


def test_rounded_lists_do_what_they_decode_to():
    machine = library.machine("detectA")
    problem = SynthesisProblem.of_machine(machine, ["", "A", "BA"], 4, keys="noisy")
    codes, _ = rounded(problem.space, problem.space.sample(40, seed=3))
    ran = run_all(problem, codes)
    for code, solves in zip(codes, ran.solves, strict=True):
        decoded = machine_of(problem, code).machine()
        mine = own_outcomes(decoded, problem.inputs, problem.steps, problem.readout)
        assert solves == all(problem.accepts(i, outcome) for i, outcome in enumerate(mine))


def test_volumes_of_lists():
    found = volumes(problem_of(1, 1), listed(1), epsilon=0.25, particles=400, replicas=2, sweeps=4)
    exact = [1 - math.exp(-v.epsilon) * (1 + v.epsilon) for v in found.volumes]  # K = −log(1 − a) − log(1 − b)
    assert [math.exp(v.log_volume) for v in found.volumes] == pytest.approx(exact, rel=0.2)
    assert found.learning_coefficient is None and found.from_json(found.to_json()) == found


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"machine": None}, "no machine is given, and the posterior is about lists of tuples; give the list"),
        ({"semantics": "annealed"}, "noisy keys: semantics annealed is not available"),
        ({"prior_concentration": {("_", "0", "next"): 2}}, "are known by number"),
    ],
)
def test_what_is_refused(options, message):
    with pytest.raises(ProblemError, match=message):
        free_energy(problem_of(1, 1), **{"machine": listed(1)} | options)


def test_a_prior_of_one_tuple():
    few = {"n": 10, "particles": 64, "replicas": 1, "sweeps": 1}
    by_number, by_kind = ({(0, "in"): 2}, {"in": 2})
    one, other = (free_energy(problem_of(1, 1), listed(1), prior_concentration=p, **few) for p in (by_number, by_kind))
    assert one.ladder == other.ladder and FreeEnergy.from_json(one.to_json()) == one
