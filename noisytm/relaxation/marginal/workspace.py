"""What a run of the relaxed step needs in memory: how much, whether that is there, and keeping it for the next call."""

from __future__ import annotations

import math
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from noisytm import _memory
from noisytm._watched import new_control
from noisytm.relaxation.marginal.kernels import MASK, Buffers, Workspace
from noisytm.relaxation.marginal.tracer import Trace

# Up to this size all steps are stored. More would no longer fit into the processor's cache; then it is quicker to run
# each segment of the steps a second time, from a checkpoint, than to store them all (3 times at t = 1000).
STORED_BYTES = 8 << 20

# The tapes of a segment take about this much.
SEGMENT_BYTES = 4 << 20

# A run that is not pulled back keeps the registers of this many steps.
FORWARD_SEGMENT = 8

# Buffers of finished calls that wait for the next call take at most this much.
KEPT_BYTES = 128 << 20


class Sizes(NamedTuple):
    """Numbers of values, each for all lanes, that the buffers of a run hold.

    Attributes
    ----------
    lanes, symbols, states, tuples, registers, width : int
        Of the kernel, the shape, the trace and the reach of the readout.
    steps, segment : int
        Length of the run, and of the segments whose tapes and registers are stored together.
    tape, widest : int
        Values of the tapes that are stored together, and of the largest tape.
    backward : bool
        Whether cotangents are pulled back.
    nodes : int
        Of the largest automaton of accepted outcomes.
    read : tuple of int
        Number of places that are read, and of values of the one that has most.
    row : int
        Entries of a tuple in the code, those of a key that errs with the others.
    """

    lanes: int
    symbols: int
    states: int
    tuples: int
    registers: int
    width: int
    steps: int
    segment: int
    tape: int
    widest: int
    backward: bool
    nodes: int
    read: tuple[int, int]
    row: int

    @property
    def columns(self) -> int:
        """Entries of a tuple that are mixed."""
        return self.symbols + self.states + 3

    @property
    def checkpoints(self) -> int:
        """Number of checkpoints: one for each segment, none if there is but one."""
        segments = -(-self.steps // self.segment)
        return segments if self.backward and segments > 1 else 0

    @property
    def nbytes(self) -> int:
        """Memory the buffers take."""
        values = self.tape + (self.segment + 1) * self.registers + 2 * self.tuples * self.row
        values += self.checkpoints * (2 * self.states + self.widest)
        if self.backward:
            values += 2 * self.widest + self.segment * self.columns
        return 8 * (self.lanes * values + 3 * (self.steps + 1) + 3 * self.nodes)


def sizes(
    module: ModuleType,
    head: Trace,
    steps: int,
    horizon: int,
    length: int,
    width: int,
    *,
    nodes: int,
    read: tuple[int, int],
    backward: bool,
    stored: bool = False,
) -> Sizes:
    """Return what a run needs, for inputs of up to ``length`` symbols.

    Parameters
    ----------
    module : module
        The kernels.
    head : Trace
        The head they run.
    steps, horizon, length, width : int
        Number of steps, last time the head's cell is read, longest input, reach of the readout.
    nodes : int
        Of the largest automaton of accepted outcomes.
    read : tuple of int
        Number of places that are read, and of values of the one that has most.
    backward : bool
        Whether cotangents are pulled back.
    stored : bool
        Whether all steps must be stored, whatever it takes.
    """
    layout = head.layout

    def of(segment: int) -> Sizes:
        tape, widest = module.room(steps, length, horizon, width, layout.symbols, segment)
        tape = max(tape, 2 * widest) if backward or stored else 2 * widest  # two, for a run that is not pulled back
        return Sizes(
            module.LANES, layout.symbols, layout.states, layout.tuples, head.registers, width, steps, segment,
            int(tape), int(widest), backward, nodes, read, layout.row,
        )  # fmt: skip

    if stored:
        return of(steps)
    if not backward:
        return of(min(steps, FORWARD_SEGMENT))
    whole = of(steps)
    return whole if whole.nbytes <= STORED_BYTES else of(segment_length(steps, 8 * whole.lanes * whole.widest))


def segment_length(steps: int, tape_bytes: int) -> int:
    """Return the length of segments, even: what the cache holds, but enough of it that checkpoints stay few.

    With √t / 2 steps in a segment, segment and checkpoints together take a quarter more than the least possible.

    Examples
    --------
    >>> segment_length(1000, 100_000), segment_length(10_000, 2_000_000)
    (42, 50)
    """
    return 2 * math.ceil(max(SEGMENT_BYTES // tape_bytes, math.sqrt(steps) / 2) / 2)


def require_steps(
    needed: Sizes, module: ModuleType, head: Trace, length: int, stored: bool = False, most: int | None = None
) -> None:
    """Raise `BudgetError` unless there is room for a run; the message says how much it needs and what would fit.

    There is room for ``most`` bytes if that is given, else for what the system has.
    """
    if _memory.fits(needed.nbytes, most):
        return
    limit, fit, beyond = _memory.limit() if most is None else most, 0, 1

    def need(steps: int) -> int:
        horizon, width = last_head_step(steps, needed.width), needed.width
        backward, nodes = needed.backward, needed.nodes
        return sizes(
            module, head, steps, horizon, length, width, nodes=nodes, read=needed.read, backward=backward, stored=stored
        ).nbytes

    while need(beyond) <= limit:
        fit, beyond = beyond, 2 * beyond
    while beyond - fit > 1:
        middle = (fit + beyond) // 2
        fit, beyond = (middle, beyond) if need(middle) <= limit else (fit, middle)
    advice = f"at most {fit} fit; use fewer steps" if fit else "use fewer codes or inputs, or free some memory"
    _memory.require(needed.nbytes, f"{needed.steps} steps", advice, most)


def last_head_step(steps: int, width: int) -> int:
    """Return the last time at which the head's cell is read: a state readout does not look at the final tape."""
    return steps if width else steps - 1


def allocate(needed: Sizes, dtype: Any = np.float64) -> Buffers:
    """Allocate the buffers of a run, uninitialised; lanes innermost, entries of 8 bytes."""
    lanes, columns = needed.lanes, needed.columns
    entries = needed.tuples * needed.row * lanes
    widest, rows = (needed.widest, needed.segment) if needed.backward else (0, 0)
    nodes = needed.nodes + 1
    return Buffers(
        window=np.empty((needed.steps + 1, 3), dtype=np.int64),
        tape=aligned(needed.tape * lanes, dtype),
        regs=aligned((needed.segment + 1) * needed.registers * lanes, dtype).reshape(needed.segment + 1, -1),
        marginals=np.empty(needed.read, dtype=dtype),
        marginals_bar=np.empty(needed.read, dtype=dtype),
        arriving=np.empty(nodes, dtype=dtype),
        arriving_bar=np.empty(nodes, dtype=dtype),
        squares=np.empty(nodes, dtype=dtype),
        tape_bar=aligned(2 * widest * lanes, dtype),
        z_bar=aligned(needed.states * lanes, dtype),
        bar=aligned(needed.registers * lanes, dtype),
        out_bar=aligned(rows * columns * lanes, dtype).reshape(rows, columns * lanes),
        code=aligned(entries, dtype),
        code_bar=aligned(entries, dtype),
        control=new_control(),
    )


def aligned(size: int, dtype: Any) -> NDArray[Any]:
    """Return an uninitialised array of 8-byte entries that begins at a multiple of 64 bytes, as vectors like it."""
    raw = np.empty(size + 8, dtype=dtype)
    skip = (-raw.ctypes.data % 64) // 8
    return raw[skip : skip + size]


def new_workspace(needed: Sizes) -> Workspace:
    """Allocate what `evaluate` works with."""
    row = (2 * needed.states + needed.widest) * needed.lanes
    checkpoints = aligned(needed.checkpoints * row, np.float64).reshape(needed.checkpoints, row)
    readings = aligned((MASK + needed.states) * needed.lanes, np.float64)
    inputs, rows, turns = (np.zeros(needed.lanes, dtype=np.int64) for _ in range(3))
    shares = np.empty(needed.lanes)
    return Workspace(allocate(needed), checkpoints, shares, readings, inputs, rows, turns, np.zeros(1, dtype=np.int64))


class Shelf:
    """Workspaces that finished calls have left for the next call of the same sizes; several threads may use it."""

    def __init__(self) -> None:
        self._free: list[tuple[Sizes, Workspace]] = []
        self._lock = threading.Lock()

    @contextmanager
    def borrowed(self, needed: Sizes) -> Iterator[Workspace]:
        """Lend a workspace of these sizes; it comes back at the end of the ``with`` block."""
        workspace = self._take(needed) or new_workspace(needed)
        yield workspace
        if needed.nbytes <= KEPT_BYTES:
            self._put_back(needed, workspace)

    def _take(self, needed: Sizes) -> Workspace | None:
        with self._lock:
            for i in range(len(self._free) - 1, -1, -1):
                if self._free[i][0] == needed:
                    return self._free.pop(i)[1]
        return None

    def _put_back(self, needed: Sizes, workspace: Workspace) -> None:
        with self._lock:
            self._free.append((needed, workspace))
            while sum(kept.nbytes for kept, _ in self._free) > KEPT_BYTES:
                self._free.pop(0)


shelf = Shelf()


def _forget() -> None:
    """In a forked child begin anew: another thread of the parent may have held the lock."""
    global shelf
    shelf = Shelf()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
