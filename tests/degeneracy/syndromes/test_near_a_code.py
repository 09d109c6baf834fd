"""Leading Taylor parts and Hessians against sympy on the exact polynomials, and against finite differences."""

import itertools
import random
from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
import sympy
from naive import outcomes
from seeds import seeds, slow_where, sweep
from sympy.polys.rings import ring

from noisytm import (
    BudgetError,
    ProblemError,
    SynthesisProblem,
    TuringMachine,
    brier_hessian,
    fatal_syndromes,
    leading_part,
    library,
    loss_and_gradient,
    words,
)
from noisytm.algebra.semirings import Numbers
from noisytm.algebra.truncated import Polynomials
from noisytm.codespace import Coordinate
from noisytm.degeneracy.syndromes.taylor import symbol_names
from noisytm.geometry.charts import chart_at
from noisytm.relaxation.generic.readings import loss, readouts, wrong
from noisytm.relaxation.semantics import SEMANTICS, Marginal, Runs, names_of

MARGINAL, PATHWISE = names_of(Marginal), names_of(Runs)


def random_case(seed, steps=2, tuples=2):
    """Draw a small machine and a problem it solves, so small that sympy can expand everything."""
    rng = random.Random(seed)
    symbols, states = (["0"], ["a", "b", "c"]) if seed % 3 == 0 else (["0", "1"], ["a", "b"])
    keys = sorted(rng.sample(list(itertools.product(symbols, states)), tuples))
    rows = [(s, q, rng.choice(symbols), rng.choice(states), rng.choice("LSR")) for s, q in keys]
    machine = TuringMachine(symbols, "0", states, "a", rows)
    readout = rng.choice(["state", "state", f"tape:{rng.randint(1, 2)}"])
    inputs = ["", symbols[-1]] if seed % 2 else [""]
    weights = [1, 2][: len(inputs)]
    return SynthesisProblem.of_machine(machine, inputs, steps, readout, weights=weights), machine


def exact_code(problem, machine, variables, one):
    """Return the code on its simplices: a variable at each wrong entry, and 1 − Σ of them at the right one."""
    code, left = [], list(variables)
    for t in machine.tuples:
        row = []
        for (_, _, values), right in zip(problem.space.blocks, t[2:], strict=True):
            wrong_ones = {value: left.pop(0) for value in values if value != right}
            row += [wrong_ones.get(value, one - sum(wrong_ones.values())) for value in values]
        code.append(row)
    assert not left
    return code


def bits_code(problem, machine, variables, one):
    """Return the code on its cube: the digits of a value's number, each flipped with a probability of its own."""
    code, left = [], list(variables)
    for t in machine.tuples:
        row = []
        for (_, _, values), right in zip(problem.space.blocks, t[2:], strict=True):
            digits = [int(c) for c in f"{values.index(right):b}".zfill((len(values) - 1).bit_length())]
            digits = digits if len(values) > 1 else []
            flips = [left.pop(0) for _ in digits]
            entries = [0 * one] * len(values)
            for pattern in itertools.product((0, 1), repeat=len(digits)):
                mass = one
                for digit, mine, flip in zip(pattern, digits, flips, strict=True):
                    mass *= one - flip if digit == mine else flip
                entries[int("".join(map(str, pattern)) or "0", 2) % len(values)] += mass
            row += entries
        code.append(row)
    assert not left
    return code


def sphere_code(problem, machine, variables, one):
    return exact_code(problem, machine, [v**2 for v in variables], one)


CODES = {"simplex": exact_code, "bits": bits_code, "sphere": sphere_code}


def dimension(problem, machine, chart):
    return chart_at(chart, problem.space, machine).dimension


def exact_f(problem, machine, semantics, chart="simplex"):
    """Return f = Σ q f_x as an element of a sympy ring, everything expanded."""
    names = [f"v{j}" for j in range(dimension(problem, machine, chart))]
    polynomials, *variables = ring(names, sympy.QQ)
    code = CODES[chart](problem, machine, variables, polynomials.one)
    values = wrong(Numbers(polynomials.zero, polynomials.one), problem, code, semantics)
    return sum((v * sympy.QQ(q.numerator, q.denominator) for v, q in zip(values, problem.weights, strict=True)),
               polynomials.zero)  # fmt: skip


def lowest_part(f):
    """Return degree and coefficients by monomial of the homogeneous part of lowest degree."""
    terms = [(tuple(j for j, k in enumerate(m) for _ in range(k)), Fraction(int(c.numerator), int(c.denominator)))
             for m, c in f.terms()]  # fmt: skip
    if not terms:
        return None, {}
    degree = min(len(m) for m, _ in terms)
    return degree, {m: c for m, c in terms if len(m) == degree}


@sweep
@pytest.mark.parametrize("semantics", tuple(SEMANTICS))
def test_leading_parts_equal_the_expansion_of_the_exact_polynomial(semantics):
    degrees = Counter()
    for seed in seeds(range(12), 7):
        problem, machine = random_case(seed)
        part = leading_part(problem, machine, semantics=semantics)
        degree, terms = lowest_part(exact_f(problem, machine, semantics))
        assert (part.degree, part.coefficients) == (degree, terms)
        degrees[degree] += 1
    assert degrees[1] > 1 and len(degrees) > 1


@sweep
@pytest.mark.parametrize("chart", ["bits", "sphere"])
@pytest.mark.parametrize("semantics", tuple(SEMANTICS))
def test_leading_parts_in_other_charts(semantics, chart):
    degrees = Counter()
    for seed in seeds(range(7), 4):
        problem, machine = random_case(seed)
        part = leading_part(problem, machine, semantics=semantics, chart=chart)
        degree, terms = lowest_part(exact_f(problem, machine, semantics, chart))
        assert (part.degree, part.coefficients) == (degree, terms)
        assert len(set(part.names)) == len(part.coordinates) == dimension(problem, machine, chart)
        degrees[degree] += 1
    assert len(degrees) > 1


@pytest.mark.parametrize("semantics", tuple(SEMANTICS))
def test_the_terms_of_a_leading_part_are_the_syndromes_of_least_weight(semantics):
    machine = library.machine("detectA")
    problem = SynthesisProblem.of_machine(machine, words("AB", 2), 6)
    part = leading_part(problem, machine, semantics=semantics)
    found = fatal_syndromes(problem, machine, semantics=semantics, max_weight=1)
    assert [((m[0], 1),) for m in part.coefficients] == list(found.syndromes)
    assert all(c > 0 for c in part.coefficients.values())


def two_tuples(steps):
    rows = [("_", "0", "_", "H", "S"), ("_", "1", "_", "H", "S")]
    machine = TuringMachine(["_"], "_", ["0", "1", "H"], "0", rows, halting=["H"])
    return SynthesisProblem.of_machine(machine, [""], steps), machine


@pytest.mark.parametrize("semantics", ["mean-field", "annealed"])
def test_the_two_tuple_machine_has_its_closed_form(semantics):
    closed = {
        1: "a + b",
        2: "a**2 + a*b + b*c + b*e",
        3: "a**3 + a**2*b + 2*a*b*c + a*b*e + b**2*c + b*c*e + b*e**2",
    }
    for steps, text in closed.items():
        problem, machine = two_tuples(steps)
        part = leading_part(problem, machine, semantics=semantics)
        short = {("0", "0"): "a", ("0", "1"): "b", ("1", "0"): "c", ("1", "1"): "e"}
        named = {name: sympy.Symbol(short[c.state, c.wrong]) for name, c in part.symbols.items()}
        assert sympy.expand(part.polynomial.subs(named) - sympy.sympify(text)) == 0
        assert part.degree == steps


def test_the_one_tuple_machine_has_its_closed_form():
    machine = TuringMachine(["_"], "_", ["0", "H"], "0", [("_", "0", "_", "H", "S")], halting=["H"])
    for steps in range(1, 7):
        problem = SynthesisProblem.of_machine(machine, [""], steps)
        u = sympy.Symbol("u0_blank_0_next_0")
        for semantics, power in (("mean-field", steps), ("annealed", steps), ("pseudo-utm", 1), ("quenched", 1)):
            assert leading_part(problem, machine, semantics=semantics).polynomial == u**power


def test_where_nothing_is_fatal_the_leading_part_is_zero():
    machine = TuringMachine(["_"], "_", ["a", "b"], "a", [("_", "b", "_", "a", "S")])
    problem = SynthesisProblem.of_machine(machine, [""], 3)
    for semantics in SEMANTICS:
        part = leading_part(problem, machine, semantics=semantics)
        assert (part.degree, part.polynomial, part.symbols) == (None, 0, {})
        assert brier_hessian(problem, machine, semantics=semantics).rank == 0


def test_symbols_are_distinct_identifiers_that_can_be_read_back():
    coordinates = [Coordinate("_", "q 0", "write", "B"), Coordinate(" ", "q-0", "next", "q 0")]
    coordinates += [Coordinate("x", "λ", "move", "L")] * 10
    names = symbol_names(coordinates, "_")
    assert names[:3] == ("u00_blank_q0_write_B", "u01__q0_next_q0", "u02_x_λ_move_L")
    assert len(set(names)) == 12 and all(name.isidentifier() for name in names)
    problem, machine = two_tuples(2)
    part = leading_part(problem, machine, semantics="annealed")
    record = part.to_json()
    assert sympy.sympify(record["polynomial"]) == part.polynomial and record["degree"] == 2
    assert set(record["symbols"]) == {str(s) for s in part.polynomial.free_symbols}
    rebuilt = sum(
        sympy.Rational(term["coefficient"]) * sympy.Mul(*(sympy.Symbol(s) ** k for s, k in term["syndrome"]))
        for term in record["terms"]
    )
    assert rebuilt == part.polynomial


@pytest.mark.parametrize("semantics", PATHWISE)
def test_runs_on_windows_equal_the_literal_ones(semantics):
    """All readouts, over fractions: nothing is zero that must not be, so that nothing may be dropped."""

    class Fractions(Numbers):
        def size(self, value):
            return int(value != 0)

    exact, rng = Fractions(Fraction(0), Fraction(1)), random.Random(3)
    for seed in range(8):
        problem, machine = random_case(seed, steps=3)
        code = exact_code(problem, machine, [Fraction(rng.randint(0, 3), 20) for _ in range(machine.dimension)], 1)
        code = [[Fraction(x) for x in row] for row in code]
        for word, masses in zip(problem.inputs, readouts(exact, problem, code, semantics), strict=True):
            literal = outcomes(exact, problem, code, semantics, word)
            assert masses == {outcome: mass for outcome, mass in literal.items() if mass}


@sweep
@pytest.mark.parametrize("semantics", tuple(SEMANTICS))
@slow_where("pseudo-utm", "annealed")
def test_hessians_equal_those_of_the_exact_loss_from_sympy(semantics):
    ranks = Counter()
    for seed in seeds(range(7), 3):
        chart = ("simplex", "bits", "simplex", "simplex", "sphere", "simplex", "bits")[seed]
        problem, machine = random_case(seed, steps=1 if seed % 2 else 2)
        variables = sympy.symbols(f"v:{dimension(problem, machine, chart)}")
        code = CODES[chart](problem, machine, variables, sympy.Integer(1))
        exact = loss(Numbers(sympy.Integer(0), sympy.Integer(1)), problem, code, semantics, "brier")
        wanted = sympy.hessian(exact, variables).subs(dict.fromkeys(variables, 0))
        found = brier_hessian(problem, machine, semantics=semantics, chart=chart)
        matrix = sympy.Matrix([[sympy.Rational(x.numerator, x.denominator) for x in row] for row in found.matrix])
        assert matrix == wanted and found.rank == wanted.rank()
        ranks[found.rank] += 1
    assert len(ranks) > 1


@pytest.mark.parametrize("semantics", sorted(MARGINAL))
def test_hessians_equal_second_differences(semantics):
    machine = library.machine("detectA")
    problem = SynthesisProblem.of_machine(machine, words("AB", 2), 6)
    found = brier_hessian(problem, machine, semantics=semantics)
    rng, step = np.random.default_rng(4), 1e-5
    exact = np.array([[float(x) for x in row] for row in found.matrix])
    for _ in range(5):
        direction = rng.random(machine.dimension)
        codes = []
        for size in (step, 2 * step):
            code = exact_code(problem, machine, list(direction * size), 1.0)
            codes.append(np.array(code))
        near, far = loss_and_gradient(problem, np.array(codes), semantics=semantics, loss="brier")[0]
        # K vanishes at the code with its gradient: K(2h) − 2 K(h) = h² · second derivative + O(h³)
        assert (far - 2 * near) / step**2 == pytest.approx(direction @ exact @ direction, rel=1e-2)
    assert found.rank == np.linalg.matrix_rank(exact) == 4


def test_the_rows_of_a_hessian_that_are_not_zero_are_the_errors_that_are_fatal_alone():
    machine = library.machine("binaryIncrement")
    problem = SynthesisProblem.of_machine(machine, ["1", "10"], 5, "tape:3")
    for semantics in SEMANTICS:
        found = brier_hessian(problem, machine, semantics=semantics)
        rows = {j for j, row in enumerate(found.matrix) if any(row)}
        alone = fatal_syndromes(problem, machine, semantics=semantics, max_weight=1).syndromes
        assert rows == {j for ((j, _),) in alone} and 0 < found.rank <= len(rows)
        assert all(found.matrix[i][j] == found.matrix[j][i] for i in rows for j in rows)


@pytest.mark.parametrize("semantics", PATHWISE)
def test_for_a_set_of_outcomes_the_loss_is_on_the_event(semantics):
    machine = TuringMachine(["_"], "_", ["a", "b", "c"], "a", [("_", "a", "_", "b", "S")])
    plain = SynthesisProblem.of_machine(machine, [""], 2)
    problem = SynthesisProblem.of_machine(machine, [""], 2, targets={"": ["b", "c"]})
    found = brier_hessian(problem, machine, semantics=semantics)
    f = leading_part(problem, machine, semantics=semantics)
    # Quenched f = u, annealed u²: the state stays a. To go to c is accepted, and so no error.
    assert f.polynomial == sympy.Symbol("u0_blank_a_next_a") ** (1 if semantics == "quenched" else 2)
    assert found.matrix[0][0] == (2 if semantics == "quenched" else 0)
    assert found.rank == (1 if semantics == "quenched" else 0)
    sole = brier_hessian(plain, machine, semantics="quenched").matrix
    # K = ½ ((u + v)² + u² + v²) where c is rejected too
    assert [row[:2] for row in sole[:2]] == [(2, 1), (1, 2)]


def test_budgets_of_polynomials_are_enforced():
    polynomials = Polynomials(range(4), 3, max_size=12)
    x = polynomials.sum([polynomials.variable(j) for j in range(3)])  # of 1, 2 and 3 terms
    assert polynomials.size(polynomials.times(x, x)) == 6
    with pytest.raises(BudgetError, match="more than 12 terms of polynomials"):
        polynomials.plus(x, polynomials.variable(3))
    machine = library.machine("detectA")
    problem = SynthesisProblem.of_machine(machine, words("AB", 2), 4)
    for function in (leading_part, brier_hessian):
        with pytest.raises(BudgetError, match="raise max_size"):
            function(problem, machine, max_size=5)
        with pytest.raises(ProblemError, match="chart is 'polar'"):
            function(problem, machine, chart="polar")
