"""Every certificate proves its multiplicity: against published values and, on random codes, all minimal syndromes."""

import dataclasses
import json
import random
from fractions import Fraction

import numpy as np
import pytest
import random_cases as cases
from flint import fmpz_mat
from seeds import seeds, slow_where, sweep

from noisytm import BudgetError, CertificateError, SynthesisProblem, learning_coefficient, library, verify, words
from noisytm.degeneracy.certificate.arithmetic import rank_at_least
from noisytm.degeneracy.program.complementary import complementary_dual
from noisytm.degeneracy.program.cover import Cover
from noisytm.degeneracy.program.optimal_face import middle, optimal_face, point_along
from noisytm.degeneracy.syndromes.exhaustive import learning_coefficient_by_enumeration

DETECT_A = library.machine("detectA")
PUBLISHED = (
    (2, 3, "mean-field", "simplex", "10", 1),
    (2, 4, "mean-field", "simplex", "10", 2),
    (2, 4, "pseudo-utm", "simplex", "29/3", 1),
    (2, 5, "mean-field", "simplex", "37/4", 1),
    (2, 6, "pseudo-utm", "simplex", "43/5", 1),
    (2, 10, "pseudo-utm", "simplex", "125/16", 1),
    (3, 5, "mean-field", "simplex", "10", 2),
    (3, 10, "pseudo-utm", "simplex", "8", 3),
    (2, 4, "annealed", "simplex", "10", 3),
    (2, 4, "quenched", "simplex", "10", 2),
    (2, 4, "pseudo-utm", "bits", "29/3", 2),
    (2, 4, "mean-field", "sphere", "5", 2),
)
SEEDS = 60


def detect_a(longest, steps, semantics="pseudo-utm", chart="simplex", **options):
    problem = SynthesisProblem.of_machine(DETECT_A, words("AB", longest), steps)
    return learning_coefficient(problem, DETECT_A, semantics=semantics, chart=chart, **options)


def rows_of(certificate):
    """Return the rows whose equations bound the face, dense, and the columns that they load in full (γ = 1)."""
    dual, d = certificate.optimal_face.dual or certificate.dual, len(certificate.primal)
    rows = [[dict(row.syndrome).get(j, 0) for j in range(d)] for row in dual]
    load = [sum(y.weight * row[j] for y, row in zip(dual, rows, strict=True)) for j in range(d)]
    return rows, [j for j in range(d) if load[j] == 1]


@pytest.mark.parametrize(("longest", "steps", "semantics", "chart", "value", "m"), PUBLISHED)
def test_published_multiplicities_are_proved(longest, steps, semantics, chart, value, m):
    result = detect_a(longest, steps, semantics, chart)
    certificate = result.certificate
    certificate.verify()
    assert (certificate.value, certificate.multiplicity, result.multiplicity) == (Fraction(value), m, m)
    # both bounds, counted here again from the theorem, over the rationals
    rows, full = rows_of(certificate)
    rank = fmpz_mat([[row[j] for j in full] for row in rows]).rank()
    assert 1 + len(full) - rank == m == 1 + len(certificate.optimal_face.points)
    assert verify(json.loads(json.dumps(result.to_json()))) == certificate


def test_a_vertex_of_the_duals_alone_does_not_tell():
    """The reason for averages: at t = 4, mean-field, the vertex that proves the value bounds m by more than 2."""
    certificate = detect_a(2, 4, "mean-field").certificate
    assert certificate.optimal_face.dual
    alone = dataclasses.replace(certificate.optimal_face, dual=())
    with pytest.raises(CertificateError, match="more than 1 dimensions are left"):
        dataclasses.replace(certificate, optimal_face=alone).verify()


@sweep
@pytest.mark.parametrize("semantics", ["pseudo-utm", "mean-field", "annealed", "quenched"])
@slow_where("pseudo-utm", "quenched", "annealed")
def test_random_codes_faces_and_priors_agree_with_all_minimal_syndromes(semantics):
    seen = set()
    for seed in seeds(range(SEEDS), range(28, 56)):  # with multiplicities up to 3
        rng = random.Random(seed)
        machine = cases.random_machine(rng)
        problem = cases.random_problem(rng, machine, rng.choice((1, 2, 2, 3)))
        options = {"semantics": semantics, **cases.options_of(seed)}
        if options["chart"] != "sphere" and seed % 2:
            options["prior_concentration"] = cases.random_prior(rng, machine)
        point = cases.random_face(rng, machine, options["chart"], 0.2) if seed % 3 == 0 else machine
        result = cases.solved_on(problem, point, **options)
        if result is None:
            continue
        result.certificate.verify()
        assert result.certificate.value == result.value
        try:
            slow = learning_coefficient_by_enumeration(problem, point, max_size=400, **options)
        except BudgetError:
            continue
        assert (result.value, result.certificate.multiplicity) == slow, seed
        seen.add(slow[1])
    assert len(seen) > 2


def test_wrong_multiplicities_are_refused():
    certificate = detect_a(3, 10).certificate
    proof = certificate.optimal_face
    assert certificate.multiplicity == 3 and len(proof.points) == 2

    def refused(message, multiplicity=3, **changes):
        with pytest.raises(CertificateError, match=message):
            dataclasses.replace(
                certificate, multiplicity=multiplicity, optimal_face=dataclasses.replace(proof, **changes)
            ).verify()

    refused("more than 1 dimensions are left", 2, points=proof.points[:1])
    refused("needs as many optimal points", 4)
    refused("needs as many optimal points", 2)
    refused("affinely dependent", 4, points=(*proof.points, proof.points[0]))
    refused("affinely dependent", points=(proof.points[0], certificate.primal))
    middle_ = tuple((x + y) / 2 for x, y in zip(*proof.points, strict=True))
    refused("affinely dependent", 4, points=(*proof.points, middle_))
    beyond = tuple(3 * x - 2 * y for x, y in zip(*proof.points, strict=True))
    refused("is not feasible|must be >= 0", 4, points=(*proof.points, beyond))
    for m in (0, -1, True, 3.0, Fraction(3), "3"):
        refused("multiplicity is", m)
    for parts in ({"multiplicity": 3, "optimal_face": None}, {"multiplicity": None}):
        with pytest.raises(CertificateError):
            dataclasses.replace(certificate, **parts).verify()


@pytest.mark.parametrize("seed", range(60))
def test_complementary_duals_of_random_programs(seed):
    """Optimal, and their equations leave what the face has; from HiGHS' proposals and from exact pivots alone."""
    rng = np.random.default_rng(seed)
    program = Cover([Fraction(int(a), int(b)) for a, b in rng.integers(1, 4, (9, 2))] if seed % 2 else [1] * 9)
    rows = rng.integers(1, 4, (8 + seed % 5, 9)) * (rng.random((8 + seed % 5, 9)) < 0.25)
    program.add(rows[rows.any(axis=1)])
    program.solve()
    solution = program.solve_exactly()
    face = optimal_face(program, solution)
    inner = middle([face.vertex, *(point_along(program, face.vertex, step) for step in face.directions)])
    with pytest.MonkeyPatch.context() as patch:
        if seed % 3 == 0:
            patch.setattr("noisytm.degeneracy.program.complementary._Search._proposed", lambda *_: None)
        dual = complementary_dual(program, solution, inner, face.dimension) or solution.dual
    weights = [program.unit * g for g in program.gains.tolist()]
    load = [sum(y * int(a) for y, a in zip(dual, column, strict=True)) for column in program.rows.T]
    assert sum(dual) == solution.value and min(dual) >= 0
    assert all(x <= w for x, w in zip(load, weights, strict=True))
    full = [j for j in range(9) if load[j] == weights[j]]
    matrix = program.rows[np.array([y > 0 for y in dual])][:, full].tolist()
    assert len(full) - (fmpz_mat(matrix).rank() if full else 0) == face.dimension


@pytest.mark.parametrize("seed", range(30))
def test_ranks(seed):
    rng = np.random.default_rng(seed)
    low = rng.integers(-3, 4, (6, 3)) @ rng.integers(-3, 4, (3, 7))
    rows = [[int(x) * (10**30 if seed % 2 else 1) for x in row] for row in low.tolist()]
    rank = fmpz_mat(rows).rank()
    assert [rank_at_least(rows, k) for k in range(8)] == [k <= rank for k in range(8)]


def test_a_rank_is_not_lost_at_a_prime():
    """A matrix that is 0 modulo the first prime has its rank at another one."""
    assert rank_at_least([[2_147_483_647, 0], [0, 2_147_483_647]], 2)
    assert not rank_at_least([], 1) and rank_at_least([], 0) and not rank_at_least([[]], 1)
