"""What a loss is: for each input a number made of the rejected probability, weighted and added up."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


class Share(NamedTuple):
    """An input's share of the loss at a batch of codes, and its slopes.

    Attributes
    ----------
    value : ndarray of float64, shape (n,)
        The share, not weighted.
    wrong, right, squares : ndarray of float64, shape (n,), or float
        Slopes in f, in 1 − f taken by itself, and in Σ p(outcome)² over the rejected outcomes.
    """

    value: Array
    wrong: Array | float
    right: Array | float = 0.0
    squares: Array | float = 0.0


class Loss:
    """A loss K = Σ q(x) k(f_x): how k is formed, and how its order at a zero compares with that of f.

    Attributes
    ----------
    name, description : str
        What users call it, and one line on what it is.
    factor : Fraction
        λ for this loss divided by λ for the log loss: 1 if k vanishes like f, ½ if like f².
    compiled : int or None
        Its number in the compiled kernels of the marginal semantics. Without one a gradient is put together
        from those of the compiled losses, an input at a time.
    squares : bool
        Whether, where one outcome is accepted alone, Σ p(outcome)² over the others is needed too.
    """

    name: ClassVar[str]
    description: ClassVar[str]
    factor: ClassVar[Fraction]
    compiled: ClassVar[int | None] = None
    squares: ClassVar[bool] = False

    def __repr__(self) -> str:
        return f"<loss {self.name}: {self.description}>"

    def term(self, algebra: Any, wrong: Any, squares: Any | None) -> Any:
        """Return k over numbers of any kind.

        Parameters
        ----------
        algebra : Numbers
            The numbers; see `noisytm.algebra`.
        wrong : number
            f.
        squares : number or None
            Σ p(outcome)² over the rejected outcomes; ``None`` where several outcomes are accepted, or if the loss does
            not need it.
        """
        raise NotImplementedError

    def share(self, wrong: Array, right: Array, squares: Array | None) -> Share:
        """Return k and its slopes at a batch of codes.

        Parameters
        ----------
        wrong, right : ndarray of float64, shape (n,)
            f and 1 − f, each a sum of its own.
        squares : ndarray of float64, shape (n,), or None
            As in `term`.
        """
        raise NotImplementedError
