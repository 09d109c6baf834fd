"""The cutting planes against the enumeration of all minimal fatal syndromes, and the parts of the latter."""

import itertools
import random
from fractions import Fraction

import numpy as np
import pytest
from seeds import ALL_SEEDS, examples, seeds, slow_where, sweep

from noisytm import (
    BudgetError,
    ProblemError,
    SynthesisProblem,
    TuringMachine,
    learning_coefficient,
    library,
    words,
)
from noisytm.algebra.monomials import PackedMonomials
from noisytm.algebra.semirings import Monomials
from noisytm.degeneracy.syndromes.exhaustive import learning_coefficient_by_enumeration, minimal_syndromes, solve_cover

SEMANTICS = ("mean-field", "pseudo-utm")
READOUTS = ("state", "state", "tape:1", "tape:2")
CAP = 1000


def random_case(seed, steps):
    """Draw a machine with two symbols and two states, one in four of each kind: full, gaps, halting, both."""
    rng = random.Random(seed)
    states = ["a", "b", "H"] if seed % 4 >= 2 else ["a", "b"]
    keys = list(itertools.product("01", "ab"))
    if seed % 2:
        keys = rng.sample(keys, rng.randint(1, 3))
    tuples = [(s, q, rng.choice("01"), rng.choice(states), rng.choice("LSR")) for s, q in keys]
    machine = TuringMachine(["0", "1"], "0", states, "a", tuples, halting=states[2:])
    readout = rng.choice(READOUTS)
    problem = SynthesisProblem.of_machine(machine, words("1", 2), steps, readout)
    options = {
        "semantics": SEMANTICS[seed // 4 % 2],
        "loss": rng.choice(("log", "brier")),
        "prior_concentration": rng.choice((1, 1, Fraction(1, 2), 3)),
    }
    return problem, machine, options


def count_over_cap(seeds, steps):
    """Compare the two paths on every seed and return how many the enumeration gave up on."""
    over = 0
    for seed in seeds:
        problem, machine, options = random_case(seed, steps(seed))
        try:
            slow = learning_coefficient_by_enumeration(problem, machine, max_size=CAP, **options)
        except BudgetError:
            over += 1
            continue
        fast = learning_coefficient(problem, machine, **options)
        assert (fast.value, fast.multiplicity) == slow, (seed, machine.canonical, problem, options)
    return over


@sweep
@pytest.mark.parametrize("part", range(4))
def test_300_random_codes_to_three_steps(part):
    assert count_over_cap(seeds(range(75 * part, 75 * part + 75), 3), lambda seed: 1 + seed // 8 % 3) == 0


@sweep
def test_30_random_codes_at_four_steps():
    assert count_over_cap(seeds(range(1000, 1030), 4), lambda _: 4) == 0


PUBLISHED = [
    (2, 3, "mean-field", 10, 1),
    (2, 4, "mean-field", 10, 2),
    (2, 4, "pseudo-utm", Fraction(29, 3), 1),
    (2, 5, "mean-field", Fraction(37, 4), 1),
    (3, 5, "mean-field", 10, 2),
]


@sweep
@pytest.mark.parametrize(
    ("longest", "steps", "semantics", "value", "multiplicity"), PUBLISHED if ALL_SEEDS else PUBLISHED[:3]
)
@slow_where("2-4-pseudo-utm-value2-1")
def test_detect_a_has_its_published_coefficients(longest, steps, semantics, value, multiplicity):
    machine = library.machine("detectA")
    problem = SynthesisProblem.of_machine(machine, words("AB", longest), steps)
    found = learning_coefficient_by_enumeration(problem, machine, semantics=semantics)
    assert found == (value, multiplicity)


def random_ideals(seed, algebras, variables):
    """Yield the same random values over each of ``algebras``."""
    rng = random.Random(seed)
    built = [[a.variable(i) for i in range(variables)] + [a.zero, a.one] for a in algebras]
    for _ in range(40):
        operation, i, j = rng.choice(("plus", "times")), *rng.choices(range(len(built[0])), k=2)
        for algebra, values in zip(algebras, built, strict=True):
            values.append(getattr(algebra, operation)(values[i], values[j]))
    return built


@pytest.mark.parametrize("variables", [3, 9, 16])
def test_packed_ideals_equal_plain_ones(variables):
    for seed in range(20):
        packed = PackedMonomials(variables)
        plain_values, packed_values = random_ideals(seed, [Monomials(variables), packed], variables)
        assert [sorted(v) for v in plain_values] == [packed.exponents(v) for v in packed_values]


def test_packed_ideals_below_a_degree_and_outside_known_ones():
    known, limit = [(1, 1, 0), (0, 0, 3)], 4
    for seed in range(20):
        pruned = PackedMonomials(3, max_degree=limit, known=known)
        plain_values, pruned_values = random_ideals(seed, [Monomials(3), pruned], 3)
        for plain, value in zip(plain_values, pruned_values, strict=True):
            wanted = [
                v
                for v in plain
                if sum(v) <= limit and not any(all(k <= x for k, x in zip(a, v, strict=True)) for a in known)
            ]
            assert pruned.exponents(value) == sorted(wanted)


def test_a_budget_is_enforced():
    ideals = PackedMonomials(4, max_size=3)
    total = ideals.sum(ideals.variable(i) for i in range(4))
    with pytest.raises(BudgetError, match="4 generators; the limit is 3"):
        ideals.exponents(total)
    power = ideals.variable(0)
    for _ in range(7):
        power = ideals.times(power, power)
    with pytest.raises(BudgetError, match="passes 127"):
        ideals.exponents(power)


def test_covers_with_known_solutions():
    assert solve_cover([], [1, 1])[:2] == (0, 1)
    assert solve_cover([(1, 1)], [1, 1])[:2] == (1, 2)
    assert solve_cover([(1, 1)], [1, 2])[:2] == (1, 1)
    assert solve_cover([(2, 0), (0, 3)], [1, 1])[:2] == (Fraction(5, 6), 1)
    triangle = [(1, 1, 0), (0, 1, 1), (1, 0, 1)]
    assert solve_cover(triangle, [1, 1, 1])[:2] == (Fraction(3, 2), 1)
    # v_1 + v_2 = 1 and v_3 + v_4 = 1: a square.
    assert solve_cover([(1, 1, 0, 0), (0, 0, 1, 1)], [1, 1, 1, 1])[:2] == (2, 3)


@pytest.mark.parametrize("syndrome", [(0, 0)])
def test_a_code_that_does_not_solve_the_problem_is_refused(syndrome):
    with pytest.raises(ProblemError, match="must solve the problem"):
        solve_cover([(1, 0), syndrome], [1, 1])


@sweep
@pytest.mark.slow
def test_covers_agree_with_a_float_solver():
    from scipy.optimize import linprog

    rng = np.random.default_rng(5)
    for _ in range(examples(60, 15)):
        rows = rng.integers(0, 4, size=(rng.integers(1, 30), rng.integers(1, 12)))
        rows = rows[rows.any(axis=1)]
        if not len(rows):
            continue
        costs = rng.integers(1, 5, size=rows.shape[1])
        value, multiplicity, primal, dual = solve_cover([tuple(r) for r in rows.tolist()], costs.tolist())
        program = linprog(costs, A_ub=-rows, b_ub=-np.ones(len(rows)))
        assert float(value) == pytest.approx(program.fun, rel=1e-9)
        assert sum(dual.values()) == value == sum(c * v for c, v in zip(costs.tolist(), primal, strict=True))
        assert multiplicity == 1 + face_dimension(rows, costs, program.fun)


def face_dimension(rows, costs, value):
    """Return the dimension of the optimal face in floats: the rank of optima in random directions."""
    from scipy.optimize import linprog

    rng = np.random.default_rng(0)
    lower, bounds = np.vstack([-rows, costs]), np.append(-np.ones(len(rows)), value * (1 + 1e-10))
    points = [linprog(rng.normal(size=rows.shape[1]), A_ub=lower, b_ub=bounds).x for _ in range(40)]
    return np.linalg.matrix_rank(np.array(points[1:]) - points[0], tol=1e-6)


def test_syndromes_are_in_the_order_of_the_coordinates():
    machine = TuringMachine(["0", "1"], "0", ["a", "b"], "a", [("0", "a", "0", "b", "S")])
    problem = SynthesisProblem.of_machine(machine, [""], 1)
    coordinates = problem.space.coordinates(machine)
    (syndrome,) = minimal_syndromes(problem, machine, "mean-field")
    assert [str(c) for c, e in zip(coordinates, syndrome, strict=True) if e] == ["(0, a) goes to a"]
