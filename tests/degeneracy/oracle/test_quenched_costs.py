"""The search for the cheapest rejected run of one table, against the readable step over (min, +)."""

import itertools
import math
import random

import numpy as np
import pytest
from naive import follow

from noisytm import BudgetError, SynthesisProblem, TuringMachine, library, words
from noisytm.algebra.semirings import MinPlus
from noisytm.algebra.truncated import Costs
from noisytm.degeneracy.oracle import quenched_costs
from noisytm.degeneracy.oracle.quenched_costs import QuenchedCosts
from noisytm.relaxation.generic.readings import wrong

READOUTS = ("state", "state", "tape:1", "tape:2")
NEVER = 10_000


def random_problem(seed, steps, tuples=4):
    """Draw a problem: two or three symbols and states, gaps, halting states, all readouts."""
    rng = random.Random(seed)
    symbols, states = ["0", "1", "2"][: 2 + seed % 2], list("abc")[: 2 + seed // 2 % 2]
    ends = ["H"] if seed // 4 % 2 else []
    keys = list(itertools.product(symbols, states))
    keys = rng.sample(keys, rng.randint(1, min(tuples, len(keys))))
    rows = [(s, q, rng.choice(symbols), rng.choice(states + ends), rng.choice("LSR")) for s, q in keys]
    machine = TuringMachine(symbols, "0", states + ends, "a", rows, halting=ends)
    problem = SynthesisProblem.of_machine(machine, ["", "1", "01"], steps, rng.choice(READOUTS))
    return rng, problem, machine


def random_costs(rng, problem, machine, count):
    """Draw rows of costs with many zeros; right entries, and sometimes others, cost nothing."""
    right = problem.space.embed(machine).ravel() > 0
    choices = [[0, 1, 2, 5, 7, 30], [1, 1, 2], [0, 0, 0, 100, 101]]
    costs = np.array([rng.choices(choices[row % 3], k=right.size) for row in range(count)], dtype=np.int64)
    costs[:, right] = 0
    return costs


def all_pairs(problem, rows):
    return np.array(list(itertools.product(range(len(problem.inputs)), range(rows))), dtype=np.int64)


def reference_least(problem, costs):
    """Return the least costs, shape (rows, inputs), `NEVER` where nothing is rejected."""
    rows, width = problem.space.shape
    found = [wrong(MinPlus(), problem, one.reshape(rows, width).tolist(), "quenched") for one in costs]
    return np.array([[NEVER if x == math.inf else x for x in row] for row in found], dtype=np.int64)


@pytest.mark.parametrize("seed", range(40))
def test_least_costs_are_those_of_the_reference(seed):
    rng, problem, machine = random_problem(seed, steps=1 + seed // 8 % 3 + (seed % 4 == 0))
    costs = random_costs(rng, problem, machine, 3)
    pairs, oracle = all_pairs(problem, len(costs)), QuenchedCosts(problem)
    pairs = pairs[rng.sample(range(len(pairs)), len(pairs))]
    whole = reference_least(problem, costs)[pairs[:, 1], pairs[:, 0]]
    for limit in (1, 3, 12, NEVER):
        expected = np.minimum(whole, limit)
        assert (oracle.least(costs, pairs, limit) == expected).all()
        found, least, counts = oracle.syndromes(costs, pairs, limit)
        assert (found == np.flatnonzero(expected < limit)).all()
        assert (least == expected[found]).all()
        assert ((counts * costs[pairs[found, 1]]).sum(axis=1) == least).all()
        assert set(np.unique(counts)) <= {0, 1}
        assert counts.shape == (len(found), costs.shape[1])


@pytest.mark.parametrize("seed", range(24))
def test_what_is_returned_is_a_rejected_run(seed):
    """The returned entries, and the right ones where nothing is said, make a machine that is rejected."""
    rng, problem, machine = random_problem(seed, steps=6, tuples=9)
    costs = random_costs(rng, problem, machine, 3)
    pairs = all_pairs(problem, len(costs))
    found, _, counts = QuenchedCosts(problem).syndromes(costs, pairs, NEVER)
    right = problem.space.embed(machine).ravel()
    for k, chosen in zip(found.tolist(), counts, strict=True):
        table = {}
        for at, (kind, start, values) in itertools.product(range(len(problem.space.keys)), problem.space.blocks):
            block = slice(first := at * problem.space.shape[1] + start, first + len(values))
            assert chosen[block].sum() <= 1
            table[at, kind] = int((chosen[block] if chosen[block].any() else right[block]).argmax())
        kinds = [(kind, values) for kind, _, values in problem.space.blocks]
        read = follow(
            problem,
            problem.inputs[int(pairs[k, 0])],
            lambda at, table=table, kinds=kinds: [values[table[at, kind]] for kind, values in kinds],
        )
        assert not problem.accepts(int(pairs[k, 0]), read)


@pytest.mark.parametrize("seed", range(40))
def test_the_twin_finds_the_same_on_longer_runs(seed):
    rng, problem, machine = random_problem(100 + seed, steps=4 + seed % 3, tuples=9)
    costs = random_costs(rng, problem, machine, 3)[1:2]
    limit = 1 + seed % 4
    pairs = all_pairs(problem, 1)
    rows = costs[0].reshape(problem.space.shape).tolist()
    twin = [min(cost, limit) for cost in wrong(Costs(limit - 1), problem, rows, "quenched")]
    assert QuenchedCosts(problem).least(costs, pairs, limit).tolist() == twin


@pytest.mark.parametrize("seed", range(16))
def test_integers_of_any_size(seed):
    rng, problem, machine = random_problem(seed, steps=3)
    costs = random_costs(rng, problem, machine, 1)[0].tolist()
    oracle, least = QuenchedCosts(problem), int(reference_least(problem, np.array([costs])).min())
    for scale in (1, 1 << 58, 3**60):
        scaled = [scale * c for c in costs]
        if least == NEVER:
            assert oracle.least_in_integers(scaled, None) is None
            continue
        assert oracle.least_in_integers(scaled, None) == scale * least
        for enough in (scale, 2 * scale, scale * least + 1):
            assert oracle.least_in_integers(scaled, enough) == min(enough, scale * least)


def test_an_error_is_paid_for_once():
    """The only cheap way to b at the end uses the same wrong entry twice; a bound must not charge it again."""
    machine = TuringMachine(["_"], "_", ["a", "b"], "a", [("_", "a", "_", "a", "S"), ("_", "b", "_", "a", "S")])
    problem = SynthesisProblem.of_machine(machine, [""], 3)
    costs = np.array([[0, 0, 5, 9, 0, 9, 0, 0, 7, 9, 0, 9]])
    oracle = QuenchedCosts(problem)
    assert oracle.least(costs, np.array([[0, 0]]), 6).tolist() == [5]
    found, least, counts = oracle.syndromes(costs, np.array([[0, 0]]), 100)
    assert (found.tolist(), least.tolist()) == ([0], [5])
    assert counts[0, [2, 7]].tolist() == [1, 1]


def test_nothing_is_ever_rejected():
    machine = TuringMachine(["0", "1"], "0", ["a"], "a", [("0", "a", "1", "a", "R")])
    problem = SynthesisProblem.of_machine(machine, ["", "1"], 3)
    oracle, costs = QuenchedCosts(problem), np.zeros((1, 6), dtype=np.int64)
    assert oracle.least(costs, all_pairs(problem, 1), 9).tolist() == [9, 9]
    found, least, counts = oracle.syndromes(costs, all_pairs(problem, 1), 9)
    assert (found.size, least.size, counts.shape) == (0, 0, (0, 6))
    assert oracle.least_in_integers([0] * 6, None) is None
    assert oracle.least_in_integers([0] * 6, 5) == 5


def test_detect_a_where_all_tables_are_too_many():
    """At ten steps there are 34 million tables; that a single error is fatal is still found at once."""
    machine = library.machine("detectA")
    problem = SynthesisProblem.of_machine(machine, words("AB", 2), 10)
    costs = 1 - problem.space.embed(machine).astype(np.int64).reshape(1, -1)
    pairs = all_pairs(problem, 1)
    assert (QuenchedCosts(problem).least(costs, pairs, 50) == 1).all()
    assert (QuenchedCosts(problem).least(100 * costs, pairs, 100) == 100).all()


def test_pausing_changes_nothing(monkeypatch):
    rng, problem, machine = random_problem(7, steps=5, tuples=9)
    costs = random_costs(rng, problem, machine, 3)
    pairs = all_pairs(problem, 3)
    whole = QuenchedCosts(problem).syndromes(costs, pairs, NEVER)
    monkeypatch.setattr(quenched_costs, "WORK_AT_ONCE", 3)
    for mine, its in zip(QuenchedCosts(problem).syndromes(costs, pairs, NEVER), whole, strict=True):
        assert (mine == its).all()


def test_budgets(monkeypatch):
    machine = library.machine("detectA")
    problem = SynthesisProblem.of_machine(machine, words("AB", 2), 6)
    costs = 1 - problem.space.embed(machine).astype(np.int64).reshape(1, -1)
    with pytest.raises(
        BudgetError, match=r"a run of 6 steps needs .* KiB of memory, and the limit is 1000 bytes; use fewer"
    ):
        QuenchedCosts(problem, memory=1000)
    pairs = np.repeat(all_pairs(problem, 1), 1000, axis=0)
    with pytest.raises(BudgetError, match=r"7000 runs need .* MiB of memory, and the limit is 256 KiB; ask for fewer"):
        QuenchedCosts(problem, memory=1 << 18).syndromes(costs, pairs, 5)
    monkeypatch.setattr(quenched_costs, "MOST_WORK", 10)
    with pytest.raises(BudgetError, match=r"run of input 0 takes more than 10 branches and steps .*; use fewer"):
        QuenchedCosts(problem).least(costs, all_pairs(problem, 1), 5)
