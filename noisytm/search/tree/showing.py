"""What shows the rows of a dual to be fatal through the fixed tuples of a table: an input, and costs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from noisytm.degeneracy.certificate import FatalSyndrome
from noisytm.errors import BudgetError
from noisytm.search.fixed import FixedOracle
from noisytm.search.tree.nodes import Row

Ints = NDArray[np.int64]


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
