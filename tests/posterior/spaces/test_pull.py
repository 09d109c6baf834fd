"""Weights of a network that are pulled towards a code: the density, its draws, and E[nK] by quadrature."""

import math

import numpy as np
import pytest
from posterior_gates import GATES, ONE
from seeds import long

from noisytm import NoisytmError, ProblemError, free_energy
from noisytm.cli import main
from noisytm.posterior.populations.side_by_side import pull_of
from noisytm.posterior.spaces import factors_of, log_pull


@pytest.mark.parametrize(("gamma", "values"), [(1e-3, 2), (1.0, 3), (10.0, 5), (1e4, 2)])
def test_the_pull_is_the_integral_over_lengths_and_compiled_code_has_the_same(gamma, values):
    lengths, width = np.linspace(0, 1 + 12 / math.sqrt(gamma), 200_001, retstep=True)
    for a in (0.71, 0.9, 1.0):
        inside = lengths ** (values - 1) * np.exp(-gamma / 2 * (lengths - a) ** 2)
        (log,), (slope,) = log_pull(gamma, values, np.array([a]))
        assert log == pytest.approx(math.log(inside.sum() * width) - gamma / 2 * (1 - a * a), abs=1e-6)
        assert slope == pytest.approx(gamma * (lengths * inside).sum() / inside.sum(), rel=1e-6)
        x = 2 * a * a - 1
        assert pull_of(gamma, values, x) == pytest.approx((log, slope / (4 * a)), rel=1e-12)


def test_draws_of_the_prior_have_its_density():
    """E[x_right] of draws, against the angle of weights whose lengths are integrated out (three values: a sphere)."""
    space = GATES["G1"].problem.space
    for gamma in (1.0, 30.0):
        factors = factors_of(space, ONE, "sphere", 1, localisation=gamma)
        move = factors.factors[-1]
        assert move.size == 3 and move.pull == gamma
        rows = factors.draw(np.random.default_rng(1), 20_000)
        a = np.linspace(math.sqrt(0.5), 1, 20_001)  # the area of a sphere between two heights goes with the height
        density = np.exp(log_pull(gamma, 3, a)[0])
        expected = ((2 * a * a - 1) * density).sum() / density.sum()
        assert np.exp(rows[:, move.start + move.right]).mean() == pytest.approx(expected, abs=0.01)


def mean_nk(n, gamma):
    """E[nK] of K = −log(1 − u), u = sin² of the angle of two weights with θ_right ≥ |θ_wrong|."""
    angle = np.linspace(0, math.pi / 4, 200_001)
    level = -2 * n * np.log(np.cos(angle))
    weight = np.exp(log_pull(gamma, 2, np.cos(angle))[0] - level)
    return (level * weight).sum() / weight.sum()


@pytest.mark.parametrize(("semantics", "particles"), [("pseudo-utm", 2000), pytest.param("annealed", 400, marks=long)])
def test_populations_meet_the_quadrature(semantics, particles):
    """By compiled moves, and by readable ones; n = 100, where another γ would be told apart."""
    problem, strong = GATES["G1"].problem, 100.0
    options = {"semantics": semantics, "particles": particles, "replicas": 4, "sweeps": 2, "seed": 3}
    found = free_energy(problem, ONE, True, n=100, chart="sphere", localisation=strong, **options)
    row = found.ladder[-1]
    error = max(row.mean_nK_error, math.sqrt(row.variance_nK / (4 * particles)))
    assert abs(row.mean_nK - mean_nk(100, strong)) < 4.5 * error
    assert abs(row.mean_nK - mean_nk(100, 10.0)) > 4.5 * error
    assert mean_nk(100, strong) == pytest.approx(0.5 / (1 + strong / 200), abs=1e-3)  # the leading form


def test_what_cannot_be_pulled_is_refused():
    problem = GATES["G1"].problem
    for wrong in (0, -1, math.nan, math.inf, "strong", True, 1e300):
        with pytest.raises(NoisytmError, match="localisation"):
            free_energy(problem, ONE, True, chart="sphere", localisation=wrong)
    with pytest.raises(ProblemError, match="localisation has no meaning in the simplex chart"):
        free_energy(problem, ONE, True, localisation=10)
    with pytest.raises(ProblemError, match="add local"):
        free_energy(problem, ONE, chart="sphere", localisation=10)


def test_the_option_of_the_command(capsys):
    assert main(["posterior", "parity", "--localisation", "10", "--local"]) == 1
    assert "simplex chart" in capsys.readouterr().err
    assert main(["posterior", "parity", "--localisation", "much", "--local", "--chart", "sphere"]) == 2
    assert "--localisation is 'much'" in capsys.readouterr().err
    assert main(["posterior", "parity", "--localisation", "10", "--volume", "--local"]) == 2
    assert "--localisation" in capsys.readouterr().err
