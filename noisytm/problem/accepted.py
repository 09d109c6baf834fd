"""The accepted outcomes of an input as arrays of indices, for kernels that decide about single readouts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from noisytm.problem.readout import readout_width
from noisytm.problem.synthesis import SynthesisProblem


def accepted_words(problem: SynthesisProblem, index: int) -> tuple[NDArray[np.int64], int]:
    """Return rows of letters and a radius: accepted is what differs from some row in at most so many letters.

    Parameters
    ----------
    problem : SynthesisProblem
        The problem.
    index : int
        Number of the input.

    Returns
    -------
    words : ndarray of int64, shape (A, max(K, 1))
        States for the readout ``state``, else symbols.
    radius : int

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library, words
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, inputs=words("AB", 1), steps=3)
    >>> accepted_words(problem, 1)
    (array([[1]]), 0)
    """
    outcomes, radius = problem.targets[index], problem.hamming
    space = problem.space
    names = space.symbols if readout_width(problem.readout) else space.states
    letters = {name: i for i, name in enumerate(names)}
    return np.array([[letters[x] for x in outcome] for outcome in outcomes], dtype=np.int64), radius
