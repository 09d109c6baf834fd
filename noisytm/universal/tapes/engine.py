"""Exact runs on several tapes: tapes that grow as needed around the compiled loop."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from noisytm._checks import instance, run_length
from noisytm._text import shown
from noisytm.errors import BudgetError, MachineError
from noisytm.machine import MOVES
from noisytm.universal.tapes.configuration import KTapeConfiguration
from noisytm.universal.tapes.rules import RuleTable

CHUNK = 1 << 26
MAX_CELLS = 1 << 28
MARGIN = 8


def run(machine: RuleTable, start: KTapeConfiguration, max_steps: int) -> KTapeConfiguration:
    """Run on until the machine is at rest, for ``max_steps`` more steps at most; see `KTapeMachine.run`.

    Examples
    --------
    >>> from noisytm import KTapeMachine
    >>> right = KTapeMachine(["_1"], "_", ["go"], "go", [("go", ["1"], "go", [None], ["R"])])
    >>> end = run(right, right.configuration(["111"]), 1000)
    >>> end.steps, end.heads, end.resting
    (3, (3,), True)
    """
    return Runner(machine).run(start, run_length("max_steps", max_steps))


@dataclass(frozen=True)
class Runner:
    """A machine with its table laid out for the compiled loop, for many runs.

    Parameters
    ----------
    machine : KTapeMachine
        The machine.
    max_cells : int
        Largest number of cells of all tapes together, at 4 bytes each.
    """

    machine: RuleTable
    max_cells: int = MAX_CELLS

    @cached_property
    def rules(self) -> tuple[NDArray[Any], ...]:
        """The arguments of the loop that depend only on the machine."""
        machine = self.machine
        table = machine.table
        strides = np.array(table.strides, dtype=np.int64) // table.itemsize
        shape = (len(machine.rules), machine.tapes)
        follow = np.array([machine.states.index(rule.next) for rule in machine.rules], dtype=np.int64)
        numbers = [{s: i for i, s in enumerate(alphabet)} | {None: -1} for alphabet in machine.alphabets]
        writes = [[n[s] for n, s in zip(numbers, rule.write, strict=True)] for rule in machine.rules]
        moves = [[MOVES.index(move) - 1 for move in rule.moves] for rule in machine.rules]
        two = (np.array(rows, dtype=np.int64).reshape(shape) for rows in (writes, moves))
        return (table.reshape(-1), strides, follow, *two)

    def run(self, start: KTapeConfiguration, max_steps: int) -> KTapeConfiguration:
        """Run on from ``start``; see `KTapeMachine.run`."""
        from noisytm.universal.tapes import _kernel

        machine = self.machine
        instance("start", start, KTapeConfiguration)
        if start.machine != machine:
            raise MachineError(f"the configuration is one of another machine, {shown(start.machine.name)}")
        tapes, state, left = _Tapes(start), machine.states.index(start.state), max_steps
        while True:
            chunk = min(CHUNK, left)
            why, state, unused, tape = _kernel.advance(*self.rules, *tapes.arrays, state, chunk)
            left -= chunk - int(unused)
            fits = why != _kernel.OUT_OF_TAPE or tapes.grow(tape, self.max_cells)
            if not fits or why == _kernel.AT_REST or (why == _kernel.OUT_OF_STEPS and left == 0):
                end = tapes.configuration(machine.states[state], start.steps + max_steps - left)
                if not fits:
                    raise BudgetError(
                        f"after {end.steps} steps the tapes need more than {self.max_cells} cells;"
                        " make fewer steps, or raise max_cells",
                        partial=end,
                    )
                return end


class _Tapes:
    """The tapes in one array, with room around what is written on each."""

    def __init__(self, start: KTapeConfiguration) -> None:
        self.machine = start.machine
        numbers = [{s: i for i, s in enumerate(alphabet)} for alphabet in self.machine.alphabets]
        self.blanks = [n[b] for n, b in zip(numbers, self.machine.blanks, strict=True)]
        parts = [[n[s] for s in tape] for n, tape in zip(numbers, start.tapes, strict=True)]
        self._lay_out(
            [self._padded(i, np.array(part, dtype=np.int32), MARGIN) for i, part in enumerate(parts)],
            [origin - MARGIN for origin in start.origins],
            start.heads,
        )

    @property
    def arrays(self) -> tuple[NDArray[Any], ...]:
        return self.cells, self.first, self.last, self.heads

    def grow(self, tape: int, max_cells: int) -> bool:
        """Double the room of one tape on either side, unless that is too much."""
        parts, extra = self._parts(), int(self.last[tape] - self.first[tape]) + 1
        if self.cells.size + 2 * extra > max_cells:
            return False
        heads = self._positions()
        parts[tape] = self._padded(tape, parts[tape], extra)
        self.origins[tape] -= extra
        self._lay_out(parts, self.origins, heads)
        return True

    def configuration(self, state: str, steps: int) -> KTapeConfiguration:
        alphabets = self.machine.alphabets
        tapes = [tuple(a[i] for i in part.tolist()) for a, part in zip(alphabets, self._parts(), strict=True)]
        return KTapeConfiguration(self.machine, state, self._positions(), tuple(tapes), tuple(self.origins), steps)

    def _lay_out(self, parts: list[NDArray[np.int32]], origins: list[int], heads: tuple[int, ...]) -> None:
        ends = np.cumsum([part.size for part in parts])
        self.cells, self.origins = np.concatenate(parts), origins
        self.last = ends.astype(np.int64) - 1
        self.first = np.concatenate(([0], ends[:-1])).astype(np.int64)
        self.heads = np.array(heads, dtype=np.int64) - np.array(origins) + self.first

    def _padded(self, tape: int, part: NDArray[np.int32], room: int) -> NDArray[np.int32]:
        return np.pad(part, room, constant_values=self.blanks[tape])

    def _parts(self) -> list[NDArray[np.int32]]:
        return [self.cells[a : b + 1] for a, b in zip(self.first.tolist(), self.last.tolist(), strict=True)]

    def _positions(self) -> tuple[int, ...]:
        return tuple(int(x) for x in self.heads - self.first + np.array(self.origins))
