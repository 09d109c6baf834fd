"""What the fixed tuples of a table prove of every completion: λ(P), its dual, and a bound on the multiplicity."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from noisytm.degeneracy import FatalSyndrome
from noisytm.degeneracy.oracle import integer_costs
from noisytm.degeneracy.program import CuttingPlanes
from noisytm.errors import BudgetError
from noisytm.search.fixed import FixedOracle
from noisytm.search.tree import Dual, Row

Ints = NDArray[np.int64]


class TableBound:
    """λ(P) of a partial table, by cutting planes over the oracle that goes on through fixed tuples only.

    Parameters
    ----------
    oracle : FixedOracle
        That of the table.
    weights : sequence of Fraction, length N·C
        γ of every column.

    Attributes
    ----------
    value : Fraction
        λ(P), of the log loss.
    """

    def __init__(self, oracle: FixedOracle, weights: Sequence[Fraction]) -> None:
        self.oracle = oracle
        self._planes = CuttingPlanes(oracle, weights=weights)
        self._solution = self._planes.run()
        self.value = self._solution.value

    def reached(self, times: int = 1) -> dict[int, int]:
        """Return what each unfixed tuple costs at the optimal v, where less than ``times`` 1; see the oracle."""
        costs, scale = integer_costs(self._solution.primal.fractions())
        return self.oracle.reached(costs, times * scale)

    @cached_property
    def _face(self) -> tuple[int, tuple[FatalSyndrome, ...]]:
        proof = self._planes.face_proof(self._solution)
        return 1 + len(proof.points), proof.dual or self._planes.proofs(self._solution.dual)

    @property
    def multiplicity(self) -> int:
        """M of the program: no completion that attains λ(P) has a larger one."""
        return self._face[0]

    def dual(self, with_face: bool) -> Dual:
        """Return an optimal dual; one whose equations leave just the optimal face, if that is wanted."""
        proofs = self._face[1] if with_face else self._planes.proofs(self._solution.dual)
        weights, denominator = integer_costs([row.weight for row in proofs])
        return Dual(tuple(shown_rows(self.oracle, proofs)), tuple(weights), denominator)


def shown_rows(oracle: FixedOracle, proofs: Sequence[FatalSyndrome]) -> list[Row]:
    """Return rows with an input that shows each, at the plainest costs that will do.

    Raises
    ------
    BudgetError
        If the oracle shows none at the costs at which it was found: they are beyond 64 bits.
    """
    if not proofs:
        return []
    supports = [[j for j, _ in row.syndrome] for row in proofs]
    exponents = np.zeros((len(proofs), oracle.dimension), dtype=np.int64)
    own = np.zeros_like(exponents)
    for k, row in enumerate(proofs):
        exponents[k, supports[k]] = [count for _, count in row.syndrome]
        own[k, supports[k]] = [row.costs[j] for j in supports[k]]
    plain = shown_by(oracle, exponents, (exponents > 0).astype(np.int64))
    found = []
    for k, row in enumerate(proofs):
        costs = None
        index = plain[k]
        if index is None:
            costs = tuple(row.costs[j] for j in supports[k])
            index = shown_by(oracle, exponents[k : k + 1], own[k : k + 1])[0]
        if index is None:
            raise BudgetError(f"the fatal syndrome {row.syndrome} cannot be shown in 64 bits; use fewer steps")
        found.append(Row(row.syndrome, index, costs))
    return found


def shown_by(oracle: FixedOracle, exponents: Ints, costs: Ints) -> list[int | None]:
    """Return, for each row, the first input whose cheapest syndrome at its costs divides the row; ``None`` if none.

    Parameters
    ----------
    oracle : FixedOracle
        The oracle.
    exponents, costs : ndarray of int64, shape (n, d)
        Costs where there is an exponent; elsewhere any error costs too much.
    """
    limit = int((exponents * costs).sum(axis=1).max()) + 1
    pairs, _, counts = oracle.below(np.where(exponents > 0, costs, limit), limit)
    first: list[int | None] = [None] * len(exponents)
    for (index, row), found in zip(pairs.tolist(), counts, strict=True):
        known = first[row]
        if (found <= exponents[row]).all() and (known is None or index < known):
            first[row] = index
    return first
