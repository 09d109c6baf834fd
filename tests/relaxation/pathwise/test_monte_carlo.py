"""Sampled rejected probabilities: exact values, their errors, their twin, and what they refuse."""

import itertools
import json
import random
from fractions import Fraction

import numpy as np
import pytest

import noisytm
from noisytm import (
    BudgetError,
    EstimateError,
    MachineError,
    ProblemError,
    SamplingInterrupted,
    SynthesisProblem,
    TuringMachine,
    library,
    sampled_wrong_probability,
    words,
)
from noisytm.algebra.semirings import Numbers
from noisytm.relaxation.generic.readings import wrong
from noisytm.relaxation.pathwise import monte_carlo

SEMANTICS = ("annealed", "quenched")


def random_problem(seed, steps=3):
    """Draw a problem with gaps, halting states and all readouts."""
    rng = random.Random(seed)
    states = ["a", "b"] if seed % 2 else ["a", "b", "H"]
    keys = rng.sample(list(itertools.product("01", "ab")), rng.randint(2, 4))
    tuples = [(s, q, rng.choice("01"), rng.choice(states), rng.choice("LSR")) for s, q in keys]
    machine = TuringMachine(["0", "1"], "0", states, "a", tuples, halting=states[2:])
    return SynthesisProblem.of_machine(
        machine, ["", "1", "01"], steps, ("state", "tape:1", "tape:2")[seed % 3]
    ), machine


def exact(problem, code, semantics):
    return np.array(wrong(Numbers(), problem, code.tolist(), semantics))


@pytest.mark.parametrize("semantics", SEMANTICS)
@pytest.mark.parametrize("seed", range(6))
def test_estimates_agree_with_exact_values(semantics, seed):
    problem, _ = random_problem(seed)
    codes = problem.space.sample(2, concentration=0.7, seed=seed)
    found = sampled_wrong_probability(problem, codes, semantics=semantics, samples=20_000, seed=seed)
    expected = np.array([exact(problem, code, semantics) for code in codes])
    assert found.value.shape == found.standard_error.shape == expected.shape
    assert (abs(found.value - expected) < 5 * found.standard_error).all()


def returning_problem():
    """A problem whose machine stands still: two steps at one tuple, which may agree or be drawn apart."""
    machine = TuringMachine(["_"], "_", ["a", "b"], "a", [("_", "a", "_", "a", "S"), ("_", "b", "_", "a", "S")])
    problem = SynthesisProblem.of_machine(machine, [""], 4)
    half = [[1.0, 0.5, 0.5, 0.0, 1.0, 0.0], [1.0, 0.75, 0.25, 0.0, 1.0, 0.0]]
    return problem, np.array(half)


def test_the_two_semantics_differ_and_the_wrong_one_is_rejected():
    problem, code = returning_problem()
    truth = {semantics: exact(problem, code, semantics)[0] for semantics in SEMANTICS}
    # annealed: P(b) = 1/2 P(a) + 1/4 P(b) four times; quenched: only if a goes to b and b stays
    assert truth == {"annealed": Fraction(51, 128), "quenched": Fraction(1, 8)}
    for mine, other in (SEMANTICS, SEMANTICS[::-1]):
        found = sampled_wrong_probability(problem, code, semantics=mine, samples=5000)
        assert abs(found.value[0, 0] - truth[mine]) < 5 * found.standard_error[0, 0]
        assert abs(found.value[0, 0] - truth[other]) > 20 * found.standard_error[0, 0]


def sampled_slowly(problem, code, semantics, samples, rng, index):
    """Count rejected readouts of sampled runs: the slow twin of the kernel, drawing the same numbers."""
    space = problem.space

    def drawn(probabilities):
        u, value = rng.random(), None
        for x, p in enumerate(probabilities):
            if p > 0 and (value is None or u >= 0):
                value = x
                u -= p
        return value

    def effect(at):
        row = code[at].tolist()
        return tuple(names[drawn(row[start : start + len(names)])] for _, start, names in space.blocks)

    rejected = 0
    for _ in range(samples):
        table, tape, head, state = {}, dict(enumerate(problem.inputs[index])), 0, space.start
        for _ in range(problem.steps):
            key = tape.get(head, space.blank), state
            if key not in space.keys:
                break
            at = space.keys.index(key)
            if semantics == "annealed" or at not in table:
                table[at] = effect(at)
            tape[head], state, move = table[at]
            head += {"L": -1, "S": 0, "R": 1}[move]
        width = 0 if problem.readout == "state" else int(problem.readout[5:])
        outcome = tuple(tape.get(head + k, space.blank) for k in range(width)) or (state,)
        rejected += not problem.accepts(index, outcome)
    return rejected


@pytest.mark.parametrize("semantics", SEMANTICS)
@pytest.mark.parametrize("seed", range(6))
def test_the_kernel_counts_as_its_twin(semantics, seed):
    problem, _ = random_problem(seed, steps=7)
    code = problem.space.sample(1, concentration=0.5, seed=seed)[0]
    code[0, : len(problem.space.symbols)] = [0.0, 1.0]  # of probability 0: never drawn
    found = sampled_wrong_probability(problem, code, semantics=semantics, samples=200, seed=9)
    twin = [
        sampled_slowly(problem, code, semantics, 200, np.random.default_rng([9, i, 0]), i)
        for i in range(len(problem.inputs))
    ]
    assert (found.value[0] * 200).round().astype(int).tolist() == twin


@pytest.mark.parametrize("semantics", SEMANTICS)
@pytest.mark.parametrize("seed", range(3))
def test_without_noise_all_samples_are_the_discrete_machine(semantics, seed):
    problem, machine = random_problem(seed, steps=9)
    found = sampled_wrong_probability(problem, problem.space.embed(machine), semantics=semantics, samples=150)
    assert not found.value.any()
    assert found.standard_error == pytest.approx(np.sqrt(0.5 * 150.5 / (151**2 * 152)))


def test_where_all_are_rejected_the_error_is_the_same():
    problem, code = returning_problem()
    code[0] = code[1] = [1.0, 0.0, 1.0, 0.0, 1.0, 0.0]  # to b, and to stay there
    found = sampled_wrong_probability(problem, code, semantics="quenched", samples=150)
    assert found.value[0, 0] == 1.0
    assert found.standard_error[0, 0] == pytest.approx(np.sqrt(0.5 * 150.5 / (151**2 * 152)))


@pytest.mark.parametrize("semantics", SEMANTICS)
def test_standard_errors_are_calibrated(semantics):
    """Of n standard normal z the mean square has variance 2/n: here 5 standard deviations either way."""
    problem, code = returning_problem()
    truth, n = exact(problem, code, semantics)[0], 1000
    z = []
    for seed in range(n):
        found = sampled_wrong_probability(problem, code, semantics=semantics, samples=400, seed=seed)
        z.append((found.value[0, 0] - truth) / found.standard_error[0, 0])
    assert abs(np.mean(z)) < 5 / np.sqrt(n)
    assert abs(np.mean(np.square(z)) - 1) < 5 * np.sqrt(2 / n)


@pytest.mark.parametrize("semantics", SEMANTICS)
def test_the_batch_does_not_matter_and_the_seed_does(semantics):
    problem, _ = random_problem(1)
    codes = problem.space.sample(4, seed=5)
    options = {"semantics": semantics, "samples": 5000}
    together = sampled_wrong_probability(problem, codes, seed=1, **options).value
    backwards = sampled_wrong_probability(problem, codes[::-1], seed=1, **options).value[::-1]
    alone = sampled_wrong_probability(problem, codes[2], seed=1, **options).value[0]
    assert (together == backwards).all()
    assert (together[2] == alone).all()
    assert (together != sampled_wrong_probability(problem, codes, seed=2, **options).value).any()


def test_chunks_are_drawn_apart(monkeypatch):
    problem, code = returning_problem()
    monkeypatch.setattr(monte_carlo, "MOST_AT_ONCE", 64)
    found = sampled_wrong_probability(problem, code, semantics="annealed", samples=1000, seed=3)
    parts = [64] * 15 + [40]
    twin = sum(
        sampled_slowly(problem, code, "annealed", samples, np.random.default_rng([3, 0, chunk]), 0)
        for chunk, samples in enumerate(parts)
    )
    assert found.value[0, 0] == twin / 1000


def test_an_interrupt_keeps_what_is_done(monkeypatch):
    problem, code = returning_problem()
    monkeypatch.setattr(monte_carlo, "MOST_AT_ONCE", 150)
    options = {"semantics": "quenched", "seed": 4}
    draw, left = monte_carlo._Sampler.draw, [2]

    def interrupted(self, samples):
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        draw(self, samples)

    monkeypatch.setattr(monte_carlo._Sampler, "draw", interrupted)
    with pytest.raises(KeyboardInterrupt, match="interrupted after 300 samples") as caught:
        sampled_wrong_probability(problem, code, samples=1000, **options)
    assert isinstance(caught.value, SamplingInterrupted)
    with pytest.raises(SamplingInterrupted, match="after 0 samples") as at_once:
        sampled_wrong_probability(problem, code, samples=1000, **options)
    assert at_once.value.partial is None
    monkeypatch.setattr(monte_carlo._Sampler, "draw", draw)
    whole = sampled_wrong_probability(problem, code, samples=300, **options)
    assert caught.value.partial.to_json() == whole.to_json()


def test_sizes_beyond_exact_sums():
    rng = random.Random(0)
    symbols, states = "01234", "abcde"
    keys = itertools.product(symbols, states)
    tuples = [(s, q, rng.choice(symbols), rng.choice(states), rng.choice("LSR")) for s, q in keys]
    problem = SynthesisProblem.of_machine(TuringMachine(list(symbols), "0", list(states), "a", tuples), ["1"], 1000)
    code = problem.space.sample(1, seed=0)
    for semantics in SEMANTICS:
        found = sampled_wrong_probability(problem, code, semantics=semantics, samples=2000)
        assert 0.5 < found.value[0, 0] < 1
        assert 0.003 < found.standard_error[0, 0] < 0.015


def test_results_are_complete():
    problem, code = returning_problem()
    found = sampled_wrong_probability(problem, code, semantics="quenched", samples=np.int64(100), seed=8)
    record = json.loads(json.dumps(found.to_json()))
    assert record["value"] == found.value.tolist()
    assert record["standard_error"] == found.standard_error.tolist()
    assert {k: record[k] for k in ("samples", "seed", "semantics", "version")} == {
        "samples": 100, "seed": 8, "semantics": "quenched", "version": noisytm.__version__,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"samples": 99}, EstimateError, "samples is 99; an estimate and its error need at least 100"),
        ({"samples": 0}, ProblemError, "samples is 0"),
        ({"samples": 1e9 + 0.5}, ProblemError, "samples is 1000000000.5"),
        ({"semantics": "mean-field"}, ProblemError, "semantics is 'mean-field'; it must be one of annealed, quenched"),
        ({"seed": -1}, ProblemError, "seed is -1; it must be an integer >= 0"),
        ({"seed": True}, ProblemError, "seed is True"),
        ({"memory": "1G"}, ProblemError, "memory is '1G'; it must be an integer >= 1"),
        ({"memory": 100}, BudgetError, r"sampling 3 steps for 1 codes needs .* of memory, and the limit is"),
    ],
)
def test_bad_options(options, error, message):
    problem = SynthesisProblem.of_machine(library.machine("detectA"), words("AB", 1), 3)
    code = problem.space.sample(1)
    with pytest.raises(error, match=message):
        sampled_wrong_probability(problem, code, **{"semantics": "quenched", "samples": 1000} | options)


def test_bad_codes():
    problem, code = returning_problem()
    for bad in (code[:1], 2 * code, -code):
        with pytest.raises(MachineError):
            sampled_wrong_probability(problem, bad, semantics="quenched", samples=1000)
