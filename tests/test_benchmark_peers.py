"""The peers that the benchmarks time compute the same numbers as noisytm; their counts of work hold."""

import doctest
import importlib
import os
import sys
from pathlib import Path

import numpy as np
import pytest

from noisytm import CodeSpace, SynthesisProblem, library, loss_and_gradient, wrong_probability

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"
NEEDED = {
    "JAX, straightforward": "jax",
    "JAX, tuned": "jax",
    "PyTorch autograd": "torch",
    "NumPy, adjoint by hand": "numpy",
}


@pytest.fixture
def bench(monkeypatch):
    """The benchmarks' modules, importable as they are from their folder; forgotten afterwards."""
    before = set(sys.modules)
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import cases
    import peers
    import work

    yield {"cases": cases, "peers": peers, "work": work}
    for name in set(sys.modules) - before:
        if name.split(".")[0] in {"cases", "kernel_time", "peers", "samplers", "shared", "split", "work"}:
            del sys.modules[name]


def problems(cases):
    """Shapes with more symbols than states and fewer; a partial table; runs shorter and longer; few inputs and many."""
    partial = library.machine("bb2")
    words = [(), ("1",), ("1", "0", "1")]
    yield cases.case("detectA", library.machine("detectA"), 3, 2, 7).problem
    yield cases.case("2 × 3", cases.random_machine(2, 3), 19, 3, 5).problem
    yield SynthesisProblem.of_machine(partial, words, 5)
    yield cases.case("detectA", library.machine("detectA"), 2, 2, 33).problem


LABELS = [pytest.param(k, marks=[] if needed == "numpy" else pytest.mark.extras) for k, needed in NEEDED.items()]


@pytest.mark.parametrize("label", LABELS)
def test_peers_agree(label, bench):
    pytest.importorskip(NEEDED[label])
    assert list(NEEDED) == list(bench["peers"].PEERS)
    cases = bench["cases"]
    for problem in problems(cases):
        codes = problem.space.sample(3, seed=5)
        forms = bench["peers"].build(label, problem)
        loss, gradient = forms.loss_and_gradient(codes)
        own_loss, own_gradient = loss_and_gradient(problem, codes)
        assert np.abs(forms.wrong(codes) - wrong_probability(problem, codes)).max() <= 1e-12
        assert np.abs(loss - own_loss).max() <= 1e-12
        assert gradient.shape == codes.shape
        assert np.abs(cases.along_simplices(problem, gradient - own_gradient)).max() <= 1e-12


def test_groups_of_codes_are_put_together_in_order(bench):
    cases = bench["cases"]
    problem = cases.case("detectA", library.machine("detectA"), 3, 2, 7).problem
    codes = problem.space.sample(5, seed=5)
    whole = bench["peers"].build("NumPy, adjoint by hand", problem)
    parts = whole.in_groups(2)
    assert parts.wrong(codes) == pytest.approx(whole.wrong(codes), rel=1e-13, abs=1e-13)
    for part, all_of_it in zip(parts.loss_and_gradient(codes), whole.loss_and_gradient(codes), strict=True):
        assert part == pytest.approx(all_of_it, rel=1e-13, abs=1e-13)


def test_a_wrong_gradient_would_be_noticed(bench):
    """Along the simplices a gradient differs from one that is off by more than a shift of each distribution."""
    cases = bench["cases"]
    problem = cases.case("detectA", library.machine("detectA"), 3, 2, 7).problem
    _, gradient = loss_and_gradient(problem, problem.space.sample(2, seed=5))
    shifted = gradient + np.repeat([1.0, 2.0, 3.0], [3, 2, 3])
    assert np.abs(cases.along_simplices(problem, shifted - gradient)).max() < 1e-12
    gradient[0, 0, 0] += 1e-6
    assert np.abs(cases.along_simplices(problem, shifted - gradient)).max() > 1e-7


def test_peers_refuse_a_tape_readout(bench):
    machine = library.machine("detectA")
    problem = SynthesisProblem.of_machine(machine, ["A"], 2, readout="tape:1")
    with pytest.raises(ValueError, match="tape:1"):
        bench["peers"].build("NumPy, adjoint by hand", problem)


def test_windows_have_the_cells_that_are_counted(bench):
    """The peers' windows have as many cells as the count of work says."""
    machine = library.machine("detectA")
    problem = SynthesisProblem.of_machine(machine, ["AB"], 6)
    shape = bench["peers"].Shape.of(problem)
    for step in range(6):
        low, high = shape.live(step)
        assert bench["work"].live_cells(6, 2, step) == high - low + 1


def test_random_machines_have_full_tables(bench):
    space = CodeSpace.of(bench["cases"].random_machine(4, 3))
    assert space.shape == (12, 10)


@pytest.mark.parametrize("name", ["cases", "samplers", "shared", "work"])
def test_examples_of_the_helpers(name, bench, monkeypatch):
    monkeypatch.setattr(os, "environ", dict(os.environ))  # shared tells thread pools to use one thread
    failures, tried = doctest.testmod(importlib.import_module(name))
    assert tried > 0
    assert failures == 0


def test_the_work_of_the_oracle_and_of_highs_is_seen(bench):
    """The parts are disjoint, none is missed, and the wrappers are gone afterwards."""
    from noisytm.degeneracy.oracle.syndrome_oracle import Oracle

    before = dict(vars(Oracle))
    machine = library.machine("detectA")
    problem = SynthesisProblem.of_machine(machine, ["A", "BA"], 4)
    row = importlib.import_module("split").timed_coefficient(problem, machine, "pseudo-utm", 1)
    assert dict(vars(Oracle)) == before
    assert min(row["oracle"], row["lp"], row["rest"]) > 0
    assert row["seconds"] == pytest.approx(row["oracle"] + row["lp"] + row["rest"])
    assert row["without_m"] < row["seconds"]
