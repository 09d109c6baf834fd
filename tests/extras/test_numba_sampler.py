"""A sampler that is compiled itself draws from tempered posteriors by `compiled_loss`: against closed forms."""

import functools
import warnings

import numpy as np
import pytest

from noisytm import SynthesisProblem, TuringMachine, compiled_loss, loss_and_gradient_at

pytestmark = pytest.mark.extras

# One tuple, which leads to the halting state. After t steps f = u^t, u the probability to stay, in mean-field.
MACHINE = TuringMachine(["_"], "_", ["0", "H"], "0", [("_", "0", "_", "H", "S")], halting=["H"])
STAY, HALT = 1, 2  # columns of the code
CHAINS, DRAWS = 4, 1500


def mean_energy(steps, n):
    """Return E[nK] of the density (1 − u^t)^n on 0 ≤ u ≤ 1, in closed form; K = −log(1 − u^t)."""
    from scipy.special import digamma

    # With s = u^t it is a beta distribution of parameters 1/t and n + 1.
    return n * (digamma(n + 1 + 1 / steps) - digamma(n + 1))


@functools.cache
def compiled_density():
    """Return the compiled log density of x = logit(u) and its derivative; one for all problems and densities."""
    import numba

    @numba.njit
    def density(x, n, prior, compiled, code, gradient):
        """Evaluate at n, for a symmetric beta prior on u."""
        u = 1 / (1 + np.exp(-x[0]))
        code[0, STAY], code[0, HALT] = u, 1 - u
        slope = np.empty(1)
        value = -n * loss_and_gradient_at(compiled, code, gradient) + prior * (np.log(u) + np.log1p(-u))
        slope[0] = -n * (gradient[0, STAY] - gradient[0, HALT]) * u * (1 - u) + prior * (1 - 2 * u)
        return value, slope

    return density


def log_density(steps, n, prior):
    """Return a function that makes the log density of one thread, with buffers of its own."""
    problem = SynthesisProblem.of_machine(MACHINE, [""], steps)
    right = problem.space.embed(MACHINE)

    def make():
        compiled, density = compiled_loss(problem, semantics="mean-field"), compiled_density()
        code, gradient = right.copy(), np.empty_like(right)
        return lambda x: density(x, float(n), float(prior), compiled, code, gradient)

    return make


@pytest.fixture(scope="module")
def sampled():
    """Return a function that draws: energies nK, shape (chains, draws)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about the future of a library that it imports
        nutpie = pytest.importorskip("nutpie")
        from nutpie.compiled_pyfunc import from_pyfunc

    def draw(steps, n, *, prior=1, seed=1):
        def expand(seed1, seed2, chain):
            return lambda x: {"x": np.array(x[0])}

        model = from_pyfunc(1, log_density(steps, n, prior), expand, [np.dtype(np.float64)], [()], ["x"])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            trace = nutpie.sample(
                model, draws=DRAWS, tune=500, chains=CHAINS, cores=1, seed=seed, progress_bar=False, save_warmup=False
            )
        u = 1 / (1 + np.exp(-trace.posterior["x"].to_numpy()))
        return -n * np.log1p(-(u**steps))

    return draw


def deviation(energies, expected):
    """Return mean − expected in standard errors, by the effective sample size; few draws are refused."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        stats = pytest.importorskip("arviz_stats.base").array_stats
    size = float(stats.ess(energies, chain_axis=0, draw_axis=1, method="mean"))
    assert size > 400 and float(stats.rhat(energies, chain_axis=0, draw_axis=1)) < 1.02
    return (energies.mean() - expected) / (energies.std() / np.sqrt(size))


def test_the_closed_form():
    """Against n/(n + 1) and against values of theory.md, section 10, G2."""
    assert mean_energy(1, 100) == pytest.approx(100 / 101)
    assert mean_energy(2, 1e6) == pytest.approx(0.5, rel=1e-5)
    u = (np.arange(10**6) + 0.5) / 10**6
    for steps in (1, 2, 3):
        power = -np.log1p(-(u**steps))
        assert mean_energy(steps, 7) == pytest.approx(7 * np.average(power, weights=np.exp(-7 * power)))


@pytest.mark.parametrize(("steps", "n"), [(1, 10), (1, 1000), (2, 100), (3, 1000)])
def test_mean_energies(sampled, steps, n):
    energies = sampled(steps, n)
    assert abs(deviation(energies, mean_energy(steps, n))) < 4
    assert energies.mean() == pytest.approx(mean_energy(steps, n), rel=0.1)


def test_another_density_is_noticed(sampled):
    """The controls: another prior, another number of steps, half the energy."""
    assert abs(deviation(sampled(1, 10, prior=2), mean_energy(1, 10))) > 6
    energies = sampled(2, 10)
    assert abs(deviation(energies, mean_energy(1, 10))) > 6
    assert abs(deviation(energies / 2, mean_energy(2, 10))) > 6
