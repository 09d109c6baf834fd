"""Exact runs by a table of blocks: all that happens inside a block of cells is one look-up.

Steps are exact at any stopping point: where there is no whole passage through a block, the run goes on cell by cell
inside it; what never leaves a block is recognised there, since a block has finitely many contents.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from noisytm import _clock, _memory
from noisytm.discrete.configuration import Configuration, cell_type, packed_table
from noisytm.discrete.direct import CHUNK, MAX_CELLS, Progress
from noisytm.discrete.direct import advance as advance_directly
from noisytm.machine import TuringMachine

TARGET_SIZE = 1 << 10
MAX_SIZE = 1 << 16
MAX_ENTRIES = 1 << 22
MAX_WIDTH = 15
MARGIN = 64
WORTH_PROBING = 1 << 22
PROBE = 1 << 15
MAX_PROBED = 1 << 14
MOST_AT_ONCE = 1 << 62
ENTRIES_AT_ONCE = 1 << 12  # a passage takes at most 2^14 steps
AT_ONCE = 1 << 16  # blocks that are spelled out together


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
    tally: NDArray[Any] | None = None,
    max_cells: int = MAX_CELLS,
    *,
    in_time: bool = False,
) -> tuple[Configuration, bool]:
    """Run on from a checked configuration until ``max_steps``, as the plain loop does.

    Parameters
    ----------
    start : Configuration
        Where to begin.
    max_steps : int
        Steps since the very first one.
    tally : array like the packed table, optional
        Uses of each table entry, added to in place: int64, or Python integers for more than 2^62 steps.
    max_cells : int
        Largest buffer.
    in_time : bool
        Whether to end early if the time that the call may take runs out.

    Returns
    -------
    configuration, fits
        The last configuration, and whether the tape had room to get there.
    """
    width = block_width(start.machine)
    if not width or start.resting or start.steps >= max_steps:
        return advance_directly(start, max_steps, tally, max_cells, in_time=in_time)
    shift = _best_shift(start, width, max_cells) if max_steps - start.steps >= WORTH_PROBING else 0
    course = _Course(start, width, shift, tally, max_cells)
    course.in_time = in_time
    course.run(max_steps)
    here = course.configuration()
    if course.late or not course.fits:
        return here, course.fits
    return advance_directly(here, max_steps, None, max_cells)


def _best_shift(start: Configuration, width: int, max_cells: int) -> int:
    """Return how many cells left of the head its block should begin: for some steps, with the fewest passages.

    It matters where the head stays near one place, as on a counter, whose first digits should share a block.
    """
    if start.cells.size > MAX_PROBED:
        return 0
    passages = []
    for shift in range(width):
        course = _Course(start, width, shift, None, max_cells)
        course.run(start.steps + PROBE)
        passages.append(course.passages)
    return passages.index(min(passages))


class _Course:
    """A run by passages through blocks, and cell by cell in a block where there is no whole passage."""

    def __init__(
        self, start: Configuration, width: int, shift: int, total: NDArray[Any] | None, max_cells: int
    ) -> None:
        machine = start.machine
        self.machine, self.width, self.total, self.max_cells = machine, width, total, max_cells
        self.in_time = self.late = False
        self.symbols, self.size = len(machine.symbols), len(machine.symbols) ** width
        self.table, self.entries = packed_table(machine), _entries(machine, width)
        self.tally = None if total is None else np.zeros(self.table.size, dtype=np.int64)
        self.uses = None if total is None else np.zeros_like(self.entries, dtype=np.int64)
        self.tape, self.steps, self.passages, self.fits = BlockTape(start, width, shift), start.steps, 0, True
        self.state, self.at = machine.states.index(start.state), shift

    def run(self, max_steps: int) -> None:
        """Run until the steps are used up, the machine is at rest or the tape has no more room."""
        with Progress(max_steps, self.steps) as progress:
            while self._inside(max_steps) and self._passes(max_steps, progress):
                pass
        if self.total is not None and self.tally is not None:
            from noisytm.discrete.block import _kernel as _block_kernel

            scratch, symbols, size = (
                np.empty(self.width, dtype=np.uint64),
                np.uint64(self.symbols),
                np.uint64(self.size),
            )
            for first in range(0, self.entries.size, ENTRIES_AT_ONCE):
                last = min(first + ENTRIES_AT_ONCE, self.entries.size)
                _block_kernel.add_uses(self.table, self.uses, first, last, symbols, size, scratch, self.tally)
            self.total += self.tally

    def configuration(self) -> Configuration:
        """Return where the run has got to."""
        return self.tape.configuration(self.machine, self.machine.states[self.state], self.at, self.steps)

    def _passes(self, max_steps: int, progress: Progress) -> bool:
        """Run by whole passages as far as they go; return whether the tape has room for more."""
        from noisytm.discrete.block import _kernel as _block_kernel

        tape, scratch = self.tape, np.empty(self.width, dtype=np.uint64)
        row = np.uint64((2 * self.state + (self.at != 0)) * self.size)
        while True:
            chunk = min(CHUNK, max_steps - self.steps)
            why, head, row, left, passages = _block_kernel.advance(
                self.entries, self.table, tape.blocks, np.uint64(tape.head), np.uint64(row), np.uint64(chunk),
                np.uint64(self.symbols), np.uint64(self.size), scratch, tape.edges, self.uses,
            )  # fmt: skip
            tape.head, self.steps = int(head), self.steps + chunk - int(left)
            self.passages += int(passages)
            self.fits = why != _block_kernel.OUT_OF_TAPE or tape.grow(self.max_cells)
            ended = why == _block_kernel.OUT_OF_STEPS and chunk < CHUNK
            self.late = self.in_time and _clock.over()
            if ended or self.late or not self.fits or why == _block_kernel.NO_PASSAGE:
                self.state, side = divmod(int(row) // self.size, 2)
                self.at = side * (self.width - 1)
                return self.fits and not self.late
            progress.update(self.steps)

    def _inside(self, max_steps: int) -> bool:
        """Run to where the head leaves its block, unless steps or machine end before; return whether it does."""
        from noisytm.discrete.block import _kernel as _block_kernel

        cells, scratch = self.tape.cells_at_head(), np.empty(self.width, dtype=np.uint64)
        row = 2 * self.symbols * self.state
        place = np.array([row, self.at, self.at, self.at], dtype=np.uint64)

        def walk(steps: int, searching: bool, tally: NDArray[np.int64] | None) -> tuple[int, int, int]:
            steps = min(steps, MOST_AT_ONCE)
            why, left, since = _block_kernel.inside(
                self.table, cells, place, np.uint64(steps), searching, scratch, tally
            )
            return int(why), steps - int(left), int(since)

        why, made, period = walk(max_steps - self.steps, True, self.tally)
        self.steps += made
        if why == _block_kernel.AGAIN:  # it never leaves: whole periods change nothing but the steps
            rounds = (max_steps - self.steps) // period
            if self.total is not None and self.tally is not None:
                once = np.zeros_like(self.tally)
                walk(period, False, once)
                self.total += rounds * once.astype(self.total.dtype)
            self.steps += rounds * period
            why, made, _ = walk(max_steps - self.steps, False, self.tally)
            self.steps += made
        self.passages += 1
        self.tape.put_at_head(cells, int(place[2]), int(place[3]))
        self.state, self.at = int(place[0]) // (2 * self.symbols), int(place[1])
        if why == _block_kernel.LEFT:
            to_right = self.at == self.width
            self.tape.head += 1 if to_right else -1
            self.at = 0 if to_right else self.width - 1
        return why == _block_kernel.LEFT


@lru_cache(maxsize=16)
def _entries(machine: TuringMachine, width: int) -> NDArray[np.uint64]:
    """Return the table of passages of a machine, which fills as it is used."""
    return np.zeros(2 * len(machine.states) * len(machine.symbols) ** width, dtype=np.uint64)


class BlockTape:
    """A stretch of tape in blocks that grows; a block begins ``shift`` cells left of where the head is at first.

    ``blocks`` holds the numbers of the blocks, ``origin`` is the position of the first cell of the first one,
    ``edges`` the outermost visited blocks and cells in them, as the compiled loop wants them.
    """

    def __init__(self, start: Configuration, width: int, shift: int) -> None:
        machine, self.width = start.machine, width
        begin = start.head - shift
        self.base = len(machine.symbols)
        self.powers = self.base ** np.arange(width - 1, -1, -1)
        blank = machine.symbols.index(machine.blank)
        self.blank = int(blank * self.powers.sum())
        on_the_left = max(0, -((start.origin - begin) // width))
        on_the_right = -((begin - start.origin - start.cells.size) // width)
        cells = np.full((on_the_left + on_the_right) * width, blank)
        first = start.origin - begin + on_the_left * width
        cells[first : first + start.cells.size] = start.cells
        margin = max(MARGIN, (on_the_left + on_the_right) // 4)
        self.blocks = np.full(on_the_left + on_the_right + 2 * margin, self.blank, dtype=np.uint16)
        self.blocks[margin : self.blocks.size - margin] = cells.reshape(-1, width) @ self.powers
        self.head = margin + on_the_left
        self.origin = begin - self.head * width
        first, last = start.leftmost - self.origin, start.rightmost - self.origin
        self.edges = np.array([first // width, last // width, first % width, last % width], dtype=np.uint64)

    def grow(self, max_cells: int) -> bool:
        """Double the blocks on the side of the head; return whether there was room at all."""
        added = min(self.blocks.size, max_cells // self.width - self.blocks.size)
        # what is handed out has a byte or two for each cell
        if added <= 0 or not _memory.fits((self.blocks.size + added) * 2 * self.width):
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

    def cells_at_head(self) -> NDArray[np.uint64]:
        """Return the cells of the head's block."""
        cells: NDArray[Any] = int(self.blocks[self.head]) // self.powers % self.base
        return cells.astype(np.uint64)

    def put_at_head(self, cells: NDArray[np.uint64], low: int, high: int) -> None:
        """Put new cells into the head's block, of which those from ``low`` to ``high`` have been visited."""
        self.blocks[self.head] = cells.astype(np.int64) @ self.powers
        first, last, first_cell, last_cell = (int(edge) for edge in self.edges)
        if self.head <= first:
            self.edges[0], self.edges[2] = self.head, min(low, first_cell) if self.head == first else low
        if self.head >= last:
            self.edges[1], self.edges[3] = self.head, max(high, last_cell) if self.head == last else high

    def configuration(self, machine: TuringMachine, state: str, at: int, steps: int) -> Configuration:
        """Return the configuration with the head at a cell of its block."""
        first, last, low, high = (int(edge) for edge in self.edges)
        head = self.origin + self.head * self.width + at
        written = np.flatnonzero(self.blocks != self.blank)
        begin = min([first, self.head, *written[:1].tolist()])
        end = max([last, self.head, *written[-1:].tolist()]) + 1
        cells = np.empty((end - begin, self.width), dtype=cell_type(machine))
        for i in range(begin, end, AT_ONCE):
            some = self.blocks[i : min(end, i + AT_ONCE), None]
            cells[i - begin : i - begin + some.size] = some // self.powers % self.base
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
