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
from noisytm.search.fixed import FixedOracle
from noisytm.search.tree import Dual, shown_rows

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
