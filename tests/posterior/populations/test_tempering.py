"""Populations led through rungs by the readable moves: closed forms, and samplers that are wrong must be seen."""

import math
from dataclasses import dataclass

import numba
import numpy as np
import pytest
from posterior_gates import GATES, SIZES
from scipy import stats

from noisytm.geometry import checked_concentration
from noisytm.posterior.populations import (
    FastMoves,
    ReadableMoves,
    ReadableSweeps,
    array_losses,
    climbed,
    losses_of,
    proposals,
    started,
    sweeping,
    vectors,
)
from noisytm.posterior.spaces import factors_of, log_mass_of_half, log_twice_the_rest
from noisytm.relaxation.marginal import store


def free_energies(
    gate, *, moves=ReadableMoves, particles=1024, sweeps=3, seed=1, gamma=1, chart="simplex", local=False
):
    problem = gate.problem
    machine = gate.machine if local else None
    factors = factors_of(problem.space, machine, chart, checked_concentration(gamma))
    losses = losses_of(problem, factors, gate.semantics, gate.loss)
    begun = started(factors, losses, particles, (seed,))
    rungs = [rung for rung, _ in climbed(factors, begun, moves(factors, losses), SIZES[-1], sweeps, (seed,))]
    return {rung.n: rung.free_energy for rung in rungs}


def deviations(gate, expected=None, **options):
    found = free_energies(gate, **options)
    return np.array([found[n] for n in SIZES]) - (gate.free_energy if expected is None else expected)


def test_compiled_moves_have_the_slopes_and_codes_of_the_readable_ones():
    """A population moved by compiled code has the losses of its particles, and the same bits in two threads."""
    for gate, chart, gamma, local in (("G5", "bits", 2, True), ("G5", "simplex", 2, True), ("G7", "sphere", 1, False)):
        problem = GATES[gate].problem
        machine = GATES[gate].machine if local else None
        factors = factors_of(problem.space, machine, chart, checked_concentration(gamma))
        losses = losses_of(problem, factors, "mean-field", "log")
        state = started(factors, losses, 100, (1,))
        found = [
            FastMoves(problem, factors, "mean-field", "log", threads, "interpreted")(
                state.logs.copy(), state.loss.copy(), 30.0, 2, (5,), {}
            )
            for threads in (1, 2)
        ]
        assert np.array_equal(found[0].logs, found[1].logs) and found[0].scales == found[1].scales
        array = array_losses(problem, "mean-field", "log")
        found.append(ReadableSweeps(factors, array)(state.logs.copy(), state.loss.copy(), 30.0, 2, (5,), {}))
        for moved in found[1:]:
            assert losses(moved.logs) == pytest.approx(moved.loss, rel=1e-12)
            assert moved.scales["trajectories"] > 0.6  # with a wrong slope energies are not kept


@pytest.mark.parametrize("bits", [None, 5])
def test_losses_left_unfinished_change_nothing(bits, monkeypatch):
    """The twin finishes every loss: the same moves are accepted, to the bit, and in the prior below a level too."""
    gate = GATES["G7"]
    factors = factors_of(gate.problem.space, None, "simplex", checked_concentration(1), bits)
    losses = losses_of(gate.problem, factors, "mean-field", "log")
    state = started(factors, losses, 300, (1,))
    found = []
    for early in (True, False):
        monkeypatch.setattr(sweeping, "EARLY", early)
        move = FastMoves(gate.problem, factors, "mean-field", "log", 1, "interpreted")

        def start():
            return state.logs.copy(), state.loss.copy()

        found.append((move(*start(), 20.0, 2, (5,), {}), move.below(*start(), 2.0, 2, (6,), {})))
    for one, other in zip(*found, strict=True):
        assert np.array_equal(one.logs, other.logs) and np.array_equal(one.loss, other.loss)
        assert one.scales == other.scales and 0.1 < one.acceptance < 1


@numba.njit
def formulas(x):
    return vectors.exponential(-x), vectors.logarithm(x), vectors.sine(x), vectors.cosine(x)


@numba.njit
def numbers(streams, normals, halves, steps, units):
    for g in range(len(normals)):
        store(halves, g, proposals.put_normals(g, streams, normals))
    for i in range(len(streams)):
        steps[i], units[i] = vectors.spread(vectors.hashed(streams[i])), vectors.unit(vectors.hashed(streams[i]))


def test_the_formulas_that_become_vector_instructions():
    for x in (1e-300, 1e-9, 0.3, 1.0, 37.2, 700.0, 708.0, 1e6, *np.linspace(1e-3, 40, 1001)):
        exponential, logarithm, sine, cosine = formulas(x)
        assert exponential == pytest.approx(math.exp(max(-x, -708.0)), rel=5e-16)
        assert logarithm == pytest.approx(math.log(x), rel=4e-16, abs=1e-300)
        if x <= math.pi / 4:
            assert sine == pytest.approx(math.sin(x), rel=4e-16) and cosine == pytest.approx(math.cos(x), rel=4e-16)
    assert formulas(math.inf)[0] == pytest.approx(math.exp(-708.0))
    assert formulas(-700.0)[0] == pytest.approx(math.exp(700.0), rel=5e-16) and formulas(-1e6)[0] == math.inf


@pytest.mark.slow
def test_numbers_are_normal_independent_and_symmetric():
    """Also the last of an odd number of entries. Normal numbers halved are seen not to be normal."""
    count = 20_000
    streams = np.random.SeedSequence(1).generate_state(count, np.uint64)
    normals, (halves, steps, units) = np.empty((count // 8, 5, 8)), np.empty((3, count))
    numbers(streams, normals, halves, steps, units)
    normals = normals.transpose(1, 0, 2).reshape(5, count)
    assert halves == pytest.approx((normals**2).sum(axis=0) / 2, rel=1e-14)
    test = stats.kstest
    assert all(test(row, "norm").pvalue > 1e-5 for row in normals) and test(normals[0] / 2, "norm").pvalue < 1e-9
    for values in (normals, normals**2):
        assert abs(np.corrcoef(values) - np.eye(5)).max() < 5 / math.sqrt(count)
    assert test(units, "uniform").pvalue > 1e-5 and abs(steps).max() < 3
    assert abs(steps.mean()) < 5 / math.sqrt(count) and steps.var() == pytest.approx(1, abs=0.05)


TOLERANCE = np.array([0.15, 0.25, 0.35])


@dataclass(frozen=True)
class WithoutJacobian(ReadableMoves):
    def log_density(self, logs, factor):
        return np.zeros(len(logs))


def sweeps_in_numpy(factors, _losses):
    return ReadableSweeps(factors, array_losses(GATES["G1"].problem, "pseudo-utm", "log"))


def test_the_closed_form_and_samplers_that_are_wrong(monkeypatch):
    assert (abs(deviations(GATES["G1"])) < TOLERANCE).all()
    assert abs(deviations(GATES["G1"], moves=WithoutJacobian)[-1]) > 3
    assert (abs(deviations(GATES["G1"], moves=sweeps_in_numpy, sweeps=1)) < TOLERANCE).all()
    monkeypatch.setattr(ReadableSweeps, "_log_density", lambda self, logs: np.zeros(len(logs)))
    assert abs(deviations(GATES["G1"], moves=sweeps_in_numpy, sweeps=1)[-1]) > 1


@pytest.mark.parametrize(("values", "gamma"), [(2, 1.0), (3, 1.0), (5, 1.0), (2, 0.3), (3, 0.5), (4, 2.5), (3, 60.0)])
def test_mass_and_draws_of_the_part_where_an_entry_is_a_half(values, gamma):
    a, b = (values - 1) * gamma, gamma
    s = np.linspace(0, 1, 200_001)[1:] ** 4 / 2  # fine where the density may be infinite
    log_beta = math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
    density = np.exp((a - 1) * np.log(s) + (b - 1) * np.log1p(-s) - log_beta)
    assert log_mass_of_half(values, gamma) == pytest.approx(math.log(np.trapezoid(density, s)), abs=2e-3)
    draws = np.exp(log_twice_the_rest(np.random.default_rng(1), 20_000, values, gamma)) / 2
    below = np.cumsum(density * np.gradient(s))
    expected = np.interp(draws, s, below / below[-1])  # uniform if the draws have this density
    assert abs(np.sort(expected) - (np.arange(20_000) + 0.5) / 20_000).max() < 2 / math.sqrt(20_000)
