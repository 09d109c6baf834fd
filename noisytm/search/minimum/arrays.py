"""The way down to a node of a search, as the kernels take it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from noisytm._summary import line_of
from noisytm.search.minimum.blocks import Blocks
from noisytm.search.minimum.rows_kernel import MOST_DUALS

Ints = NDArray[np.int64]


class Way(NamedTuple):
    """The way down to a node.

    Attributes
    ----------
    state, best, tally : ndarray of int64
        See `rows_kernel.py`: what is to be done, the least value so far, what was done.
    table, actions : ndarray of int64, shape (N,)
        Child and action of each tuple; −1 where it is not fixed.
    tuple_of : ndarray of int64, shape (N,)
        The tuple of each block of coordinates.
    branch, child, first, pool, judged, unsettled : ndarray of int64, shape (levels,)
        Of each level: where it branches, the child at hand, the first input that is not settled, how many rows there
        are, whether its code was looked at, and the tuple that a run without errors comes to.
    value : ndarray of float64, shape (levels,)
        The optimum of each level.
    costs, counts : ndarray of int64, shape (N, S + |Q| + 3)
        What entries cost, and how often a run pays them.
    coordinate : ndarray of int64, shape (d,)
        What coordinates cost.
    met : ndarray of int64, shape (inputs, 2)
        The cheapest unfixed tuple of each input: its cost, and which it is.
    seed : ndarray of int64, shape (3,)
        By what γ is raised, the input that is looked at first, and how rows are looked for.
    written : ndarray of int64, shape (4,)
        Size of the events, of the duals, number of the duals, and whether the events did not fit.
    events, duals : ndarray of int64
        What happened, and the duals that close the node at hand.
    """

    state: Ints
    best: Ints
    tally: Ints
    table: Ints
    actions: Ints
    tuple_of: Ints
    branch: Ints
    child: Ints
    first: Ints
    pool: Ints
    judged: Ints
    unsettled: Ints
    value: NDArray[np.float64]
    costs: Ints
    counts: Ints
    coordinate: Ints
    met: Ints
    seed: Ints
    written: Ints
    events: Ints
    duals: Ints

    def __repr__(self) -> str:
        return line_of(self)


def new_way(blocks: Blocks, inputs: int, events: int = 0) -> Way:
    """Return a way for one search; ``events`` numbers of events are kept at most."""
    n, width = blocks.gains.shape
    levels, dimension, columns = n + 1, n * width, blocks.terms.shape[1]

    def ints(*shape: int) -> Ints:
        return np.zeros(shape, dtype=np.int64)

    return Way(
        state=ints(7),
        best=ints(4),
        tally=ints(8),
        table=ints(n),
        actions=ints(n),
        tuple_of=ints(levels),
        branch=ints(levels),
        child=ints(levels),
        first=ints(levels),
        pool=ints(levels),
        judged=ints(levels),
        unsettled=ints(levels),
        value=np.zeros(levels),
        costs=ints(n, columns),
        counts=ints(n, columns),
        coordinate=ints(dimension),
        met=ints(inputs, 2),
        seed=ints(3),
        written=ints(4),
        events=ints(events),
        duals=ints((MOST_DUALS + 2) * (2 + 2 * dimension)),
    )
