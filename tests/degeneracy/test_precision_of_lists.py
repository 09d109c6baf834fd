"""Λ(s) of lists whose keys err, or are repeated: every choice of T, zeros counted by hand, what does not verify."""

import math
from fractions import Fraction

import pytest
from seeds import long
from test_finite_precision import by_every_set, stated

from noisytm import (
    CertificateError,
    Description,
    FinitePrecision,
    SynthesisProblem,
    fatal_syndromes,
    free_energy,
    learning_coefficient,
    library,
    precision,
    verify,
    words,
    zero_mass,
)

DETECT_A = library.machine("detectA")
SIZES = ("1/3", "1", "7/6", "4/3", "3/2", "2", "5/2", "3", "4", "9")


def listed(count):
    return Description(["_"], "_", ["0", "1"], "0", [("_", "0", "_", "1", "S")] * count)


def problem_of(machine, steps, keys="noisy", inputs=("",)):
    return SynthesisProblem.of_machine(machine, list(inputs), steps, keys=keys)


def test_counted_by_hand():
    """f = a + b − ab, so Λ = min(2s, 2); it is 0 where the key and where the tuple goes are exact."""
    machine, problem = listed(1), problem_of(listed(1), 1)
    result = precision(problem, machine)
    result.verify()
    assert stated(result) == (["2·s", "2"], "1")
    zeros = zero_mass(fatal_syndromes(problem, machine, max_weight=None), 4)
    assert zeros.mass == Fraction(math.comb(8 + 2, 2), math.comb(16 + 2, 2) * 17**2)  # the move S at least half
    assert result.free_energy_bound(4) == pytest.approx(2 * math.log(17))


@pytest.mark.parametrize(("count", "steps", "semantics"), [(2, 2, "pseudo-utm"), (2, 3, "mean-field")])
def test_every_set_of_pinned_errors(count, steps, semantics):
    machine = listed(count)
    problem = problem_of(machine, steps)
    result, least = precision(problem, machine, semantics=semantics), by_every_set(problem, machine, semantics)
    result.verify()
    assert [result.at(s) for s in SIZES] == [least(Fraction(s)) for s in SIZES]
    exact = learning_coefficient(problem, machine, semantics=semantics)
    assert exact.value == result.learning_coefficient <= result.transversal <= exact.bounds.used_tuples


def test_errors_of_dead_keys_are_pinned_too():
    """One symbol, (0 → 1) and eight times (2 → 2): more errors must be pinned than its one used tuple has."""
    rows = [("_", "a", "_", "b", "S")] + [("_", "c", "_", "c", "S")] * 8
    machine = Description(["_"], "_", ["a", "b", "c"], "a", rows)
    result = precision(problem_of(machine, 1), machine)
    result.verify()
    assert stated(result) == (["12·s", "12"], "1")


@long
@pytest.mark.parametrize(
    ("steps", "semantics", "lines"),
    [
        (4, "pseudo-utm", ["18·s", "9 + 9·s", "20"]),
        (4, "mean-field", ["53/3·s", "8 + 29/3·s", "13 + 11/2·s", "20"]),
        (6, "pseudo-utm", ["84/5·s", "9 + 39/5·s", "14 + 19/5·s", "20"]),
    ],
)
def test_detect_a(steps, semantics, lines):
    result = precision(problem_of(DETECT_A, steps, inputs=words("AB", 2)), DETECT_A, semantics=semantics)
    result.verify()
    assert stated(result)[0] == lines


def test_records():
    machine, problem = listed(2), problem_of(listed(2), 2)
    result = precision(problem, machine)
    record = result.to_json()
    assert FinitePrecision.from_json(record) == result and record["options"]["keys"] == "noisy"
    assert verify(record).lines == result.lines
    beside = learning_coefficient(problem, machine).to_json() | {"precision": record["precision"]}
    assert verify(beside).value == result.learning_coefficient
    for change, says in (
        (lambda r: r["precision"]["proof"]["lines"][1]["pinned"].pop(), "intercept"),
        (lambda r: r["precision"]["proof"]["lines"][1]["pinned"][0].update(tuple=7), "not an error coordinate"),
        (lambda r: r["problem"].pop("keys"), "not an error coordinate"),
        (lambda r: r.pop("keys"), "keys"),
    ):
        changed = result.to_json()
        change(changed)
        with pytest.raises(CertificateError, match=says):
            verify(changed)


def test_repeated_tuples_with_exact_keys():
    machine = Description(
        ["_", "a"], "_", ["0", "1"], "0", [("a", "0", "_", "0", "L"), *[("_", "0", "_", "1", "L")] * 2]
    )
    problem = problem_of(machine, 2, "exact", ["", "a"])
    result = precision(problem, machine)
    result.verify()
    assert result.learning_coefficient == Fraction(5, 2)
    assert result.at(1) == by_every_set(problem, machine, "pseudo-utm")(Fraction(1))


@long
def test_the_sampler_on_a_grid_ends_at_the_zeros():
    machine, problem = listed(2), problem_of(listed(2), 1)
    found = free_energy(problem, machine, True, n=1e6, bits=4, particles=1024, replicas=4, sweeps=4, seed=1)
    zeros = zero_mass(fatal_syndromes(problem, machine, max_weight=None), 4)
    assert found.ladder[-1].free_energy == pytest.approx(zeros.nats, abs=0.2)
