"""Lists of minimal fatal syndromes against brute force and the oracle, correction degrees, and covers by matching."""

import itertools
import random
from collections import Counter
from fractions import Fraction

import networkx as nx
import pytest
from seeds import ALL_SEEDS, seeds, slow_where, sweep

from noisytm import (
    BudgetError,
    CodeSpace,
    Correction,
    ProblemError,
    SynthesisProblem,
    TuringMachine,
    correction,
    fatal_syndromes,
    fractional_cover_by_matching,
    learning_coefficient,
    library,
    syndrome_hypergraph,
    words,
)
from noisytm.algebra.semirings import MinPlus, Semiring
from noisytm.degeneracy.oracle.syndrome_oracle import Oracle
from noisytm.degeneracy.syndromes.exhaustive import minimal_syndromes, solve_cover
from noisytm.degeneracy.syndromes.listing import weight
from noisytm.geometry.charts import CHARTS, chart_at
from noisytm.relaxation.generic.readings import wrong
from noisytm.relaxation.semantics import Runs, names_of

SEMANTICS, PATHWISE = names_of(), names_of(Runs)
READOUTS = ("state", "state", "tape:1", "tape:2")


def random_case(seed, steps=None, symbols="01"):
    """Draw a machine with two states and at times a halting one, full or with gaps, and a problem it solves."""
    rng = random.Random(seed)
    states = ["a", "b", "H"] if seed % 3 == 0 else ["a", "b"]
    keys = list(itertools.product(symbols, "ab"))
    keys = rng.sample(keys, rng.randint(2, len(keys)))
    tuples = [(s, q, rng.choice(symbols), rng.choice(states), rng.choice("LSR")) for s, q in keys]
    machine = TuringMachine(list(symbols), symbols[0], states, "a", tuples, halting=states[2:])
    inputs = words(symbols, rng.randint(0, 2))
    steps = rng.randint(1, 3) if steps is None else steps
    return SynthesisProblem.of_machine(machine, inputs, steps, rng.choice(READOUTS)), machine


def one_tuple(steps):
    machine = TuringMachine(["_"], "_", ["0", "H"], "0", [("_", "0", "_", "H", "S")], halting=["H"])
    return SynthesisProblem.of_machine(machine, [""], steps), machine


def two_tuples(steps):
    rows = [("_", "0", "_", "H", "S"), ("_", "1", "_", "H", "S")]
    machine = TuringMachine(["_"], "_", ["0", "1", "H"], "0", rows, halting=["H"])
    return SynthesisProblem.of_machine(machine, [""], steps), machine


def dense(syndrome, dimension):
    counts = dict(syndrome)
    return tuple(counts.get(j, 0) for j in range(dimension))


class TwoErrors(Semiring):
    """Numbers a + b·x + c·y + e·xy, where x² = y² = 0 if these are two errors, and x = y, x³ = 0 if they are one."""

    zero, one = (0, 0, 0, 0), (1, 0, 0, 0)

    def __init__(self, same):
        self.same = same

    def plus(self, a, b):
        return tuple(map(sum, zip(a, b, strict=True)))

    def times(self, a, b):
        both = a[1] * b[1] if self.same else a[1] * b[2] + a[2] * b[1]
        return a[0] * b[0], a[0] * b[1] + a[1] * b[0], a[0] * b[2] + a[2] * b[0], a[0] * b[3] + a[3] * b[0] + both


def with_errors(problem, machine, semantics, i, j):
    """Return f where only the errors i and j are possible: the numbers of ways to err by i, by j, and by both."""
    algebra = TwoErrors(i == j)
    rows, width = problem.space.shape
    flat = [algebra.one] * (rows * width)
    for number, column in enumerate(problem.space.coordinate_columns(machine).tolist()):
        flat[column] = (0, int(number == i), int(number == j != i), 0)
    code = [flat[k * width : (k + 1) * width] for k in range(rows)]
    return algebra.sum(wrong(algebra, problem, code, semantics))


@sweep
@pytest.mark.parametrize("semantics", SEMANTICS)
@slow_where("mean-field", "pseudo-utm")
def test_lists_equal_the_enumeration_over_the_reference(semantics):
    weights = Counter()
    for seed in seeds(range(12), 7):
        problem, machine = random_case(seed, steps=3 if seed % 6 == 5 else 2)
        everything = minimal_syndromes(problem, machine, semantics)
        found = fatal_syndromes(problem, machine, semantics=semantics, max_weight=None)
        assert sorted(dense(s, machine.dimension) for s in found.syndromes) == everything
        weights.update(found.counts)
        for most in (1, 2, 5):
            part = fatal_syndromes(problem, machine, semantics=semantics, max_weight=most)
            assert part.syndromes == tuple(s for s in found.syndromes if weight(s) <= most)
            assert sum(part.counts.values()) == len(part.syndromes)
    assert weights[1] > (20 if ALL_SEEDS else 10) and weights[2] > (5 if ALL_SEEDS else 3)


@sweep
@pytest.mark.parametrize("semantics", SEMANTICS)
def test_up_to_weight_two_the_lists_are_complete_by_brute_force(semantics):
    pairs = 0
    for seed in seeds(range(100, 106 if semantics in PATHWISE else 108), 4):
        problem, machine = random_case(seed, steps=2)
        fatal = set()
        for i, j in itertools.combinations_with_replacement(range(machine.dimension), 2):
            none, first, second, both = with_errors(problem, machine, semantics, i, j)
            assert none == 0
            if first:
                fatal.add(((i, 1),))
            if second:
                fatal.add(((j, 1),))
            if both and not first and not second:
                fatal.add(((i, 2),) if i == j else ((i, 1), (j, 1)))
        assert set(fatal_syndromes(problem, machine, semantics=semantics, max_weight=2).syndromes) == fatal
        pairs += sum(weight(s) == 2 for s in fatal)
    assert pairs > (1 if ALL_SEEDS else 0)


def cheapest(problem, machine, semantics, costs):
    """Return the least cost of a fatal syndrome, from the reference over (min, +)."""
    rows, width = problem.space.shape
    flat = [0] * (rows * width)
    for column, cost in zip(problem.space.coordinate_columns(machine).tolist(), costs, strict=True):
        flat[column] = cost
    return min(wrong(MinPlus(), problem, [flat[k * width : (k + 1) * width] for k in range(rows)], semantics))


def prices(rng, found, syndrome):
    """Return costs at which this syndrome is the only cheapest one of the list, or None if none turn up."""
    for _ in range(40):
        costs = [10**9] * len(found.coordinates)
        for j, k in syndrome:
            costs[j] = rng.randint(1, 10**6) // k
        paid = sorted((sum(k * costs[j] for j, k in other), other) for other in found.syndromes)
        if paid[0][1] == syndrome and (len(paid) == 1 or paid[0][0] < paid[1][0]):
            return costs
    return None


@sweep
@pytest.mark.parametrize("semantics", SEMANTICS)
def test_every_listed_syndrome_is_what_the_oracle_finds_at_suitable_costs(semantics):
    rng, priced, unpriced = random.Random(7), 0, 0
    for seed in seeds(range(200, 210), 6):
        problem, machine = random_case(seed, steps=2)
        found = fatal_syndromes(problem, machine, semantics=semantics, max_weight=None)
        for syndrome in rng.sample(found.syndromes, min(6, len(found.syndromes))):
            costs = prices(rng, found, syndrome)
            if costs is None:  # between others, as xy is between x² and y²
                unpriced += 1
                continue
            priced += 1
            assert cheapest(problem, machine, semantics, costs) == sum(k * costs[j] for j, k in syndrome)
            if semantics not in PATHWISE:
                answers = Oracle(problem, machine, semantics).answers(costs)
                assert min(answers, key=lambda answer: answer.cost).syndrome == syndrome
    assert priced > (20 if ALL_SEEDS else 12) and unpriced < priced / 10


@sweep
@pytest.mark.parametrize("semantics", SEMANTICS)
def test_random_costs_have_the_cheapest_listed_syndrome(semantics):
    rng = random.Random(8)
    for seed in seeds(range(300, 310), 5):
        problem, machine = random_case(seed, steps=2)
        found = fatal_syndromes(problem, machine, semantics=semantics, max_weight=None)
        for _ in range(5):
            costs = [rng.randint(1, 1000) for _ in found.coordinates]
            listed = [sum(k * costs[j] for j, k in syndrome) for syndrome in found.syndromes]
            assert cheapest(problem, machine, semantics, costs) == min(listed, default=float("inf"))


@pytest.mark.parametrize("semantics", SEMANTICS)
def test_the_four_errors_of_detect_a_are_fatal_alone(semantics):
    machine = library.machine("detectA")
    problem = SynthesisProblem.of_machine(machine, words("AB", 2), 10)
    found = fatal_syndromes(problem, machine, semantics=semantics, max_weight=1)
    alone = {str(found.coordinates[j]) for ((j, _),) in found.syndromes}
    four = {
        "(_, reject) writes A",
        "(_, reject) goes to accept",
        "(A, accept) goes to reject",
        "(B, reject) goes to accept",
    }
    # A whole run that goes left on B loses the A of BA for good; a drawn table can also stay before it, or at it.
    more = {
        "annealed": {"(B, reject) moves L"},
        "quenched": {"(B, reject) moves L", "(B, reject) moves S", "(A, reject) goes to reject"},
    }
    assert alone == four | more.get(semantics, set())


@pytest.mark.parametrize("steps", range(1, 8))
def test_the_one_tuple_machine_corrects_all_but_one_error(steps):
    problem, machine = one_tuple(steps)
    # Mean-field and annealed: it retries at each step, f = u^t. Drawn once, or kept by the scan: f = u.
    for semantics, least_weight in (("mean-field", steps), ("annealed", steps), ("pseudo-utm", 1), ("quenched", 1)):
        result = correction(problem, machine, semantics=semantics)
        assert (result.degree, result.least_weight) == (least_weight - 1, least_weight)
        found = fatal_syndromes(problem, machine, semantics=semantics, max_weight=steps)
        assert found.syndromes == (((0, least_weight),),)
        assert result.bound() == Fraction(3, least_weight)


@pytest.mark.parametrize("semantics", ["mean-field", "annealed"])
def test_the_two_tuple_machine_has_the_syndromes_of_its_closed_form(semantics):
    # docs/theory.md, section 11; a, b: 0 goes to 0, 1; c, e: 1 goes to 0, 1
    problem, machine = two_tuples(3)
    found = fatal_syndromes(problem, machine, semantics=semantics, max_weight=None)
    name = dict(zip("abce", [j for j, c in enumerate(found.coordinates) if c.kind == "next"], strict=True))
    closed = ("aaa", "aab", "abc", "abe", "bbc", "bce", "bee")
    assert set(found.syndromes) == {tuple(sorted(Counter(name[x] for x in word).items())) for word in closed}
    result = correction(problem, machine, semantics=semantics)
    assert (result.degree, result.bound(), result.bound(loss="brier")) == (2, Fraction(8, 3), Fraction(4, 3))


@pytest.mark.slow
def test_correction_degrees_equal_the_lists_and_bound_the_learning_coefficient():
    degrees = Counter()
    for seed in range(400, 424):
        problem, machine = random_case(seed, steps=2)
        for semantics in SEMANTICS:
            result = correction(problem, machine, semantics=semantics)
            found = fatal_syndromes(problem, machine, semantics=semantics, max_weight=3)
            beyond = result.least_weight is None or result.least_weight > 3
            assert found.least_weight == (None if beyond else result.least_weight)
            degrees[result.degree] += 1
            if semantics not in PATHWISE and seed < 410:
                value = learning_coefficient(problem, machine, semantics=semantics, prior_concentration=2).value
                assert value <= result.bound(prior_concentration=2)
    assert degrees[None] > 3 and degrees[0] > 20 and degrees[1] > 0


def test_the_bound_halves_for_brier_and_for_the_sphere():
    machine = library.machine("detectA")
    space = CodeSpace.of(machine)
    # two errors are the least: of weight 2, on the sphere 4
    simplex = Correction("annealed", chart_at("simplex", space, machine), 2)
    sphere = Correction("annealed", chart_at("sphere", space, machine), 4)
    assert simplex.degree == sphere.degree == 1
    assert (simplex.bound(), simplex.bound(loss="brier"), simplex.bound(prior_concentration="1/3")) == (15, 7.5, 5)
    assert simplex.bound(prior_concentration={"next": 2}) == 18  # 6 of the 30 coordinates
    assert (sphere.bound(), sphere.bound(loss="brier")) == (7.5, 3.75)
    assert Correction("annealed", simplex.chart, None).bound() == 0
    with pytest.raises(ProblemError, match="it must be positive"):
        simplex.bound(prior_concentration=0)


@sweep
@pytest.mark.parametrize("semantics", SEMANTICS)
@slow_where("quenched")
def test_charts(semantics):
    degrees = Counter()
    for seed in seeds(range(500, 506), 2):
        problem, machine = random_case(seed, steps=2)
        of = {c: fatal_syndromes(problem, machine, semantics=semantics, chart=c, max_weight=None) for c in CHARTS}
        assert [[(j, 2 * k) for j, k in row] for row in of["simplex"].syndromes] == [
            list(row) for row in of["sphere"].syndromes
        ]
        for chart, found in of.items():
            result = correction(problem, machine, semantics=semantics, chart=chart)
            degrees[result.degree] += 1
            assert (
                found.least_weight
                == result.least_weight
                == (None if result.degree is None else (result.degree + 1) * result.chart.exponent)
            )
            listed = {tuple(dict(row).get(j, 0) for j in range(result.chart.dimension)) for row in found.syndromes}
            assert listed == set(minimal_syndromes(problem, machine, semantics, chart=chart))
            value = learning_coefficient(problem, machine, semantics=semantics, chart=chart).value
            assert value <= result.bound()
    assert degrees[0] > 2


def complete(problem, machine, semantics):
    return fatal_syndromes(problem, machine, semantics=semantics, max_weight=None)


@sweep
@pytest.mark.slow
def test_matching_equals_the_linear_program_where_all_syndromes_have_weight_two_at_most():
    applies, halves, loops = 0, 0, 0
    for seed in seeds(range(500, 540), 14):
        problem, machine = random_case(seed, steps=2)
        for semantics in SEMANTICS:
            found = complete(problem, machine, semantics)
            if max(found.counts, default=0) > 2:
                with pytest.raises(ProblemError, match="matching needs at most 2 in each"):
                    fractional_cover_by_matching(found)
                continue
            value = fractional_cover_by_matching(found)
            if semantics in PATHWISE:
                wanted = solve_cover([dense(s, machine.dimension) for s in found.syndromes], [1] * machine.dimension)[0]
            else:
                wanted = learning_coefficient(problem, machine, semantics=semantics).value
            assert value == wanted
            applies, halves = applies + 1, halves + (value.denominator == 2)
            loops += any(len(s) == 1 and weight(s) == 2 for s in found.syndromes)
    assert applies > 50 and halves > 1 and loops > 1


def listed(*syndromes):
    """Return a list of syndromes of no machine in particular, for what looks at the syndromes alone."""
    problem, machine = one_tuple(1)
    found = complete(problem, machine, "mean-field")
    object.__setattr__(found, "syndromes", syndromes)
    return found


def test_covers_by_matching_that_are_known():
    edges = [((i, 1), (j, 1)) for i, j in ((0, 1), (1, 2), (0, 2))]
    assert fractional_cover_by_matching(listed()) == 0
    assert fractional_cover_by_matching(listed(*edges)) == Fraction(3, 2)  # a triangle
    assert fractional_cover_by_matching(listed(*edges[:2])) == 1  # a path
    assert fractional_cover_by_matching(listed(((0, 2),), ((1, 1),))) == Fraction(3, 2)  # a loop, and one alone
    assert fractional_cover_by_matching(listed(edges[0], ((0, 2),))) == 1


def test_matching_wants_the_whole_list():
    problem, machine = one_tuple(1)
    with pytest.raises(ProblemError, match="up to weight 2 only"):
        fractional_cover_by_matching(fatal_syndromes(problem, machine, max_weight=2))


def test_the_matching_without_the_longer_syndromes_is_too_small():
    """A control: the two-tuple machine has no syndrome of weight 2 or less, but a coefficient of 4/3."""
    problem, machine = two_tuples(3)
    found = complete(problem, machine, "mean-field")
    with pytest.raises(ProblemError, match="weight 3"):
        fractional_cover_by_matching(found)
    short = tuple(s for s in found.syndromes if weight(s) <= 2)
    assert fractional_cover_by_matching(listed(*short)) == 0
    assert learning_coefficient(problem, machine, semantics="mean-field").value == Fraction(4, 3)


def test_the_hypergraph_holds_the_syndromes():
    problem, machine = two_tuples(3)
    found = complete(problem, machine, "annealed")
    graph = syndrome_hypergraph(found)
    assert nx.is_bipartite(graph) and graph.number_of_nodes() == len(found.coordinates) + len(found.syndromes)
    for k, syndrome in enumerate(found.syndromes):
        edges = graph[("syndrome", k)]
        assert tuple(sorted((j, edge["multiplicity"]) for (_, j), edge in edges.items())) == syndrome
        assert graph.nodes["syndrome", k] == {"bipartite": 1, "weight": weight(syndrome)}
    for j, coordinate in enumerate(found.coordinates):
        assert graph.nodes["coordinate", j] == {"bipartite": 0, **coordinate.to_json()}


def test_a_list_as_json_and_in_words():
    problem, machine = two_tuples(2)
    found = fatal_syndromes(problem, machine, semantics="mean-field", max_weight=3)
    record = found.to_json()
    assert record["counts"] == {"2": 4} and record["dimension"] == 8 and record["max_weight"] == 3
    first = {"symbol": "_", "state": "0", "kind": "next", "wrong": "0"}
    assert record["syndromes"][0] == [{"coordinate": first, "count": 2}]
    assert str(found) == "minimal fatal syndromes up to weight 3: 4 of weight 2"
    assert str(complete(*one_tuple(1), "quenched")) == "minimal fatal syndromes of any weight: 1 of weight 1"


@pytest.mark.parametrize("semantics", SEMANTICS)
def test_a_budget_ends_the_search_with_what_is_complete(semantics):
    machine = library.machine("detectA")
    problem = SynthesisProblem.of_machine(machine, words("AB", 2), 4)
    whole = fatal_syndromes(problem, machine, semantics=semantics, max_weight=2)
    most = 300 if semantics in PATHWISE else 5000
    with pytest.raises(BudgetError, match=f"more than {most} .* are formed; raise .*; complete up to weight") as caught:
        fatal_syndromes(problem, machine, semantics=semantics, max_weight=8, max_size=most)
    partial = caught.value.partial
    known = min(partial.max_weight, 2)
    assert [s for s in partial.syndromes if weight(s) <= known] == [s for s in whole.syndromes if weight(s) <= known]
    with pytest.raises(BudgetError, match="raise max_size") as caught:
        fatal_syndromes(problem, machine, semantics=semantics, max_size=1)
    assert (caught.value.partial.max_weight, caught.value.partial.syndromes) == (0, ())


def test_many_steps_do_not_exhaust_the_stack():
    machine = library.machine("detectA")
    problem = SynthesisProblem.of_machine(machine, [""], 40)
    for semantics in SEMANTICS:
        assert fatal_syndromes(problem, machine, semantics=semantics, max_weight=1).counts[1] >= 2


@pytest.mark.parametrize("most", [0, -1, 1.5, "2", True])
def test_a_weight_that_is_none_is_refused(most):
    problem, machine = one_tuple(1)
    with pytest.raises(ProblemError, match="integer >= 1, or None"):
        fatal_syndromes(problem, machine, max_weight=most)


def test_unknown_options_and_machines_that_fail_are_refused():
    problem, machine = one_tuple(1)
    other = TuringMachine(["_"], "_", ["0", "H"], "0", [("_", "0", "_", "0", "S")], halting=["H"])
    for function in (fatal_syndromes, correction):
        with pytest.raises(ProblemError, match="chart is 'polar'; it must be one of"):
            function(problem, machine, chart="polar")
        with pytest.raises(ProblemError, match="semantics is 'exact'; it must be one of"):
            function(problem, machine, semantics="exact")
        with pytest.raises(ProblemError, match="but the target is"):
            function(problem, other)
        for most in (0, -1, True, 1.5, "9", None):
            with pytest.raises(ProblemError, match="max_size is"):
                function(problem, machine, max_size=most)
