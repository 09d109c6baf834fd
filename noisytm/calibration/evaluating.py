"""K at many flat codes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from noisytm.degeneracy import LearningCoefficient
from noisytm.relaxation import compiled_loss, losses_at

Array = NDArray[np.float64]

BATCH = 1024


def losses_of(found: LearningCoefficient) -> Callable[[Array], Array]:
    """Return the function that gives K at flat codes, (n, E) to (n,), by the compiled loss; small values are exact."""
    problem = found.problem
    compiled = compiled_loss(problem, semantics=found.semantics, loss=found.loss, kernel="interpreted", batch=BATCH)
    padded, values = np.tile(problem.space.embed(found.machine), (BATCH, 1, 1)), np.empty(BATCH)

    def losses(codes: Array) -> Array:
        sums = np.empty(len(codes))
        for begin in range(0, len(codes), BATCH):
            part = codes[begin : begin + BATCH].reshape(-1, *problem.space.shape)
            padded[: len(part)] = part
            losses_at(compiled, padded, values)
            sums[begin : begin + BATCH] = values[: len(part)]
        return sums

    return losses
