"""The marginals of every step of one run, without compiled code; see `record` in `kernels/evaluate.py`."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from noisytm.problem import Acceptance, EncodedProblem
from noisytm.relaxation.marginal.arrays.runs import Runs
from noisytm.relaxation.marginal.arrays.sums import SUMS
from noisytm.relaxation.marginal.kernels import PAD
from noisytm.relaxation.marginal.tracer import Trace

Array = NDArray[np.float64]


class Marginals(NamedTuple):
    """The marginals before a step, or after the last: the state, the first live cell, and the cells from it on."""

    state: Array
    low: int
    tape: Array


def recorded(trace: Trace, code: Array, word: NDArray[np.int64], blank: int, start: int, steps: int) -> list[Marginals]:
    """Return the marginals before each step, and after the last.

    Parameters
    ----------
    trace : Trace
        The head.
    code : ndarray of float64, shape (N, S + |Q| + 3)
        The code.
    word : ndarray of int64
        The input, as indices of symbols.
    blank, start : int
        Indices of the blank and of the start state.
    steps : int
        Number of steps.

    Returns
    -------
    list of Marginals
        ``state`` has the shape (|Q|,), ``tape`` (cells, S).
    """
    nothing: Any = np.empty(0, dtype=np.int64)
    task = EncodedProblem(
        word, np.array([0, len(word)]), blank, start, nothing, 1, Acceptance(*[nothing] * 4), np.ones(1)
    )
    # Far enough for every cell that the head can reach to stay live.
    runs = Runs(trace, SUMS, task, steps, 2 * steps + len(word), np.array([0]), code[:, :, None])
    end, at = runs.forward(keep=True), trace.layout
    found = []
    for step, low in zip(runs.done, runs.low[:-1], strict=True):
        tape, r = step.tape[PAD:-PAD, :, 0], step.registers[:, 0]
        tape[-low] = r[at.y : at.rest_y]  # what was read; the step has written over it
        found.append(Marginals(r[at.z : at.rest_z], low, tape))
    return [*found, Marginals(end.state[:, 0], runs.low[-1], end.tape[PAD:-PAD, :, 0])]
