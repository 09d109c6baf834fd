"""The network of a code: weights, the distributions that they make, and how they are pulled towards the code.

Weights enter by the logs of their sizes alone: probabilities are made of their squares.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from noisytm.codespace import CodeSpace
from noisytm.machine import Description

Array = NDArray[np.float64]


class Part(NamedTuple):
    """The weights of one distribution.

    Attributes
    ----------
    column, values, right : int
        Where its entries begin in a flat code, how many there are, and which is the right one.
    first : int
        Where its weights begin: that of the right value, then those of each wrong one.
    layers : int
        How many weights a wrong value has.
    """

    column: int
    values: int
    right: int
    first: int
    layers: int

    @property
    def weights(self) -> slice:
        """Where its weights stand."""
        return slice(self.first, self.first + 1 + self.layers * (self.values - 1))

    def log_amplitudes(self, logs: Array) -> tuple[Array, Array]:
        """Return log θ of the right value, shape (n,), and of the wrong ones, shape (n, values − 1)."""
        wrong = logs[:, self.first + 1 : self.weights.stop].reshape(len(logs), self.values - 1, self.layers)
        sums: Array = wrong.sum(axis=2)
        return logs[:, self.first], sums


@dataclass(frozen=True, eq=False)
class Network:
    """Weights near a code, as a list of parts.

    Attributes
    ----------
    space : CodeSpace
        The code space.
    machine : Description
        The code.
    parts : tuple of Part
        One for each distribution of more than one value.
    constant : ndarray of float64, shape (E,)
        The flat code; distributions of one value stay as they are.
    """

    space: CodeSpace
    machine: Description
    parts: tuple[Part, ...]
    constant: Array

    @classmethod
    def of(cls, space: CodeSpace, machine: Description, layers: int) -> Network:
        """Return the network of a code whose wrong amplitudes are products of so many weights."""
        rights, width, parts, first = space.right_entries(machine), space.shape[1], [], 0
        for i in range(space.tuples):
            for k, (_, column, values) in enumerate(space.blocks):
                if len(values) > 1:
                    right = int(rights[i, k]) - column
                    parts.append(Part(i * width + column, len(values), right, first, layers))
                    first = parts[-1].weights.stop
        return cls(space, machine, tuple(parts), space.embed(machine).ravel())

    @property
    def weights(self) -> int:
        """Number of weights."""
        return self.parts[-1].weights.stop if self.parts else 0

    def draws(self, rng: np.random.Generator, count: int, gamma: float) -> Array:
        """Return logs of the sizes of weights under the pull alone, in the region: shape (count, weights)."""
        logs = np.empty((count, self.weights))
        for part in self.parts:
            left = np.arange(count)
            while len(left):
                drawn = rng.standard_normal((len(left), part.weights.stop - part.first)) / math.sqrt(gamma)
                drawn[:, 0] += 1
                positive, sizes = drawn[:, 0] > 0, np.log(np.abs(drawn))
                inside = positive & self.inside(part._replace(first=0), sizes)
                logs[left[inside], part.weights] = sizes[inside]
                left = left[~inside]
        return logs

    def inside(self, part: Part, logs: Array) -> NDArray[np.bool_]:
        """Return whether the right value of a part has at least the probability ½: shape (n,)."""
        right, wrong = part.log_amplitudes(logs)
        found: NDArray[np.bool_] = np.exp(2 * (wrong - right[:, None])).sum(axis=1) <= 1
        return found

    def put(self, part: Part, logs: Array, codes: Array) -> None:
        """Put the probabilities of a part into flat codes; small ones keep their relative accuracy."""
        right, wrong = part.log_amplitudes(logs)
        ratios = np.exp(2 * (wrong - right[:, None]))
        total = 1 + ratios.sum(axis=1)
        others = [part.column + j for j in range(part.values) if j != part.right]
        codes[:, others] = ratios / total[:, None]
        codes[:, part.column + part.right] = 1 / total

    def codes(self, logs: Array) -> Array:
        """Return flat codes: shape (n, E)."""
        codes = np.tile(self.constant, (len(logs), 1))
        for part in self.parts:
            self.put(part, logs, codes)
        return codes

    def log_density(self, part: Part, logs: Array, gamma: float) -> Array:
        """Return the log density of the pull on the weights of a part, in the logs of their sizes: shape (n,).

        Where it is outside the region it is −inf.
        """
        own = logs[:, part.weights]
        sizes = np.exp(own)
        sizes[:, 0] -= 1
        density = own.sum(axis=1) - gamma / 2 * (sizes**2).sum(axis=1)
        return np.where(self.inside(part, logs), density, -np.inf)


def weights_of(space: CodeSpace, layers: int) -> int:
    """Return the number of weights: in each distribution one of the right value, and of each wrong one ``layers``.

    Examples
    --------
    >>> from noisytm import library
    >>> weights_of(CodeSpace.of(library.machine("detectA")), 1)  # 6 tuples of 3 symbols, 2 states and 3 moves
    48
    """
    return space.tuples * sum(1 + layers * (len(values) - 1) for _, _, values in space.blocks if len(values) > 1)
