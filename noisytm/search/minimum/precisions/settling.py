"""What fixed tuples prove of Λ(s) in every completion, exactly: by trees over which errors are pinned."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from noisytm import _clock
from noisytm.degeneracy.grids import Leaf
from noisytm.degeneracy.program import Found, PinnedCover, PinnedCovers, prove, witnesses
from noisytm.search.fixed import FixedOracle
from noisytm.search.minimum.precisions.asked import AskedAt

Ints = NDArray[np.int64]

# So many syndromes of former proofs are tried at the next table.
MOST_KEPT = 512


class Settling:
    """Proves that Λ(s) is at least some value in every completion of a table, where it is.

    A proof is a tree whose leaves give weights to syndromes; its arithmetic does not depend on the table. So it holds
    at another table too if its syndromes are fatal there, which is tried first.

    Parameters
    ----------
    asked : AskedAt
        What is asked, at an s.
    """

    def __init__(self, asked: AskedAt) -> None:
        self._asked = asked
        self._weights = asked.choices.weights(asked.concentration)
        self._place: dict[bytes, int] = {}
        self._forget()
        self.proofs = self.used_again = 0

    def _forget(self) -> None:
        dimension = len(self._weights)
        self._place.clear()
        self._rows = np.zeros((0, dimension), dtype=np.int64)
        self._costs, self._inputs = self._rows.copy(), np.zeros(0, dtype=np.int64)
        self._trees: list[tuple[Fraction, Ints]] = []

    def at_least(self, table: Sequence[int], value: Fraction) -> bool:
        """Return whether Λ(s) of every completion is proved to be at least ``value``."""
        asked = self._asked
        assert asked.s is not None
        _clock.tick()
        oracle = FixedOracle(asked.problem, asked.how, asked.choices, table)
        fatal = self._fatal_at(oracle)
        if any(proved >= value and fatal[tree].all() for proved, tree in reversed(self._trees)):
            self.used_again += 1
            return True
        covers = PinnedCovers(oracle, self._weights)
        known = np.flatnonzero(fatal)
        covers.pool.add(Found(self._rows[known], self._inputs[known].tolist(), list(self._costs[known])))
        tree = prove(covers, asked.s, value, lambda: None)
        if isinstance(tree, PinnedCover):
            return False
        used = sorted({i for node in tree if isinstance(node, Leaf) for i, _ in node.weights})
        found = covers.pool.some(used)
        self._keep(value, found, witnesses(oracle, found))
        self.proofs += 1
        return True

    def _fatal_at(self, oracle: FixedOracle) -> NDArray[np.bool_]:
        if not len(self._rows):
            return np.zeros(0, dtype=bool)
        return oracle.returns(self._rows, self._costs, self._inputs, np.arange(len(self._rows)))

    def _keep(self, value: Fraction, found: Found, costs: Sequence[Sequence[int]]) -> None:
        if len(self._rows) + len(found.rows) > MOST_KEPT:
            self._forget()
        places = []
        for row, its, word in zip(found.rows, costs, found.inputs, strict=True):
            at = self._place.setdefault(row.tobytes(), len(self._rows))
            if at == len(self._rows):
                self._rows = np.concatenate([self._rows, row[None]])
                self._costs = np.concatenate([self._costs, np.array(its, dtype=np.int64)[None]])
                self._inputs = np.append(self._inputs, word)
            places.append(at)
        self._trees.append((value, np.array(places, dtype=np.int64)))
