"""Exact runs by a table of blocks: all that happens inside a block of cells is one look-up.

Steps are exact at any stopping point: what does not make a whole passage through a block is left to the plain loop.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from noisytm.discrete.configuration import Configuration
from noisytm.discrete.direct import CHUNK, MAX_CELLS, Progress
from noisytm.discrete.direct import advance as advance_directly
from noisytm.discrete.packing import packed_table
from noisytm.machine import TuringMachine

TARGET_SIZE = 1 << 10
MAX_SIZE = 1 << 16
MAX_ENTRIES = 1 << 22
MAX_WIDTH = 15
MARGIN = 64
PATIENCE = 1 << 10


def block_width(machine: TuringMachine) -> int:
    """Return the number of cells K of a block: the most with S^K <= 1024, or 0 if the table would be too large.

    Examples
    --------
    >>> from noisytm import library
    >>> block_width(library.machine("bb5"))
    10
    """
    count, states = len(machine.symbols), len(machine.states)
    width = 1
    while width < MAX_WIDTH and count ** (width + 1) <= TARGET_SIZE:
        width += 1
    while width and (count**width > MAX_SIZE or 2 * states * count**width > MAX_ENTRIES):
        width -= 1
    return width


def advance(
    start: Configuration,
    max_steps: int,
    tally: NDArray[np.int64] | None = None,
    max_cells: int = MAX_CELLS,
) -> tuple[Configuration, bool]:
    """Run on from a checked configuration until ``max_steps``, as the plain loop does.

    Parameters
    ----------
    start : Configuration
        Where to begin.
    max_steps : int
        Steps since the very first one.
    tally : int64 array like the packed table, optional
        Uses of each table entry, added to in place.
    max_cells : int
        Largest buffer.

    Returns
    -------
    configuration, fits
        The last configuration, and whether the tape had room to get there.
    """
    width = block_width(start.machine)
    if not width:
        return advance_directly(start, max_steps, tally, max_cells)
    here, patience = start, PATIENCE
    while True:
        here, ended, fits = _by_passages(here, width, max_steps, tally, max_cells)
        if not fits:
            return here, False
        target = max_steps if ended else min(max_steps, here.steps + patience)
        here, fits = advance_directly(here, target, tally, max_cells)
        if not fits or here.resting or here.steps >= max_steps:
            return here, fits
        patience *= 2


def _by_passages(
    start: Configuration, width: int, max_steps: int, tally: NDArray[np.int64] | None, max_cells: int
) -> tuple[Configuration, bool, bool]:
    """Run by whole passages as far as they go; return (configuration, the next takes too many steps, fits)."""
    from noisytm.discrete import _block_kernel

    if start.resting or start.steps >= max_steps:
        return start, True, True
    machine = start.machine
    table, size = packed_table(machine), len(machine.symbols) ** width
    entries, scratch = _entries(machine, width), np.empty(width, dtype=np.uint64)
    uses = None if tally is None else np.zeros_like(entries, dtype=np.int64)
    tape = BlockTape(start, width)
    row, steps = np.uint64(2 * machine.states.index(start.state) * size), start.steps
    with Progress(max_steps, steps) as progress:
        while True:
            chunk = min(CHUNK, max_steps - steps)
            why, head, row, left = _block_kernel.advance(
                entries, table, tape.blocks, np.uint64(tape.head), np.uint64(row), np.uint64(chunk),
                np.uint64(len(machine.symbols)), np.uint64(size), scratch, tape.edges, uses,
            )  # fmt: skip
            tape.head, steps = int(head), steps + chunk - int(left)
            fits = why != _block_kernel.OUT_OF_TAPE or tape.grow(max_cells)
            ended = why == _block_kernel.OUT_OF_STEPS and chunk < CHUNK
            if ended or not fits or why == _block_kernel.NO_PASSAGE:
                break
            progress.update(steps)
    if tally is not None:
        _block_kernel.add_uses(table, uses, np.uint64(len(machine.symbols)), np.uint64(size), scratch, tally)
    place = int(row) // size
    return tape.configuration(machine, machine.states[place // 2], place % 2, steps), ended, fits


@lru_cache(maxsize=16)
def _entries(machine: TuringMachine, width: int) -> NDArray[np.uint64]:
    """Return the table of passages of a machine, which fills as it is used."""
    return np.zeros(2 * len(machine.states) * len(machine.symbols) ** width, dtype=np.uint64)


class BlockTape:
    """A stretch of tape in blocks that grows; a block begins at the head of the configuration it is made from.

    ``blocks`` holds the numbers of the blocks, ``origin`` is the position of the first cell of the first one,
    ``edges`` the outermost visited blocks and cells in them, as the compiled loop wants them.
    """

    def __init__(self, start: Configuration, width: int) -> None:
        machine, self.width = start.machine, width
        self.powers = len(machine.symbols) ** np.arange(width - 1, -1, -1)
        blank = machine.symbols.index(machine.blank)
        self.blank = int(blank * self.powers.sum())
        on_the_left = -((start.origin - start.head) // width)
        on_the_right = -((start.head - start.origin - start.cells.size) // width)
        cells = np.full((on_the_left + on_the_right) * width, blank)
        begin = start.origin - start.head + on_the_left * width
        cells[begin : begin + start.cells.size] = start.cells
        margin = max(MARGIN, (on_the_left + on_the_right) // 4)
        self.blocks = np.full(on_the_left + on_the_right + 2 * margin, self.blank, dtype=np.uint16)
        self.blocks[margin : self.blocks.size - margin] = cells.reshape(-1, width) @ self.powers
        self.head = margin + on_the_left
        self.origin = start.head - self.head * width
        first, last = start.leftmost - self.origin, start.rightmost - self.origin
        self.edges = np.array([first // width, last // width, first % width, last % width], dtype=np.uint64)

    def grow(self, max_cells: int) -> bool:
        """Double the blocks on the side of the head; return whether there was room at all."""
        added = min(self.blocks.size, max_cells // self.width - self.blocks.size)
        if added <= 0:
            return False
        before = added if self.head < self.blocks.size // 2 else 0
        try:
            larger = np.full(self.blocks.size + added, self.blank, dtype=np.uint16)
        except MemoryError:
            return False
        larger[before:][: self.blocks.size] = self.blocks
        self.blocks, self.head, self.origin = larger, self.head + before, self.origin - before * self.width
        self.edges[:2] += np.uint64(before)
        return True

    def configuration(self, machine: TuringMachine, state: str, side: int, steps: int) -> Configuration:
        """Return the configuration in which the head has just entered its block from ``side``."""
        first, last, low, high = (int(edge) for edge in self.edges)
        head = self.origin + self.head * self.width + side * (self.width - 1)
        written = np.flatnonzero(self.blocks != self.blank)
        begin = min([first, self.head, *written[:1].tolist()])
        end = max([last, self.head, *written[-1:].tolist()]) + 1
        cells: NDArray[Any] = self.blocks[begin:end, None] // self.powers % len(machine.symbols)
        return Configuration.trimmed(
            machine,
            state=state,
            head=head,
            steps=steps,
            cells=cells.reshape(-1),
            origin=self.origin + begin * self.width,
            leftmost=min(head, self.origin + first * self.width + low),
            rightmost=max(head, self.origin + last * self.width + high),
        )
