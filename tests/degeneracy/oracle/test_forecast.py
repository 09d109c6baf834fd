"""What is refused before it runs out of memory would have run out; what is not refused is what it was."""

import math
import time

import numpy as np
import pytest
from seeds import ALL_SEEDS, seeds, slow_where, sweep

import noisytm
from noisytm import _clock, _forecast
from noisytm.degeneracy.oracle import cheapest_runs
from noisytm.degeneracy.oracle.cheapest_runs import CheapestRuns
from noisytm.errors import BudgetError
from noisytm.relaxation.pathwise import configuration_graph as graphs

MACHINE = noisytm.library.machine("detectA")
LIMIT = 4 << 36


def answer(problem, costs, memory):
    try:
        return [part.least.tolist() for part in CheapestRuns(problem, memory).parts(costs, PAIRS, LIMIT, True)]
    except BudgetError as error:
        return str(error)


PAIRS = np.array([[0, 0], [1, 0]])
# After the six steps that a forecast looks back upon less than twice as many configurations are still to come.
FEW_TO_COME = {4, 9, 13, 21}


@sweep
@pytest.mark.parametrize("seed", seeds(range(30), 1))
@slow_where("0")
def test_what_is_refused_early_would_run_out(monkeypatch, seed):
    problem = noisytm.SynthesisProblem.of_machine(MACHINE, ["B", "BA"], steps=14)
    wrong = 1 - problem.space.embed(MACHINE).astype(np.int64)
    random = np.random.default_rng(seed).exponential(scale=1 << 36, size=wrong.shape)
    costs = (wrong * (random.astype(np.int64) + 1))[None]
    monkeypatch.setattr(_forecast, "FEWEST", 64)
    early, words = 0, set()
    for bits in range(14, 26):
        seen = answer(problem, costs, 1 << bits)
        with monkeypatch.context() as patched:
            patched.setattr(_forecast, "DOUBT", math.inf)
            whole = answer(problem, costs, 1 << bits)
        if seen != whole:
            assert "need about" in seen and "need more than" in whole
            early += 1
        words.add(type(seen))
    assert bool(early) == (seed not in FEW_TO_COME) and words == {str, list}


def test_thirty_steps_are_refused_at_once():
    problem = noisytm.SynthesisProblem.of_machine(MACHINE, noisytm.words("AB", 2), steps=60)
    began = time.process_time()
    with pytest.raises(BudgetError, match=r"60 steps need about [0-9.e+]+ GiB of memory .* are sure to fit"):
        graphs.configuration_graph(problem, 1 << 30)
    assert time.process_time() - began < 3


@sweep
def test_a_search_that_will_take_too_long_is_refused_before():
    problem = noisytm.SynthesisProblem.of_machine(MACHINE, noisytm.words("AB", 2), steps=60)
    began = time.process_time()
    with _clock.limited(20.0 if ALL_SEEDS else 2.0), pytest.raises(BudgetError, match="would take about"):
        noisytm.learning_coefficient(problem, MACHINE, semantics="annealed", memory=1 << 34)
    assert time.process_time() - began < 15


@sweep
@pytest.mark.parametrize("steps", seeds([22, 30], 1))
@slow_where("22")
def test_what_cannot_fit_is_said_before_seconds_are_spent(steps):
    """By the question that decides, which comes first, and for all inputs before any of them is followed to its end."""
    problem = noisytm.SynthesisProblem.of_machine(MACHINE, noisytm.words("AB", 2), steps=steps)
    began = time.process_time()
    with pytest.raises(BudgetError, match=r"need about [0-9.e+]+ GiB of memory, and .*a call may take") as ended:
        noisytm.learning_coefficient(problem, MACHINE, semantics="annealed", memory=1 << 30)
    assert time.process_time() - began < 5
    assert ended.value.partial.lower == 10


def test_what_is_put_off_is_answered_all_the_same(monkeypatch):
    problem = noisytm.SynthesisProblem.of_machine(MACHINE, ["B", "BA", "A"], steps=12)
    wrong = 1 - problem.space.embed(MACHINE).astype(np.int64)
    random = np.random.default_rng(1).exponential(scale=1 << 36, size=wrong.shape)
    pairs, costs = np.array([[2, 0], [0, 0], [1, 0]]), (wrong * (random.astype(np.int64) + 1))[None]

    def answers():
        parts = CheapestRuns(problem, 1 << 30).parts(costs, pairs, LIMIT, True)
        found = [(int(part.pairs[0]), part.least.tolist(), part.counts.tolist()) for part in parts]
        return [k for k, *_ in found], sorted(found)

    order, found = answers()
    monkeypatch.setattr(cheapest_runs, "SCOUTED", 1700)
    later, again = answers()
    assert again == found and order == [0, 1, 2] != later
