"""Exact runs step by step: one table look-up per step, on a tape that grows as needed."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from numpy.typing import NDArray

from noisytm.discrete.configuration import Buffer, Configuration, packed_table
from noisytm.discrete.direct import plain as plainly
from noisytm.machine import TuringMachine

MAX_STEPS = 1 << 62
MAX_CELLS = 1 << 30
CHUNK = 1 << 24  # steps of a slice: some hundredths of a second
KERNEL = "noisytm.discrete.direct._kernel"
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
    """Drive the loop, plain or compiled; return (at rest, fits, state, head, steps)."""
    machine = start.machine
    state, head, steps = machine.states.index(start.state), start.head, start.steps
    with Progress(max_steps, steps) as progress:
        while True:
            chunk = min(CHUNK, max_steps - steps)
            plain = plain_steps(machine, buffer, chunk, KERNEL)
            step = _plain_slice if plain else _compiled_slice
            chunk = plain or chunk
            why, head, state, left = step(machine, buffer, state, head, chunk, tally)
            steps += chunk - left
            fits = why != plainly.OUT_OF_TAPE or buffer.grow(head, max_cells)
            done = why == plainly.AT_REST or (why == plainly.OUT_OF_STEPS and steps == max_steps)
            if done or not fits:
                if not fits:
                    buffer.enter(head)
                return why == plainly.AT_REST, fits, machine.states[state], head, steps
            progress.update(steps)


def plain_steps(machine: TuringMachine, buffer: Buffer, steps: int, kernel: str, weight: int = 1) -> int:
    """Return how many of so many steps on a buffer to make in plain Python, by the rule of `plain.Allowance`."""
    if buffer.cells.size > plainly.MOST_CELLS or buffer.symbols * len(machine.states) > plainly.MOST_CELLS:
        return 0
    return plainly.ALLOWANCE.take(steps, kernel, weight)


def _plain_slice(
    machine: TuringMachine, buffer: Buffer, state: int, head: int, steps: int, tally: NDArray[np.int64] | None
) -> tuple[int, int, int, int]:
    tape, extent = buffer.cells.tolist(), [buffer.leftmost - buffer.origin, buffer.rightmost - buffer.origin]
    why, at, row, left = plainly.advance(
        plainly.rows_of(machine)[state], tape, head - buffer.origin, steps, buffer.symbols, extent, tally
    )
    plainly.ALLOWANCE.spend(steps - left)
    buffer.cells[:] = tape
    buffer.visit(extent[0] + buffer.origin, extent[1] + buffer.origin)
    return why, at + buffer.origin, row[-1], left


def _compiled_slice(
    machine: TuringMachine, buffer: Buffer, state: int, head: int, steps: int, tally: NDArray[np.int64] | None
) -> tuple[int, int, int, int]:
    from noisytm.discrete.direct import _kernel

    width = 2 * len(machine.symbols)
    why, at, row, left, leftmost, rightmost = _kernel.advance(
        packed_table(machine),
        buffer.cells,
        np.uint64(head - buffer.origin),
        np.uint64(state * width),
        steps,
        np.uint64(buffer.symbols),
        np.uint64(buffer.leftmost - buffer.origin),
        np.uint64(buffer.rightmost - buffer.origin),
        tally,
    )
    buffer.visit(int(leftmost) + buffer.origin, int(rightmost) + buffer.origin)
    return int(why), int(at) + buffer.origin, int(row) // width, int(left)


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
