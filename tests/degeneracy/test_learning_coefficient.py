"""Exact learning coefficients: the table of known values, invariances, and the parts of the solver."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from noisytm import CodeSpace, SynthesisProblem, TuringMachine, learning_coefficient, library, verify, words
from noisytm.degeneracy import bounds, counting, oracle
from noisytm.degeneracy.cover import Cover, cost
from noisytm.degeneracy.face import optimal_face
from noisytm.degeneracy.oracle import Oracle
from noisytm.errors import BudgetError, MachineError, ProblemError
from noisytm.relaxation import reference

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
def test_library_machines(name, semantics):
    from noisytm.problem import problem_from_mapping

    entry = library.entry(name)
    task = problem_from_mapping(entry.problem, entry.machine)
    result = learning_coefficient(task, entry.machine, semantics=semantics)
    result.certificate.verify()
    assert result.bounds.fatal_alone <= result.value <= result.bounds.used_tuples <= result.bounds.dimension
    assert result.bounds == bounds(task, entry.machine, semantics=semantics)


@pytest.mark.parametrize("name", ["detectA", "parity", "palindrome", "binaryIncrement"])
@pytest.mark.parametrize("semantics", SEMANTICS)
def test_fatal_alone_agrees_with_the_oracle(name, semantics):
    from noisytm.problem import problem_from_mapping

    entry = library.entry(name)
    task = problem_from_mapping(entry.problem, entry.machine)
    search = Oracle(task, entry.machine, semantics)
    dear = 1 << 50
    alone = tuple(
        j
        for j in range(search.dimension)
        if search.least([1 if i == j else dear for i in range(search.dimension)]) == 1
    )
    assert counting.fatal_alone(task, entry.machine, semantics) == alone


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
        expected = reference.wrong(reference.MinPlus(), task, code, semantics)
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
    assert search.least(costs) - 10**30 == search.least(small) - (1 << 40)
    monkeypatch.setattr(oracle, "LARGEST_COST", 1 << 10)
    assert learning_coefficient(problem(machine, 1, 3), machine).multiplicity >= 1


def test_wrong_machine_or_option():
    machine = library.machine("detectA")
    task = problem(machine, 1, 3)
    with pytest.raises(MachineError, match="code space"):
        learning_coefficient(task, library.machine("parity"))
    rows = [t if t.state == "accept" else t._replace(next="accept") for t in machine.tuples]
    always = TuringMachine(machine.symbols, "_", machine.states, "reject", rows)
    with pytest.raises(ProblemError, match="'accept', but the target is 'reject'"):
        learning_coefficient(task, always)
    for options in ({"semantics": "annealed"}, {"loss": "hinge"}, {"chart": "bits"}, {"prior_concentration": 0}):
        with pytest.raises(ProblemError):
            learning_coefficient(task, machine, **options)


def random_cover(rng: np.random.Generator, d: int, rows: int) -> Cover:
    program = Cover([Fraction(int(w), 3) for w in rng.integers(1, 6, d)])
    for _ in range(rows):
        support = rng.choice(d, size=rng.integers(1, 4), replace=False)
        program.add(tuple((int(j), int(rng.integers(1, 4))) for j in sorted(support)))
    return program


@pytest.mark.parametrize("seed", range(20))
def test_pivoting_agrees_with_the_basis(seed):
    program = random_cover(np.random.default_rng(seed), 8, 14)
    program.solve()
    exact, pivoted = program.solve_exactly(), program._pivoted()
    assert exact.value == pivoted.value
    assert program._optimal(pivoted.primal, pivoted.dual)


@pytest.mark.parametrize("seed", range(20))
def test_optimal_face_is_optimal_and_inner(seed):
    program = random_cover(np.random.default_rng(100 + seed), 8, 10)
    program.solve()
    value = program.solve_exactly().value
    face = optimal_face(program, value)
    for scale in (Fraction(0), Fraction(1, 10**6), Fraction(-1, 10**6)):
        for direction in [*face.directions, (Fraction(0),) * 8]:
            point = [p + scale * b for p, b in zip(face.point, direction, strict=True)]
            assert sum((w * x for w, x in zip(program.weights, point, strict=True)), Fraction(0)) == value
            assert min(point) >= 0
            assert all(cost(row, point) >= 1 for row in program.rows)


def test_known_face():
    program = Cover([Fraction(1)] * 3)
    program.add(((0, 1), (1, 1)))
    program.solve()
    assert optimal_face(program, program.solve_exactly().value).dimension == 1
    program.add(((0, 2),))
    program.add(((1, 2), (2, 1)))
    program.solve()
    assert optimal_face(program, program.solve_exactly().value).dimension == 0


def test_space_of_another_order_is_refused():
    machine = library.machine("detectA")
    with pytest.raises(MachineError, match="order counts"):
        CodeSpace.of(machine).require(detect_a("_BA"))


def test_rounds_run_out(monkeypatch):
    from noisytm.degeneracy import learning

    monkeypatch.setattr(learning, "MAX_ROUNDS", 2)
    machine = library.machine("detectA")
    with pytest.raises(BudgetError, match="rounds") as caught:
        learning_coefficient(problem(machine, 2, 4), machine)
    assert "learning coefficient >=" in caught.value.partial
