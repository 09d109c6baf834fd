"""Estimators of λ on exact draws of posteriors with closed forms, with controls that fail."""

import json
import math
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from seeds import seeds, sweep

from noisytm import EstimateError, Estimates, NoisytmError, ProblemError, estimate
from noisytm.posterior.estimates import ESTIMATORS
from noisytm.posterior.estimates.bridge import difference, overlap
from noisytm.posterior.estimates.formulas import wbic_size
from noisytm.posterior.estimates.samples import Drawn
from noisytm.show import describe_estimates

SIZES = [1e2, 1e4, 1e6]


def one(rng, n, shape):
    """Draw K = −log(1 − u), u uniform, from the posterior: density ∝ exp(−nK)·exp(−K) (gate G1)."""
    return rng.exponential(size=shape) / (n + 1)


def mean_of_one(n):
    return n / (n + 1)


def both(rng, n, shape):
    """Gate G7: −½ log(1 − u₁) − ½ log(1 − u₂), of shape 2 at rate n + 2 for 2K."""
    return rng.gamma(2, size=shape) / (n + 2)


CASES = {  # K, E[nK], Var(nK), F, λ
    "G1": (one, mean_of_one, lambda n: (n / (n + 1)) ** 2, lambda n: math.log(n + 1), 1),
    "G7": (both, lambda n: 2 * n / (n + 2), lambda n: 2 * (n / (n + 2)) ** 2, lambda n: 2 * math.log(n / 2 + 1), 2),
}


def drawn(name, seed, sizes=SIZES, shape=(8, 600)):
    rng = np.random.default_rng(seed)
    return [n * CASES[name][0](rng, n, shape) for n in sizes]


def z_scores(name, found, sizes=SIZES):
    _, mean, variance, free, _ = CASES[name]
    wanted = {("mean", n): mean(n) for n in sizes} | {("variance", n): variance(n) for n in sizes}
    wanted |= {("slope", b): (free(b) - free(a)) / math.log(b / a) for a, b in pairwise(sizes)}
    wanted |= {
        ("two-sizes", b): (mean(b) * math.log(b) - mean(a) * math.log(a)) / math.log(b / a) for a, b in pairwise(sizes)
    }
    wanted |= {("wbic", n): mean(n / math.log(n)) for n in sizes}
    wanted |= {("wbic-free-energy", n): mean(n / math.log(n)) * math.log(n) for n in sizes}
    return {
        (x.estimator, x.n_to): (x.value - wanted[x.estimator, x.n_to]) / x.error
        for x in found.estimates
        if (x.estimator, x.n_to) in wanted
    }


@sweep
@pytest.mark.parametrize("name", CASES)
def test_every_estimator_has_its_closed_form_within_its_error(name):
    sizes = [10.0, 20.0, 40.0, 10 / math.log(10)]  # neighbours that overlap; and n' = n/log n of the first
    scores = []
    for seed in seeds(range(40), 3):
        found = estimate(drawn(name, seed, sorted(sizes)), sorted(sizes))
        here = z_scores(name, found, sorted(sizes)[1:])
        assert {x for x, _ in here} == set(ESTIMATORS)
        scores += here.values()
    scores = np.array(scores)
    # jackknife errors over eight chains: Student's t with seven degrees of freedom, of variance 7/5
    assert abs(scores).max() < 6.5
    assert 0.5 < np.sqrt(np.mean(scores**2)) < 1.7


def test_a_wrong_posterior_is_seen():
    """The control: samples of the prior in place of those of the posterior, and errors that are too small."""
    rng = np.random.default_rng(0)
    wrong = [n * rng.exponential(size=(8, 1500)) / (n + 2) for n in [10.0, 20.0]]
    scores = z_scores("G1", estimate(wrong, [10.0, 20.0]), [10.0, 20.0])
    assert max(map(abs, scores.values())) > 6.5
    correlated = np.repeat(rng.exponential(size=(8, 6)), 500, axis=1)  # six draws, each 500 times
    assert estimate(correlated[:, ::500], 1e6).of("mean")[0].error == pytest.approx(
        correlated.mean(axis=1).std(ddof=1) / 8**0.5
    )


def test_biases_are_those_of_the_expansion():
    """E[nK] of K = u₁u₂ at n: λ = 1, m = 2; by quadrature, what is left after the leading term falls as 1/log² n."""
    left = {}
    for n in (1e4, 1e8, 1e16):
        t = np.linspace(0, math.log(n) + 40, 20_001)  # K = exp(−s), density of s: s·exp(−s)
        weights = t * np.exp(-t - n * np.exp(-t))
        mean = float((weights * n * np.exp(-t)).sum() / weights.sum())
        bias = ESTIMATORS["mean"].leading(1, n, n)
        left[n] = (mean - 1 - bias) * math.log(n) ** 2
    assert all(abs(value) < 1.5 for value in left.values())
    assert abs(left[1e16] / left[1e8] - 1) < 0.1


def test_the_slope_is_taken_from_given_free_energies():
    n, chains = [1e2, 1e4], 4
    free = np.array([[math.log(x + 1) + shift for shift in (0, 0.1, 0.2, 0.3)] for x in n])
    samples = drawn("G1", 1, n, (chains, 500))
    found = estimate(samples, n, free_energy=free, multiplicity=1, learning_coefficient=1)
    slope = found.of("slope")[0]
    assert slope.value == pytest.approx(math.log(10001 / 101) / math.log(100))
    assert slope.error == pytest.approx(0, abs=1e-12) and slope.bias_term == 0
    again = estimate(samples[::-1], n[::-1], free_energy=free[::-1], multiplicity=1, learning_coefficient=1)
    assert again == found  # by growing n, however given
    assert estimate(samples[::-1], iter(n[::-1]), free_energy=free[::-1]).of("slope")[0].value == slope.value
    assert "overlap" in estimate(drawn("G7", 1, [1.0, 1e6]), [1.0, 1e6]).left_out[0]
    ends = [1e-8, 1e300]  # farther apart than exponents go
    assert "overlap by 0 only" in estimate([np.full((2, 4), 1e60), np.ones((2, 4))], ends, multiplicity=2).left_out[0]


def test_a_bridge_is_a_difference_of_free_energies():
    low, high = (Drawn(n, n * one(np.random.default_rng(3), n, (1, 100_000))) for n in (10.0, 20.0))
    assert difference([low, high]) == pytest.approx(math.log(21 / 11), abs=0.01)
    assert 0.5 < overlap([low, high]) < 1
    assert wbic_size(1e6 / math.log(1e6)) == pytest.approx(1e6)


@pytest.mark.parametrize(
    "nK, n, options, error, message",
    [
        (np.ones((2, 5)), -1, {}, ProblemError, "n is -1"),
        (np.ones((2, 5)), [10, 10], {}, ProblemError, "all different"),
        ([[1.0, -2.0], [0.0, 1.0]], 10, {}, ProblemError, "nK is -2.0 in draw 1 of chain 0"),
        ([[1.0, math.inf], [0.0, 1.0]], 10, {}, ProblemError, "nK is inf"),
        (np.ones((2, 3, 5)), 10, {}, ProblemError, "shape (2, 3, 5)"),
        ([np.ones((2, 5)), np.ones((3, 5))], [10, 20], {}, ProblemError, "as many chains"),
        (np.ones((2, 5)), [10, 20, 30], {}, ProblemError, "3 values of n"),
        ("many", 10, {}, ProblemError, "samples of nK are 'many'"),
        (np.ones((2, 5)), 10, {"multiplicity": 0}, ProblemError, "multiplicity is 0"),
        (np.ones((2, 5)), 10, {"learning_coefficient": "x"}, ProblemError, "learning_coefficient is 'x'"),
        (np.ones((2, 5)), 10, {"free_energy": [1.0, 2.0]}, ProblemError, "free energies have the shape"),
        ([1.0, 2.0, 3.0], 10, {}, EstimateError, "one chain has no standard error"),
        ([[1.0, 1.1] * 10, [5.0, 5.1] * 10], 10, {}, EstimateError, "do not agree at n = 10"),
        ([[1.0] * 4, [2.0] * 4], 10, {}, EstimateError, "split R̂ is inf"),
        (np.ones((2, 5)), 1e301, {}, ProblemError, "n is 1e+301; it must be from 1e-08 to 1e+300"),
        (np.full((2, 5), 1e61), 10, {}, ProblemError, "or nK is more than 1e+60"),
        (np.ones((2, 2, 5)), [10, 10.000001], {}, ProblemError, "larger by a millionth"),
        (np.ones((2, 2, 5)), [10, 20], {"free_energy": [[1, 1], [2, 1e61]]}, ProblemError, "at most 1e+60"),
        ([[1.0, 1.1], [5.0, 5.1]], 10, {}, EstimateError, "do not agree at n = 10"),  # no halves to compare
        (np.ones((2, 5)), 10, {"learning_coefficient": "-1/2"}, ProblemError, "learning_coefficient is '-1/2'"),
    ],
)  # fmt: skip
def test_what_is_refused(nK, n, options, error, message):
    with pytest.raises(error) as caught:
        estimate(nK, n, **options)
    assert message in str(caught.value)
    if error is EstimateError:
        partial = caught.value.partial
        assert partial.of("mean")[0].value == pytest.approx(np.mean(nK))
        assert Estimates.from_json(json.loads(json.dumps(partial.to_json(), allow_nan=False))) == partial


def test_files_and_text(tmp_path):
    found = estimate(drawn("G7", 2), SIZES, learning_coefficient=Fraction(2), multiplicity=1)
    text = describe_estimates(found)
    assert "E[nK]" in text and "exact" in text and "−(m − 1)/log n" in text
    assert sum("1e+06" in line for line in text.splitlines()) >= 1
    for ending in ("csv", "svg"):
        path = tmp_path / f"estimates.{ending}"
        found.write(str(path)) if ending == "csv" else found.plot(str(path))
        assert "two-sizes" in path.read_text(encoding="utf-8")
    with pytest.raises(NoisytmError, match=r"end it in \.csv or \.parquet"):
        found.write(str(tmp_path / "estimates.txt"))
