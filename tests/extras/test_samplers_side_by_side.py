"""nutpie and emcee, as the benchmarks run them, draw from the same posterior near a code as our populations do."""

import sys
import warnings

import numpy as np
import pytest
from house import ROOT

from noisytm import SynthesisProblem, free_energy, library, words
from noisytm.posterior.populations import losses_of
from noisytm.posterior.spaces import factors_of

pytestmark = pytest.mark.extras

N = 100.0


@pytest.fixture(scope="module")
def peers():
    """The peers of the benchmarks, and the region near detectA's code."""
    before = set(sys.modules)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "benchmarks"))
        from peers import emcee_walkers, nutpie_chains
        from peers.region import Region

        machine = library.machine("detectA")
        problem = SynthesisProblem.of_machine(machine, words("AB", 2), 4)
        yield {"nutpie": nutpie_chains, "emcee": emcee_walkers, "region": Region(problem, machine, "interpreted")}
        for name in set(sys.modules) - before:
            if name.split(".")[0] == "peers":
                del sys.modules[name]


@pytest.fixture(scope="module")
def chains(peers):
    """Return a function that draws by nutpie: log K, shape (chains, draws)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about the future of a library that it imports
        pytest.importorskip("nutpie")

    def drawn(n, seed=1):
        points = peers["nutpie"].sample(peers["region"], n, chains=4, draws=400, tune=300, seed=seed)
        return np.log(peers["region"].losses(points))

    return drawn


@pytest.fixture(scope="module")
def population(peers):
    """Populations at n."""
    near = peers["region"]
    return free_energy(near.problem, near.machine, True, n=N, particles=512, replicas=4, sweeps=2, seed=1)


def mean_and_error(values):
    """Return the mean, and its standard error by the effective sample size; few draws are refused."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        stats = pytest.importorskip("arviz_stats.base").array_stats
    size = float(stats.ess(values, chain_axis=0, draw_axis=1, method="mean"))
    assert size > 300 and float(stats.rhat(values, chain_axis=0, draw_axis=1)) < 1.03
    return values.mean(), values.std() / np.sqrt(size)


def test_the_derivative_is_that_of_the_density(peers):
    near, rng = peers["region"], np.random.default_rng(1)
    at, many = near.log_density(N), near.log_densities(N, 3)
    points = 2 * rng.standard_normal((3, near.dimension))
    assert many(points) == pytest.approx([at(u)[0] for u in points], rel=1e-13)
    for u in points:
        slopes = [(at(u + 1e-6 * e)[0] - at(u - 1e-6 * e)[0]) / 2e-6 for e in np.eye(near.dimension)]
        assert at(u)[1] == pytest.approx(slopes, abs=1e-6)


def test_chains_are_in_the_prior_of_the_region_where_n_is_0(peers, chains):
    """Exact draws have the same losses; without the Jacobian there would be no such density at all."""
    near = peers["region"]
    factors = factors_of(near.problem.space, near.machine, "simplex", 1)
    exact = np.log(losses_of(near.problem, factors, "pseudo-utm", "log")(factors.draw(np.random.default_rng(1), 4000)))
    mean, error = mean_and_error(chains(1e-9))
    assert abs(mean - exact.mean()) < 4 * np.hypot(error, exact.std() / np.sqrt(len(exact)))
    assert np.exp(mean) == pytest.approx(np.exp(exact.mean()), rel=0.1)


def test_the_mean_energy_of_nutpie_is_that_of_the_populations(chains, population):
    mean, error = mean_and_error(N * np.exp(chains(N)))
    row = population.ladder[-1]
    off = np.hypot(error, row.mean_nK_error)
    assert abs(mean - row.mean_nK) < 4 * off
    assert off < 0.3
    assert abs(mean - 9.08) < 4 * np.hypot(error, 0.05)  # docs/posterior.md has the sampler; 9.08 ± 0.05 is its table
    assert abs(mean / 2 - row.mean_nK) > 6 * off  # the control


def test_the_mean_energy_of_emcee_is_that_of_the_populations(peers, population):
    pytest.importorskip("emcee")
    near = peers["region"]
    start = np.full(near.dimension, -2.0)
    points = peers["emcee"].sample(near, N, start, walkers=64, steps=1200, seed=1, differences=True)
    energies = N * near.losses(points[600:])
    error = energies.mean(axis=0).std() / np.sqrt(64)  # walkers are nearly independent of each other
    row = population.ladder[-1]
    assert abs(energies.mean() - row.mean_nK) < 5 * np.hypot(error, row.mean_nK_error)
    assert energies.mean() == pytest.approx(row.mean_nK, abs=0.7)
