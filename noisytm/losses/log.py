"""The log loss: K = −Σ q(x) log(1 − f_x)."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from noisytm.losses.loss import Loss, Share

if TYPE_CHECKING:
    from noisytm.losses.loss import Array


class LogLoss(Loss):
    """Minus the logarithm of the accepted probability.

    Examples
    --------
    >>> import numpy as np
    >>> LogLoss().share(np.array([0.5]), np.array([0.5]), None).value.round(3).tolist()
    [0.693]
    """

    name = "log"
    description = "minus the log of the accepted probability"
    factor = Fraction(1)
    compiled = 0

    def term(self, algebra: Any, wrong: Any, squares: Any | None) -> Any:
        """Return −log(1 − f); see `Loss.term`."""
        return -algebra.log1p(-wrong)

    def share(self, wrong: Array, right: Array, squares: Array | None) -> Share:
        """Return −log(1 − f) from whichever of f and 1 − f is small: the other is 1 less a rounding."""
        import numpy as np

        small = wrong <= 0.5
        with np.errstate(divide="ignore"):
            value = np.where(small, -np.log1p(-np.where(small, wrong, 0.0)), -np.log(np.where(small, 1.0, right)))
            slope = np.where(small, 1.0 / np.where(small, 1.0 - wrong, 1.0), -1.0 / np.where(small, 1.0, right))
        # Σ p = 1, so that raising f and lowering 1 − f come to the same.
        slope[np.isinf(slope)] = 0.0  # there the loss is inf, and its gradient has no meaning
        return Share(value, np.where(small, slope, 0.0), np.where(small, 0.0, slope))


LOG = LogLoss()
