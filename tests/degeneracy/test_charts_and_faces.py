"""Learning coefficients in every chart, at codes and at faces: against the slow path, each other, and the bounds."""

from __future__ import annotations

import copy
import json
import random
import subprocess
import sys
from fractions import Fraction

import pytest
from random_cases import CHARTS, options_of, random_face, random_machine, random_problem, solved_on
from seeds import ALL_SEEDS, seeds, sweep

from noisytm import (
    BudgetError,
    CertificateError,
    MachineError,
    ProblemError,
    SynthesisProblem,
    TuringMachine,
    bounds,
    learning_coefficient,
    library,
    verify,
    words,
)
from noisytm.codespace import CodeSpace, Coordinate
from noisytm.degeneracy import description_length
from noisytm.degeneracy.oracle.syndrome_oracle import Oracle
from noisytm.degeneracy.syndromes.exhaustive import learning_coefficient_by_enumeration, minimal_syndromes
from noisytm.geometry import BitFace, Face
from noisytm.geometry.charts import chart_at

SEMANTICS = ("mean-field", "pseudo-utm")
DETECT_A = library.machine("detectA")


def task(longest: int = 2, steps: int = 4, **options) -> SynthesisProblem:
    return SynthesisProblem.of_machine(DETECT_A, words("AB", longest), steps, **options)


def check(result) -> None:
    """Hold a result against the chain of bounds and its certificate."""
    chain = result.bounds
    assert 0 <= chain.fatal_alone <= result.value <= chain.used_tuples <= chain.dimension
    record = json.loads(json.dumps(result.to_json()))
    assert verify(record, full=True).value == result.certificate.value
    assert record["dimension"] == len(result.certificate.coordinates)


def alone_by_listing(problem, point, semantics, chart) -> int:
    """Count the minimal syndromes with one coordinate, of the least exponent of the chart."""
    least = 2 if chart == "sphere" else 1
    return sum(sum(row) == least == max(row) for row in minimal_syndromes(problem, point, semantics, chart=chart))


def test_known_value_in_the_bits_chart():
    result = learning_coefficient(task(), DETECT_A, chart="bits")
    assert (result.value, result.multiplicity) == (Fraction(29, 3), 2)
    check(result)


@sweep
@pytest.mark.parametrize("semantics", SEMANTICS)
@pytest.mark.parametrize("part", range(3))
def test_random_codes_in_every_chart(semantics, part):
    for seed in seeds(range(24 * part, 24 * part + 24), 2):
        rng = random.Random(seed)
        machine = random_machine(rng)
        problem, options = random_problem(rng, machine, 1 + seed % 3), options_of(seed) | {"semantics": semantics}
        result = learning_coefficient(problem, machine, **options)
        slow = learning_coefficient_by_enumeration(problem, machine, **options)
        assert (result.value, result.multiplicity) == slow, (seed, machine.canonical)
        check(result)
        unit = Fraction(1, (1 + (options["loss"] == "brier")) * (1 + (options["chart"] == "sphere")))
        alone = alone_by_listing(problem, machine, semantics, options["chart"])
        assert result.bounds.fatal_alone == unit * alone
        if options["chart"] == "bits":
            length = description_length(problem, machine)
            assert result.value <= unit * length.bits == result.bounds.used_tuples


@sweep
@pytest.mark.parametrize("semantics", SEMANTICS)
@pytest.mark.parametrize("part", seeds(range(2), 1))
def test_random_faces(semantics, part):
    found = 0
    for seed in seeds(range(40 * part, 40 * part + 40), 10):
        rng = random.Random(seed)
        machine = random_machine(rng)
        problem, options = random_problem(rng, machine, 1 + seed % 2), options_of(seed) | {"semantics": semantics}
        face = random_face(rng, machine, options["chart"], 0.15)
        result = solved_on(problem, face, **options)
        if result is None:
            with pytest.raises(ProblemError, match="must solve the problem"):
                learning_coefficient_by_enumeration(problem, face, **options)
            continue
        found += not face.is_code
        slow = learning_coefficient_by_enumeration(problem, face, **options)
        assert (result.value, result.multiplicity) == slow, (seed, machine.canonical, face)
        check(result)
    assert found >= (10 if ALL_SEEDS else 5)


@pytest.mark.parametrize("semantics", SEMANTICS)
@pytest.mark.parametrize("steps", [3, 5])
def test_charts_losses_and_priors_are_related(semantics, steps):
    def value(point=DETECT_A, **options):
        result = learning_coefficient(task(2, steps), point, semantics=semantics, **options)
        return result.value, result.multiplicity

    for point in (DETECT_A, Face.with_free_unused(task(2, steps), DETECT_A)):
        plain, m = value(point)
        for options in ({"chart": "sphere"}, {"prior_concentration": "1/2"}, {"loss": "brier"}):
            assert value(point, **options) == (plain / 2, m)
        assert value(point, chart="sphere", loss="brier") == (plain / 4, m)
        bits, m = value(point, chart="bits")
        assert value(point, chart="bits", loss="brier") == (bits / 2, m)
        assert value(point, chart="bits", prior_concentration=3) == (3 * bits, m)


@pytest.mark.parametrize("semantics", SEMANTICS)
@pytest.mark.parametrize("chart", CHARTS)
def test_free_unused_tuples(semantics, chart):
    problem = task(1, 3)
    face = Face.with_free_unused(problem, DETECT_A)
    result = learning_coefficient(problem, face, semantics=semantics, chart=chart)
    slow = learning_coefficient_by_enumeration(problem, face, semantics=semantics, chart=chart)
    assert (result.value, result.multiplicity) == slow
    check(result)
    at_code = learning_coefficient(problem, DETECT_A, semantics=semantics, chart=chart)
    # coordinates at used tuples are the same; errors at the others no longer have to happen
    assert at_code.value <= result.value and result.bounds.used_tuples == at_code.bounds.used_tuples
    listed = result.to_json()["free"]
    assert {(c["symbol"], c["state"]) for c in listed} == {("_", "accept"), ("B", "accept")}


def test_an_array_is_taken_for_its_support():
    problem = task()
    w = problem.space.embed(DETECT_A)
    as_code = learning_coefficient(problem, w)
    assert as_code.face == Face(DETECT_A) and "free" not in as_code.to_json()
    w[1, :] = 1 / 3, 1 / 3, 1 / 3, 0.5, 0.5, 0.2, 0.3, 0.5
    w[5, :] = 0.1, 0.2, 0.7, 0.9, 0.1, 1 / 3, 1 / 3, 1 / 3
    free = learning_coefficient(problem, Face.with_free_unused(problem, DETECT_A))
    inside = learning_coefficient(problem, w)
    assert (inside.value, inside.multiplicity, inside.bounds) == (free.value, free.multiplicity, free.bounds)
    check(inside)


def test_bit_strings_of_one_machine_can_have_different_coefficients():
    """Of five states b is 001, or 110. From 001 two single flips lead to a, where all is lost; from 110 none does."""
    rows = [("_", state, "_", "b", "S") for state in "ecd"]
    machine = TuringMachine(("_",), "_", tuple("abcde"), "e", rows)
    problem = SynthesisProblem.of_machine(machine, [""], 2)
    standard = BitFace.of_face(Face(machine)).digits
    assert standard[0] == ("", "001", "01")
    for written, value, alone in (("001", Fraction(3), 2), ("110", Fraction(5, 2), 0)):
        face = BitFace(machine, (("", written, "01"), *standard[1:]))
        result = learning_coefficient(problem, face, semantics="mean-field", chart="bits")
        slow = learning_coefficient_by_enumeration(problem, face, semantics="mean-field", chart="bits")
        assert (result.value, result.multiplicity) == slow == (value, 1)
        assert result.bounds.fatal_alone == alone
        assert ("digits" in result.to_json()) == (written == "110")
        check(result)


def test_the_simplex_chart_takes_a_bit_string_for_its_values():
    simplex = learning_coefficient(task(), BitFace.of_face(Face(DETECT_A)))
    assert simplex.value == Fraction(29, 3) and simplex.face == Face(DETECT_A)


@pytest.mark.parametrize("semantics", SEMANTICS)
def test_a_loss_that_does_not_vanish_on_the_face_is_refused(semantics):
    free = Face(DETECT_A, [Coordinate("A", "reject", "next", "reject")])
    for chart in CHARTS:
        with pytest.raises(ProblemError, match="on 'A' after 4 steps the free entries allow"):
            learning_coefficient(task(), free, semantics=semantics, chart=chart)
        with pytest.raises(ProblemError, match="on 'A' after 4 steps"):
            bounds(task(), free, semantics=semantics, chart=chart)
    other = Face(library.machine("parity"))
    with pytest.raises(MachineError, match="code space"):
        learning_coefficient(task(), other, semantics=semantics)


def test_the_sphere_has_a_measure_of_its_own():
    for prior in (2, "1/2", {"write": 3}):
        with pytest.raises(ProblemError, match="sphere"):
            learning_coefficient(task(), DETECT_A, chart="sphere", prior_concentration=prior)


@pytest.mark.parametrize("memory", [0, -1, 1.5, "4G", True])
def test_memory_is_a_number_of_bytes(memory):
    with pytest.raises(ProblemError, match="memory is"):
        learning_coefficient(task(), DETECT_A, memory=memory)


def test_too_little_memory_leaves_an_interval():
    with pytest.raises(BudgetError, match=r"a call may take the .* it is given") as caught:
        learning_coefficient(task(2, 10), DETECT_A, memory=3000)
    assert str(caught.value.partial) == "0 <= learning coefficient <= 20"
    assert learning_coefficient(task(2, 10), DETECT_A, memory=1 << 20).value == Fraction(125, 16)


@pytest.mark.parametrize("semantics", SEMANTICS)
@pytest.mark.parametrize("chart", CHARTS)
def test_the_oracle_in_integers_of_any_size(semantics, chart):
    search = Oracle(task(1, 3), DETECT_A, semantics, chart)
    rng = random.Random(7)
    small = [rng.randint(1, 9) for _ in range(search.dimension)]
    expected = search.least(small)
    assert search.least([c << 70 for c in small]) == expected << 70
    assert search.least([c << 70 for c in small], enough=5) == 5


def tampered(record):
    """Yield changed copies of a record, each of which proves something else or nothing."""

    def changed(change):
        new = copy.deepcopy(record)
        change(new)
        return new

    dual = record["certificate"]["dual"]
    long = max(range(len(dual)), key=lambda i: len(dual[i]["syndrome"]))
    yield changed(lambda r: r.update(learning_coefficient=str(Fraction(r["learning_coefficient"]) + 1)))
    yield changed(lambda r: r["certificate"]["primal"].pop())
    yield changed(lambda r: r["certificate"]["dual"].pop())
    yield changed(lambda r: r["certificate"]["dual"][0].update(weight="2"))
    yield changed(lambda r: r["certificate"]["dual"][long]["syndrome"].pop())
    yield changed(lambda r: r["certificate"]["dual"][0].update(costs=[1] * (r["dimension"] + 1)))
    yield changed(lambda r: r["certificate"]["dual"][0]["syndrome"][0]["coordinate"].update(kind="erase"))
    yield changed(lambda r: r.update(dimension=r["dimension"] - 1))
    yield changed(lambda r: r.update(bounds=r["bounds"] | {"fatal_alone": "1/7"}))
    yield changed(lambda r: r.update(used_tuples=r["used_tuples"][1:]))
    yield changed(lambda r: r.update(chart="simplex" if r["chart"] != "simplex" else "bits"))
    yield changed(lambda r: r.update(prior_concentration=[{"kind": "write", "concentration": "2"}]))
    for free in ([], None, [{}], [*r_free(record), FATAL[record["chart"]]], r_free(record)[:-1]):
        if free != record.get("free"):
            yield changed(lambda r, free=free: r.update(free=free))


FATAL = {
    "simplex": {"symbol": "_", "state": "reject", "kind": "next", "wrong": "accept"},
    "sphere": {"symbol": "_", "state": "reject", "kind": "next", "wrong": "accept"},
    "bits": {"symbol": "_", "state": "reject", "kind": "next", "bit": 0},
}


def r_free(record):
    return record.get("free", [])


@pytest.mark.parametrize("chart", CHARTS)
@pytest.mark.parametrize("free", [False, True])
def test_tampered_certificates_fail(chart, free):
    problem = task()
    point = Face.with_free_unused(problem, DETECT_A) if free else DETECT_A
    record = learning_coefficient(problem, point, chart=chart).to_json()
    verify(record)
    changes = list(tampered(record))
    assert len(changes) >= 15
    for change in changes:
        with pytest.raises(CertificateError):
            verify(change)


@pytest.mark.parametrize("digits", [[], "x", [["00", "0", "01"]] * 6, None])
def test_tampered_digits_fail(digits):
    rows = [list(row) for row in BitFace.of_face(Face(DETECT_A)).digits]
    rows[0][0] = "11"
    record = learning_coefficient(task(), BitFace(DETECT_A, tuple(map(tuple, rows))), chart="bits").to_json()
    verify(record)
    with pytest.raises(CertificateError):
        verify(record | {"digits": digits})
    with pytest.raises(CertificateError):
        verify({k: v for k, v in record.items() if k != "digits"})


def test_coordinates_of_one_chart_are_unknown_in_another():
    record = learning_coefficient(task(), DETECT_A, chart="bits").to_json()
    with pytest.raises(CertificateError, match="is not an error coordinate"):
        verify(record | {"chart": "simplex", "options": record["options"] | {"chart": "simplex"}, "dimension": 30})


def test_one_symbol_and_one_state_have_no_digits():
    machine = TuringMachine(("0",), "0", ("q",), "q", [("0", "q", "0", "q", "R")])
    problem = SynthesisProblem.of_machine(machine, [""], 2)
    chart = chart_at("bits", problem.space, machine)
    assert chart.dimension == 2
    result = learning_coefficient(problem, machine, chart="bits")
    assert (result.value, result.multiplicity, result.bounds.used_tuples) == (0, 1, 2)


def test_the_verifier_imports_nothing_of_the_solver():
    record = learning_coefficient(task(), Face.with_free_unused(task(), DETECT_A), chart="bits").to_json()
    code = (
        "import json, sys; from noisytm.degeneracy.recheck import verify; verify(json.load(sys.stdin));"
        "from noisytm import verify; from noisytm.degeneracy import verify; print(json.dumps(sorted(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], input=json.dumps(record), capture_output=True, text=True)  # noqa: PLW1510
    assert done.returncode == 0, done.stderr
    loaded = set(json.loads(done.stdout))
    solver = (
        "program.cutting",
        "program.cover",
        "program.exact_program",
        "program.optimal_face",
        "learning",
        "syndromes.exhaustive",
        "program._exact_simplex",
    )
    assert not loaded & {"highspy", "flint", *(f"noisytm.degeneracy.{name}" for name in solver)}
    assert {"noisytm.degeneracy.oracle.syndrome_oracle", "noisytm.degeneracy.counting.chain"} <= loaded


@pytest.mark.parametrize("semantics", (*SEMANTICS, "annealed", "quenched"))
@pytest.mark.parametrize("chart", CHARTS)
def test_inside_code_space_there_are_no_coordinates(semantics, chart):
    """All entries are free and nothing is rejected: λ = 0, and the program has no variables."""
    machine = TuringMachine(("0", "1"), "0", ("a", "b"), "a", [("0", "a", "1", "b", "R")])
    problem = SynthesisProblem.of_machine(machine, ["", "1"], 2, targets={"": ["a", "b"], "1": ["a", "b"]})
    inside = Face(machine, CodeSpace.of(machine).coordinates(machine))
    if chart == "bits":
        inside = BitFace.of_digits(problem.space, [["*", "*", "**"]])
    result = learning_coefficient(problem, inside, semantics=semantics, chart=chart)
    slow = learning_coefficient_by_enumeration(problem, inside, semantics=semantics, chart=chart)
    assert (result.value, result.multiplicity) == slow == (0, 1)
    assert result.certificate.coordinates == ()
    check(result)


def test_concentrations_that_no_float_holds():
    plain = learning_coefficient(task(), DETECT_A).value
    result = learning_coefficient(task(), DETECT_A, prior_concentration="1e400")
    assert result.value == 10**400 * plain
    check(result)


@pytest.mark.parametrize("free", [None, 5, True, "ab", [None], [["_", "reject", "write", "A"]], [(["_"], "", "", "")]])
def test_what_is_no_free_entry(free):
    with pytest.raises(MachineError, match="free entr"):
        Face(DETECT_A, free)


def test_what_is_no_point():
    for point in (None, "", {}, [["x"]], [[10**400]], object()):
        with pytest.raises(MachineError):
            learning_coefficient(task(), point)
        with pytest.raises(MachineError):
            Face.of_code(task().space, point)
    for machine in (None, "detectA", 5):
        with pytest.raises(MachineError, match="give a TuringMachine"):
            Face.with_free_unused(task(), machine)
    with pytest.raises(MachineError, match="give a Face"):
        BitFace.of_face(DETECT_A)
    with pytest.raises(ProblemError, match="semantics is"):
        description_length(task(), DETECT_A, "annealled")
