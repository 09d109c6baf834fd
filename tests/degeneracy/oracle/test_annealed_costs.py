"""Cheapest rejected runs of the annealed semantics, both ways to find them, against the reference over (min, +)."""

from __future__ import annotations

import itertools
import math
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from seeds import examples, sweep

from noisytm import SynthesisProblem, TuringMachine, library
from noisytm.algebra import semirings
from noisytm.degeneracy.oracle import annealed_costs
from noisytm.degeneracy.oracle.annealed_costs import AnnealedCosts
from noisytm.degeneracy.oracle.cheapest_runs import CheapestRuns
from noisytm.degeneracy.oracle.least_costs import EXACT_IN_INT64
from noisytm.errors import BudgetError
from noisytm.relaxation.generic import readings as reference


class Lenient(SynthesisProblem):
    """A problem that also accepts the outcomes with the first value of the alphabet, or of the states, in front."""

    def accepts(self, index, outcome):
        first = self.space.states[0] if self.readout == "state" else self.space.symbols[0]
        return outcome[0] == first or super().accepts(index, outcome)


@st.composite
def cases(draw):
    """A random code with gaps and halting states, a problem, and rows of costs with zeros and many ties."""
    letters = "_ab"[: draw(st.integers(1, 3))]
    states = "pqr"[: draw(st.integers(1, 3))]
    halting = draw(st.sampled_from(((), ("H",))))
    keys = list(itertools.product(letters, states))
    listed = [k for k in keys if draw(st.integers(0, 3))] or keys[:1]
    entry = st.tuples(st.sampled_from(letters), st.sampled_from([*states, *halting]), st.sampled_from("LSR"))
    tuples = [(*k, *draw(entry)) for k in listed]
    machine = TuringMachine(tuple(letters), "_", (*states, *halting), "p", tuples, halting=halting)
    steps = draw(st.integers(1, 2 if len(letters) + len(states) > 4 else 4))
    inputs = draw(st.lists(st.text(letters, max_size=6), min_size=1, max_size=4, unique=True))
    kind = draw(st.sampled_from((SynthesisProblem, Lenient)))
    problem = kind.of_machine(machine, inputs, steps, draw(st.sampled_from(("state", "tape:1", "tape:3"))))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    largest = draw(st.sampled_from((1, 4, 50)))
    costs = rng.integers(0, largest + 1, (draw(st.integers(1, 3)), math.prod(problem.space.shape)))
    return problem, machine, costs


def by_search(problem, memory=1 << 26):
    costs = AnnealedCosts(problem)
    costs._costs = CheapestRuns(problem, memory)
    return costs


def all_pairs(problem, rows):
    return np.array(list(itertools.product(range(len(problem.inputs)), range(rows))), dtype=np.int64)[::-1].copy()


def in_rows(problem, row):
    return np.array([int(c) for c in row], dtype=object).reshape(problem.space.shape).tolist()


def wanted(problem, costs, pairs):
    by_row = [reference.wrong(semirings.MinPlus(), problem, in_rows(problem, row), "annealed") for row in costs]
    return [by_row[row][i] for i, row in pairs.tolist()]


@sweep
@settings(max_examples=examples(120, 30), deadline=None)
@given(cases(), st.integers(0, 60), st.sampled_from([AnnealedCosts, by_search]))
def test_least_costs_and_the_runs_that_have_them(case, limit, make):
    problem, _, costs = case
    kernel, pairs = make(problem), all_pairs(problem, len(costs))
    expected = wanted(problem, costs, pairs)
    for bound in (limit, EXACT_IN_INT64):
        assert kernel.least(costs, pairs, bound).tolist() == [min(x, bound) for x in expected]
        found, least, counts = kernel.syndromes(costs, pairs, bound)
        assert found.tolist() == [k for k, x in enumerate(expected) if x < bound]
        assert least.tolist() == [x for x in expected if x < bound]
        assert ((counts * costs[pairs[found, 1]]).sum(axis=1) == least).all()
        again = make(problem).syndromes(costs, pairs, bound)
        assert all((a == b).all() for a, b in zip(again, (found, least, counts), strict=True))


@settings(max_examples=30, deadline=None)
@given(cases(), st.sampled_from([AnnealedCosts, by_search]))
def test_the_counts_are_those_of_a_rejected_run(case, make):
    problem, _, costs = case
    kernel, pairs = make(problem), all_pairs(problem, len(costs))
    found, _, counts = kernel.syndromes(costs, pairs, EXACT_IN_INT64)
    shape = problem.space.shape
    for k, count in zip(found.tolist(), counts, strict=True):
        used = count.reshape(shape)
        blocks = [used[:, start : start + len(values)].sum(axis=1) for _, start, values in problem.space.blocks]
        # each use of a tuple writes one symbol, goes to one state and makes one move
        assert (blocks[0] == blocks[1]).all() and (blocks[0] == blocks[2]).all()
        assert blocks[0].sum() <= problem.steps
        # With costs of 0 for what the run uses, and 1 for all else, it is found to be rejected for nothing.
        alone = np.where(count > 0, 0, 1)[None]
        assert wanted(problem, alone, pairs[k : k + 1] * [1, 0]) == [0]


@settings(max_examples=30, deadline=None)
@given(cases())
def test_sets_taken_one_by_one_change_nothing(case):
    problem, _, costs = case
    kernel, pairs = AnnealedCosts(problem), all_pairs(problem, len(costs))
    together = kernel.syndromes(costs, pairs, EXACT_IN_INT64)
    kernel._costs._columns = 1
    assert all((a == b).all() for a, b in zip(kernel.syndromes(costs, pairs, EXACT_IN_INT64), together, strict=True))


@sweep
@settings(max_examples=examples(40, 15), deadline=None)
@given(cases(), st.sampled_from([1, 3, 1 << 57, 1 << 70, 3**90]), st.integers(0, 1))
def test_integers_of_any_size(case, scale, shift):
    problem, _, costs = case
    row = [int(c) * scale + shift for c in costs[0]]
    expected = min(reference.wrong(semirings.MinPlus(), problem, in_rows(problem, row), "annealed"))
    enough = 2 * scale
    for kernel in (AnnealedCosts(problem), by_search(problem)):
        assert kernel.least_in_integers(row, None) == (None if expected == math.inf else expected)
        assert kernel.least_in_integers(row, enough) == min(expected, enough)


def test_costs_up_to_the_largest_are_exact():
    problem = SynthesisProblem.of_machine(library.machine("detectA"), ["", "BA", "BB"], 3)
    rng = np.random.default_rng(2)
    pairs = all_pairs(problem, 3)
    for make in (AnnealedCosts, by_search):
        costs = rng.integers(EXACT_IN_INT64 // 3, EXACT_IN_INT64 + 1, (3, math.prod(problem.space.shape)))
        costs[1] //= 5
        costs[2][problem.space.right_entries(library.machine("detectA")).ravel()] = 0
        expected = wanted(problem, costs, pairs)
        assert make(problem).least(costs, pairs, EXACT_IN_INT64).tolist() == [min(x, EXACT_IN_INT64) for x in expected]


def test_where_nothing_is_ever_rejected():
    still = TuringMachine(("_", "a"), "_", ("p",), "p", [("a", "p", "a", "p", "S")])
    problem = SynthesisProblem.of_machine(still, ["", "a"], 3)
    costs = np.zeros((1, 6), dtype=np.int64)
    for make in (AnnealedCosts, by_search):
        kernel = make(problem)
        assert kernel.least(costs, all_pairs(problem, 1), 9).tolist() == [9, 9]
        assert kernel.least_in_integers([0] * 6, None) is None
        assert kernel.least_in_integers([0] * 6, 5) == 5
        assert kernel.syndromes(costs, all_pairs(problem, 1), 9)[2].shape == (0, 6)


def cheap_costs(machine, problem, cost):
    costs = np.full(problem.space.shape, cost)
    np.put_along_axis(costs, problem.space.right_entries(machine), 0, axis=1)
    return costs.reshape(1, -1)


@pytest.mark.slow
def test_with_more_steps_than_fit_only_cheap_runs_are_followed(monkeypatch):
    machine = library.machine("detectA")
    problem = SynthesisProblem.of_machine(machine, ["A", "BBA"], 200)
    kernel = AnnealedCosts(problem, memory=16 << 20)
    assert isinstance(kernel._costs, CheapestRuns)
    costs, pairs = cheap_costs(machine, problem, 3), all_pairs(problem, 1)
    assert kernel.least(costs, pairs, 5).tolist() == [3, 3]
    assert kernel.syndromes(costs, pairs, 5)[2].sum(axis=1).tolist() == [600, 600]
    with pytest.raises(
        BudgetError,
        match=r"cheaper than the limit need more than .* MiB of memory; a call may take 16 MiB; some 198 steps may fit",
    ):
        kernel.least(np.zeros_like(costs) + (costs > 0), pairs, 40)
    large = [int(cost) << 70 for cost in costs[0]]
    assert kernel.least_in_integers(large, 4 << 70) == 3 << 70
    with pytest.raises(BudgetError, match="cheaper than the limit need more than"):
        kernel.least_in_integers([1 << 70] * costs.size, None)
    short = SynthesisProblem.of_machine(machine, ["A", "BBA"], 6)
    monkeypatch.setattr(annealed_costs, "MOST_CONTENTS", 50)
    assert isinstance(AnnealedCosts(short)._costs, CheapestRuns)


def test_too_little_memory_for_anything():
    problem = SynthesisProblem.of_machine(library.machine("detectA"), ["A"], 6)
    kernel = AnnealedCosts(problem, memory=1000)
    with pytest.raises(BudgetError) as error:
        kernel.least(np.zeros((1, 48), dtype=np.int64), all_pairs(problem, 1), 5)
    assert re.search(r"need more than \S+ KiB of memory; a call may take 1000 bytes", str(error.value))
