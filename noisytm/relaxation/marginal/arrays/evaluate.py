"""Rejected probability, loss and gradient without compiled code; see `kernels/evaluate.py` and `kernels/losses.py`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from noisytm.problem import ACCEPT, REJECT, EncodedProblem
from noisytm.relaxation.marginal.arrays.readout import Read, masses, pulled_back
from noisytm.relaxation.marginal.arrays.runs import Runs
from noisytm.relaxation.marginal.arrays.sums import SUMS
from noisytm.relaxation.marginal.arrays.tables import ListShape
from noisytm.relaxation.marginal.kernels import LOG, wrong_squares, wrong_squares_adjoint
from noisytm.relaxation.marginal.tracer import Trace

Array = NDArray[np.float64]

# Values that the runs of one block leave behind for the adjoint take about this much.
BLOCK_BYTES = 32 << 20


class Small(NamedTuple):
    """All that an evaluation needs but the codes; what `Plan` is for compiled kernels.

    Attributes
    ----------
    trace : Trace
        The head.
    task : EncodedProblem
        Inputs, accepted outcomes, weights.
    order : ndarray of int64, shape (inputs,)
        The inputs that are evaluated.
    steps, horizon : int
        Number of steps, and the last time at which the head's cell is read.
    tables : ListShape, optional
        Where codes are lists that are run as tables: what the lists are. The other fields are of the tables.
    """

    trace: Trace
    task: EncodedProblem
    order: NDArray[np.int64]
    steps: int
    horizon: int
    tables: ListShape | None = None

    def blocks(self, codes: int) -> Iterator[tuple[int, int]]:
        """Yield the codes that are evaluated together, as first and last of each block."""
        at, longest = self.trace.layout, int(np.diff(self.task.starts).max(initial=0))
        cells = at.symbols * (longest + self.steps + max(self.task.reach, 1))
        one = 8 * len(self.order) * (self.steps * (self.trace.registers + at.columns + cells) + 2 * at.tuples * at.row)
        together = max(BLOCK_BYTES // one, 1)
        for first in range(0, codes, together):
            yield first, min(first + together, codes)

    def runs(self, codes: Array) -> Runs:
        """Return the runs of all inputs, for code after code."""
        at, inputs = self.trace.layout, np.tile(self.order, len(codes))
        code = codes.reshape(len(codes), at.tuples, at.row).transpose(1, 2, 0)
        if len(codes) > 1:
            code = np.repeat(code, len(self.order), axis=2)
        return Runs(self.trace, SUMS, self.task, self.steps, self.horizon, inputs, code)


def rejected(small: Small, codes: Array) -> Array:
    """Return the rejected probability of each code, shape (n, N·(S + |Q| + 3)), and input, shape (n, inputs)."""
    found = np.empty((len(codes), len(small.task.weights)))
    for first, last in small.blocks(len(codes)):
        runs = small.runs(codes[first:last])
        mass = np.empty(len(runs.inputs))
        for read in masses(SUMS, small.task.acceptance, runs.inputs, runs.marginals(runs.forward(keep=False)), REJECT):
            mass[read.runs] = read.mass
        found[first:last, small.order] = mass.reshape(last - first, len(small.order))
    return found


def losses_and_gradients(small: Small, codes: Array, loss: int) -> tuple[Array, Array]:
    """Return the loss of each code, shape (n,), and its gradient, shape of ``codes``: (n, N·(S + |Q| + 3))."""
    losses, gradients = np.empty(len(codes)), np.empty(codes.shape)
    for first, last in small.blocks(len(codes)):
        runs, count = small.runs(codes[first:last]), last - first
        end = runs.forward(keep=True)
        shares, marginals_bar = _shares(small.task, runs.inputs, runs.marginals(end), loss)
        gradient = np.zeros((codes.shape[1], count))

        def spread(used: Array, gradient: Array = gradient, count: int = count) -> None:
            gradient += used.reshape(*gradient.shape, used.shape[2] // count).sum(axis=2)

        runs.backward(end, marginals_bar, np.arange(len(runs.inputs)), spread)
        losses[first:last] = shares.reshape(count, -1).sum(axis=1)
        gradients[first:last] = gradient.T
    gradients[~np.isfinite(losses)] = np.nan
    return losses, gradients


def _shares(task: EncodedProblem, inputs: NDArray[np.int64], marginals: Array, loss: int) -> tuple[Array, Array]:
    """Return the share of the loss of each run, and the cotangents of what is read."""
    shares, bar = np.empty(len(inputs)), np.zeros(marginals.shape)
    of_sink = [
        {read.automaton: read for read in masses(SUMS, task.acceptance, inputs, marginals, sink)}
        for sink in (REJECT, ACCEPT)
    ]
    for a, wrong in of_sink[0].items():
        weights = task.weights[inputs[wrong.runs]]
        part = _log if loss == LOG else _brier
        shares[wrong.runs], bar[:, :, wrong.runs] = part(task.acceptance, wrong, of_sink[1][a], weights)
    return shares, bar


def _log(acceptance: Any, wrong: Read, right: Read, weights: Array) -> tuple[Array, Array]:
    """Return −log(1 − f), from whichever of f and 1 − f is accurate, and the cotangents."""
    bar, few = np.zeros(wrong.marginals.shape), wrong.mass <= 0.5
    with np.errstate(divide="ignore"):  # where f = 1 the loss is infinite
        losses = np.where(few, -np.log1p(-np.minimum(wrong.mass, 0.5)), -np.log(right.mass))
    by_wrong = weights / (1.0 - np.minimum(wrong.mass, 0.5))
    by_right = -weights / np.where(right.mass > 0, right.mass, np.inf)
    bar[:, :, few] = pulled_back(SUMS, acceptance, wrong, REJECT, by_wrong[few], few)
    bar[:, :, ~few] = pulled_back(SUMS, acceptance, right, ACCEPT, by_right[~few], ~few)
    return weights * losses, bar


def _brier(acceptance: Any, wrong: Read, right: Read, weights: Array) -> tuple[Array, Array]:
    """Return ½‖p − e‖² where one outcome is accepted, f² where several are, and the cotangents."""
    sole, everywhere = acceptance.sole[wrong.automaton] != 0, np.ones(len(wrong.runs), dtype=bool)
    slope = weights * wrong.mass * (1.0 if sole else 2.0)
    bar = pulled_back(SUMS, acceptance, wrong, REJECT, slope, everywhere)
    if not sole:
        return weights * wrong.mass**2, bar
    marginals, squares = wrong.marginals, np.zeros((len(wrong.marginals) + 1, len(wrong.runs)))
    of = (marginals, acceptance, wrong.automaton, wrong.arriving, squares)
    total = wrong_squares(*of)  # type: ignore[no-untyped-call]
    wrong_squares_adjoint(*of, 0.5 * weights, bar)  # type: ignore[no-untyped-call]
    return 0.5 * weights * (wrong.mass**2 + total), bar
