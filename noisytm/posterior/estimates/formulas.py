"""The estimators of the learning coefficient by name: what each computes, of what, and how far off it is at finite n.

With L = log n, E = E[nK], F = −log ∫ exp(−nK): F = λ·L − (m − 1)·log L + O(1), E = dF/dL and Var(nK) = E − dE/dL.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from noisytm._summary import Described
from noisytm.posterior.estimates.samples import Drawn, Reals


@dataclass(frozen=True)
class Estimator(Described):
    """An estimator by name.

    Attributes
    ----------
    name : str
        What it is called.
    quantity : {"learning_coefficient", "free_energy"}
        What it estimates: λ, which has no unit (nats of F for each nat of n), or F, in nats.
    formula : str
        What it computes of the samples.
    bias : str
        What it is off by, as n grows: its expectation minus what it estimates.
    source : str
        Where it comes from.
    leading : callable
        The leading term of the bias for m − 1, at the sizes n of the estimate.
    """

    name: str
    quantity: str
    formula: str
    bias: str
    source: str
    leading: Callable[[int, float, float], float]


def _none(extra: int, n_from: float, n_to: float) -> float:
    return 0.0


MEAN = Estimator(
    "mean",
    "learning_coefficient",
    "E[nK]",
    "−(m − 1)/log n + O(1/log² n)",
    "E[nK] = dF/d log n",
    lambda extra, _, n: -extra / math.log(n),
)
VARIANCE = Estimator(
    "variance",
    "learning_coefficient",
    "Var(nK) = E[(nK)²] − E[nK]²",
    "−(m − 1)/log n + O(1/log² n)",
    "Var(nK) = E[nK] − dE[nK]/d log n; Watanabe 2009, singular fluctuation of realisable data",
    lambda extra, _, n: -extra / math.log(n),
)
WBIC = Estimator(
    "wbic",
    "learning_coefficient",
    "E[n'K] at n' = n/log n",
    "−(m − 1)/log n' + O(1/log² n')",
    "Watanabe 2013, A widely applicable Bayesian information criterion",
    lambda extra, _, n: -extra / math.log(n / math.log(n)),
)
WBIC_FREE_ENERGY = Estimator(
    "wbic-free-energy",
    "free_energy",
    "log n · E[n'K] at n' = n/log n",
    "(m − 1)·log log n + O(1): it has no constant term",
    "Watanabe 2013, A widely applicable Bayesian information criterion",
    lambda extra, _, n: extra * (math.log(math.log(n)) - math.log(n) / math.log(n / math.log(n))),
)
SLOPE = Estimator(
    "slope",
    "learning_coefficient",
    "(F₂ − F₁)/(log n₂ − log n₁)",
    "−(m − 1)·(log log n₂ − log log n₁)/(log n₂ − log n₁) + O(1/log n) of lower order",
    "F = λ log n − (m − 1) log log n + O(1); Watanabe 2009, Theorem 6.7",
    lambda extra, low, high: -extra * math.log(math.log(high) / math.log(low)) / math.log(high / low),
)
TWO_SIZES = Estimator(
    "two-sizes",
    "learning_coefficient",
    "(E₂ log n₂ − E₁ log n₁)/(log n₂ − log n₁), E = E[nK]",
    "O(1/(log n₁ · log n₂)): the term −(m − 1)/log n drops out",
    "E[nK] = λ − (m − 1)/log n + O(1/log² n) at two sizes",
    _none,
)
ESTIMATORS = {x.name: x for x in (MEAN, VARIANCE, SLOPE, TWO_SIZES, WBIC, WBIC_FREE_ENERGY)}


def mean(drawn: Sequence[Drawn]) -> float:
    """Return E[nK] of samples at one n."""
    return float(drawn[0].nK.mean())


def variance(drawn: Sequence[Drawn]) -> float:
    """Return Var(nK) of all samples at one n together: chains that sit in different places count."""
    return float(np.var(drawn[0].nK, ddof=1))


def two_sizes(drawn: Sequence[Drawn]) -> float:
    """Return (E₂L₂ − E₁L₁)/(L₂ − L₁) of samples at two n."""
    low, high = drawn
    one, other = math.log(low.n), math.log(high.n)
    return float((high.nK.mean() * other - low.nK.mean() * one) / (other - one))


def wbic_size(temperature: float) -> float | None:
    """Return the n with n/log n = n', of the two the larger one; ``None`` if n' is less than e.

    Examples
    --------
    >>> round(wbic_size(100 / math.log(100)), 6), wbic_size(2)
    (100.0, None)
    """
    if temperature < math.e:
        return None
    x = math.log(temperature)
    if temperature < math.e * (1 + 1e-9):
        return math.e
    low, high = 1.0, 2 * x + 2  # x = L − log L has its larger root L in between
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if middle - math.log(middle) < x else (low, middle)
    return math.exp(high)


def effective(drawn: Drawn, n: float) -> float:
    """Return the share of samples that count when they are weighted for another n: (Σw)²/(N Σw²).

    Examples
    --------
    >>> effective(Drawn(2.0, np.array([[1.0, 2, 3]])), 2.0)
    1.0
    """
    weights = _weights(drawn, n)
    return float(weights.sum() ** 2 / (weights.size * (weights**2).sum()))


def reweighted_mean(drawn: Sequence[Drawn], n: float) -> float:
    """Return E[nK] at another n, of samples weighted by exp(−(n − n₀)K)."""
    weights = _weights(drawn[0], n)
    return float((weights * drawn[0].nK).sum() / weights.sum() * (n / drawn[0].n))


def _weights(drawn: Drawn, n: float) -> Reals:
    exponents = (1 - n / drawn.n) * drawn.nK
    weights: Reals = np.exp(exponents - exponents.max())
    return weights
