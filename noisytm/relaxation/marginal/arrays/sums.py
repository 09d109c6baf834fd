"""The algebra of probabilities over arrays: (+, ×) in float64, a column for each pair of an input and a code.

The formulas are those of `kernels/real.py`, `kernels/sums.py` and `kernels/adjoint_sum.py`, with their conventions for
the cotangents of a distribution; sums are formed in another order, so that the last digits differ.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Values = NDArray[Any]


class Sums:
    """(+, ×) in float64."""

    DTYPE, ZERO, ONE = np.float64, 0.0, 1.0

    def plus(self, a: Any, b: Any) -> Any:
        """Either: the sum of the probabilities."""
        return a + b

    def times(self, a: Any, b: Any) -> Any:
        """Both: the product of the probabilities."""
        return a * b

    def accumulate(self, total: Any, a: Any, b: Any) -> Any:
        """Return total + a·b."""
        return total + a * b

    def claim(self, left: Any, total: Any, term: Any) -> Any:
        """Return what a term takes of a sum's cotangent: all of it."""
        return left

    def keep(self, left: Any, claimed: Any) -> Any:
        """Return what later terms may still claim: all of it."""
        return left

    def through(self, g: Any, other: Any) -> Any:
        """Return the cotangent of one factor of a product."""
        return g * other

    def pass_on(self, bar: Any, g: Any, other: Any) -> Any:
        """Return the cotangent ``bar`` of a factor, increased by what a product passes to it."""
        return bar + g * other

    def rest_of_pair_adjoint(
        self,
        g: Any,
        total: Any,
        rest_y: Any,
        y: Any,
        rest_z: Any,
        mass_bar: Any,
        rest_y_bar: Any,
        y_bar: Any,
        rest_z_bar: Any,
    ) -> tuple[Any, Any, Any, Any]:
        """Return the cotangents of a pair's mass and of what its rest is made from: the rest is one minus the mass."""
        return mass_bar - g, rest_y_bar, y_bar, rest_z_bar

    def rest_term_adjoint(self, share: Any, entry: Any, value_bar: Any, rest_bar: Any) -> tuple[Any, Any]:
        """Return the cotangents of a value and of its rest, which is one minus the value; see `kernels/sums.py`."""
        return value_bar - share * entry, rest_bar

    def _largest(self, values: Values) -> Values:
        """Return where the first largest of n probabilities, shape (n, pairs), stands."""
        first: Values = np.arange(len(values))[:, None] == values.argmax(axis=0)
        return first

    def normalised(self, values: Values) -> Values:
        """Form the first largest of n probabilities as one minus the others, so that mass errors cannot grow."""
        return self.normalised_with_rest(values)[0]

    def normalised_with_rest(self, values: Values) -> tuple[Values, Values]:
        """Return n probabilities, normalised, and 1 − each: for the largest the sum of the others."""
        largest = self._largest(values)
        others = np.where(largest, 0.0, values).sum(axis=0)
        right = np.where(largest, 1.0 - others, values)
        return right, np.where(largest, others, 1.0 - right)

    def unnormalised(self, values: Values, bar: Values) -> Values:
        """Subtract the cotangent of the largest from those of all: it is one minus the others."""
        less: Values = bar - np.where(self._largest(values), bar, 0.0).sum(axis=0)
        return less

    def rest_adjoint(self, values: Values, bar: Values, rest_bar: Values) -> Values:
        """Pass nothing on: the rest of a pair passes its cotangent to the pair's mass instead."""
        return bar

    def mixed(self, added: Values, match: Values, code: Values) -> Values:
        """Return the entries of a step, (columns, pairs): what is added, and the code's weighted by the matches."""
        if code.shape[2] == 1:
            entries: Values = added + np.einsum("ip,ic->cp", match, code[:, :, 0])
        else:
            entries = added + np.einsum("ip,icp->cp", match, code)
        return entries

    def unmixed(self, added: Values, match: Values, code: Values, out: Values) -> tuple[Values, Values, Values]:
        """Return the cotangents of what is added, of the matches, and of the entries, (tuples, columns, pairs)."""
        if code.shape[2] == 1:
            match_bar = np.einsum("cp,ic->ip", out, code[:, :, 0])
        else:
            match_bar = np.einsum("cp,icp->ip", out, code)
        return out, match_bar, match[:, None, :] * out

    def moved(self, move: Values, before: Values, here: Values, after: Values) -> Values:
        """Return the cells of the next tape, shape (cells, symbols, pairs)."""
        left, stay, right = move
        new: Values = stay * here + left * before + right * after
        return new

    def unmoved(
        self, move: Values, before: Values, here: Values, after: Values, bar: Values
    ) -> tuple[Values, tuple[Values, Values, Values]]:
        """Return the cotangents of the moves, less that of staying, and of the three tapes a next one is made from."""
        left, stay, right = move
        slopes = [np.einsum("kep,kep->p", tape, bar) for tape in (before, here, after)]
        return np.stack([slope - slopes[1] for slope in slopes]), (left * bar, stay * bar, right * bar)

    def rows(self, bar: Values) -> list[Any]:
        """Return the rows of cotangents."""
        return list(bar)


SUMS = Sums()
