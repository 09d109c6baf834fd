"""The cost search of each semantics, by its class: the readable step, unless something faster is attached."""

from __future__ import annotations

from collections.abc import Sequence
from functools import singledispatch
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from noisytm.degeneracy.oracle.least_costs import LeastCosts
from noisytm.degeneracy.oracle.readable_costs import ReadableCosts
from noisytm.problem import SynthesisProblem
from noisytm.relaxation.semantics import Annealed, Marginal, Quenched, Semantics

Pairs = NDArray[np.int64]


class EntryCosts(Protocol):
    """Least costs of rejected runs, and which entries they use, for pairs of an input and a row of entry costs.

    Costs are from 0 to 2^58, one for each of the E = N·(S + |Q| + 3) entries of a code; those of right entries are 0.

    Attributes
    ----------
    grows_with_limit : bool
        Whether an answer takes longer for a larger limit.
    """

    grows_with_limit: bool

    def least(self, costs: NDArray[np.int64], pairs: Pairs, limit: int) -> NDArray[np.int64]:
        """Return the least cost for every pair, or ``limit`` (at most 2^58) if that is less."""

    def syndromes(
        self, costs: NDArray[np.int64], pairs: Pairs, limit: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Return, for the pairs with less than ``limit``: which (k,), least costs (k,), exponents of entries (k, E)."""

    def least_in_integers(self, costs: Sequence[int], enough: int | None) -> int | None:
        """Return the least cost over all inputs for E costs of any size; ``None`` if nothing is ever rejected.

        A least cost of at least ``enough`` need not be known: ``enough``, or more, may then be returned.
        """


@singledispatch
def entry_costs(
    semantics: Semantics, problem: SynthesisProblem, columns: NDArray[np.int64], memory: int | None = None
) -> EntryCosts:
    """Return the least costs of a semantics on a problem.

    To attach a search to a class, register the function that makes it: ``@entry_costs.register(Mine)``.

    Parameters
    ----------
    semantics : Semantics
        How the step is relaxed.
    problem : SynthesisProblem
        The problem.
    columns : ndarray of int64
        Flat indices of the entries that may cost something.
    memory : int, optional
        Bytes that may be taken; by default half of what is available.
    """
    return ReadableCosts(problem, semantics, columns, memory)


@entry_costs.register(Marginal)
def _(
    semantics: Marginal, problem: SynthesisProblem, columns: NDArray[np.int64], memory: int | None = None
) -> EntryCosts:
    return LeastCosts(problem, semantics, columns, memory)


@entry_costs.register(Annealed)
def _(
    semantics: Annealed, problem: SynthesisProblem, columns: NDArray[np.int64], memory: int | None = None
) -> EntryCosts:
    from noisytm.degeneracy.oracle.annealed_costs import AnnealedCosts  # loads numba

    return AnnealedCosts(problem, memory)


@entry_costs.register(Quenched)
def _(
    semantics: Quenched, problem: SynthesisProblem, columns: NDArray[np.int64], memory: int | None = None
) -> EntryCosts:
    from noisytm.degeneracy.oracle.quenched_costs import QuenchedCosts  # loads numba

    return QuenchedCosts(problem, memory)
