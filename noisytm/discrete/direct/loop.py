"""Exact runs step by step: one table look-up per step, on a tape that grows as needed."""

from __future__ import annotations

from contextvars import ContextVar, Token
from typing import Any

import numpy as np
from numpy.typing import NDArray

from noisytm import _clock, _progress
from noisytm.discrete.configuration import Buffer, Configuration, cell_type, packed_table
from noisytm.discrete.direct import plain as plainly
from noisytm.machine import TuringMachine

MAX_STEPS = 1 << 62
MAX_CELLS = 1 << 30
CHUNK = 1 << 24  # steps of a slice: some hundredths of a second
PLAIN_CHUNK = 1 << 18  # in plain Python
KERNEL = "noisytm.discrete.direct._kernel"
PROGRESS_DELAY = 2.0
LONGEST_COUNT = 10**18  # of more steps than that no time to go can be known


def advance(
    start: Configuration,
    max_steps: int,
    tally: NDArray[np.int64] | None = None,
    max_cells: int = MAX_CELLS,
    *,
    ignore_undefined: bool = False,
    in_time: bool = False,
) -> tuple[Configuration, bool]:
    """Run on from a checked configuration until ``max_steps``; the plain loop behind `run`, without its checks.

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
    ignore_undefined : bool
        Whether to come to rest at undefined cells even if the machine has ``undefined: write-1``.
    in_time : bool
        Whether to end early if the time that the call may take runs out.

    Returns
    -------
    configuration, fits
        The last configuration, and whether the tape had room to get there.
    """
    if start.stopped or start.steps >= max_steps:
        return start, True
    machine = start.machine
    course = _Course(start, max_steps, tally, max_cells)
    fits = course.run(in_time)
    cells = np.array(course.content(), dtype=cell_type(machine))
    cells.setflags(write=False)
    buffer, state = course.buffer, machine.states[course.state]
    end = Configuration(
        machine, state, course.head, course.steps, cells, buffer.first, buffer.leftmost, buffer.rightmost
    )
    extra = course.at_rest and machine.undefined == "write-1" and not ignore_undefined
    if extra and state not in machine.halting and course.steps < max_steps:
        end = _write_one(end)
    return end, fits


class _Course:
    """A run on a buffer, whose cells are a list while its steps are made in plain Python."""

    def __init__(self, start: Configuration, max_steps: int, tally: NDArray[np.int64] | None, max_cells: int) -> None:
        self.machine, self.max_steps, self.tally, self.max_cells = start.machine, max_steps, tally, max_cells
        self.state, self.head, self.steps = self.machine.states.index(start.state), start.head, start.steps
        self.at_rest = False
        self.tape: list[int] | None = None
        if plain_steps(self.machine, start.cells.size, max_steps - self.steps, KERNEL):
            self.buffer, self.tape = Buffer.listed(start)
        else:
            self.buffer = Buffer(start)

    def run(self, in_time: bool) -> bool:
        """Run until the machine is at rest, or the steps are used up; return whether the tape had room for it."""
        with Progress(self.max_steps, self.steps) as progress:
            while True:
                why = self._slice()
                fits = why != plainly.OUT_OF_TAPE or self._grow()
                self.at_rest = why == plainly.AT_REST
                if not fits:
                    self.buffer.enter(self.head)
                if self.at_rest or not fits or (why == plainly.OUT_OF_STEPS and self.steps == self.max_steps):
                    return fits
                progress.update(self.steps)
                if in_time and _clock.over():
                    return True

    def content(self) -> Any:
        """Return the symbols of the tape, without what has not been visited and is blank at its ends."""
        return self.buffer.content() if self.tape is None else self.buffer.listed_content(self.tape)

    def _slice(self) -> int:
        """Run on for a while; return why it ends there."""
        steps = min(CHUNK, self.max_steps - self.steps)
        if self.tape is not None:
            plain = plain_steps(self.machine, len(self.tape), steps, KERNEL)
            if plain:
                return self._plain_slice(self.tape, min(plain, PLAIN_CHUNK))
            self._put()
        return self._compiled_slice(steps)

    def _put(self) -> None:
        if self.tape is not None:
            self.buffer.put(self.tape, self.machine)
            self.tape = None

    def _grow(self) -> bool:
        listed = self.tape is not None
        self._put()
        fits = self.buffer.grow(self.head, self.max_cells)
        if listed and fits and self.buffer.cells.size <= plainly.MOST_CELLS:
            self.tape = self.buffer.cells.tolist()
        return fits

    def _plain_slice(self, tape: list[int], steps: int) -> int:
        buffer, row = self.buffer, plainly.rows_of(self.machine)[self.state]
        extent = [buffer.leftmost - buffer.origin, buffer.rightmost - buffer.origin]
        why, at, row, left = plainly.advance(
            row, tape, self.head - buffer.origin, steps, buffer.symbols, extent, self.tally
        )
        plainly.ALLOWANCE.spend(steps - left)
        buffer.visit(extent[0] + buffer.origin, extent[1] + buffer.origin)
        self.head, self.state, self.steps = at + buffer.origin, row[-1], self.steps + steps - left
        return why

    def _compiled_slice(self, steps: int) -> int:
        from noisytm.discrete.direct import _kernel

        buffer, width = self.buffer, 2 * self.buffer.symbols
        why, at, row, left, leftmost, rightmost = _kernel.advance(
            packed_table(self.machine),
            buffer.cells,
            np.uint64(self.head - buffer.origin),
            np.uint64(self.state * width),
            steps,
            np.uint64(buffer.symbols),
            np.uint64(buffer.leftmost - buffer.origin),
            np.uint64(buffer.rightmost - buffer.origin),
            self.tally,
        )
        buffer.visit(int(leftmost) + buffer.origin, int(rightmost) + buffer.origin)
        self.head, self.state = int(at) + buffer.origin, int(row) // width
        self.steps += steps - int(left)
        return int(why)


def plain_steps(machine: TuringMachine, cells: int, steps: int, kernel: str, weight: int = 1) -> int:
    """Return how many steps to make in plain Python on a tape of so many cells, by the rule of `plain.Allowance`."""
    if cells > plainly.MOST_CELLS or len(machine.symbols) * len(machine.states) > plainly.MOST_CELLS:
        return 0
    return plainly.ALLOWANCE.take(steps, kernel, weight)


class Progress:
    """A progress bar, on a terminal or in a notebook, for runs that take longer than a moment.

    A run is made in parts of less than a moment; within the block of one for the whole, parts count on that one.
    """

    _outermost: ContextVar[Progress | None] = ContextVar("_outermost", default=None)

    def __init__(self, max_steps: int, steps: int) -> None:
        self.max_steps, self.steps = max_steps, steps
        self.bar: Any = None
        self._token: Token[Progress | None] | None = None

    def __enter__(self) -> Progress:
        outer = self._outermost.get()
        if outer is None:
            self._token = self._outermost.set(self)
        return outer or self

    def update(self, steps: int) -> None:
        """Show how far the run has got."""
        if self.bar is None and steps - self.steps >= CHUNK and _progress.somebody_looks():
            self.bar = _progress.bars()(
                total=self.max_steps if self.max_steps <= LONGEST_COUNT else None,
                initial=self.steps,
                unit=" steps",
                unit_scale=True,
                delay=PROGRESS_DELAY,
                leave=False,
            )
        if self.bar is not None:
            self.bar.update(min(steps, LONGEST_COUNT) - self.bar.n)

    def __exit__(self, *exception: object) -> None:
        if self._token is not None:
            self._outermost.reset(self._token)
        if self.bar is not None:
            self.bar.close()


def _write_one(end: Configuration) -> Configuration:
    cells = end.cells.copy()
    cells[end.head - end.origin] = end.machine.symbols.index("1")
    return Configuration.trimmed(
        machine=end.machine,
        state=end.state,
        head=end.head + 1,
        steps=end.steps + 1,
        cells=cells,
        origin=end.origin,
        leftmost=end.leftmost,
        rightmost=max(end.rightmost, end.head + 1),
        stopped=True,
    )
