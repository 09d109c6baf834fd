"""The gates of docs/parametrisations.md: integrals of e^{−nK} over two weights or logits, by quadrature, as n grows.

With L = log n and s = −log u the integrand is smooth on a scale of 1; −log Z at doubled L gives λ and m, as does a
program over the exponents of K. Nothing of the package takes part in the integrals.
"""

import math
from fractions import Fraction

import numpy as np
import pytest

from noisytm import CodeSpace, TuringMachine
from noisytm.degeneracy.program.quadratic import QuadraticCover
from noisytm.degeneracy.syndromes.exhaustive import solve_cover
from noisytm.geometry import chart_at, checked_concentration, weights

SIZES = (100.0, 200.0, 400.0, 800.0, 1600.0)
STEP = 0.25
MIXED, PRODUCT = ((2, 1), (1, 3)), ((1, 1),)
MACHINE = TuringMachine(["0"], "0", ["a", "H"], "a", [("0", "a", "0", "H", "S")], halting=["H"])


def by_program(rows, chart, prior=1):
    """Return λ and m with the weights and the rule of a chart, whose first two coordinates are of different kinds."""
    near = chart_at(chart, CodeSpace.of(MACHINE), MACHINE)
    assert [c.kind for c in near.coordinates[:2]] == ["next", "move"]
    value, m, primal, _ = solve_cover(rows, weights(checked_concentration(prior), near)[:2])
    return value, near.multiplicity(m - 1, [j for j, x in enumerate(primal) if x])


def log_z(rows, size, gammas, logs):
    """Return log ∫ e^{−n Σ u^α} Π u^{γ − 1} (log 1/u)^{a − 1} du over the unit square, log n = size."""
    first = np.arange(STEP / 2, size + 60, STEP)[:, None]
    hardest = np.maximum(np.max([(size - a * first) / b for a, b in rows], axis=0), 0)
    about = -gammas[0] * first - gammas[1] * hardest
    first = first[(about > about.max() - 45).ravel()]  # the others add nothing that a float holds
    least = np.max([(size - a * first) / b for a, b in rows], axis=0)
    second = np.maximum(least - 8, 0) + np.arange(STEP / 2, 45 / min(gammas[1], 1), STEP)
    level = (
        -gammas[0] * first
        - gammas[1] * second
        - sum(np.exp(np.minimum(size - a * first - b * second, 40)) for a, b in rows)
    )
    level = level + (logs[0] - 1) * np.log(first) + (logs[1] - 1) * np.log(second)
    top = level.max()
    return top + math.log(np.exp(level - top).sum() * STEP**2)


def exponents(values, sizes=SIZES):
    """Return λ and m from −log Z = λ L − (m − 1) log L + c + Σ c_k / L^k."""
    columns = [np.array(sizes), -np.log(sizes), np.ones(len(sizes)), *(np.array(sizes) ** -k for k in (1, 2))]
    found = np.linalg.solve(np.stack(columns, axis=1), values)
    return found[0], 1 + found[1]


@pytest.mark.parametrize(
    ("rows", "chart", "prior", "gammas", "logs", "expected"),
    [
        (MIXED, "simplex", 1, (1, 1), (1, 1), ("3/5", 1)),
        (MIXED, "power:2", 1, (0.5, 0.5), (1, 1), ("3/10", 1)),
        (MIXED, "simplex", {"move": 2}, (1, 2), (1, 1), ("4/5", 1)),
        (MIXED, "simplex", {"move": 3}, (1, 3), (1, 1), ("1", 2)),
        (MIXED, "product:1,next=2,move=3", 1, (1, 1), (2, 3), ("3/5", 4)),
        (MIXED, "product:2", {"move": 3}, (1, 3), (2, 2), ("1", 4)),
        (MIXED, "product:2", {"move": 10}, (1, 10), (2, 2), ("1", 2)),
        (MIXED, "product:1*3,next=1/2*1/2", 1, (2, 1 / 3), (2, 1), ("1/3", 1)),
        (PRODUCT, "simplex", 1, (1, 1), (1, 1), ("1", 2)),
        (PRODUCT, "product:1,next=2", 1, (1, 1), (2, 1), ("1", 3)),
        (PRODUCT, "product:2,move=3", 1, (1, 1), (2, 3), ("1", 5)),
    ],
)
def test_weights_and_products(rows, chart, prior, gammas, logs, expected):
    value, m = by_program(rows, chart, prior)
    assert (str(value), m) == expected
    found = exponents([-log_z(rows, size, gammas, logs) for size in SIZES])
    assert found[0] == pytest.approx(float(value), abs=2e-4)
    assert found[1] == pytest.approx(m, abs=0.06)


def test_atoms():
    """K = u₁ u₂ + u₂² with u₁ = max(0, w): half the mass is at u₁ = 0, where K = u₂²."""
    values = []
    for size in SIZES:
        s = np.arange(STEP / 2, size + 60, STEP)
        level = -s - np.exp(np.minimum(size - 2 * s, 40))
        alone = level.max() + math.log(np.exp(level - level.max()).sum() * STEP)
        values.append(-np.logaddexp(alone, log_z(((1, 1), (0, 2)), size, (1, 1), (1, 1))) + math.log(2))
    value, m = exponents(values)
    assert (value, m) == (pytest.approx(0.5, abs=1e-4), pytest.approx(1, abs=0.02))
    # the program without the coordinate, and the syndromes that contain it
    assert solve_cover([(2,)], [1])[:2] == (Fraction(1, 2), 1)


def laplace_density(x, y):
    """Return log ∫ e^{−|c| − |c − x| − |c − y|} dc."""
    p = np.sort(np.broadcast_arrays(np.zeros(()), x, y), axis=0)
    least = p[2] - p[0]
    inside = 2 - np.exp(p[0] - p[1]) - np.exp(p[1] - p[2])
    return -least + np.log(inside + (np.exp(p[0] - p[1]) + np.exp(p[1] - p[2])) / 3)


@pytest.mark.parametrize(
    ("rows", "expected", "x_from", "y_from"),
    [
        (MIXED, (Fraction(1, 3), 1), 1 / 3, 1 / 3),
        (PRODUCT, (Fraction(1, 2), 1), 1 / 2, 1 / 2),
        (((1, 0),), (1, 2), 1, 0),
    ],
)
def test_laplace_logits(rows, expected, x_from, y_from):
    """Three logits of one distribution: the right one, and two wrong ones x and y below it, near these parts of L."""
    factors = [(a + b, a, b) for a, b in rows]  # one for both, and one each
    value, m, _, _ = solve_cover(factors, [1, 1, 1])
    assert (value, m) == expected
    values = []
    for size in SIZES[:4]:
        x = np.arange(x_from * size - 40, x_from * size + 40, 0.25)[:, None]
        y = np.arange(y_from * size - 40, max(x_from, y_from) * size + 40, 0.25)
        wrong = sum(np.exp(np.minimum(size - a * x - b * y, 40)) for a, b in rows)
        level = laplace_density(x, y) - wrong
        values.append(-level.max() - math.log(np.exp(level - level.max()).sum() / 16))
    columns = np.stack([SIZES[:4], -np.log(SIZES[:4]), np.ones(4), np.array(SIZES[:4]) ** -1], axis=1)
    found = np.linalg.solve(columns, values)
    assert found[0] == pytest.approx(float(value), abs=1e-4)
    assert 1 + found[1] == pytest.approx(m, abs=0.03)


def test_squared_logits():
    """Two logits w², w standard normal: Z is near P(w₀² − w₁² > L), and m is a half."""
    w = np.arange(-12, 12, 0.01)
    erfc = np.vectorize(math.erfc)
    values = [
        -math.log((erfc(np.sqrt((L + w**2) / 2)) * np.exp(-(w**2) / 2)).sum())
        for L in (75.0, 150.0, 300.0, 600.0, 1200.0)
    ]
    value, m = exponents(values, (75.0, 150.0, 300.0, 600.0, 1200.0))
    near = chart_at("softmax:squared=1", CodeSpace.of(MACHINE), MACHINE)
    assert (near.weight_of(near.coordinates[0], Fraction(1)), near.multiplicity(0, [0])) == (
        Fraction(1, 2),
        Fraction(1, 2),
    )
    assert value == pytest.approx(0.5, abs=1e-4)
    assert m == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize(
    ("rows", "expected"), [(MIXED, Fraction(1, 14)), (PRODUCT, Fraction(1, 6)), (((1, 0),), Fraction(1, 2))]
)
def test_normal_logits(rows, expected):
    """The second difference of −log Z in L is c, up to 1/L²; q of the two gaps of three logits is exact."""
    solution = QuadraticCover([0, 0]).solve(np.array(rows, dtype=np.int64))
    c, best = solution.value, [float(x) for x in solution.primal.fractions()]
    assert c == expected

    def minus_log_z(size):
        x = np.arange(best[0] * size - 40, best[0] * size + 40, 0.25)[:, None]
        y = np.arange(best[1] * size - 40, best[1] * size + 40, 0.25)
        wrong = sum(np.exp(np.minimum(size - a * x - b * y, 60)) for a, b in rows)
        level = -(x**2 + y**2 - (x + y) ** 2 / 3) / 2 - wrong
        return -level.max() - math.log(np.exp(level - level.max()).sum())

    low, middle, high = (minus_log_z(L) for L in (600.0, 1200.0, 1800.0))
    assert (high - 2 * middle + low) / 600**2 == pytest.approx(float(c), rel=1e-3)
    # so E[nK], the first difference, is no constant
    assert high - middle > 1.5 * (middle - low)
