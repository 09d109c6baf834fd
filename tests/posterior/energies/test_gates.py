"""The gates on all codes and near the code, by quadrature and by the sampler; samplers that are wrong fail them.

One seed of three cases in ``make test``; three of all in ``make verify``, where ``verification/posterior_scores.py``
has twenty, with the replicas' own errors.
"""

import math

import gate_integrals
import numpy as np
import pytest
from posterior_gates import GATES, SECOND_HALTS, SIZES
from seeds import examples, long, seeds, slow_where, sweep

from noisytm import phases
from noisytm.posterior.spaces import Logits, logits

CHEAP = (("GB", True), ("G4q", False))
COSTLY = [(name, local) for name in GATES for local in (False, True) if (name, local) not in CHEAP]
COSTLY.remove(("G4", False))


SLOW_INTEGRALS = ("G4q", "G5", "G6")


@pytest.mark.parametrize("name", [name for name in GATES if name not in SLOW_INTEGRALS])
def test_known_values_by_quadrature(name):
    require_integrals(name, 2e-6)


@long
@pytest.mark.parametrize("name", SLOW_INTEGRALS)
def test_known_values_by_slow_quadrature(name):
    require_integrals(name, 2e-6 if name != "G6" else 1e-4)


def require_integrals(name, within):
    for local in (False, True):
        found = np.transpose([gate_integrals.expected(name, n, local) for n in SIZES])
        found[0] += GATES[name].free * math.log(2) * local
        assert found == pytest.approx(GATES[name].expected(local), abs=within)


@sweep
@pytest.mark.parametrize("seed", seeds(range(3), 1))
@pytest.mark.parametrize(("name", "local"), CHEAP)
@slow_where("G4q-False-0")
def test_gates(name, local, seed):
    sweeps = examples(6, 3) if GATES[name].semantics == "quenched" else examples(4, 2)
    GATES[name].require(GATES[name].sampled(local, seed=seed, sweeps=sweeps, particles=examples(2048, 1024)), local)


@long
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("name", "local"), COSTLY)
def test_all_gates(name, local, seed):
    sweeps = 6 if GATES[name].semantics == "quenched" else 4
    GATES[name].require(GATES[name].sampled(local, seed=seed, sweeps=sweeps, particles=2048), local)


@sweep
@pytest.mark.parametrize("seed", seeds(range(3), 1))
def test_the_phase_gate_of_the_sampler(seed):
    gate = GATES["G4"]
    found = gate.sampled(seed=seed, sweeps=examples(4, 2), particles=examples(2048, 1024))
    gate.require(found)
    for n, share in zip(SIZES, SECOND_HALTS, strict=True):
        assert gate_integrals.phase_share(n) == pytest.approx(share, abs=1e-6)
        value, error = second_halts(found, n)
        assert abs(value - share) < 5 * max(error, 0.005) < 0.1 < abs(value - 1 / 3)


def second_halts(found, n):
    """Return the share of samples whose second tuple rounds to H, with its error; phases count the same codes."""
    codes = np.array([rung.codes for replica in found.replicas for rung in replica.rungs if rung.n == n])
    halts = (codes[:, :, 1, 1:4].argmax(axis=2) == 2).mean(axis=1)
    sorted_out = phases(found.asked.problem, {n: codes}, semantics="mean-field", exact=0, largest=81).sizes[0]
    listed = [phase.share.value for phase in sorted_out.phases if phase.machine.tuples[1].next == "H"]
    assert len(sorted_out.phases) == sorted_out.codes and sum(listed) == pytest.approx(halts.mean())
    return halts.mean(), halts.std(ddof=1) / math.sqrt(len(halts))


def test_one_sweep_fails():
    """Of moves of one distribution alone one sweep does not mix; the same moves pass with three, above."""
    found = GATES["G4q"].sampled(seed=5, sweeps=1)
    with pytest.raises(AssertionError, match="off by"):
        GATES["G4q"].require(found)
    assert found.ladder[-1].free_energy > GATES["G4q"].free_energy[-1] + 1


def test_a_wrong_normalisation_fails(monkeypatch):
    few = {"seed": 1, "particles": 256, "sweeps": 1, "replicas": 2}
    gate = GATES["GB"]
    with monkeypatch.context() as patched:
        patched.setattr(Logits, "log_volume", 0.0)
        with pytest.raises(AssertionError, match="off by"):
            gate.require(gate.sampled(True, **few), True)
    with monkeypatch.context() as patched:  # the constant of the Dirichlet distribution of three values forgotten
        true = logits.log_mass_of_half
        patched.setattr(logits, "log_mass_of_half", lambda size, gamma: true(size, gamma) - math.lgamma(size))
        with pytest.raises(AssertionError, match="off by"):
            gate.require(gate.sampled(True, **few), True)
