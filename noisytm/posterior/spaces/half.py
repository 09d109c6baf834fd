"""The part of a Dirichlet distribution in which one given entry is at least a half: its mass, and exact draws."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Terms of the series fall like 2^−n at last; this many more than where they begin to fall are enough for a double.
TERMS_AFTER_THE_LARGEST = 120


def log_mass_of_half(values: int, concentration: float) -> float:
    """Return the log of the mass of {r ≥ ½}, r one entry of a symmetric Dirichlet distribution.

    1 − r has the Beta distribution of a = (k − 1)γ and b = γ, and the mass is I_½(a, b) =
    2^−(a+b)/(a·B(a, b)) · Σ_n (a+b)_n/(a+1)_n 2^−n, a sum of positive terms.

    Parameters
    ----------
    values : int
        Number k ≥ 1 of entries.
    concentration : float
        γ > 0.

    Examples
    --------
    >>> round(math.exp(log_mass_of_half(3, 1.0)), 12), round(math.exp(log_mass_of_half(2, 0.5)), 12)
    (0.25, 0.5)
    """
    if values == 1:
        return 0.0
    a, b = (values - 1) * concentration, concentration
    largest = max(int(b - 2 - a) + 1, 0)  # up to here the terms grow
    term, sum_ = 1.0, 0.0
    for n in range(largest + TERMS_AFTER_THE_LARGEST + int(math.sqrt(a + b)) * 8):
        sum_ += term
        term *= 0.5 * (a + b + n) / (a + 1 + n)
    log_beta = math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
    return math.log(sum_) - (a + b) * math.log(2) - math.log(a) - log_beta


def log_twice_the_rest(rng: np.random.Generator, count: int, values: int, concentration: float) -> NDArray[np.float64]:
    """Return draws of log 2(1 − r), r one entry of a symmetric Dirichlet distribution, given that r ≥ ½.

    s = 1 − r has the density s^(a−1)(1 − s)^(b−1) on [0, ½], a = (k − 1)γ, b = γ. Draws of density s^(c−1) are kept
    with a chance in proportion to what is left: (1 − s)^(b−1) with c = a where b ≤ 1, else (s(1 − s))^(b−1) with
    c = a − b + 1; both are largest at ½.

    Examples
    --------
    >>> import numpy as np
    >>> draws = np.exp(log_twice_the_rest(np.random.default_rng(1), 4000, 3, 1.0))
    >>> abs(float(np.mean(draws**2 < 0.25)) - 0.25) < 0.03  # 2(1 − r) is the square root of a uniform number
    True
    """
    import numpy as np

    a, b = (values - 1) * concentration, concentration
    power = a if b <= 1 else a - b + 1
    found = np.empty(count)
    left = np.arange(count)
    while len(left):
        log_double = np.log1p(-rng.random(len(left))) / power
        double = np.exp(log_double)
        keep = (b - 1) * np.log(2 - double)
        if b > 1:
            keep += (b - 1) * log_double
        kept = np.log1p(-rng.random(len(left))) <= keep
        found[left[kept]] = log_double[kept]
        left = left[~kept]
    return found
