"""The sampler of the posterior on machines with a known free energy: twenty seeds, and the errors that it states.

F at each n, the rise of F between them, and E[nK] are compared with quadrature, in units of the standard error over the
replicas of that run. Of four replicas such a score has Student's distribution with three degrees of freedom; it is
turned into the normal score of the same probability, so that the sum of squares over seeds is χ² where the errors are
right and nothing is biased: too large where errors are too small, or F is off; too small where errors are too large.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from noisytm import FreeEnergy
from noisytm.errors import EstimateError

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "shared"))

from posterior_gates import GATES, SIZES, Gate

Floats = NDArray[np.float64]
CASES = [(name, local) for name in GATES for local in (False, True)]
SEEDS, TAIL = 20, 1e-4  # χ² is to be between the quantiles TAIL and 1 − TAIL
FEW = {"particles": 256, "replicas": 4}


def normal_scores(values: Floats, expected: Floats) -> Floats:
    """Return normal scores of the means of replicas: values of shape (replicas, n)."""
    replicas = len(values)
    errors = values.std(axis=0, ddof=1) / np.sqrt(replicas)
    student = (values.mean(axis=0) - expected) / errors
    tail = stats.t.sf(np.abs(student), replicas - 1)
    return np.asarray(np.sign(student) * stats.norm.isf(tail))


def quantities(energies: Floats, means: Floats) -> Floats:
    """Return what is compared: F at the first n and how much it rises to each next; E[nK] at each; F at each."""
    rises = np.diff(energies, axis=-1, prepend=0.0)
    return np.concatenate([rises, means, energies], axis=-1)


def scores_of(gate: Gate, local: bool, seed: int, sweeps: int) -> Floats:
    """Return the normal scores of all quantities in one run."""
    try:
        found: FreeEnergy = gate.sampled(local, seed=seed, sweeps=sweeps, **FEW)
    except EstimateError as refused:  # what is refused by chance is looked at as well: nothing is left out
        found = refused.partial
    rungs = [[rung for rung in replica.rungs if rung.n in SIZES] for replica in found.replicas]
    energies = np.array([[rung.free_energy for rung in climb] for climb in rungs])
    means = np.array([[rung.mean_nk for rung in climb] for climb in rungs])
    return normal_scores(quantities(energies, means), quantities(*gate.expected(local)))


def chances(scores: Floats) -> list[float]:
    """Return the chance of a χ² as large: of rises of F, of E[nK], and of F at each n; scores of shape (seeds, 9)."""
    groups = (scores[:, :3], scores[:, 3:6], *(scores[:, [k]] for k in (6, 7, 8)))
    return [float(stats.chi2.sf((group**2).sum(), group.size)) for group in groups]


def hold(scores: Floats) -> bool:
    """Whether every χ² is between its two quantiles."""
    return all(TAIL < chance < 1 - TAIL for chance in chances(scores))


def check_gate(index: int, seed: int) -> tuple[str, bool]:
    """Check twenty seeds of one gate; errors stated half and twice as large, and F off by one of them, must fail."""
    began = time.process_time()
    (name, local), gate = CASES[index], GATES[CASES[index][0]]
    sweeps = 6 if gate.semantics == "quenched" else 4
    scores = np.array([scores_of(gate, local, 1000 * seed + k, sweeps) for k in range(SEEDS)])
    controls = [hold(scores * 2), hold(scores / 2), hold(scores + 1.5)]
    told = ", ".join(f"{chance:.3g}" for chance in chances(scores))
    where = "near the code" if local else "on all codes"
    line = f"{name:4s} {where}: chance of a χ² as large: {told}; controls that pass: {sum(controls)}"
    return f"{line} ({time.process_time() - began:.0f} s)", hold(scores) and not any(controls)


def check_few_sweeps(_index: int, seed: int) -> tuple[str, bool]:
    """See that moves of one distribution alone, one sweep a rung, are rejected."""
    scores = np.array([scores_of(GATES["G4q"], False, 1000 * seed + k, 1) for k in range(SEEDS)])
    told = ", ".join(f"{chance:.3g}" for chance in chances(scores))
    return f"G4q  with one sweep is to be rejected: chance of a χ² as large: {told}", not hold(scores)
