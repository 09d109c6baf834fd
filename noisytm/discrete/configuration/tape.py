"""Configurations: all that a machine's future depends on, and how it got there as far as results tell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from noisytm._checks import instance
from noisytm._summary import Described, Summary, label_of, number
from noisytm._text import shown
from noisytm.errors import MachineError
from noisytm.machine import TuringMachine

FEW = 1 << 10  # cells that are gone through one by one: numpy takes longer to begin


@dataclass(frozen=True, eq=False)
class Configuration(Described):
    """State, head and tape of a machine after some number of steps.

    Positions are relative to the cell the head starts on, rightwards positive. The tape is kept from the
    leftmost to the rightmost cell that has been visited or is not blank; everything outside is blank.
    The head's own cell counts as visited.

    Parameters
    ----------
    machine : TuringMachine
        The machine; its symbols name the cells.
    state : str
        The state last entered.
    head : int
        Position of the head.
    steps : int
        Number of steps made since the start.
    cells : ndarray of unsigned integers, shape (n,)
        Indices of the symbols on the tape; read-only.
    origin : int
        Position of ``cells[0]``.
    leftmost, rightmost : int
        The outermost positions the head has visited.
    stopped : bool
        True after the extra step of a machine with ``undefined: write-1`` at an undefined cell: such a
        configuration does not run on.

    Examples
    --------
    >>> from noisytm import library
    >>> start = Configuration.initial(library.machine("detectA"), "BA")
    >>> start.state, start.head, start.tape
    ('reject', 0, (('B', 1), ('A', 1)))
    """

    machine: TuringMachine = field(repr=False)
    state: str
    head: int
    steps: int
    cells: NDArray[Any] = field(repr=False)
    origin: int
    leftmost: int
    rightmost: int
    stopped: bool = False

    @classmethod
    def initial(cls, machine: TuringMachine, word: str | Iterable[str] = "") -> Configuration:
        """Return the configuration before the first step: the head on the first symbol of ``word``.

        Raises
        ------
        MachineError
            If ``word`` is not a word over the machine's symbols.
        """
        instance("machine", machine, TuringMachine)
        index = {symbol: i for i, symbol in enumerate(machine.symbols)}
        blank = index[machine.blank]
        cells = [index[x] for x in machine.word(word)] or [blank]
        while cells[-1] == blank and len(cells) > 1:
            cells.pop()
        kept = np.array(cells, dtype=cell_type(machine))
        kept.setflags(write=False)
        return cls(machine, machine.start, 0, 0, kept, 0, 0, 0)

    @classmethod
    def trimmed(
        cls,
        machine: TuringMachine,
        *,
        state: str,
        head: int,
        steps: int,
        cells: NDArray[Any],
        origin: int,
        leftmost: int,
        rightmost: int,
        stopped: bool = False,
    ) -> Configuration:
        """Build a configuration, bringing ``cells`` to the extent that the class promises."""
        blank = machine.symbols.index(machine.blank)
        first, last = leftmost - origin, rightmost - origin
        written = cells != blank
        if written.any():
            first = min(first, int(written.argmax()))
            last = max(last, cells.size - 1 - int(written[::-1].argmax()))
        kept = np.full(last - first + 1, blank, dtype=cell_type(machine))
        inside = cells[max(first, 0) : last + 1]
        kept[max(-first, 0) :][: inside.size] = inside
        kept.setflags(write=False)
        return cls(machine, state, head, steps, kept, origin + first, leftmost, rightmost, stopped)

    @property
    def size(self) -> int:
        """Number of cells kept."""
        return int(self.cells.size)

    @cached_property
    def tape(self) -> tuple[tuple[str, int], ...]:
        """The cells as (symbol, count) runs, from left to right."""
        symbols = self.machine.symbols
        return tuple((symbols[word[0]], count) for word, count in self.runs)

    @cached_property
    def runs(self) -> tuple[tuple[tuple[int, ...], int], ...]:
        """The runs of `tape` with symbols as indices: (word, count), words of one symbol each."""
        if self.cells.size <= FEW:
            return _runs_of(self.cells.tolist())
        ends = np.append(np.flatnonzero(self.cells[1:] != self.cells[:-1]), self.cells.size - 1)
        lengths = np.diff(ends, prepend=-1).tolist()
        return tuple(((i,), n) for i, n in zip(self.cells[ends].tolist(), lengths, strict=True))

    @cached_property
    def score(self) -> int:
        """Number of cells that are not blank."""
        return int(np.count_nonzero(self.cells != self.machine.symbols.index(self.machine.blank)))

    @property
    def symbol(self) -> str:
        """The symbol under the head."""
        return self.symbols_from_head(1)[0]

    def symbols_from_head(self, count: int) -> tuple[str, ...]:
        """Return the ``count`` symbols from the head rightwards.

        Examples
        --------
        >>> from noisytm import library
        >>> Configuration.initial(library.machine("detectA"), "BA").symbols_from_head(3)
        ('B', 'A', '_')
        """
        begin = self.head - self.origin
        known = [self.machine.symbols[i] for i in self.cells[begin : begin + count].tolist()]
        return tuple(known) + (self.machine.blank,) * (count - len(known))

    @property
    def resting(self) -> str:
        """Why the machine does not run on: ``halted`` or ``undefined``; empty if it does."""
        if self.state in self.machine.halting:
            return "halted"
        undefined = self.stopped or (
            (self.symbol, self.state) not in self.machine.table and self.machine.undefined == "stop"
        )
        return "undefined" if undefined else ""

    def require(self, machine: TuringMachine) -> None:
        """Raise `MachineError` unless this is a configuration of ``machine``."""
        if self.machine != machine:
            raise MachineError(
                "the configuration is one of another machine,"
                f" {shown(self.machine.name or self.machine.key)}; run the machine it came from"
            )

    def _parts(self) -> tuple[Any, ...]:
        where = (self.head, self.steps, self.origin, self.leftmost, self.rightmost, self.stopped)
        return (self.machine, self.state, *where)

    def _summary(self) -> Summary:
        return Summary(
            f"state {shown(self.state, 40)}, head at {number(self.head)}, after {number(self.steps)} steps;"
            f" visited cells {number(self.leftmost)} to {number(self.rightmost)}",
            {"machine": label_of(self.machine)},
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Configuration):
            return NotImplemented
        return self._parts() == other._parts() and np.array_equal(self.cells, other.cells)

    def __hash__(self) -> int:
        return hash((self._parts(), self.cells.tobytes()))


def _runs_of(cells: list[int]) -> tuple[tuple[tuple[int, ...], int], ...]:
    """Return the runs of a few cells; a plain loop is quicker there than groupby."""
    found, last, count = [], -1, 0
    for cell in cells:
        if cell == last:
            count += 1
            continue
        if count:
            found.append(((last,), count))
        last, count = cell, 1
    if count:
        found.append(((last,), count))
    return tuple(found)


def cell_type(machine: TuringMachine) -> np.dtype[Any]:
    """Return the narrowest unsigned type with room for twice the alphabet, as the compiled loop needs it.

    Examples
    --------
    >>> from noisytm import library
    >>> cell_type(library.machine("detectA"))
    dtype('uint8')
    """
    return np.min_scalar_type(2 * len(machine.symbols) - 1)
