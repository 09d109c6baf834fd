"""Populations led through rungs by the readable moves: closed forms, and samplers that are wrong must be seen."""

import math
from dataclasses import dataclass

import numpy as np
import pytest
from posterior_gates import GATES, SIZES

from noisytm.geometry import checked_concentration
from noisytm.posterior.populations import (
    FastMoves,
    ReadableMoves,
    climbed,
    losses_of,
    started,
)
from noisytm.posterior.spaces import factors_of, log_mass_of_half, log_twice_the_rest


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
                state.logs, state.loss, 30.0, 2, (5,), {}
            )
            for threads in (1, 2)
        ]
        assert np.array_equal(found[0].logs, found[1].logs) and found[0].scales == found[1].scales
        assert losses(found[0].logs) == pytest.approx(found[0].loss, rel=1e-12)
        assert found[0].scales["trajectories"] > 0.6  # with a wrong slope energies are not kept


TOLERANCE = np.array([0.15, 0.25, 0.35])


@dataclass(frozen=True)
class WithoutJacobian(ReadableMoves):
    def log_density(self, logs, factor):
        return np.zeros(len(logs))


def test_the_closed_form_and_samplers_that_are_wrong():
    assert (abs(deviations(GATES["G1"])) < TOLERANCE).all()
    assert abs(deviations(GATES["G1"], moves=WithoutJacobian)[-1]) > 3


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
