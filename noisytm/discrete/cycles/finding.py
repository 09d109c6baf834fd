"""Runs that repeat themselves: the search for a cycle, and what it says of any later step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from noisytm import _clock
from noisytm.discrete.configuration import Buffer, Configuration, Cycle, Piece, configuration_of_pieces, packed_table
from noisytm.discrete.cycles import plain as plainly
from noisytm.discrete.direct import ALLOWANCE, advance, plain_steps, rows_of

CHUNK = 1 << 24  # steps without a look at the clock, compiled
KERNEL = "noisytm.discrete.cycles._kernel"
WEIGHT = 4  # a step of the search in plain Python takes about as long as so many of a run
MAX_CELLS = 1 << 26


@dataclass(frozen=True)
class FoundCycle:
    """A cycle, and a step from which on the whole configuration repeats relative to the head."""

    cycle: Cycle
    certain: int


def find_cycle(start: Configuration, last_step: int) -> FoundCycle | None:
    """Search a run for a cycle up to ``last_step``.

    A cycle is found if preperiod and period, counted from ``start``, are at most a quarter of the steps.

    Parameters
    ----------
    start : Configuration
        Where the run begins.
    last_step : int
        Step at which the search ends, since the very first one.
    """
    if start.resting or start.steps >= last_step:
        return None
    begin, search = start.steps, _Search(start)
    while True:
        why, kind = search.advance(last_step - begin)
        if why == plainly.OUT_OF_TAPE:
            if not search.grow():
                return None
        elif why == plainly.FOUND:
            then, head = int(search.moments[kind, 0]), int(search.moments[kind, 2])
            period, offset = search.steps - then, int(search.place[0]) - head
            preperiod = _preperiod(start, search, period, then)
            return FoundCycle(Cycle(begin + preperiod, period, offset), begin + then)
        elif why == plainly.AT_REST or search.steps == last_step - begin:
            return None
        else:
            _clock.tick()


class _Search:
    """The arrays of a search, which grow together."""

    def __init__(self, start: Configuration) -> None:
        self.buffer, self.machine = Buffer(start), start.machine
        origin, machine = self.buffer.origin, start.machine
        self.blank = machine.symbols.index(machine.blank)
        self.saved = np.full((3, self.buffer.cells.size), self.blank, dtype=self.buffer.cells.dtype)
        self.moments = np.full((3, 4), -1, dtype=np.int64)
        row = machine.states.index(start.state) * 2 * len(machine.symbols)
        visited = start.leftmost - origin, start.rightmost - origin
        self.place = np.array([start.head - origin, row, 0, *visited, 0], dtype=np.int64)
        first = start.origin - origin
        self.extent = np.array([first, first + start.cells.size - 1], dtype=np.int64)

    @property
    def steps(self) -> int:
        """Steps made since the start of the search."""
        return int(self.place[2])

    def advance(self, last_step: int) -> tuple[int, int]:
        """Search on for a while, in plain Python or compiled; return why it ends there, and the kind of moment."""
        buffer, before = self.buffer, self.steps
        arrays = buffer.cells, self.saved, self.moments, self.place
        plain = plain_steps(self.machine, buffer.cells.size, last_step - before, KERNEL, WEIGHT)
        if plain:
            rows = rows_of(self.machine)
            stop = before + min(plain, plainly.CHUNK)
            found = plainly.search(rows, *arrays, stop, buffer.symbols, self.extent)
            ALLOWANCE.spend(WEIGHT * (self.steps - before))
            return found
        from noisytm.discrete.cycles import _kernel

        stop = min(last_step, before + CHUNK)
        why, kind = _kernel.search(packed_table(self.machine), *arrays, stop, buffer.symbols, self.extent)
        return int(why), int(kind)

    def grow(self) -> bool:
        """Make room on the side of the head; return whether there is any."""
        before, size = self.buffer.origin, self.buffer.cells.size
        if not self.buffer.grow(before + int(self.place[0]), MAX_CELLS):
            return False
        shift = before - self.buffer.origin
        larger = np.full((3, self.buffer.cells.size), self.blank, dtype=self.saved.dtype)
        larger[:, shift : shift + size] = self.saved
        self.saved = larger
        self.place[[0, 3, 4]] += shift
        self.extent += shift
        self.moments[:, 2:] += shift
        return True


def _preperiod(start: Configuration, search: _Search, period: int, steps: int) -> int:
    origin, size, machine = search.buffer.origin, search.buffer.cells.size, start.machine
    tape: NDArray[Any] = np.full(size, search.blank, dtype=search.buffer.cells.dtype)
    tape[start.origin - origin :][: start.cells.size] = start.cells
    state, head, made = machine.states.index(start.state), start.head - origin, period + 2 * steps
    if plain_steps(machine, size, made, KERNEL, WEIGHT) == made:
        ALLOWANCE.spend(WEIGHT * made)
        return plainly.preperiod(rows_of(machine)[state], tape.tolist(), head, period, steps)
    from noisytm.discrete.cycles import _kernel

    table, row = packed_table(machine), 2 * state * len(machine.symbols)
    early, late = (np.array([head, row]) for _ in range(2))
    later_tape, begin = tape.copy(), 0
    for first in range(0, period, CHUNK):
        _clock.tick()
        _kernel.go(table, later_tape, late, min(CHUNK, period - first))
    for first in range(0, steps, CHUNK):
        _clock.tick()
        count = min(CHUNK, steps - first)
        begin = max(begin, int(_kernel.differ(table, tape, later_tape, early, late, first, count)))
    return begin


def repeated(here: Configuration, found: FoundCycle, steps: int) -> Configuration:
    """Return the configuration after ``steps`` steps, a whole number of periods after ``here``, by the cycle.

    Parameters
    ----------
    here : Configuration
        A configuration of the run from the step ``found.certain`` on.
    found : FoundCycle
        The cycle.
    steps : int
        Number of steps since the very first one.

    Returns
    -------
    Configuration
    """
    cycle, machine = found.cycle, here.machine
    rounds = (steps - here.steps) // cycle.period
    # One period with only the head's cell marked as visited shows which cells it visits.
    unmarked = Configuration.trimmed(
        machine, state=here.state, head=here.head, steps=here.steps, cells=here.cells, origin=here.origin,
        leftmost=here.head, rightmost=here.head,
    )  # fmt: skip
    after, _ = advance(unmarked, here.steps + cycle.period)
    shift = (rounds - 1) * cycle.offset
    leftmost = min(here.leftmost, after.leftmost, after.leftmost + shift)
    rightmost = max(here.rightmost, after.rightmost, after.rightmost + shift)
    first = min(here.leftmost, here.origin, after.origin)
    last = max(here.rightmost, here.origin + here.cells.size - 1, after.origin + after.cells.size - 1)
    blank = machine.symbols.index(machine.blank)
    cells = np.full(last - first + 1, blank)
    cells[after.origin - first :][: after.cells.size] = after.cells
    width, content = abs(cycle.offset), cells.tolist()
    # The period leaves a word behind, next to what it does not touch; the next period leaves the same one.
    left_behind = after.leftmost - first if cycle.offset >= 0 else after.rightmost + 1 - first - width
    pieces: list[Piece] = [
        (tuple(content[:left_behind]), 1),
        (tuple(content[left_behind : left_behind + width]), rounds),
        (tuple(content[left_behind + width :]), 1),
    ]
    return configuration_of_pieces(
        machine,
        [(word, count) for word, count in pieces if word],
        state=here.state,
        head=here.head + rounds * cycle.offset,
        steps=steps,
        origin=first if cycle.offset >= 0 else first + shift,
        leftmost=leftmost,
        rightmost=rightmost,
    )
