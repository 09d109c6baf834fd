"""Numbers with their derivatives: a step read over these gives the gradient of whatever it sums."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from noisytm.algebra.semirings import Semiring, Value


class Tangents(Semiring):
    """Floats, each with its gradient by some variables; products by Leibniz' rule, and nothing is subtracted.

    Parameters
    ----------
    variables : int
        Number of variables.

    Examples
    --------
    >>> numbers = Tangents(2)
    >>> x, y = numbers.variable(0, 3.0), numbers.variable(1, 5.0)
    >>> value, gradient = numbers.plus(numbers.times(x, y), x)
    >>> value, gradient.tolist()
    (18.0, [6.0, 3.0])
    """

    def __init__(self, variables: int) -> None:
        nothing = np.zeros(variables)
        self.zero, self.one = (0.0, nothing), (1.0, nothing)

    def variable(self, index: int, value: float) -> tuple[float, NDArray[np.float64]]:
        """Return a variable at a value."""
        gradient = np.zeros_like(self.zero[1])
        gradient[index] = 1.0
        return value, gradient

    def plus(self, a: Value, b: Value) -> Any:
        """Return a + b."""
        return a[0] + b[0], a[1] + b[1]

    def times(self, a: Value, b: Value) -> Any:
        """Return a · b."""
        return a[0] * b[0], a[0] * b[1] + b[0] * a[1]
