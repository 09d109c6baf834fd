"""The algebra of costs over arrays: (min, +), a column for each pair of an input and a row of costs.

The formulas and the tie rule are those of `kernels/min_plus.py`, `kernels/rest_min.py` and `kernels/adjoint_min.py`: of
equal terms the first takes the whole cotangent. So the exponents are the same as of the compiled kernels. As there,
costs are float64 with inf, exact below 2^53, or int64 that saturate at 2^60. Cotangents are float64: whole numbers,
exact to 2^53, and larger ones are seen to be. How often a right entry is used, which nobody asks, may double with every
step and become infinite: so cotangents are chosen and added, never subtracted. The number 0.0 stands for a row of
zeros, which most of them are.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Values = NDArray[Any]


class Costs:
    """(min, +) in one type of numbers.

    Parameters
    ----------
    dtype : type
        Of the costs.
    impossible : float or int
        The cost of what is impossible; sums do not go beyond.
    """

    ONE = 0

    def __init__(self, dtype: Any, impossible: Any) -> None:
        self.DTYPE, self.ZERO = dtype, impossible
        self.times = np.add if impossible == np.inf else self._saturating

    def _saturating(self, a: Any, b: Any) -> Any:
        return np.minimum(a + b, self.ZERO)

    plus = np.minimum

    def accumulate(self, total: Any, a: Any, b: Any) -> Any:
        """Return the lesser of ``total`` and a + b."""
        return np.minimum(total, a + b)

    def claim(self, left: Any, total: Any, term: Any) -> Any:
        """Return what a term takes of the cotangent of a minimum: all that is left, if it attains the minimum."""
        return left if type(left) is float else np.where(total == term, left, 0.0)

    def keep(self, left: Any, claimed: Any) -> Any:
        """Return what later terms may still claim."""
        return left if type(claimed) is float else np.where(claimed == 0, left, 0.0)

    def through(self, g: Any, other: Any) -> Any:
        """Return the cotangent of one term of a sum of costs: all of it."""
        return g

    def pass_on(self, bar: Any, g: Any, other: Any) -> Any:
        """Return the cotangent ``bar``, increased by all that goes through a sum of costs."""
        return bar if type(g) is float else bar + g

    def rest_of_pair_adjoint(
        self, g: Any, total: Any, rest_y: Any, y: Any, rest_z: Any, mass_bar: Any, rest_y_bar: Any, y_bar: Any,
        rest_z_bar: Any,
    ) -> tuple[Any, Any, Any, Any]:  # fmt: skip
        """Return the cotangents of a pair's mass and of what its rest is made from: one of its two terms takes all."""
        if type(g) is float:
            return mass_bar, rest_y_bar, y_bar, rest_z_bar
        first = self.claim(g, total, rest_y)
        second = self.keep(g, first)
        return mass_bar, rest_y_bar + first, y_bar + second, rest_z_bar + second

    def rest_term_adjoint(self, share: Any, entry: Any, value_bar: Any, rest_bar: Any) -> tuple[Any, Any]:
        """Return the cotangents of a value and of its rest, which takes all; see `kernels/rest_min.py`."""
        return value_bar, rest_bar if type(share) is float else rest_bar + share

    def rows(self, bar: Values) -> list[Any]:
        """Return the rows of cotangents, and 0.0 for those of zeros."""
        some: list[bool] = np.any(bar, axis=1).tolist()
        return [row if here else 0.0 for row, here in zip(bar, some, strict=True)]

    def normalised(self, values: Values) -> Values:
        """Leave costs as they are."""
        return values

    def normalised_with_rest(self, values: Values) -> tuple[Values, Values]:
        """Return n costs, shape (n, pairs), and for each the least of the others."""
        first, _, least, second = self._two_least(values)
        return values, np.where(first, second, least)

    def _two_least(self, values: Values) -> tuple[Values, Values, Values, Values]:
        """Return where the first least of n costs stands, where that of the others, and both costs."""
        numbers = np.arange(len(values))[:, None]
        first = numbers == values.argmin(axis=0)
        others = np.where(first, self.ZERO, values)
        return first, numbers == others.argmin(axis=0), values.min(axis=0), others.min(axis=0)

    def unnormalised(self, values: Values, bar: Values) -> Values:
        """Leave cotangents as they are."""
        return bar

    def rest_adjoint(self, values: Values, bar: Values, rest_bar: Values) -> Values:
        """Pass the cotangents of the least of the others on to one of the others."""
        first, second, _, _ = self._two_least(values)
        to_first, to_second = (np.where(first == of, rest_bar, 0.0).sum(axis=0) for of in (False, True))
        passed: Values = bar + np.where(first, to_first, 0.0) + np.where(second, to_second, 0.0)
        return passed

    def mixed(self, added: Values, match: Values, code: Values) -> Values:
        """Return the entries of a step, shape (columns, pairs): the least of what is added and of match plus entry."""
        if not len(match):
            return added
        least: Values = np.minimum(added, (match[:, None, :] + code).min(axis=0))
        return least

    def unmixed(self, added: Values, match: Values, code: Values, out: Values) -> tuple[Values, Values, Values]:
        """Return the cotangents of what is added, of the matches, and of the entries: each goes to the first term."""
        terms = np.concatenate([added[None], match[:, None, :] + code])
        shares = np.where(np.arange(len(terms))[:, None, None] == terms.argmin(axis=0), out, 0.0)
        return shares[0], shares[1:].sum(axis=1), shares[1:]

    def moved(self, move: Values, before: Values, here: Values, after: Values) -> Values:
        """Return the cells of the next tape, shape (cells, symbols, pairs)."""
        left, stay, right = move
        least: Values = np.minimum(np.minimum(stay + here, self.ZERO), np.minimum(left + before, right + after))
        return least

    def unmoved(
        self, move: Values, before: Values, here: Values, after: Values, bar: Values
    ) -> tuple[Values, tuple[Values, Values, Values]]:
        """Return the cotangents of the moves, shape (3, pairs), and of the three tapes that a next one is made from."""
        left, stay, right = move[0] + before, move[1] + here, move[2] + after
        staying, lefter = stay <= np.minimum(left, right), left <= right
        to_stay = np.where(staying, bar, 0.0)
        to_left = np.where(lefter & ~staying, bar, 0.0)
        to_right = np.where(lefter | staying, 0.0, bar)
        shares = (to_left, to_stay, to_right)
        return np.stack([share.sum(axis=(0, 1)) for share in shares]), shares


LANES, INT64 = Costs(np.float64, np.inf), Costs(np.int64, 1 << 60)
