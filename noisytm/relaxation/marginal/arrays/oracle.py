"""Least costs of fatal syndromes and the syndromes, without compiled code; see `kernels/oracle.py`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from noisytm.errors import BudgetError
from noisytm.problem import REJECT, EncodedProblem
from noisytm.relaxation.marginal.arrays.costs import INT64, LANES
from noisytm.relaxation.marginal.arrays.readout import masses, pulled_back
from noisytm.relaxation.marginal.arrays.runs import Runs
from noisytm.relaxation.marginal.kernels import LARGEST_COUNT
from noisytm.relaxation.marginal.tracer import Trace

Integers = NDArray[np.int64]

# Below this float64 costs are exact.
EXACT_IN_LANES = 1 << 53


def cheapest(
    trace: Trace,
    task: EncodedProblem,
    steps: int,
    horizon: int,
    costs: Integers,
    columns: Integers,
    pairs: Integers,
    limit: int,
    counted: bool,
) -> tuple[Integers, Integers]:
    """Return the least cost of every pair, up to ``limit``, and the exponents where it is below.

    Parameters
    ----------
    trace : Trace
        The head.
    task : EncodedProblem
        The problem.
    steps, horizon : int
        Number of steps, and the last time at which the head's cell is read.
    costs : ndarray of int64, shape (c, d)
        Costs from 0 to 2^58 of the entries ``columns`` of the code, in each of c rows; others cost nothing.
    columns : ndarray of int64, shape (d,)
        Flat indices of entries.
    pairs : ndarray of int64, shape (n, 2)
        Input and row of ``costs``.
    limit : int
        At most 2^58.
    counted : bool
        Whether the exponents are wanted.

    Returns
    -------
    least : ndarray of int64, shape (n,)
    counts : ndarray of int64, shape (n, d)
        No rows unless they are wanted.

    Raises
    ------
    BudgetError
        If exponents are too large to be exact.
    """
    at, inputs, algebra = trace.layout, pairs[:, 0], LANES if limit <= EXACT_IN_LANES else INT64
    rows = costs if len(costs) == 1 else costs[pairs[:, 1]]
    code = np.zeros((at.tuples * at.row, len(rows)), dtype=algebra.DTYPE)
    code[columns] = rows.T
    runs = Runs(trace, algebra, task, steps, horizon, inputs, code.reshape(at.tuples, at.row, len(rows)))
    end = runs.forward(keep=counted)
    read = list(masses(algebra, task.acceptance, inputs, runs.marginals(end), REJECT))
    least = np.full(len(pairs), limit, dtype=np.int64)
    for part in read:
        least[part.runs] = np.minimum(part.mass, limit)
    if not counted:
        return least, np.zeros((0, len(columns)), dtype=np.int64)
    below = np.flatnonzero(least < limit)
    counts = np.zeros((len(pairs), len(columns)), dtype=np.int64)
    if below.size:
        marginals_bar = np.zeros((len(task.places), task.read_shape[1], len(pairs)))
        for part in read:
            chosen = part.mass < limit
            bar = np.ones(int(chosen.sum()))
            marginals_bar[:, :, part.runs[chosen]] = pulled_back(algebra, task.acceptance, part, REJECT, bar, chosen)
        used = np.zeros((at.tuples, at.row, len(below)))
        with np.errstate(over="ignore"):  # of right entries; see `Costs`
            runs.backward(end, marginals_bar[:, :, below], below, lambda share: np.add(used, share, out=used))
        paid = rows if len(rows) == 1 else rows[below]
        counts[below] = _exact(used.reshape(at.tuples * at.row, len(below))[columns].T, paid, least[below])
    return least, counts


def _exact(used: NDArray[np.float64], costs: Integers, least: Integers) -> Integers:
    """Return exponents as integers.

    Raises
    ------
    BudgetError
        If they do not fit, or do not add up to the costs.
    """
    fit = (used >= 0).all() and (used < LARGEST_COUNT).all() and ((used * costs).sum(axis=1) < 1 << 62).all()
    if fit:
        counts: Integers = used.astype(np.int64)
        if ((counts * costs).sum(axis=1) == least).all():
            return counts
    raise BudgetError("the exponents of a syndrome do not fit into 64 bits; use smaller costs, or fewer steps")
