"""Codes that were drawn, each with the cube it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from noisytm._summary import Described, Summary, count
from noisytm.machine import TuringMachine
from noisytm.search.tables import UNFIXED, TableSpace


@dataclass(frozen=True, eq=False)
class CodeSample(Described):
    """Codes that were drawn: what `Solutions.sample` returns.

    Parameters
    ----------
    tables : TableSpace
        The space of tables.
    codes, cubes : ndarray of int64, shape (n, N)
        The actions of each code, as `TableSpace` numbers them, and the partial table of its cube: −1 where anything
        would do. In lists −2 stands where a tuple is not listed.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library, solutions
    >>> problem = SynthesisProblem.of_machine(library.machine("detectA"), ["A"], 1)
    >>> drawn = solutions(problem).sample(2, seed=0)
    >>> len(drawn), drawn.codes.shape, [len(machine.tuples) for machine in drawn.machines()]
    (2, (2, 6), [6, 6])
    """

    tables: TableSpace
    codes: NDArray[np.int64]
    cubes: NDArray[np.int64]

    def _summary(self) -> Summary:
        return Summary(f"{count(len(self), 'code')} of {count(self.codes.shape[1], 'tuple')}, each with its cube")

    def __len__(self) -> int:
        return len(self.codes)

    def machines(self) -> Iterator[TuringMachine]:
        """Yield the codes as machines."""
        return (self.tables.machine(np.maximum(code, UNFIXED)) for code in self.codes)
