"""Small work without compiled code: the same costs and syndromes, the same probabilities, and the rule that chooses."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from seeds import ALL_SEEDS, examples, slow_where, sweep

from noisytm import (
    SynthesisProblem,
    TuringMachine,
    learning_coefficient,
    library,
    loss_and_gradient,
    simulate,
    words,
    wrong_probability,
)
from noisytm._cache_folder import code_folder
from noisytm.degeneracy.oracle import EXACT_IN_INT64, EXACT_IN_LANES, Oracle, array_costs
from noisytm.degeneracy.oracle.least_costs import LeastCosts
from noisytm.errors import BudgetError
from noisytm.problem import problem_from_mapping
from noisytm.relaxation import history
from noisytm.relaxation.marginal import LEDGER, plans, worth

SEMANTICS = ("mean-field", "pseudo-utm")
LONG = ("copy", "palindrome", "parityCheck")  # compared with the kernels in make verify
DEFAULTS = [name for name in library.names() if library.entry(name).problem is not None]


@pytest.fixture
def ledger(monkeypatch, tmp_path):
    """Return a new account for the test, as at the start of a process that finds nothing compiled."""
    monkeypatch.setenv("NOISYTM_CACHE_DIR", str(tmp_path))
    return _new_ledger(monkeypatch)


def _new_ledger(patch):
    fresh = worth._Ledger()
    for module in (plans, array_costs, worth):
        patch.setattr(module, "LEDGER", fresh)
    return fresh


def in_arrays(call):
    """Return what a call gives in NumPy; that compiled code is not used is asserted."""
    with pytest.MonkeyPatch.context() as patch:
        ledger = _new_ledger(patch)
        patch.setattr(worth, "COMPILING", np.inf)
        patch.setattr(worth, "LOADING", np.inf)
        result = call()
        assert ledger._spent, "nothing was done in NumPy"
        return result


@st.composite
def problems(draw):
    """A random code of up to three symbols and states with gaps, and a problem with any readout and accepted set."""
    letters, states = "_ab"[: draw(st.integers(1, 3))], "pqr"[: draw(st.integers(1, 3))]
    keys = [(s, q) for s in letters for q in states]
    listed = [k for k in keys if draw(st.integers(0, 3))]
    entry = st.tuples(st.sampled_from(letters), st.sampled_from(states), st.sampled_from("LSR"))
    machine = TuringMachine(tuple(letters), "_", tuple(states), "p", [(*k, *draw(entry)) for k in listed])
    readout = draw(st.sampled_from(("state", "tape:1", "tape:3")))
    inputs = words(letters[1:], 2) if letters[1:] else [""]
    hamming = draw(st.integers(0, 1)) if readout == "tape:3" else 0
    problem = SynthesisProblem.of_machine(machine, inputs, draw(st.integers(1, 9)), readout, hamming=hamming)
    return problem, machine, draw(st.sampled_from(SEMANTICS))


@sweep
@settings(max_examples=examples(400, 12), deadline=None)
@given(problems(), st.integers(1, 3), st.sampled_from((1, 3, 40)), st.integers(0, 2**32 - 1))
def test_costs_and_syndromes_are_those_of_the_kernels(case, rows, largest, seed):
    problem, machine, semantics = case
    columns = problem.space.coordinate_columns(machine)
    costs = np.zeros((rows, problem.space.shape[0] * problem.space.shape[1]), dtype=np.int64)
    costs[:, columns] = np.random.default_rng(seed).integers(1, largest + 1, (rows, len(columns)))
    order = np.argsort(np.diff(problem.encoded.starts), kind="stable")
    pairs = np.stack([np.repeat(order, rows), np.tile(np.arange(rows), len(order))], axis=1)
    for limit in (EXACT_IN_LANES, EXACT_IN_INT64, 2 * largest):
        compiled = LeastCosts(problem, semantics, columns)
        wanted = (*compiled.syndromes(costs, pairs, limit), compiled.least(costs, pairs, limit))
        small = LeastCosts(problem, semantics, columns)
        found = in_arrays(lambda: (*small.syndromes(costs, pairs, limit), small.least(costs, pairs, limit)))  # noqa: B023
        assert all(np.array_equal(a, b) for a, b in zip(found, wanted, strict=True))


@sweep
@settings(max_examples=examples(200, 8), deadline=None)
@given(problems(), st.integers(1, 12), st.sampled_from((0.05, 1.0)), st.integers(0, 2**16))
def test_probabilities_losses_and_gradients_are_those_of_the_kernels(case, count, concentration, seed):
    problem, machine, semantics = case
    codes = problem.space.sample(count, concentration=concentration, seed=seed)
    codes = np.concatenate([codes, problem.space.embed(machine)[None]])
    found = in_arrays(lambda: wrong_probability(problem, codes, semantics=semantics))
    assert found == pytest.approx(wrong_probability(problem, codes, semantics=semantics), rel=1e-12, abs=0)
    for loss in ("log", "brier"):
        losses, gradients = in_arrays(lambda: loss_and_gradient(problem, codes, semantics=semantics, loss=loss))  # noqa: B023
        wanted, slopes = loss_and_gradient(problem, codes, semantics=semantics, loss=loss)
        assert losses == pytest.approx(wanted, rel=1e-12, abs=1e-300)
        assert np.isnan(gradients).tolist() == np.isnan(slopes).tolist()
        for gradient, slope in zip(gradients, slopes, strict=True):
            largest = np.abs(slope).max(initial=0.0)
            rounding = 1e-14 if loss == "brier" else 0.0  # where it is stationary terms near 1 cancel
            assert gradient == pytest.approx(slope, rel=1e-9, abs=max(1e-10 * largest, rounding), nan_ok=True)


@pytest.mark.parametrize("semantics", SEMANTICS)
@pytest.mark.parametrize(("name", "word", "steps"), [("detectA", "AB", 1), ("copy", "AB", 7), ("bb3", "", 6)])
def test_marginals_of_every_step_are_those_of_the_kernels(name, word, steps, semantics, monkeypatch):
    space = _problem(name).space
    code = space.sample(1, seed=3)[0]
    wanted = simulate(space, code, word, steps, semantics=semantics)
    monkeypatch.setattr(history, "LEDGER", worth._Ledger())
    monkeypatch.setattr(history, "_compiled", None)
    found = simulate(space, code, word, steps, semantics=semantics)
    assert found.cells.tolist() == wanted.cells.tolist()
    assert found.tape.shape == wanted.tape.shape
    assert found.tape == pytest.approx(wanted.tape, rel=1e-13, abs=0)
    assert found.state == pytest.approx(wanted.state, rel=1e-13, abs=0)


def test_a_log_loss_that_is_infinite_has_no_gradient():
    machine = library.machine("detectA")
    problem = SynthesisProblem.of_machine(machine, ["A"], 2)
    other = SynthesisProblem.of_machine(machine, ["B"], 2).targets
    wrong = SynthesisProblem(problem.space, problem.inputs, 2, problem.readout, other, problem.weights)
    losses, gradients = in_arrays(lambda: loss_and_gradient(wrong, problem.space.embed(machine)))
    assert losses.tolist() == [np.inf]
    assert np.isnan(gradients).all()


@sweep
@pytest.mark.parametrize("name", DEFAULTS)
@slow_where("copy", "bb2x3", "parityCheck")
def test_every_default_problem_of_the_library_starts_without_compiled_code(name, ledger):
    def refuse(*_):
        raise AssertionError("compiled code was asked for")

    entry = library.entry(name)
    problem = problem_from_mapping(entry.problem, entry.machine)
    with pytest.MonkeyPatch.context() as patch:
        _new_ledger(patch)
        patch.setattr("noisytm.relaxation.marginal.assemble.generated_module", refuse)
        patch.setattr("noisytm.relaxation.marginal.assemble.compiled_kernels", refuse)
        found = learning_coefficient(problem, entry.machine).to_json()
    if name in LONG and not ALL_SEEDS:
        return
    with LEDGER.compiled_only():
        wanted = learning_coefficient(problem, entry.machine).to_json()
    for record in (found, wanted):
        record.pop("seconds")
        record.pop("compile_seconds", None)
    assert found == wanted


def test_the_command_does_not_even_load_numba():
    code = (
        "import sys; from noisytm.cli import main\n"
        "for how in ('mean-field', 'annealed', 'quenched', 'pseudo-utm'):\n"
        "    code = main(['bound', 'detectA', '--json', '--semantics', how])\n"
        "    print('numba' in sys.modules, 'scipy' in sys.modules, code, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stderr == "False False 0\n" * 4
    assert json.loads(done.stdout.strip().splitlines()[-1])["learning_coefficient"] == "125/16"


def test_compiled_kernels_take_over_once_the_work_has_grown(ledger, monkeypatch):
    machine = library.machine("detectA")
    problem = SynthesisProblem.of_machine(machine, words("AB", 2), 6)
    with LEDGER.compiled_only():
        wanted = learning_coefficient(problem, machine).to_json()
    fresh = _new_ledger(monkeypatch)
    monkeypatch.setattr(worth, "COMPILING", 0.02)
    monkeypatch.setattr("noisytm.relaxation.marginal.assemble.LEDGER", fresh)
    asked, kernel = [], LeastCosts._kernel

    def noted(costs, limit):
        asked.append(dict(fresh._spent))
        return kernel(costs, limit)

    monkeypatch.setattr(LeastCosts, "_kernel", noted)
    found = learning_coefficient(problem, machine).to_json()
    assert 0 < asked[0]["min_plus_lanes"] <= 0.02  # much had been done in NumPy before
    assert len(asked) > 3
    wanted.pop("seconds"), found.pop("seconds")
    wanted.pop("compile_seconds", None), found.pop("compile_seconds", None)
    assert found == wanted


def test_the_rule(ledger, monkeypatch, tmp_path):
    assert ledger.arrays_do("real", 0.6 * worth.COMPILING)
    assert not ledger.arrays_do("real", 0.6 * worth.COMPILING)  # together they are more
    assert ledger.arrays_do("real", 0.3 * worth.COMPILING)  # what was refused does not count
    assert ledger.arrays_do("vector", 0.9 * worth.COMPILING)  # each algebra by itself
    with ledger.compiled_only():
        assert not ledger.arrays_do("real", 0.0)
    ledger.compiled("real")
    assert not ledger.arrays_do("real", 0.0)
    assert code_folder().parent == tmp_path
    code_folder().mkdir()
    (code_folder() / "noisytm_min_plus_lanes_0123456789abcdef01234567.cheapest-0123.nbc").write_text("")
    (code_folder() / "relaxation.pathwise.lazy_tables.cheapest-0123.nbc").write_text("")
    assert not ledger.arrays_do("lazy_tables", 1.1 * worth.LOADING)
    assert ledger.arrays_do("annealed_kernels", 1.1 * worth.LOADING)
    assert not ledger.arrays_do("annealed_kernels", 2 * worth.COMPILING_RUNS["annealed_kernels"])
    assert not ledger.arrays_do("min_plus_lanes", 2 * worth.LOADING)
    assert ledger.arrays_do("min_plus", 2 * worth.LOADING)
    monkeypatch.setenv("NUMBA_DISABLE_JIT", "1")
    assert ledger.arrays_do("real", 1e9)


def test_work_grows_with_everything_it_depends_on():
    head = plans.traced(library.machine("detectA") and _problem().space, "pseudo-utm")
    longer = plans.traced(_problem("copy").space, "pseudo-utm")
    one = worth.seconds_in_arrays(head, 10, 2, 7, False)
    assert one > 0
    more = [(head, 20, 2, 7, False), (head, 10, 200, 7, False), (head, 10, 2, 700, False), (head, 10, 2, 7, True)]
    assert all(worth.seconds_in_arrays(*given) > one for given in [*more, (longer, 10, 2, 7, False)])


def _problem(name="detectA"):
    entry = library.entry(name)
    return problem_from_mapping(entry.problem, entry.machine)


def test_little_memory_is_left_to_the_kernels_to_refuse(ledger):
    entry = library.entry("detectA")
    with pytest.raises(BudgetError, match="memory"):
        learning_coefficient(_problem(), entry.machine, memory=1000)
    assert not ledger._spent


def test_pairs_that_do_not_fit_together_are_run_a_few_at_a_time(monkeypatch):
    problem, machine = _problem(), library.machine("detectA")
    wanted = in_arrays(lambda: learning_coefficient(problem, machine).certificate)
    monkeypatch.setattr(array_costs, "MOST_BYTES", 40_000)
    small = LeastCosts(problem, "pseudo-utm", problem.space.coordinate_columns(machine))
    assert 1 <= small._arrays._together < len(problem.inputs)
    assert in_arrays(lambda: learning_coefficient(problem, machine).certificate) == wanted


def test_right_entries_may_be_used_more_often_than_any_number_holds():
    machine = library.machine("detectA")
    problem = SynthesisProblem.of_machine(machine, ["", "BA"], steps=300)
    oracle = Oracle(problem, machine, "pseudo-utm")
    costs = np.random.default_rng(1).integers(1, 100, (1, oracle.dimension))
    wanted = oracle.below(costs, 1 << 50)
    found = in_arrays(lambda: Oracle(problem, machine, "pseudo-utm").below(costs, 1 << 50))
    assert all(np.array_equal(a, b) for a, b in zip(found, wanted, strict=True))


def test_exponents_that_do_not_fit_are_refused():
    # each step may double what the error counts, at no cost: 2^60 errors
    machine = TuringMachine(("_", "a"), "_", ("p", "q"), "p", [("_", "p", "a", "p", "R"), ("a", "p", "a", "p", "R")])
    problem = SynthesisProblem.of_machine(machine, ["", "a"], steps=5)
    columns = problem.space.coordinate_columns(machine)
    costs = np.zeros((1, problem.space.shape[0] * problem.space.shape[1]), dtype=np.int64)
    costs[:, columns] = 1
    small = LeastCosts(problem, "mean-field", columns)
    pairs = np.array([[0, 0], [1, 0]])
    found, least, counts = in_arrays(lambda: small.syndromes(costs, pairs, 100))
    assert found.tolist() == [0, 1]
    assert (counts.sum(axis=1) == least).all()
    from noisytm.relaxation.marginal.arrays.oracle import _exact

    with pytest.raises(BudgetError, match="do not fit into 64 bits"):
        _exact(np.array([[2.0**53]]), np.array([[0]]), np.array([0]))
    with pytest.raises(BudgetError, match="do not fit into 64 bits"):
        _exact(np.array([[3.0]]), np.array([[2]]), np.array([5]))
