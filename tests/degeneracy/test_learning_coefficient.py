"""Exact learning coefficients: the table of known values, invariances, and the parts of the solver."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from flint import fmpq, fmpq_mat
from seeds import slow_where

from noisytm import CodeSpace, SynthesisProblem, TuringMachine, learning_coefficient, library, verify, words
from noisytm.algebra import semirings
from noisytm.degeneracy import bounds
from noisytm.degeneracy.counting import chain as counting
from noisytm.degeneracy.oracle import syndrome_oracle as oracle
from noisytm.degeneracy.oracle.syndrome_oracle import Oracle
from noisytm.degeneracy.program import cutting
from noisytm.degeneracy.program.cover import Cover
from noisytm.degeneracy.program.exact_program import Program
from noisytm.degeneracy.program.interval import CertifiedInterval
from noisytm.degeneracy.program.optimal_face import optimal_face, point_along
from noisytm.degeneracy.syndromes.exhaustive import solve_cover
from noisytm.errors import BudgetError, MachineError, ProblemError
from noisytm.relaxation.generic import readings as reference

SEMANTICS = ("mean-field", "pseudo-utm")

TABLE = [
    (2, 3, "mean-field", "10", 1),
    (2, 4, "mean-field", "10", 2),
    (2, 4, "pseudo-utm", "29/3", 1),
    (2, 5, "mean-field", "37/4", 1),
    (2, 6, "pseudo-utm", "43/5", 1),
    (2, 10, "pseudo-utm", "125/16", 1),
    (3, 5, "mean-field", "10", 2),
    (3, 10, "pseudo-utm", "8", 3),
]


def detect_a(symbols: str = "_AB") -> TuringMachine:
    machine = library.machine("detectA")
    table = machine.table
    return TuringMachine(
        symbols, "_", machine.states, "reject",
        [(s, q, *table[s, q]) for s in symbols for q in machine.states],
    ) if isinstance(symbols, tuple) else detect_a(tuple(symbols))  # fmt: skip


def problem(machine: TuringMachine, n: int, steps: int, **options) -> SynthesisProblem:
    return SynthesisProblem.of_machine(machine, inputs=words("AB", n), steps=steps, **options)


@pytest.mark.parametrize(("n", "steps", "semantics", "value", "multiplicity"), TABLE)
def test_known_values(n, steps, semantics, value, multiplicity):
    machine = library.machine("detectA")
    result = learning_coefficient(problem(machine, n, steps), machine, semantics=semantics)
    assert (result.value, result.multiplicity) == (Fraction(value), multiplicity)
    result.certificate.verify()
    assert verify(result.to_json(), full=True).value == result.value
    assert result.bounds.fatal_alone <= result.value <= result.bounds.used_tuples <= result.bounds.dimension


@pytest.mark.parametrize(("steps", "value"), [(4, "35/4"), (6, "119/16"), (10, "1799/256")])
def test_symbol_order_counts_in_pseudo_utm(steps, value):
    machine = detect_a("_BA")
    assert learning_coefficient(problem(machine, 2, steps), machine).value == Fraction(value)


@pytest.mark.parametrize("steps", [20, 30, 40])
def test_coefficients_with_denominators_that_double_with_every_step(steps):
    machine = detect_a("_BA")
    result = learning_coefficient(problem(machine, 2, steps), machine)
    assert result.value == 7 + Fraction(7, 1 << (steps - 2))
    result.certificate.verify()


@pytest.mark.parametrize("semantics", SEMANTICS)
@slow_where("pseudo-utm")
def test_many_inputs_and_steps(semantics):
    machine = library.machine("parityCheck")
    result = learning_coefficient(problem(machine, 8, 61), machine, semantics=semantics)
    assert (result.value, result.multiplicity) == (Fraction(1885, 11), 1)
    result.certificate.verify()


@pytest.mark.parametrize("semantics", SEMANTICS)
def test_the_inputs_looked_at_first_do_not_matter(semantics, monkeypatch):
    machine = library.machine("detectA")
    task = problem(machine, 5, 6)
    results = []
    for fewer in (1, len(task.inputs) + 1):  # always some first; never
        monkeypatch.setattr(cutting, "FEWER", fewer)
        results.append(learning_coefficient(task, machine, semantics=semantics))
    assert results[0].value == results[1].value
    assert results[0].multiplicity == results[1].multiplicity


def test_two_listed_tuples_are_enough():
    rows = library.machine("detectA").table
    keys = [("A", "reject"), ("B", "reject")]
    machine = TuringMachine(
        ("_", "A", "B"), "_", ("reject", "accept"), "reject", [(s, q, *rows[s, q]) for s, q in keys]
    )
    for semantics in SEMANTICS:
        assert learning_coefficient(problem(machine, 2, 4), machine, semantics=semantics).value == 4


def test_smallest_correction():
    machine = TuringMachine(("0",), "0", ("0", "1", "H"), "0", [("0", "0", "0", "H", "S"), ("0", "1", "0", "H", "S")])
    task = SynthesisProblem.of_machine(machine, inputs=[""], steps=3)
    result = learning_coefficient(task, machine, semantics="mean-field")
    assert (result.value, result.multiplicity) == (Fraction(4, 3), 3)


def test_renaming_in_place_changes_nothing():
    machine = library.machine("detectA")
    renamed = machine.renamed({"_": "A", "A": "B", "B": "_"}, {"reject": "accept", "accept": "reject"})
    letters = [w.translate(str.maketrans("AB", "B_")) for w in words("AB", 2)]
    for semantics in SEMANTICS:
        first = learning_coefficient(problem(machine, 2, 5), machine, semantics=semantics)
        task = SynthesisProblem.of_machine(renamed, inputs=letters, steps=5)
        second = learning_coefficient(task, renamed, semantics=semantics)
        assert (first.value, first.multiplicity) == (second.value, second.multiplicity)


def test_order_of_tuples_counts_only_in_pseudo_utm():
    machine = library.machine("detectA")
    values = {semantics: set() for semantics in SEMANTICS}
    rng = np.random.default_rng(5)
    for _ in range(6):
        order = rng.permutation(len(machine.tuples))
        shuffled = TuringMachine(machine.symbols, "_", machine.states, "reject", [machine.tuples[i] for i in order])
        for semantics in SEMANTICS:
            result = learning_coefficient(problem(shuffled, 2, 4), shuffled, semantics=semantics)
            values[semantics].add((result.value, result.multiplicity))
    assert values["mean-field"] == {(Fraction(10), 2)}
    assert len(values["pseudo-utm"]) > 1


@pytest.mark.parametrize("semantics", SEMANTICS)
def test_loss_and_prior_scale_the_value(semantics):
    machine = library.machine("detectA")
    task = problem(machine, 2, 4)
    plain = learning_coefficient(task, machine, semantics=semantics)
    for loss, gamma, factor in (
        ("brier", 1, Fraction(1, 2)),
        ("log", "1/2", Fraction(1, 2)),
        ("brier", 3, Fraction(3, 2)),
    ):
        other = learning_coefficient(task, machine, semantics=semantics, loss=loss, prior_concentration=gamma)
        assert other.value == plain.value * factor
        assert other.multiplicity == plain.multiplicity
        assert other.bounds.used_tuples == plain.bounds.used_tuples * factor
        other.certificate.verify()


def test_nothing_fatal():
    machine = TuringMachine(("_",), "_", ("only",), "only", [("_", "only", "_", "only", "R")])
    task = SynthesisProblem.of_machine(machine, inputs=[""], steps=3)
    result = learning_coefficient(task, machine)
    assert (result.value, result.multiplicity, result.certificate.dual) == (0, 1, ())
    assert verify(result.to_json(), full=True).value == 0


@pytest.mark.parametrize("name", [n for n in library.names() if library.entry(n).problem])
@pytest.mark.parametrize("semantics", SEMANTICS)
@slow_where("pseudo-utm-parityCheck", "mean-field-palindrome")
def test_library_machines(name, semantics):
    from noisytm.problem.synthesis import problem_from_mapping

    entry = library.entry(name)
    task = problem_from_mapping(entry.problem, entry.machine)
    result = learning_coefficient(task, entry.machine, semantics=semantics)
    result.certificate.verify()
    assert result.bounds.fatal_alone <= result.value <= result.bounds.used_tuples <= result.bounds.dimension
    assert result.bounds == bounds(task, entry.machine, semantics=semantics)


@pytest.mark.parametrize("name", ["detectA", "parity", "palindrome", "binaryIncrement"])
@pytest.mark.parametrize("semantics", SEMANTICS)
def test_fatal_alone_agrees_with_the_oracle(name, semantics):
    from noisytm.problem.synthesis import problem_from_mapping

    entry = library.entry(name)
    task = problem_from_mapping(entry.problem, entry.machine)
    search = Oracle(task, entry.machine, semantics)
    dear = 1 << 50
    alone = tuple(
        j
        for j in range(search.dimension)
        if search.least([1 if i == j else dear for i in range(search.dimension)]) == 1
    )
    assert counting.fatal_alone(search, ()) == search.alone(range(search.dimension)) == alone


@pytest.mark.parametrize("semantics", SEMANTICS)
@pytest.mark.parametrize("readout", ["state", "tape:2"])
def test_oracle_agrees_with_the_reference(semantics, readout):
    machine = library.machine("detectA")
    task = problem(machine, 2, 5, readout=readout)
    search = Oracle(task, machine, semantics)
    columns = task.space.coordinate_columns(machine)
    rng = np.random.default_rng(11)
    for _ in range(20):
        costs = rng.integers(0, 50, search.dimension).tolist()
        flat = [0] * task.space.embed(machine).size
        for column, value in zip(columns, costs, strict=True):
            flat[column] = value
        code = np.array(flat, dtype=object).reshape(task.space.shape).tolist()
        expected = reference.wrong(semirings.MinPlus(), task, code, semantics)
        answers = search.answers(costs)
        assert [a.cost for a in answers] == expected
        assert search.least(costs) == min(expected)
        for answer in answers:
            assert sum(k * costs[j] for j, k in answer.syndrome) == answer.cost


def test_costs_beyond_64_bits_go_to_python_integers(monkeypatch):
    machine = library.machine("detectA")
    search = Oracle(problem(machine, 1, 3), machine, "pseudo-utm")
    costs = [10**30 + j for j in range(search.dimension)]
    small = [c - 10**30 + (1 << 40) for c in costs]
    least = search.least(small)
    assert search.least(costs) - 10**30 == least - (1 << 40)
    assert search.least(costs, enough=10**29) == 10**29
    for lanes, int64 in ((1 << 10, 1 << 58), (1 << 10, 1 << 10)):  # the int64 kernel, then the reference
        monkeypatch.setattr(oracle, "EXACT_IN_LANES", lanes)
        monkeypatch.setattr(oracle, "EXACT_IN_INT64", int64)
        assert search.least(small) == least


def test_wrong_machine_or_option():
    machine = library.machine("detectA")
    task = problem(machine, 1, 3)
    with pytest.raises(MachineError, match="code space"):
        learning_coefficient(task, library.machine("parity"))
    rows = [t if t.state == "accept" else t._replace(next="accept") for t in machine.tuples]
    always = TuringMachine(machine.symbols, "_", machine.states, "reject", rows)
    with pytest.raises(ProblemError, match="'accept', but the target is 'reject'"):
        learning_coefficient(task, always)
    for options in ({"semantics": "frozen"}, {"loss": "hinge"}, {"chart": "polar"}, {"prior_concentration": 0}):
        with pytest.raises(ProblemError):
            learning_coefficient(task, machine, **options)


def random_cover(rng: np.random.Generator, d: int, count: int, weights=None) -> Cover:
    program = Cover([1] * d if weights is None else weights)
    rows = rng.integers(1, 4, (count, d)) * (rng.random((count, d)) < 0.25)
    program.add(rows[rows.any(axis=1)])
    return program


@pytest.mark.parametrize("seed", range(20))
def test_exact_pivots_from_any_basis_agree(seed):
    rng = np.random.default_rng(seed)
    program = random_cover(rng, 8, 14)
    program.solve()
    exact = program.solve_exactly()
    rows = program.rows
    packing = Program(np.ones(len(rows), dtype=np.int64), rows.T, np.ones(8, dtype=np.int64))
    for columns, tight in (((), ()), ((0,), ()), ((0,), (int(np.flatnonzero(rows[0])[0]),))):
        vertex = packing.optimum(columns, tight)
        assert sum(vertex.x.fractions()) == sum(vertex.prices.fractions()) == exact.value
        assert (packing.slack(vertex.x) >= 0).all() and (vertex.x.numerators >= 0).all()
        assert (program.slack(vertex.prices) >= 0).all() and (vertex.prices.numerators >= 0).all()


@pytest.mark.parametrize("seed", range(40))
def test_optimal_face_agrees_with_the_enumeration(seed):
    program = random_cover(np.random.default_rng(100 + seed), 9, 8 + seed % 5)
    program.solve()
    solution = program.solve_exactly()
    face = optimal_face(program, solution)
    value, multiplicity, _, _ = solve_cover([tuple(row) for row in program.rows.tolist()], [1] * 9)
    assert (solution.value, 1 + face.dimension) == (value, multiplicity)
    points = [point_along(program, face.vertex, direction) for direction in face.directions]
    for point in [face.vertex, *points]:
        assert sum(point.fractions()) == value
        assert (program.slack(point) >= 0).all() and (point.numerators >= 0).all()
    if points:
        spread = [[p - v for p, v in zip(q.fractions(), face.vertex.fractions(), strict=True)] for q in points]
        assert fmpq_mat([[fmpq(x.numerator, x.denominator) for x in row] for row in spread]).rank() == len(points)


@pytest.mark.parametrize("seed", range(40))
def test_weighted_programs_agree_with_the_enumeration(seed):
    rng = np.random.default_rng(200 + seed)
    weights = [Fraction(int(a), int(b)) for a, b in rng.integers(1, 7, (9, 2))]
    if seed % 4 == 0:
        weights = [w * 10**20 + seed for w in weights]  # too large for 64 bits
    program = random_cover(rng, 9, 8 + seed % 5, weights)
    program.solve()
    solution = program.solve_exactly()
    value, multiplicity, _, _ = solve_cover([tuple(row) for row in program.rows.tolist()], weights)
    assert (solution.value, 1 + optimal_face(program, solution).dimension) == (value, multiplicity)
    assert sum(w * v for w, v in zip(weights, solution.primal.fractions(), strict=True)) == sum(solution.dual) == value
    load = [sum(y * int(a) for y, a in zip(solution.dual, column, strict=True)) for column in program.rows.T]
    assert all(x <= w for x, w in zip(load, weights, strict=True))
    assert program.value == pytest.approx(float(value))


def test_known_face():
    program = Cover([1, 1, 1])
    program.add(np.array([[1, 1, 0]]))
    program.solve()
    assert optimal_face(program, program.solve_exactly()).dimension == 1
    program.add(np.array([[2, 0, 0], [0, 2, 1]]))
    program.solve()
    assert optimal_face(program, program.solve_exactly()).dimension == 0


def test_a_face_shrinks_with_rows_added_after_the_solution():
    program = Cover([1, 1])
    program.add(np.array([[1, 1]]))
    program.solve()
    solution = program.solve_exactly()
    at = solution.primal.fractions().index(1)
    assert optimal_face(program, solution).dimension == 1
    program.add(np.array([[1 + (at == 0), 1 + (at == 1)]]))  # tight only at the other end of the face
    assert optimal_face(program, solution).dimension == 1
    program.add(np.array([[at == 0, at == 1]], dtype=np.int64))
    assert optimal_face(program, solution).dimension == 0


def test_space_of_another_order_is_refused():
    machine = library.machine("detectA")
    with pytest.raises(MachineError, match="order counts"):
        CodeSpace.of(machine).require(detect_a("_BA"))


def test_rounds_run_out(monkeypatch):
    monkeypatch.setattr(cutting, "MAX_ROUNDS", 2)
    machine = library.machine("detectA")
    with pytest.raises(BudgetError, match="rounds") as caught:
        learning_coefficient(problem(machine, 2, 4), machine)
    found = caught.value.partial
    assert 0 < found.lower <= Fraction(29, 3) <= found.upper <= 20
    with pytest.raises(BudgetError) as caught:
        learning_coefficient(problem(machine, 2, 4), machine, loss="brier", prior_concentration=3)
    assert caught.value.partial == found.scaled(Fraction(3, 2))


def test_every_interval_on_the_way_contains_the_value(monkeypatch):
    machine = library.machine("detectA")
    search, seen = cutting.CuttingPlanes(Oracle(problem(machine, 2, 10), machine, "pseudo-utm")), []
    solve = Cover.solve
    monkeypatch.setattr(Cover, "solve", lambda self: (seen.append(search._upper), solve(self))[1])
    value = search.run().value
    bounds = [x for x in seen if x is not None]
    assert len(set(bounds)) > 2 and min(bounds) >= value == Fraction(125, 16)
    assert search.interval() == CertifiedInterval(value, value)
