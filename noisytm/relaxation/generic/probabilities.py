"""Probabilities of readouts and their gradients by the readable step: for a semantics with nothing faster."""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from noisytm.algebra import MinPlus, Probabilities, Tangents
from noisytm.problem import Outcome, SynthesisProblem
from noisytm.relaxation.generic.readings import readouts
from noisytm.relaxation.semantics import Semantics

Array = NDArray[np.float64]


class ReadableRuns:
    """Probabilities of readouts under any semantics, and their gradients, one code at a time.

    Parameters
    ----------
    problem : SynthesisProblem
        The problem.
    semantics : Semantics
        How the step is relaxed.

    Attributes
    ----------
    outcomes : list of lists of outcomes
        For each input the readouts that can be reached under full noise, in a fixed order.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library
    >>> from noisytm.relaxation.semantics import checked_semantics
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, ["A", "BA"], steps=2)
    >>> runs = ReadableRuns(problem, checked_semantics("mean-field"))
    >>> runs.masses(problem.space.embed(machine)[None])
    [array([[1., 0.]]), array([[1., 0.]])]
    """

    def __init__(self, problem: SynthesisProblem, semantics: Semantics) -> None:
        # A copy: what is kept for a problem must not refer to it.
        self._problem, self._semantics = copy.copy(problem), semantics
        rows, columns = problem.space.shape
        reached = readouts(MinPlus(), problem, [[0] * columns] * rows, semantics)
        self.outcomes: list[list[Outcome]] = [
            sorted(outcome for outcome, cost in found.items() if cost < math.inf) for found in reached
        ]

    def masses(self, codes: Array) -> list[Array]:
        """Return the probability of each outcome of each input.

        Parameters
        ----------
        codes : ndarray of float64, shape (n, N, S + |Q| + 3)
            Noisy codes; they are not checked.

        Returns
        -------
        list of ndarray of float64, shape (n, len(outcomes[i]))
        """
        masses = [np.zeros((len(codes), len(outcomes))) for outcomes in self.outcomes]
        for n, code in enumerate(codes.tolist()):
            for i, found in enumerate(readouts(Probabilities(), self._problem, code, self._semantics)):
                masses[i][n] = [found.get(outcome, 0.0) for outcome in self.outcomes[i]]
        return masses

    def gradient(self, codes: Array, cotangents: Sequence[Array]) -> Array:
        """Return the gradient of Σ cotangent·probability by the entries of the codes.

        Parameters
        ----------
        codes : ndarray of float64, shape (n, N, S + |Q| + 3)
            Noisy codes.
        cotangents : list of ndarray of float64, shape (n, len(outcomes[i]))
            For each input.

        Returns
        -------
        ndarray of float64, shape of ``codes``
        """
        rows, columns = self._problem.space.shape
        algebra, total = Tangents(rows * columns), np.zeros(codes.shape)
        for n, code in enumerate(codes.tolist()):
            entries = [[algebra.variable(i * columns + c, x) for c, x in enumerate(row)] for i, row in enumerate(code)]
            for i, found in enumerate(readouts(algebra, self._problem, entries, self._semantics)):
                for outcome, cotangent in zip(self.outcomes[i], cotangents[i][n], strict=True):
                    if outcome in found:
                        total[n] += cotangent * found[outcome][1].reshape(rows, columns)
        return total
