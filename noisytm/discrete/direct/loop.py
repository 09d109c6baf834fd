"""Exact runs by the plain loop: one table look-up per step, on a tape that grows as needed."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from numpy.typing import NDArray

from noisytm.discrete.configuration import Buffer, Configuration, packed_table

MAX_STEPS = 1 << 62
MAX_CELLS = 1 << 30
CHUNK = 1 << 26
PROGRESS_DELAY = 2.0


def advance(
    start: Configuration,
    max_steps: int,
    tally: NDArray[np.int64] | None = None,
    max_cells: int = MAX_CELLS,
    *,
    ignore_undefined: bool = False,
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

    Returns
    -------
    configuration, fits
        The last configuration, and whether the tape had room to get there.
    """
    if start.stopped or start.steps >= max_steps:
        return start, True
    machine = start.machine
    buffer = Buffer(start)
    at_rest, fits, state, head, steps = _loop(buffer, start, max_steps, tally, max_cells)
    end = Configuration(
        machine=machine,
        state=state,
        head=head,
        steps=steps,
        cells=buffer.content(),
        origin=buffer.first,
        leftmost=buffer.leftmost,
        rightmost=buffer.rightmost,
    )
    end.cells.setflags(write=False)
    extra = at_rest and machine.undefined == "write-1" and not ignore_undefined
    if extra and state not in machine.halting and steps < max_steps:
        end = _write_one(end)
    return end, fits


def _loop(
    buffer: Buffer,
    start: Configuration,
    max_steps: int,
    tally: NDArray[np.int64] | None,
    max_cells: int,
) -> tuple[bool, bool, str, int, int]:
    """Drive the compiled loop; return (at rest, fits, state, head, steps)."""
    from noisytm.discrete.direct import _kernel

    machine = start.machine
    table, width = packed_table(machine), 2 * len(machine.symbols)
    row, head, steps = machine.states.index(start.state) * width, start.head, start.steps
    with Progress(max_steps, steps) as progress:
        while True:
            chunk = min(CHUNK, max_steps - steps)
            why, at, row, left, leftmost, rightmost = _kernel.advance(
                table,
                buffer.cells,
                np.uint64(head - buffer.origin),
                np.uint64(row),
                chunk,
                np.uint64(buffer.symbols),
                np.uint64(buffer.leftmost - buffer.origin),
                np.uint64(buffer.rightmost - buffer.origin),
                tally,
            )
            head, steps = int(at) + buffer.origin, steps + chunk - int(left)
            buffer.visit(int(leftmost) + buffer.origin, int(rightmost) + buffer.origin)
            fits = why != _kernel.OUT_OF_TAPE or buffer.grow(head, max_cells)
            done = why == _kernel.AT_REST or (why == _kernel.OUT_OF_STEPS and steps == max_steps)
            if done or not fits:
                if not fits:
                    buffer.enter(head)
                return why == _kernel.AT_REST, fits, machine.states[int(row) // width], head, steps
            progress.update(steps)


class Progress:
    """A progress bar on the terminal, for runs that take longer than a moment."""

    def __init__(self, max_steps: int, steps: int) -> None:
        self.max_steps, self.steps = max_steps, steps
        self.bar: Any = None

    def __enter__(self) -> Progress:
        return self

    def update(self, steps: int) -> None:
        """Show how far the run has got."""
        if self.bar is None and steps - self.steps >= CHUNK and _on_terminal():
            from tqdm import tqdm

            self.bar = tqdm(
                total=self.max_steps,
                initial=self.steps,
                unit=" steps",
                unit_scale=True,
                delay=PROGRESS_DELAY,
                leave=False,
            )
        if self.bar is not None:
            self.bar.update(steps - self.bar.n)

    def __exit__(self, *exception: object) -> None:
        if self.bar is not None:
            self.bar.close()


def _on_terminal() -> bool:
    return sys.stderr is not None and sys.stderr.isatty()


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
