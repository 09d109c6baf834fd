"""λ as a fit to free energies, m being known: the slope of F between two sizes, and what m adds to it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from noisytm._summary import Described, Summary

# Below this n the log of log n is not that of a large number.
LEAST_N = 10.0


@dataclass(frozen=True)
class FittedCoefficient(Described):
    """F(n) = λ log n − (m − 1) log log n + c at two sizes, solved for λ.

    Attributes
    ----------
    learning_coefficient : float
        λ: the slope (F₂ − F₁)/(L₂ − L₁), L = log n, with the correction.
    error : float or None
        Its standard error over replicas; ``None`` of one replica.
    multiplicity_correction : float or None
        (m − 1)(log L₂ − log L₁)/(L₂ − L₁), which is in λ; ``None`` where m is not known, and nothing was added.
    n_from, n_to : float
        The sizes.
    """

    learning_coefficient: float
    error: float | None
    multiplicity_correction: float | None
    n_from: float
    n_to: float

    def _summary(self) -> Summary:
        error = "" if self.error is None else f" ± {self.error:.2g}"
        return Summary(f"λ = {self.learning_coefficient:.4g}{error} from n = {self.n_from:g} to {self.n_to:g}")

    def to_json(self) -> dict[str, Any]:
        """Return the fields as a JSON object."""
        return asdict(self)


def sizes_of_fit(sizes: Sequence[float]) -> tuple[float, float] | None:
    """Return the n between which λ is fitted, of those there are, or ``None``.

    The last one, and the largest that is at most a tenth of it: over more, what F still bends by exceeds its scatter.

    Examples
    --------
    >>> sizes_of_fit([1.0, 10.0, 100.0, 1e3, 2e3]), sizes_of_fit([1.0, 10.0, 50.0]), sizes_of_fit([1.0, 10.0])
    ((100.0, 2000.0), (10.0, 50.0), None)
    """
    large = [n for n in sizes if n >= LEAST_N]
    if len(large) < 2:
        return None
    last = large[-1]
    return max([large[0], *(n for n in large if n <= last / 10)]), last


def fitted(
    sizes: tuple[float, float], free_energies: NDArray[np.float64], multiplicity: int | None
) -> FittedCoefficient:
    """Return the fit.

    Parameters
    ----------
    sizes : (float, float)
        n₁ and n₂.
    free_energies : ndarray of float64, shape (2, replicas)
        F of each replica at both.
    multiplicity : int, optional
        m, never fitted.

    Examples
    --------
    >>> exact = [[2 * math.log(n) - math.log(math.log(n))] for n in (100.0, 1e4)]
    >>> found = fitted((100.0, 1e4), np.array(exact), 2)
    >>> round(found.learning_coefficient, 9), round(found.multiplicity_correction, 4)
    (2.0, 0.1505)
    """
    first, last = map(math.log, sizes)
    slopes = (free_energies[1] - free_energies[0]) / (last - first)
    error = float(slopes.std(ddof=1) / math.sqrt(slopes.size)) if slopes.size > 1 else None
    correction = None if multiplicity is None else (multiplicity - 1) * math.log(last / first) / (last - first)
    return FittedCoefficient(float(slopes.mean()) + (correction or 0.0), error, correction, *sizes)
