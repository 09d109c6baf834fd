"""The min-plus kernels: eight lanes, one lane, few steps kept at a time, and the readable reference."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from seeds import examples, sweep

from noisytm import SynthesisProblem, TuringMachine, library, words
from noisytm.algebra import semirings
from noisytm.degeneracy.oracle import least_costs
from noisytm.degeneracy.oracle.least_costs import EXACT_IN_INT64, EXACT_IN_LANES, LeastCosts
from noisytm.errors import BudgetError
from noisytm.relaxation.generic import readings as reference

SEMANTICS = ("mean-field", "pseudo-utm")


@st.composite
def cases(draw):
    """A random code of up to three symbols and states with gaps, a problem, and a few cost vectors full of ties."""
    letters = "_ab"[: draw(st.integers(1, 3))]
    states = "pqr"[: draw(st.integers(1, 3))]
    keys = list(itertools.product(letters, states))
    listed = [k for k in keys if draw(st.integers(0, 3))] or keys[:1]
    entry = st.tuples(st.sampled_from(letters), st.sampled_from(states), st.sampled_from("LSR"))
    machine = TuringMachine(tuple(letters), "_", tuple(states), "p", [(*k, *draw(entry)) for k in listed])
    problem = SynthesisProblem.of_machine(
        machine,
        words(letters[1:], 2) if letters[1:] else [""],
        draw(st.integers(1, 7)),
        draw(st.sampled_from(("state", "tape:1", "tape:3"))),
    )
    size = draw(st.integers(1, 3))
    largest = draw(st.sampled_from((1, 3, 40)))
    seed = draw(st.integers(0, 2**32 - 1))
    costs = np.random.default_rng(seed).integers(1, largest + 1, (size, problem.space.dimension))
    return problem, machine, draw(st.sampled_from(SEMANTICS)), costs


class OfErrors:
    """The least costs of a machine's problem, given the costs of the errors alone."""

    def __init__(self, problem: SynthesisProblem, machine: TuringMachine, semantics: str) -> None:
        self.columns = problem.space.coordinate_columns(machine)
        self.entries = problem.space.shape[0] * problem.space.shape[1]
        self.costs = LeastCosts(problem, semantics, self.columns)

    def expanded(self, costs: np.ndarray) -> np.ndarray:
        entries = np.zeros((len(costs), self.entries), dtype=np.int64)
        entries[:, self.columns] = costs
        return entries

    def least(self, costs: np.ndarray, pairs: np.ndarray, limit: int) -> np.ndarray:
        return self.costs.least(self.expanded(costs), pairs, limit)

    def syndromes(self, costs: np.ndarray, pairs: np.ndarray, limit: int) -> tuple:
        found, least, counts = self.costs.syndromes(self.expanded(costs), pairs, limit)
        assert counts.shape == (len(found), self.entries)
        assert counts.sum() == counts[:, self.columns].sum()
        return found, least, counts[:, self.columns]


def all_pairs(problem: SynthesisProblem, rows: int) -> np.ndarray:
    inputs = np.argsort(np.diff(problem.encoded.starts), kind="stable")
    return np.stack([np.repeat(inputs, rows), np.tile(np.arange(rows), len(inputs))], axis=1)


def expected_costs(problem, machine, semantics, costs) -> list:
    rows, width = problem.space.shape
    flat = np.zeros(rows * width, dtype=object)
    flat[problem.space.coordinate_columns(machine)] = [int(c) for c in costs]
    return reference.wrong(semirings.MinPlus(), problem, flat.reshape(rows, width).tolist(), semantics)


def by_pair(found) -> list:
    at, least, counts = found
    return [(int(i), int(c), row.tolist()) for i, c, row in zip(at, least, counts, strict=True)]


@sweep
@settings(max_examples=examples(150, 40), deadline=None)
@given(cases())
def test_all_kernels_agree_with_the_reference_and_on_ties(case):
    problem, machine, semantics, costs = case
    kernel = OfErrors(problem, machine, semantics)
    pairs = all_pairs(problem, len(costs))
    lanes = by_pair(kernel.syndromes(costs, pairs, EXACT_IN_LANES))
    assert by_pair(kernel.syndromes(costs, pairs, EXACT_IN_INT64)) == lanes
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(least_costs, "CHUNK", 2)
        patch.setattr(least_costs, "SHORT_RUN", 0)
        in_parts = OfErrors(problem, machine, semantics)
        for limit in (EXACT_IN_LANES, EXACT_IN_INT64):
            assert by_pair(in_parts.syndromes(costs, pairs, limit)) == lanes
    wanted = [expected_costs(problem, machine, semantics, row) for row in costs]
    finite = {k: c for k, (i, row) in enumerate(pairs) if (c := wanted[row][i]) != semirings.MinPlus.zero}
    assert {k: c for k, c, _ in lanes} == finite
    for k, cost, counts in lanes:
        assert cost == sum(int(c) * n for c, n in zip(costs[pairs[k, 1]], counts, strict=True))


@settings(max_examples=50, deadline=None)
@given(cases(), st.integers(1, 60))
def test_only_what_is_below_the_limit_is_found(case, limit):
    problem, machine, semantics, costs = case
    kernel = OfErrors(problem, machine, semantics)
    pairs = all_pairs(problem, len(costs))
    everything = by_pair(kernel.syndromes(costs, pairs, EXACT_IN_LANES))
    below = [answer for answer in everything if answer[1] < limit]
    for bound, wanted in ((limit, below), (EXACT_IN_LANES, everything)):
        assert by_pair(kernel.syndromes(costs, pairs, bound)) == wanted
        least = np.full(len(pairs), bound)
        least[[k for k, _, _ in wanted]] = [cost for _, cost, _ in wanted]
        assert kernel.least(costs, pairs, bound).tolist() == least.tolist()


@pytest.mark.parametrize("semantics", SEMANTICS)
def test_costs_up_to_the_limit_of_each_kernel_are_exact(semantics):
    machine = library.machine("detectA")
    problem = SynthesisProblem.of_machine(machine, words("AB", 2), 5)
    kernel = OfErrors(problem, machine, semantics)
    pairs = all_pairs(problem, 1)
    rng = np.random.default_rng(3)
    for limit in (EXACT_IN_LANES, EXACT_IN_INT64):
        for _ in range(20):
            costs = rng.integers(limit // 4, limit, (1, problem.space.dimension))
            wanted = [min(c, limit) for c in expected_costs(problem, machine, semantics, costs[0])]
            assert kernel.least(costs, pairs, limit).tolist() == [wanted[i] for i in pairs[:, 0]]
            for k, cost, counts in by_pair(kernel.syndromes(costs, pairs, limit)):
                assert cost == wanted[pairs[k, 0]] == sum(int(c) * n for c, n in zip(costs[0], counts, strict=True))


def test_exponents_that_do_not_fit_are_refused():
    machine = library.machine("detectA")
    rows = machine.table
    order = [(s, q, *rows[s, q]) for s in "_BA" for q in machine.states]
    machine = TuringMachine(tuple("_BA"), "_", machine.states, "reject", order)
    problem = SynthesisProblem.of_machine(machine, words("AB", 2), 80)
    kernel = OfErrors(problem, machine, "pseudo-utm")
    pairs = all_pairs(problem, 1)
    costs = np.full((1, problem.space.dimension), 1 << 40)
    alone = [e[2].index(1) for e in by_pair(kernel.syndromes(costs, pairs, EXACT_IN_LANES)) if sum(e[2]) == 1]
    free = np.zeros_like(costs)
    free[:, alone] = 1 << 40
    for limit in (EXACT_IN_LANES, EXACT_IN_INT64):
        with pytest.raises(BudgetError, match="64 bits"):
            kernel.syndromes(free, pairs, limit)
