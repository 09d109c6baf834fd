"""Free energies in closed form in every chart and with concentrations, by the compiled moves."""

import math
from fractions import Fraction

import numpy as np
import pytest
from posterior_gates import GATES
from seeds import long

from noisytm.geometry import checked_concentration
from noisytm.posterior.populations import FastMoves, climbed, losses_of, started
from noisytm.posterior.spaces import factors_of

SIZES = (1e2, 1e4)


def log_beta(a, b):
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


def free_energy(n, chart, gamma):
    """Of K = −log p, p the mass of H, the last of three values.

    p has the Beta distribution of γ and 2γ, on the sphere with γ = ½; as digits H is 10, and p = a(1 − b) with both of
    the Beta distribution of γ and γ.
    """
    if chart == "bits":
        return 2 * (log_beta(gamma, gamma) - log_beta(gamma + n, gamma))
    gamma = 0.5 if chart == "sphere" else float(gamma)
    return log_beta(gamma, 2 * gamma) - log_beta(gamma + n, 2 * gamma)


CASES = [("sphere", 1), ("simplex", 3), ("simplex", Fraction(1, 2)), ("bits", 2)]


@pytest.mark.parametrize(
    ("chart", "gamma", "local"),
    [
        pytest.param(chart, gamma, local, marks=() if local == (i % 2 == 1) else long)
        for i, (chart, gamma) in enumerate(CASES)
        for local in (False, True)
    ],
)
def test_charts_and_concentrations(chart, gamma, local):
    gate = GATES["G3"]
    factors = factors_of(gate.problem.space, gate.machine if local else None, chart, checked_concentration(gamma))
    losses = losses_of(gate.problem, factors, gate.semantics, gate.loss)
    move, found = FastMoves(gate.problem, factors, gate.semantics, gate.loss, 1, "interpreted"), []
    for seed in (1, 2):
        begun = started(factors, losses, 1024, (seed,))
        rungs = [rung for rung, _ in climbed(factors, begun, move, SIZES[-1], 1, (seed,))]
        found.append([next(rung.free_energy for rung in rungs if rung.n == n) for n in SIZES])
    expected = np.array([free_energy(n, chart, gamma) for n in SIZES])
    if local:  # of what K does not depend on, the part near the machine
        used = 2 if chart == "bits" else 1
        others = type(factors)(factors.space, factors.binary, factors.factors[used:], ())
        expected -= others.log_volume
    assert np.mean(found, axis=0) == pytest.approx(expected, abs=0.15)
