"""Other ways to compute the relaxed step, written as well as we can, for comparison; none is used by the package.

Each module offers ``build(problem)``, which returns two functions of a batch of codes, (n, N, S + |Q| + 3) float64:
``wrong`` returns f_x(w), (n, inputs), and ``loss_and_gradient`` the log loss, (n,), and its gradient, of the
codes' shape. All compute the `pseudo-utm` semantics in float64 for a state readout. Mass is kept by direct
complements: with ∏(1 − λ_j) formed from 1 − λ_j as it stands, the matches and the unmatched rest sum to one whatever
the λ's do, so that rounding errors of the mass do not grow. Near a code small probabilities lose their digits that
way; the peers are compared in the inside of code space.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from noisytm import SynthesisProblem

Floats = NDArray[np.float64]

# Codes times inputs that NumPy and PyTorch take at a time: measured best for 2,048 codes and 7 inputs.
PAIRS = 3584

# Label → module; the first is what the ratios refer to.
PEERS = {
    "JAX, straightforward": "jax_straightforward",
    "JAX, tuned": "jax_tuned",
    "PyTorch autograd": "torch_autograd",
    "NumPy, adjoint by hand": "numpy_adjoint",
}


class Forms(NamedTuple):
    """What a peer computes."""

    wrong: Callable[[Floats], Floats]
    loss_and_gradient: Callable[[Floats], tuple[Floats, Floats]]

    def in_groups(self, codes: int) -> Forms:
        """Return the same for any number of codes, of which so many are taken at a time: arrays then fit a cache."""

        def groups(given: Floats) -> list[Floats]:
            return [given[first : first + codes] for first in range(0, len(given), codes)]

        def wrong(given: Floats) -> Floats:
            if len(given) <= codes:
                return self.wrong(given)
            return np.concatenate([self.wrong(group) for group in groups(given)])

        def loss_and_gradient(given: Floats) -> tuple[Floats, Floats]:
            if len(given) <= codes:
                return self.loss_and_gradient(given)
            losses, gradients = zip(*map(self.loss_and_gradient, groups(given)), strict=True)
            return np.concatenate(losses), np.concatenate(gradients)

        return Forms(wrong, loss_and_gradient)


@dataclass(frozen=True)
class Shape:
    """What the peers need of a problem, as arrays.

    Attributes
    ----------
    symbols, states : int
        S and |Q|.
    blank, start, steps : int
        Blank symbol, start state, t.
    read, state : ndarray of int64, shape (N,)
        Key of every listed tuple, in order.
    words : list of ndarray of int64
        The inputs.
    targets : ndarray of int64, shape (inputs,)
        The accepted states.
    weights : ndarray of float64, shape (inputs,)
        q(x).
    """

    symbols: int
    states: int
    blank: int
    start: int
    steps: int
    read: NDArray[np.int64]
    state: NDArray[np.int64]
    words: list[NDArray[np.int64]]
    targets: NDArray[np.int64]
    weights: Floats

    @classmethod
    def of(cls, problem: SynthesisProblem) -> Shape:
        """Return the arrays of a problem whose readout is the state, with one accepted state for each input."""
        targets = [problem.sole_outcome(i) for i in range(len(problem.inputs))]
        if problem.readout != "state" or None in targets:
            raise ValueError(f"readout is {problem.readout}; the peers read the state, and accept one")
        data, space = problem.encoded, problem.space
        keys = np.array(space.key_indices, dtype=np.int64)
        words = [data.words[a:b] for a, b in zip(data.starts, data.starts[1:], strict=False)]
        return cls(
            len(space.symbols), len(space.states), data.blank, data.start, problem.steps, keys[:, 0], keys[:, 1],
            words, np.array([space.states.index(y[0]) for y in targets if y]), data.weights,
        )  # fmt: skip

    @property
    def longest(self) -> int:
        """Length of the longest input."""
        return max(len(word) for word in self.words)

    def tapes(self, left: int, right: int) -> Floats:
        """Return the inputs' first tapes, cells ``left`` … ``right`` from the head: (inputs, cells, S)."""
        symbols = np.full((len(self.words), right - left + 1), self.blank)
        for row, word in zip(symbols, self.words, strict=True):
            kept = word[: right + 1]
            row[-left : -left + len(kept)] = kept
        return np.eye(self.symbols)[symbols]

    def live(self, step: int) -> tuple[int, int]:
        """Return the first and last cell before ``step`` that need not be blank and that the head can still read."""
        ahead = self.steps - 1 - step
        return -min(step, ahead), min(ahead, max(self.longest - 1, 0) + step)


def build(label: str, problem: SynthesisProblem) -> Forms:
    """Return the forms of a peer; raises ImportError if what it is written in is not installed."""
    module: Any = importlib.import_module(f"peers.{PEERS[label]}")
    forms: Forms = module.build(problem)
    return forms
