"""Free energies in closed form in every chart and with concentrations, by the compiled moves."""

import dataclasses
import math
from fractions import Fraction

import numpy as np
import pytest
from posterior_gates import GATES
from seeds import long

from noisytm import free_energy as energy
from noisytm.geometry import checked_concentration
from noisytm.posterior.energies import equipartition
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
        rungs = [rung for rung, _ in climbed(factors, begun, move, SIZES[-1], 2, (seed,))]
        found.append([next(rung.free_energy for rung in rungs if rung.n == n) for n in SIZES])
    expected = np.array([free_energy(n, chart, gamma) for n in SIZES])
    if local:  # of what K does not depend on, the part near the machine
        used = 2 if chart == "bits" else 1
        others = type(factors)(factors.space, factors.binary, factors.factors[used:], ())
        expected -= others.log_volume
    assert np.mean(found, axis=0) == pytest.approx(expected, abs=0.15)


def test_equipartition_of_digits(tmp_path):
    """It holds in the logits of every digit; of another prior, or another n, it does not; files keep the digits."""
    gate, kept = GATES["G3"], tmp_path / "kept.npz"
    options = {"semantics": gate.semantics, "chart": "bits", "n": 100, "particles": 512, "replicas": 2, "sweeps": 2}
    for near in (False, True):
        asked = gate.problem, gate.machine if near else None, near
        found = energy(*asked, prior_concentration=2, resume=kept, **options)
        again = energy(*asked, prior_concentration=2, resume=kept, **options)
        for replicas in (found.replicas, again.replicas):
            assert equipartition(found.asked, 100.0, replicas) < 5
            wrong = dataclasses.replace(found.asked, prior_concentration=checked_concentration(3))
            assert equipartition(wrong, 100.0, replicas) > 5
        kept.unlink()
