"""Volumes of level sets and regrets where they are known in closed form: twenty seeds, and the errors that are stated.

What is compared are the stated means in units of the stated standard errors, over four replicas: a Student variable of
three degrees of freedom, turned into the normal score of the same probability, as in `posterior_scores`. The sum of
squares over seeds is χ² where the errors are right and nothing is biased. Errors stated half and twice as large, means
off by one and a half errors, and a sampler with another prior must fail.
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from noisytm import free_energy, regret, volumes
from noisytm.errors import EstimateError

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "shared"))

from posterior_gates import GATES, Gate

Floats = NDArray[np.float64]
SEEDS, TAIL, REPLICAS = 20, 1e-4, 4
HALVINGS = (3, 7, 11)  # ε = 2^−k
VOLUME: dict[str, Callable[[float], float]] = {
    "G1": lambda e: -math.expm1(-e),
    "G2": lambda e: math.sqrt(-math.expm1(-e)),
    "G3": lambda e: math.expm1(-e) ** 2,
    "G7": lambda e: -math.expm1(-2 * e + math.log1p(2 * e)),
}
SIZES, BITS = (1e1, 1e2, 1e3), 4


class Regrets(NamedTuple):
    """Of a gate: F of real weights, and of weights of b bits, at n."""

    real: Callable[[float], float]
    grid: Callable[[float], float]


def on_grid(n: float) -> float:
    """Return −log of the mean of (1 − u)^n over the u of a distribution of two values on the grid."""
    u = np.arange(2**BITS + 1) / 2**BITS
    return -math.log(float(((1 - u) ** n).mean()))


REGRET = {
    "G1": Regrets(math.log1p, on_grid),
    "G2": Regrets(
        lambda n: float(special.gammaln(n + 1.5) - special.gammaln(n + 1) + math.log(2) - math.log(math.pi) / 2),
        lambda n: -math.log(float(((1 - (np.arange(2**BITS + 1) / 2**BITS) ** 2) ** n).mean())),
    ),
    "G7": Regrets(lambda n: 2 * math.log1p(n / 2), lambda n: 2 * on_grid(n / 2)),
}
CASES = [("volumes", name) for name in VOLUME] + [("regret", name) for name in REGRET]


def normal_scores(means: Floats, errors: Floats, expected: Floats) -> Floats:
    """Return normal scores of means over replicas with standard errors."""
    student = (means - expected) / errors
    return np.asarray(np.sign(student) * stats.norm.isf(stats.t.sf(np.abs(student), REPLICAS - 1)))


def volume_scores(name: str, seed: int, concentration: int = 1) -> Floats:
    """Return the scores of log V at some ε, and of the bits of the halvings there."""
    gate = GATES[name]
    options: dict[str, Any] = {"semantics": gate.semantics, "prior_concentration": concentration, "seed": seed}
    try:
        found = volumes(
            gate.problem, epsilon=0.5 ** HALVINGS[-1], particles=400, replicas=REPLICAS, sweeps=8, **options
        )
    except EstimateError as refused:  # what is refused by chance is looked at as well: nothing is left out
        found = refused.partial
    rows = [found.volumes[k] for k in HALVINGS]
    logs = [math.log(VOLUME[name](row.epsilon)) for row in rows]
    prices = [math.log2(VOLUME[name](2 * row.epsilon) / VOLUME[name](row.epsilon)) for row in rows]
    of_logs = [np.array([getattr(row, field) for row in rows]) for field in ("log_volume", "error")]
    of_bits = [np.array([getattr(row, field) for row in rows]) for field in ("bits_per_halving", "bits_error")]
    return np.concatenate(
        [normal_scores(*of_logs, np.array(logs)), normal_scores(*of_bits, np.array(prices))],
    )


def energies_of(gate: Gate, seed: int, concentration: int, bits: int | None) -> Mapping[float, Floats]:
    """Return the free energies of replicas."""
    try:
        found = free_energy(
            gate.problem, n=SIZES[-1], semantics=gate.semantics, loss=gate.loss, particles=256, replicas=REPLICAS,
            sweeps=2 if bits is None else 4, seed=seed, prior_concentration=concentration, bits=bits,
        )  # fmt: skip
    except EstimateError as refused:
        found = refused.partial
    energies = found.free_energies()
    return {n: energies[n] for n in SIZES}


def regret_scores(name: str, seed: int, concentration: int = 1) -> Floats:
    """Return the scores of the regrets of real weights and of weights of few bits at some n."""
    gate = GATES[name]
    real, grid = (energies_of(gate, seed, concentration, bits) for bits in (None, BITS))
    curves = regret(gate.problem, real, grids={BITS: grid}, bits=(), semantics=gate.semantics, progress=False).curves
    parts = []
    for curve in curves:
        if curve.status == "estimate":
            expected = REGRET[name].real if curve.bits is None else REGRET[name].grid
            stated = np.array(curve.nats), np.array(curve.error, float)
            parts.append(normal_scores(*stated, np.array([expected(n) for n in curve.n])))
    assert len(parts) == 2
    return np.concatenate(parts)


SCORES: dict[str, Callable[[str, int, int], Floats]] = {"volumes": volume_scores, "regret": regret_scores}


# Quantities that are added up, as far as they do not depend on each other: log V at each ε, and all three halvings; the
# regrets of real weights and of those of few bits, which other populations give, at each n.
GROUPS = {"volumes": ((0,), (1,), (2,), (3, 4, 5)), "regret": ((0, 3), (1, 4), (2, 5))}


def chances(kind: str, scores: Floats) -> list[float]:
    """Return, for each group, the chance of a χ² over the seeds as large; scores of shape (seeds, quantities)."""
    groups = (scores[:, list(columns)] for columns in GROUPS[kind])
    return [float(stats.chi2.sf((group**2).sum(), group.size)) for group in groups]


def hold(kind: str, scores: Floats) -> bool:
    """Whether every χ² is between its two quantiles."""
    return all(TAIL < chance < 1 - TAIL for chance in chances(kind, scores))


def check_case(index: int, seed: int) -> tuple[str, bool]:
    """Check twenty seeds of one gate; errors half and twice as large, a shift, and another prior must fail."""
    began = time.process_time()
    kind, name = CASES[index]
    scores = np.array([SCORES[kind](name, 1000 * seed + k, 1) for k in range(SEEDS)])
    other = np.array([SCORES[kind](name, 1000 * seed + k, 2) for k in range(3)])
    controls = [hold(kind, changed) for changed in (scores * 2, scores / 2, scores + 1.5, other)]
    told = ", ".join(f"{chance:.3g}" for chance in chances(kind, scores))
    line = f"{kind} of {name}: chance of a χ² as large: {told}; controls that pass: {sum(controls)}"
    return f"{line} ({time.process_time() - began:.0f} s)", hold(kind, scores) and not any(controls)
