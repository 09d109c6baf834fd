"""The semantics of the staged pseudo-universal machine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from noisytm.relaxation.semantics.marginal import Head, KeyPrimitives, Keys, Marginal, Primitives


class PseudoUTM(Marginal):
    """A scan of the listed tuples in order, as independent events, of which the last match wins.

    Clift, Murfet, Wallbridge 2021; docs/theory.md, section 2. A scan in which nothing matches leaves all as it is.
    """

    name = "pseudo-utm"
    description = "the tuples are scanned in order as independent events, and the last match wins"

    in_order = True
    no_noisy_keys = ""

    def head(self, ops: Primitives, y: Sequence[Any], z: Sequence[Any], keys: Keys) -> Head:
        """Return λ_i ∏_{j>i} (1 − λ_j) for each listed tuple; see `Marginal.head`."""
        later_none = ops.one
        match = []
        for symbol, state in reversed(keys):
            match.append(ops.times(ops.times(y[symbol], z[state]), later_none))
            later_none = ops.times(later_none, ops.rest(symbol, state))
        match.reverse()
        return Head(match, [ops.times(later_none, v) for v in y], [ops.times(later_none, v) for v in z], later_none)

    def scan(self, ops: KeyPrimitives, y: Sequence[Any], z: Sequence[Any], tuples: int) -> Head:
        """Return the same with Λ_i = a_i b_i, the masses of a match of symbol and state; see `Marginal.scan`."""
        later_none = ops.one
        match = []
        for i in reversed(range(tuples)):
            symbol, state = ops.symbol(i), ops.state(i)
            match.append(ops.times(ops.times(symbol, state), later_none))
            missed = ops.plus(ops.other_symbol(i), ops.times(symbol, ops.other_state(i)))
            later_none = ops.times(later_none, missed)
        match.reverse()
        return Head(match, [ops.times(later_none, v) for v in y], [ops.times(later_none, v) for v in z], later_none)


PSEUDO_UTM = PseudoUTM()
