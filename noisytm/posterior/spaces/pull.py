"""The pull of a network's weights towards a code: what it is for the probabilities that the weights make.

A distribution of k values has weights θ in R^k and p = θ²/|θ|². At the code θ is e: 1 at the right value, 0 elsewhere.
With the density e^{−γ|θ − e|²/2} on θ, lengths |θ| = r are integrated out. What is left of it, beside the measure of
the sphere (Dirichlet's with concentration ½ on p), is g(a) = ∫ r^{k−1} e^{−γ(r² − 2ra + 1)/2} dr, a = √p_right. With
I_j(a) = ∫ r^j e^{−γ(r − a)²/2} dr from 0 on, g = e^{−γ(1 − a²)/2} I_{k−1}(a), I_0 = √(π/2γ) erfc(−a√(γ/2)),
I_1 = a I_0 + e^{−γa²/2}/γ and I_j = a I_{j−1} + (j − 1) I_{j−2}/γ: sums of positive terms.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# Points of Gauss's rule for the mass of the cone, over so many standard deviations.
POINTS, DEVIATIONS = 200, 12.0


def log_pull(gamma: float, values: int, amplitudes: Array) -> tuple[Array, Array]:
    """Return log g and its slope in a, at a = √p_right.

    Parameters
    ----------
    gamma : float
        γ > 0.
    values : int
        Number k ≥ 2 of values.
    amplitudes : ndarray of float64
        a, from 0 to 1.

    Returns
    -------
    logs, slopes : ndarray of float64, shape of ``amplitudes``

    Examples
    --------
    >>> weights = np.random.default_rng(1).normal(size=(100_000, 2)) / 10 + [1, 0]  # γ = 100
    >>> share = weights[:, 0] ** 2 / (weights**2).sum(axis=1)
    >>> near = (share > 0.985).mean() / (share > 0.95).mean()
    >>> a = np.cos(np.linspace(0, math.acos(0.95**0.5), 2001))  # an angle is uniform on the circle
    >>> g = np.exp(log_pull(100.0, 2, a)[0])
    >>> bool(abs(g[a**2 > 0.985].sum() / g.sum() - near) < 0.01)
    True
    """
    a = np.asarray(amplitudes, dtype=np.float64)
    before = math.sqrt(math.pi / (2 * gamma)) * _erfc(-a * math.sqrt(gamma / 2)).astype(np.float64)
    now = a * before + np.exp(-gamma * a * a / 2) / gamma
    for j in range(2, values):
        before, now = now, a * now + (j - 1) * before / gamma
    following = a * now + (values - 1) * before / gamma
    return np.log(now) - gamma * (1 - a * a) / 2, gamma * following / now


_erfc: Any = np.frompyfunc(math.erfc, 1, 1)


def log_mass_of_cone(values: int, gamma: float) -> float:
    """Return the log of the share of the weights with p_right ≥ ½ and θ_right > 0, under the pull.

    It is ∫ P(|θ_wrong| ≤ t) dN(t; 1, 1/γ): with z = γt², P is the distribution function of χ² of k − 1 degrees of
    freedom, by the recurrence F_{m+2} = F_m − (z/2)^{m/2} e^{−z/2}/Γ(m/2 + 1).

    Examples
    --------
    >>> weights = np.random.default_rng(2).normal(size=(100_000, 3)) + [1, 0, 0]  # γ = 1
    >>> inside = weights[:, 0] >= np.hypot(weights[:, 1], weights[:, 2])
    >>> bool(abs(math.exp(log_mass_of_cone(3, 1.0)) - inside.mean()) < 0.01)
    True
    """
    spread = 1 / math.sqrt(gamma)
    first, last = max(0.0, 1 - DEVIATIONS * spread), 1 + DEVIATIONS * spread
    nodes, shares = np.polynomial.legendre.leggauss(POINTS)
    total = 0.0
    for node, share in zip(nodes.tolist(), shares.tolist(), strict=True):
        t = first + (last - first) * (node + 1) / 2
        density = math.exp(-gamma * (t - 1) ** 2 / 2) / (spread * math.sqrt(2 * math.pi))
        total += share * density * _chi_square_below(values - 1, gamma * t * t)
    return math.log(total * (last - first) / 2)


def _chi_square_below(degrees: int, z: float) -> float:
    m = 2 - degrees % 2
    found = -math.expm1(-z / 2) if m == 2 else math.erf(math.sqrt(z / 2))
    while m < degrees:
        found -= math.exp(m / 2 * math.log(z / 2) - z / 2 - math.lgamma(m / 2 + 1)) if z > 0 else 0.0
        m += 2
    return max(found, 0.0)


def pulled_draws(rng: np.random.Generator, count: int, values: int, right: int, gamma: float) -> Array:
    """Return logs of x, 2p of wrong values and 2p − 1 of the right one, of pulled weights with p_right ≥ ½.

    Returns
    -------
    ndarray of float64, shape (count, k)
    """
    found, left = np.empty((count, values)), np.arange(count)
    while len(left):
        weights = rng.standard_normal((len(left), values)) / math.sqrt(gamma)
        weights[:, right] += 1
        squares = weights**2
        rest = squares.sum(axis=1) - squares[:, right]
        inside = (weights[:, right] > 0) & (squares[:, right] > rest)
        kept = squares[inside]
        total = kept.sum(axis=1)
        logs = np.log(2 * kept) - np.log(total)[:, None]
        logs[:, right] = np.log1p(-2 * rest[inside] / total)
        found[left[inside]] = logs
        left = left[~inside]
    return found
