"""Machines and tapes in the form the compiled loop takes."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from noisytm import _memory
from noisytm.discrete.configuration.tape import Configuration, cell_type
from noisytm.errors import MachineError
from noisytm.machine import MOVES, TuringMachine

NO_ENTRY = np.uint64(1 << 63)
MAX_TABLE_CELLS = 1 << 29
MARGIN = 256


@lru_cache(maxsize=16)
def packed_table(machine: TuringMachine) -> NDArray[np.uint64]:
    """Return the transition table as one row of 2S entries per state; read-only.

    Entries are packed as the compiled loop reads them. The second half of each row, and every cell that is
    not listed, has no entry.

    Raises
    ------
    MachineError
        If 2·S·|Q| passes 2^29.
    """
    width = 2 * len(machine.symbols)
    if width * len(machine.states) > MAX_TABLE_CELLS:
        raise MachineError(
            f"the machine has {len(machine.symbols)} symbols and {len(machine.states)} states;"
            f" a run needs symbols × states <= {MAX_TABLE_CELLS // 2:,}; remove what is not used"
        )
    table = np.full(width * len(machine.states), NO_ENTRY, dtype=np.uint64)
    symbol = {x: i for i, x in enumerate(machine.symbols)}
    row = {x: i * width for i, x in enumerate(machine.states)}
    for t in machine.tuples:
        entry = symbol[t.write] | MOVES.index(t.move) << 32 | row[t.next] << 34
        table[row[t.state] + symbol[t.read]] = entry
    table.setflags(write=False)
    return table


def listed_counts(machine: TuringMachine, counts: NDArray[np.int64]) -> tuple[int, ...]:
    """Return the entries of ``counts``, an array like the packed table, in the order of the listed tuples."""
    symbol = {x: i for i, x in enumerate(machine.symbols)}
    row = {x: 2 * i * len(machine.symbols) for i, x in enumerate(machine.states)}
    return tuple(int(counts[row[q] + symbol[s]]) for s, q in machine.keys)


class Buffer:
    """A stretch of tape that grows. Cells the head has not visited hold their symbol plus S.

    ``origin`` is the position of the first cell; ``leftmost`` and ``rightmost`` are the outermost visited
    positions, ``first`` and ``last`` the outermost ones that are visited or not blank.
    """

    def __init__(self, configuration: Configuration) -> None:
        machine, cells = configuration.machine, configuration.cells
        self._place(configuration)
        margin = configuration.origin - self.origin
        self.cells = np.full(cells.size + 2 * margin, self.unvisited_blank, dtype=cell_type(machine))
        self.cells[margin : margin + cells.size] = cells
        self.cells[margin : self.leftmost - self.origin] += self.symbols
        self.cells[self.rightmost + 1 - self.origin : margin + cells.size] += self.symbols

    def _place(self, configuration: Configuration) -> None:
        machine, size = configuration.machine, configuration.cells.size
        self.symbols = len(machine.symbols)
        self.unvisited_blank = self.symbols + machine.symbols.index(machine.blank)
        self.leftmost, self.rightmost = configuration.leftmost, configuration.rightmost
        self.first, self.last = configuration.origin, configuration.origin + size - 1
        self.origin = configuration.origin - max(MARGIN, size // 4)

    @classmethod
    def listed(cls, configuration: Configuration) -> tuple[Buffer, list[int]]:
        """Return the buffer with its cells as a list beside it, in which the head moves; see `put`."""
        buffer = cls.__new__(cls)
        buffer._place(configuration)
        margin = [buffer.unvisited_blank] * (configuration.origin - buffer.origin)
        tape = configuration.cells.tolist()
        first, last = buffer.leftmost - configuration.origin, buffer.rightmost - configuration.origin
        if first > 0:
            tape[:first] = [cell + buffer.symbols for cell in tape[:first]]
        if last + 1 < len(tape):
            tape[last + 1 :] = [cell + buffer.symbols for cell in tape[last + 1 :]]
        return buffer, [*margin, *tape, *margin]

    def put(self, tape: list[int], machine: TuringMachine) -> None:
        """Take cells from a list."""
        self.cells = np.array(tape, dtype=cell_type(machine))

    def listed_content(self, tape: list[int]) -> list[int]:
        """Return what `content` does, of cells in a list."""
        cells = tape[self.first - self.origin : self.last + 1 - self.origin]
        return [cell - self.symbols if cell >= self.symbols else cell for cell in cells]

    def grow(self, head: int, max_cells: int) -> bool:
        """Double the buffer on the side of the head; return whether it could grow at all."""
        added = min(self.cells.size, max_cells - self.cells.size)
        if added <= 0 or not _memory.fits((2 * self.cells.size + added) * self.cells.itemsize):
            return False
        on_the_left = head - self.origin < self.cells.size // 2
        try:
            larger = np.full(self.cells.size + added, self.unvisited_blank, dtype=self.cells.dtype)
        except MemoryError:
            return False
        larger[added if on_the_left else 0 :][: self.cells.size] = self.cells
        self.cells = larger
        self.origin -= added if on_the_left else 0
        return True

    def visit(self, leftmost: int, rightmost: int) -> None:
        """Take note of the outermost visited positions."""
        self.leftmost, self.rightmost = leftmost, rightmost
        self.first, self.last = min(self.first, leftmost), max(self.last, rightmost)

    def enter(self, head: int) -> None:
        """Count the head's cell as visited, which the loop could not do at the edge."""
        self.cells[head - self.origin] -= self.symbols
        self.visit(min(self.leftmost, head), max(self.rightmost, head))

    def content(self) -> NDArray[Any]:
        """Return the symbols from ``first`` to ``last`` as a new array."""
        cells = self.cells[self.first - self.origin : self.last + 1 - self.origin].copy()
        for unvisited in (cells[: self.leftmost - self.first], cells[self.rightmost + 1 - self.first :]):
            np.subtract(unvisited, self.symbols, out=unvisited, where=unvisited >= self.symbols)
        return cells
