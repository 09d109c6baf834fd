"""What fixed tuples prove of Λ(s) in every completion, exactly: by trees over which errors are pinned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from noisytm import _clock
from noisytm.degeneracy import FatalSyndrome
from noisytm.degeneracy.grids import Leaf, Split, Tree
from noisytm.degeneracy.oracle import as_syndrome, integer_costs
from noisytm.degeneracy.program import Found, PinnedCover, PinnedCovers, prove, witnesses
from noisytm.search.fixed import FixedOracle
from noisytm.search.minimum.precisions.asked import AskedAt
from noisytm.search.tree import PinnedDual, shown_rows

Ints = NDArray[np.int64]

# So many syndromes of former proofs are tried at the next table.
MOST_KEPT = 512


@dataclass(frozen=True)
class Settled:
    """What proves Λ(s) ≥ a value in every completion of a table.

    Attributes
    ----------
    oracle : FixedOracle
        That of the table.
    s : Fraction
        Where.
    tree : tuple of Leaf and Split
        The proof; weights are of the rows by their places.
    rows, costs : ndarray of int64, shape (n, d)
        Syndromes that are fatal through the fixed tuples, and costs at which the oracle returns them.
    """

    oracle: FixedOracle
    s: Fraction
    tree: Tree
    rows: Ints
    costs: Ints

    def dual(self) -> PinnedDual:
        """Return it as the leaf of a certificate, whose weights are s times these."""
        fatal = [
            FatalSyndrome(as_syndrome(row), Fraction(1), tuple(its))
            for row, its in zip(self.rows, self.costs.tolist(), strict=True)
        ]
        weights = [y * self.s for node in self.tree if isinstance(node, Leaf) for _, y in node.weights]
        numerators, denominator = integer_costs(weights)
        of = iter(numerators)
        nodes = tuple(
            node.coordinate if isinstance(node, Split) else tuple((place, next(of)) for place, _ in node.weights)
            for node in self.tree
        )
        return PinnedDual(tuple(shown_rows(self.oracle, fatal)), nodes, denominator)


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
        self._trees: list[tuple[Fraction, Ints, Tree]] = []

    def at_least(self, table: Sequence[int], value: Fraction) -> bool:
        """Return whether Λ(s) of every completion is proved to be at least ``value``."""
        return self.settled(table, value) is not None

    def settled(self, table: Sequence[int], value: Fraction) -> Settled | None:
        """Return what proves that Λ(s) of every completion is at least ``value``; ``None`` if that is not so."""
        asked = self._asked
        assert asked.s is not None
        _clock.tick()
        oracle = FixedOracle(asked.problem, asked.how, asked.choices, table)
        fatal = self._fatal_at(oracle)
        for proved, places, tree in reversed(self._trees):
            if proved >= value and fatal[places].all():
                self.used_again += 1
                return Settled(oracle, asked.s, tree, self._rows[places], self._costs[places])
        covers = PinnedCovers(oracle, self._weights)
        known = np.flatnonzero(fatal)
        covers.pool.add(Found(self._rows[known], self._inputs[known].tolist(), list(self._costs[known])))
        proof = prove(covers, asked.s, value, lambda: None)
        if isinstance(proof, PinnedCover):
            return None
        used = sorted({i for node in proof if isinstance(node, Leaf) for i, _ in node.weights})
        found, tree = covers.pool.some(used), _placed(proof, {i: place for place, i in enumerate(used)})
        costs = np.array(witnesses(oracle, found), dtype=np.int64).reshape(found.rows.shape)
        self._keep(value, found, costs, tree)
        self.proofs += 1
        return Settled(oracle, asked.s, tree, found.rows, costs)

    def _fatal_at(self, oracle: FixedOracle) -> NDArray[np.bool_]:
        if not len(self._rows):
            return np.zeros(0, dtype=bool)
        return oracle.returns(self._rows, self._costs, self._inputs, np.arange(len(self._rows)))

    def _keep(self, value: Fraction, found: Found, costs: Ints, tree: Tree) -> None:
        if len(self._rows) + len(found.rows) > MOST_KEPT:
            self._forget()
        places = []
        for row, its, word in zip(found.rows, costs, found.inputs, strict=True):
            at = self._place.setdefault(row.tobytes(), len(self._rows))
            if at == len(self._rows):
                self._rows = np.concatenate([self._rows, row[None]])
                self._costs = np.concatenate([self._costs, its[None]])
                self._inputs = np.append(self._inputs, word)
            places.append(at)
        self._trees.append((value, np.array(places, dtype=np.int64), tree))


def _placed(tree: Tree, place: Mapping[int, int]) -> Tree:
    """Return a tree with the syndromes by their new places."""
    return tuple(
        node if isinstance(node, Split) else Leaf(tuple((place[i], y) for i, y in node.weights)) for node in tree
    )
