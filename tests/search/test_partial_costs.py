"""The oracle over partial tables: that of one code where all is fixed, and nothing that a completion lacks."""

import numpy as np
import pytest

from noisytm import SynthesisProblem, TuringMachine, library, run, words
from noisytm.algebra import MinPlus
from noisytm.degeneracy.oracle import Oracle
from noisytm.errors import ProblemError
from noisytm.relaxation.generic import history, wrong
from noisytm.search import UNFIXED, TableSpace
from noisytm.search.costs import ACCEPTED, REJECTED, UNSETTLED, PartialCosts

MACHINE = library.machine("detectA")
TABLES = TableSpace.of(MACHINE)
MARGINAL = ["pseudo-utm", "mean-field"]
FAR = 1 << 40


class Costs(MinPlus):
    """Costs in which all but a pair is (1 − y) + y (1 − z), as in the kernels: z has mass 1 in every completion."""

    def rest(self, y, z, symbol, state):
        others_y = min((v for s, v in enumerate(y) if s != symbol), default=self.zero)
        others_z = min((v for q, v in enumerate(z) if q != state), default=self.zero)
        return min(others_y, y[symbol] + others_z)


def problem_of(machine, steps, **options):
    return TableSpace.of(machine).problem(SynthesisProblem.of_machine(machine, words("AB", 2), steps, **options))


def random_costs(oracle, table, seed):
    return np.random.default_rng(seed).integers(1, 50, oracle.tables.space.shape) * oracle.plain(table)


@pytest.mark.parametrize("semantics", MARGINAL)
@pytest.mark.parametrize(
    "options", [{"steps": 4}, {"steps": 3, "readout": "tape:3"}, {"steps": 4, "readout": "tape:2", "hamming": 1}]
)
def test_of_whole_tables_it_is_the_oracle_of_the_code_with_its_tie_rule(semantics, options):
    problem = problem_of(MACHINE, **options)
    oracle, known = PartialCosts(TABLES, problem, semantics), Oracle(problem, MACHINE, semantics)
    table, columns = TABLES.table(MACHINE), known.chart.columns
    for costs in [oracle.plain(table), *(random_costs(oracle, table, seed) for seed in range(5))]:
        found = oracle.cheapest(table, costs, FAR)
        pairs, least, counts = known.below(costs.reshape(1, -1)[:, columns], FAR)
        assert found.reached == -1 and found.reached_cost == FAR
        assert found.least[pairs[:, 0]].tolist() == least.tolist()
        assert found.counts.reshape(len(found.least), -1)[pairs[:, 0]][:, columns].tolist() == counts.tolist()
        assert (found.least == FAR).sum() == len(found.least) - len(pairs)


def test_limits_cut_off_and_change_nothing_below():
    problem = problem_of(MACHINE, 5)
    oracle, table = PartialCosts(TABLES, problem, "pseudo-utm"), TABLES.table(MACHINE)
    costs = random_costs(oracle, table, 3)
    whole = oracle.cheapest(table, costs, FAR)
    limit = int(np.median(whole.least))
    part, below = oracle.cheapest(table, costs, limit), whole.least < limit
    assert 0 < below.sum() < len(below)
    assert part.least.tolist() == np.minimum(whole.least, limit).tolist()
    assert part.counts[below].tolist() == whole.counts[below].tolist() and not part.counts[~below].any()


@pytest.mark.parametrize("semantics", MARGINAL)
def test_over_partial_tables_it_is_the_readable_step_with_rows_that_cost_too_much(semantics):
    problem, rng = problem_of(MACHINE, 4), np.random.default_rng(1)
    oracle = PartialCosts(TABLES, problem, semantics)
    seen = set()
    for seed in range(12):
        table = rng.integers(0, TABLES.actions, 6)
        table[rng.permutation(6)[: rng.integers(1, 5)]] = UNFIXED
        costs = random_costs(oracle, table, seed)
        code = [[MinPlus.zero] * 8 if a == UNFIXED else row for a, row in zip(table, costs.tolist(), strict=True)]
        found = oracle.cheapest(table, costs, FAR)
        least = wrong(Costs(), problem, code, semantics)
        assert found.least.tolist() == [min(int(min(x, FAR)), FAR) for x in least]
        assert [(row * costs).sum() for row in found.counts[found.least < FAR]] == [x for x in least if x < FAR]
        assert found.reached_cost == least_reached(problem, code, table, semantics)
        assert (found.reached == -1) == (found.reached_cost == FAR)
        assert found.reached == -1 or table[found.reached] == UNFIXED
        seen.add(found.reached_cost == 0)
    assert seen == {True, False}


def least_reached(problem, code, table, semantics):
    """Return the least cost at which an unfixed tuple matches: where it alone goes to a state that nothing leaves."""
    space, least = problem.space, FAR
    for word in problem.inputs:
        for tape, z in history(Costs(), space, code, word, problem.steps - 1, semantics):
            y = tape[0] if 0 in tape else [0 if s == space.blank else MinPlus.zero for s in space.symbols]
            for i in np.flatnonzero(table == UNFIXED).tolist():
                least = min(least, matches(semantics, y, z, space.key_indices, i))
    return int(least)


def matches(semantics, y, z, keys, i):
    """Return what it costs that tuple i is the one that acts; in a scan no later one may match."""
    later = keys[i + 1 :] if semantics == "pseudo-utm" else ()
    return y[keys[i][0]] + z[keys[i][1]] + sum(Costs().rest(y, z, *key) for key in later)


def test_runs_without_errors_end_as_the_machine_does():
    rng = np.random.default_rng(2)
    problem = problem_of(MACHINE, 3)
    oracle, ends = PartialCosts(TABLES, problem, "pseudo-utm"), set()
    for _ in range(40):
        table = rng.integers(0, TABLES.actions, 6)
        table[rng.permutation(6)[: rng.integers(0, 3)]] = UNFIXED
        for i, (end, key) in enumerate(oracle.ends(table).tolist()):
            result = run(TABLES.machine(table), problem.inputs[i], max_steps=problem.steps)
            if result.reason == "undefined" and result.steps < problem.steps:
                assert end == UNSETTLED and table[key] == UNFIXED
            else:
                assert (end, key) == (ACCEPTED if problem.accepts(i, (result.state,)) else REJECTED, -1)
            ends.add(end)
    assert ends == {ACCEPTED, REJECTED, UNSETTLED}


def test_halting_states_list_nothing():
    machine = TuringMachine(
        ["_", "A", "B"], "_", ["go", "H"], "go",
        [("_", "go", "_", "H", "S"), ("A", "go", "A", "H", "S"), ("B", "go", "B", "go", "R")], ["H"],
    )  # fmt: skip
    tables, problem = TableSpace.of(machine), problem_of(machine, 3)
    oracle, known = PartialCosts(tables, problem, "pseudo-utm"), Oracle(problem, machine, "pseudo-utm")
    table = tables.table(machine)
    costs = random_costs(oracle, table, 0)
    _, least, _ = known.below(costs.reshape(1, -1)[:, known.chart.columns], FAR)
    assert sorted(least.tolist()) == sorted(x for x in oracle.cheapest(table, costs, FAR).least.tolist() if x < FAR)
    assert set(oracle.ends(table)[:, 0].tolist()) == {ACCEPTED}


def test_other_semantics_are_refused():
    with pytest.raises(ProblemError, match="annealed"):
        PartialCosts(TABLES, problem_of(MACHINE, 2), "annealed")
