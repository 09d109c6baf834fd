"""What a recogniser of runs that never end states of itself; each has a module of its own.

There are three kinds, by when they are asked. The compiled search has those of the first two kinds in it; what is told
of them here is their readable form. Those of the third kind are asked about what the search leaves over.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from noisytm._summary import Described
from noisytm.enumeration.table import Cell, Table


@dataclass(frozen=True)
class Setting(Described):
    """An option of a recogniser, an argument of `enumerate_machines`.

    Parameters
    ----------
    name : str
        Its name; recognisers may share one.
    default : object
        Its value if none is given.
    checked : callable
        The value for what was given, checked, and the number of symbols. Raises `MachineError`.
    """

    name: str
    default: Any
    checked: Callable[[Any, int], Any]


class Recogniser(ABC):
    """A proof that a run never ends, and how it is found.

    ``name`` is that of the class of machines it proves never to halt, ``label`` the same in a table, ``description``
    what it proves in a line, ``proof`` the class of its proofs, ``settings`` its options.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    description: ClassVar[str]
    proof: ClassVar[type]
    settings: ClassVar[tuple[Setting, ...]] = ()

    @abstractmethod
    def proves(self, table: Table, proof: Any) -> bool:
        """Return whether a proof holds for a machine; it is checked from nothing but the table."""


class TableRecogniser(Recogniser):
    """One that looks at a table when a cell of it has been filled, before the machine runs.

    ``kernel_class`` is its number in the compiled search.
    """

    kernel_class: ClassVar[int]

    @abstractmethod
    def look(self, table: Table, filled: Cell) -> Any:
        """Return the proof that a run which comes to the cell filled last never ends, ``None`` if there is none."""


class RunRecogniser(Recogniser):
    """One that watches a run from its beginning.

    ``kernel_class`` is its number in the compiled search.
    """

    kernel_class: ClassVar[int]

    @abstractmethod
    def watcher(self) -> Callable[[int, int, Mapping[int, int]], Any]:
        """Return what is told state, head and tape of each configuration, and gives the proof when there is one."""


class HoldoutRecogniser(Recogniser):
    """One that is asked about machines that have neither halted nor been recognised.

    One that is ``slow`` is asked when they have run longer; and one that has to see ``least_steps`` of a run only where
    a run may have so many.
    """

    slow: ClassVar[bool] = False
    least_steps: ClassVar[int] = 0

    @abstractmethod
    def prove(self, table: Table, symbols: int, settings: Mapping[str, Any]) -> Any:
        """Return the proof that the machine never halts, ``None`` if it finds none.

        Parameters
        ----------
        table : mapping of (state, symbol read) to (symbol written, move −1 or 1, next state)
            The machine.
        symbols : int
            Number of symbols.
        settings : mapping
            The values of all options by name.
        """

    def decide(self, rows: NDArray[np.int64], symbols: int, settings: Mapping[str, Any]) -> NDArray[np.bool_]:
        """Return for which machines there is a proof.

        Parameters
        ----------
        rows : int64 array, shape (n, cells + 3)
            The machines as the search lists them; the last three columns say nothing of the table.
        symbols : int
            Number of symbols.
        settings : mapping
            The values of all options by name.

        Returns
        -------
        bool array, shape (n,)
            The same as `prove` finds, one by one, unless a subclass has a compiled form of it.
        """
        found = (self.prove(table_of(row, symbols), symbols, settings) is not None for row in rows[:, :-3].tolist())
        return np.fromiter(found, np.bool_, len(rows))


def table_of(entries: list[int], symbols: int) -> Table:
    """Return a table of the compiled search as one of the readable search.

    Examples
    --------
    >>> table_of([515, -1, 1, -1], 2)
    {(0, 0): (1, 1, 1), (1, 0): (0, 1, 0)}
    """
    return {
        divmod(place, symbols): (entry >> 1 & 127, 2 * (entry & 1) - 1, (entry >> 8) // symbols)
        for place, entry in enumerate(entries)
        if entry >= 0
    }
