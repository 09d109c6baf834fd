"""The accepted outcomes of an input as arrays of indices, for kernels that decide about single readouts."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
from numpy.typing import NDArray

from noisytm.problem.readout import STATE
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
    words : ndarray of int64, shape (A, C)
        The index of a state, or of a symbol, for each of the C places that are read.
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
    return np.array([problem.indices(outcome) for outcome in outcomes], dtype=np.int64), radius


def rejecting_states(problem: SynthesisProblem, index: int) -> NDArray[np.bool_]:
    """Return for each state whether a rejected outcome may be read in it.

    Parameters
    ----------
    problem, index
        As of `accepted_words`.

    Returns
    -------
    ndarray of bool, shape (|Q|,)

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library, words
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, inputs=words("AB", 1), steps=3)
    >>> rejecting_states(problem, 1)
    array([ True, False])
    """
    states = problem.space.states
    if not problem.readout.reads_state or problem.hamming:
        return np.ones(len(states), dtype=np.bool_)
    at = problem.readout.places.index(STATE)
    accepted = Counter(outcome[at] for outcome in set(problem.targets[index]))
    beside = math.prod(map(len, problem.readout.alphabets(problem.space))) // len(states)
    return np.array([accepted[state] < beside for state in states])
