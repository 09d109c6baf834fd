"""The readable branch and bound: known values, brute force, and what the fixed tuples of a table prove."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
from parity_tables import asked
from seeds import ALL_SEEDS, seeds, sweep

from noisytm.geometry import CHARTS
from noisytm.relaxation.semantics import SEMANTICS
from noisytm.search import UNFIXED
from noisytm.search.fixed import FixedOracle
from noisytm.search.readable import Asked, Attained, BranchAndBound, TableBound

KINDS = list(itertools.product(SEMANTICS, CHARTS))
KNOWN = {(4, "mean-field"): "8", (4, "pseudo-utm"): "8", (5, "mean-field"): "10", (5, "pseudo-utm"): "23/2"}


# One value that is known, below a table that has it; in ``make verify`` all, over all tables.
STARTS = dict.fromkeys(KNOWN) if ALL_SEEDS else {(4, "pseudo-utm"): [3, 0, UNFIXED, UNFIXED]}


@pytest.mark.parametrize(("steps", "semantics"), STARTS)
def test_known_values(steps: int, semantics: str) -> None:
    found = BranchAndBound(asked(steps, semantics)).run(STARTS[steps, semantics])
    assert found is not None and found.value == Fraction(KNOWN[steps, semantics])


def random_case(seed: int, fixed: int) -> tuple[Asked, np.ndarray]:
    random = np.random.default_rng(seed)
    semantics, chart = KINDS[seed % len(KINDS)]
    loss = ("log", "brier")[seed // len(KINDS) % 2]
    prior = {"next": "1/2", ("1", "odd", "move"): 3} if chart != "sphere" and random.random() < 0.5 else 1
    question = asked(int(random.integers(3, 6)), semantics, loss, chart, prior)
    choices = BranchAndBound(question).choices
    runs = BranchAndBound(question).runs
    while True:  # some fixed tuples of a table that solves the problem
        table = random.integers(0, choices.number, 4)
        if runs.decided(choices.table_actions(table)) == (None, None):
            table[random.permutation(4)[fixed:]] = UNFIXED
            return question, table


def all_attained(search: BranchAndBound, table: np.ndarray, random: np.random.Generator, most: int) -> list[Attained]:
    """Return what codes below a table attain, one by one: all that solve, or some."""
    free = np.flatnonzero(table == UNFIXED)
    found = []
    for values in random.permutation(list(itertools.product(range(search.choices.number), repeat=len(free)))):
        whole = table.copy()
        whole[free] = values
        if search.runs.decided(search.choices.table_actions(whole)) == (None, None):
            found.append(search.attained(whole))
            if len(found) == most:
                break
    return found


@sweep
@pytest.mark.parametrize("seed", seeds(range(200), range(1, 4)))
def test_the_least_below_a_table_is_that_of_its_codes(seed: int) -> None:
    question, table = random_case(seed, fixed=3)
    search = BranchAndBound(question, readable=seed % 3 == 0)
    best = min(all_attained(search, table, np.random.default_rng(0), 10**6), key=lambda x: (x.value, -x.multiplicity))
    found = search.run(table)
    assert found is not None
    assert (found.value, found.multiplicity) == (best.value, best.multiplicity)
    assert search.attained(found.table) == found


@sweep
@pytest.mark.parametrize("seed", seeds(range(300), 4))
def test_a_partial_table_bounds_its_completions(seed: int) -> None:
    question, table = random_case(seed, fixed=int(np.random.default_rng(seed).integers(0, 4)))
    search = BranchAndBound(question)
    oracle = FixedOracle(question.problem, question.semantics, search.choices, table)
    bound = TableBound(oracle, search.weights)
    completions = all_attained(search, table, np.random.default_rng(seed), 12)
    assert completions
    for code in completions:
        assert (bound.value, -bound.multiplicity) <= (code.value, -code.multiplicity)
    if search.runs.decided(search.choices.table_actions(table)) == (None, None) and not bound.reached():
        assert {code.value for code in completions} == {bound.value}


@pytest.mark.parametrize("seed", range(8))
def test_no_fatal_syndrome_is_lost_by_what_is_faster(seed: int) -> None:
    question, table = random_case(seed, fixed=2)
    choices = BranchAndBound(question).choices
    fast, slow = (FixedOracle(question.problem, question.semantics, choices, table, way) for way in (False, True))
    costs = np.random.default_rng(seed).integers(1, 50, (2, fast.dimension))
    (pairs, least, counts), (others, dearer, _) = fast.below(costs, 120), slow.below(costs, 120)
    assert ((counts * costs[pairs[:, 1]]).sum(axis=1) == least).all()
    known = {tuple(pair): cost for pair, cost in zip(pairs.tolist(), least.tolist(), strict=True)}
    runs = BranchAndBound(question).runs
    for (index, row), cost in zip(others.tolist(), dearer.tolist(), strict=True):
        assert known[index, row] <= cost
        if runs.end(choices.table_actions(table), index).at is None:
            assert known[index, row] == cost


def test_a_problem_that_no_code_solves() -> None:
    question = asked(4, "pseudo-utm")
    search = BranchAndBound(question)
    assert search.run([4, 4, UNFIXED, UNFIXED]) is None  # the blank word ends odd
    assert search.tally.refuted == search.tally.nodes == 1


@sweep
@pytest.mark.parametrize("seed", seeds(range(60), range(2, 5)))
def test_all_codes_that_attain_the_least_are_found(seed: int) -> None:
    question, table = random_case(seed, fixed=3)
    search = BranchAndBound(question)
    codes = all_attained(search, table, np.random.default_rng(0), 10**6)
    least = min(code.value for code in codes)
    assert search.attaining(least, table) == sorted((c for c in codes if c.value == least), key=lambda c: c.table)


def test_what_is_not_open_is_refuted_by_a_run() -> None:
    search = BranchAndBound(asked(4, "pseudo-utm"))
    assert search.open_children([4, 4, UNFIXED, UNFIXED]) == []
    children = search.open_children([UNFIXED] * 4)
    at = next(i for i in range(4) if children[0][i] != UNFIXED)
    assert {child[at] for child in children} <= set(range(12))
    for choice in range(12):
        table = np.full(4, UNFIXED)
        table[at] = choice
        rejected, _ = search.runs.decided(search.choices.table_actions(table))
        assert (tuple(table.tolist()) in children) == (rejected is None)
