"""The Brier loss: K = ½ Σ q(x) ‖p(·|x) − e_y(x)‖², and Σ q(x) f_x² where several outcomes are accepted."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from noisytm.losses.loss import Loss, Share

if TYPE_CHECKING:
    from noisytm.losses.loss import Array


class BrierLoss(Loss):
    """Half the squared distance to the accepted outcome; p(y) − 1 is −f.

    Examples
    --------
    >>> import numpy as np
    >>> BrierLoss().share(np.array([0.5]), np.array([0.5]), np.array([0.25])).value.tolist()
    [0.25]
    """

    name = "brier"
    description = "half the squared distance to the accepted outcome"
    factor = Fraction(1, 2)
    compiled = 1
    squares = True

    def term(self, algebra: Any, wrong: Any, squares: Any | None) -> Any:
        """Return ½(f² + Σ p²), or f² for a set; see `Loss.term`."""
        return wrong * wrong if squares is None else (wrong * wrong + squares) / 2

    def share(self, wrong: Array, right: Array, squares: Array | None) -> Share:
        """Return ½(f² + Σ p²), or f² for a set, and the slopes; see `Loss.share`."""
        if squares is None:
            return Share(wrong * wrong, 2 * wrong)
        return Share((wrong * wrong + squares) / 2, wrong, squares=0.5)


BRIER = BrierLoss()
