"""Annealed and quenched: small work without compiled code gives the same costs, syndromes and probabilities."""

from __future__ import annotations

import random

import numpy as np
import pytest
from random_cases import random_machine, random_problem
from seeds import seeds, sweep

from noisytm import learning_coefficient, library, loss_and_gradient, wrong_probability
from noisytm.degeneracy.oracle import Oracle, annealed_costs, quenched_costs
from noisytm.problem import problem_from_mapping
from noisytm.relaxation.marginal import worth
from noisytm.relaxation.pathwise import annealed, lazy_tables

NAMES = ("annealed", "quenched")


def without_compiled_code(call):
    """Return what a call gives where compiled code is refused."""
    ledger = worth._Ledger()
    with pytest.MonkeyPatch.context() as patch:
        for module in (annealed, annealed_costs, quenched_costs):
            patch.setattr(module, "LEDGER", ledger)
        for name in ("COMPILING_RUNS", "LOADING"):
            endless = dict.fromkeys(worth.COMPILING_RUNS, np.inf) if name == "COMPILING_RUNS" else np.inf
            patch.setattr(worth, name, endless)
        patch.setattr("noisytm._deferred.Kernel.__call__", _refuse)
        result = call()
    assert ledger._spent
    return result


def _refuse(*_):
    raise AssertionError("compiled code was asked for")


@sweep
@pytest.mark.parametrize("semantics", NAMES)
@pytest.mark.parametrize("seed", seeds(range(60), 4))
def test_costs_and_syndromes_are_those_of_the_kernels(semantics, seed):
    rng = random.Random(seed)
    machine = random_machine(rng)
    problem = random_problem(rng, machine, rng.randint(1, 6))
    oracle = Oracle(problem, machine, semantics)
    costs = np.random.default_rng(seed).integers(1, rng.choice((2, 4, 40)), (3, oracle.dimension))
    for limit in (1 << 50, 5):
        wanted = oracle.below(costs, limit)
        found = without_compiled_code(lambda: Oracle(problem, machine, semantics).below(costs, limit))  # noqa: B023
        assert all(np.array_equal(a, b) for a, b in zip(found, wanted, strict=True))


@sweep
@pytest.mark.parametrize("seed", seeds(range(40), 2))
def test_annealed_probabilities_and_gradients_are_those_of_the_kernels(seed):
    rng = random.Random(seed)
    machine = random_machine(rng)
    problem = random_problem(rng, machine, rng.randint(1, 6))
    codes = problem.space.sample(3, seed=seed)
    copy = type(problem)(**{f: getattr(problem, f) for f in problem.__dataclass_fields__})  # nothing kept for it yet
    wanted = wrong_probability(problem, codes, semantics="annealed")
    found = without_compiled_code(lambda: wrong_probability(copy, codes, semantics="annealed"))
    assert found == pytest.approx(wanted, rel=1e-12, abs=0)
    for loss in ("log", "brier"):
        value, slope = loss_and_gradient(problem, codes, semantics="annealed", loss=loss)
        small = without_compiled_code(lambda: loss_and_gradient(copy, codes, semantics="annealed", loss=loss))  # noqa: B023
        assert small[0] == pytest.approx(value, rel=1e-12)
        assert small[1] == pytest.approx(slope, rel=1e-9, abs=1e-12 * np.abs(slope).max())


@pytest.mark.parametrize("semantics", NAMES)
@pytest.mark.parametrize("name", ["detectA", "bb3-score", "parity", "firstLook"])
def test_default_problems_start_without_compiled_code(name, semantics):
    entry = library.entry(name)
    problem = problem_from_mapping(entry.problem, entry.machine)

    def found():
        return learning_coefficient(problem, entry.machine, semantics=semantics)

    small, usual = without_compiled_code(found), found()
    assert (small.certificate, small.iterations) == (usual.certificate, usual.iterations)


def test_a_search_goes_on_in_compiled_code(monkeypatch):
    ledger, plain = worth._Ledger(), lazy_tables.cheapest.plain
    slices = []

    def noted(*arguments):
        slices.append(arguments[-1])
        return plain(*arguments)

    monkeypatch.setattr(quenched_costs, "LEDGER", ledger)
    monkeypatch.setattr(quenched_costs, "PLAIN_WORK", 10)
    monkeypatch.setattr(lazy_tables.cheapest, "plain", noted)
    monkeypatch.setattr(worth, "COMPILING_RUNS", {"lazy_tables": 1e-3})
    entry = library.entry("bb3-score")
    problem = problem_from_mapping(entry.problem, entry.machine)
    found = learning_coefficient(problem, entry.machine, semantics="quenched")
    assert slices and set(slices) == {10}
    assert "lazy_tables" in ledger._compiled
    assert found.value == 20
