"""The search for cycles in plain Python, for searches that end before compiled code would be loaded.

It does what the compiled search does, in the same order, and leaves the same arrays behind, so that either can go on
where the other has stopped.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from noisytm import _clock

OUT_OF_STEPS, AT_REST, OUT_OF_TAPE, FOUND = 0, 1, 2, 3  # as in the compiled search
CHUNK = 1 << 17  # steps without a look at the clock
ANYWHERE, RIGHTMOST, LEFTMOST = 0, 1, 2

Actions = list[list[Any]]


class Moment:
    """A configuration that is kept to be compared with later ones: step, row, head, how far back the head has been.

    In ``saved`` cells that had not been visited are as in the tape.
    """

    def __init__(self, values: NDArray[Any], saved: NDArray[Any]) -> None:
        self.time, self.row, self.head, self.bound = values.tolist()
        self.saved: list[int] = [] if self.time < 0 else saved.tolist()

    def keep(self, tape: list[int], time: int, row: int, head: int) -> None:
        """Take the present configuration in the place of the old one."""
        self.time, self.row, self.head, self.bound = time, row, head, head
        self.saved = tape.copy()

    def comes_again(self, tape: list[int], symbols: int, row: int, head: int) -> bool:
        """Compare the state, and the cells visited since the moment, from the head on."""
        if row != self.row or self.time < 0:
            return False
        shift, low, high = head - self.head, min(self.head, self.bound), max(self.head, self.bound)
        return tape[low + shift : high + 1 + shift] == [cell % symbols for cell in self.saved[low : high + 1]]

    @property
    def values(self) -> tuple[int, int, int, int]:
        """What the compiled search keeps of the moment besides the tape."""
        return self.time, self.row, self.head, self.bound


def search(
    rows: Actions,
    tape: NDArray[Any],
    saved: NDArray[Any],
    moments: NDArray[np.int64],
    place: NDArray[np.int64],
    last_step: int,
    symbols: int,
    extent: NDArray[np.int64],
) -> tuple[int, int]:
    """Run on until something comes again, the machine is at rest, or the steps or the buffer are used up.

    The parameters are those of the compiled search, but for ``rows``, the table as in `direct.plain.rows_of`.
    """
    cells: list[int] = tape.tolist()
    kept = [Moment(values, old) for values, old in zip(moments, saved, strict=True)]
    head, at, *counters = place.tolist()
    why, kind, head, row, steps, leftmost, rightmost, differing = _search(
        rows[at // (2 * symbols)], cells, kept, (head, *counters), last_step, symbols, extent.tolist()
    )
    for i, moment in enumerate(kept):
        moments[i] = moment.values
    if why in (OUT_OF_STEPS, OUT_OF_TAPE):  # else the search has ended
        tape[:] = cells
        for i, moment in enumerate(kept):
            if moment.time >= 0:
                saved[i] = moment.saved
        saved %= symbols
    place[:] = head, 2 * symbols * row[-1], steps, leftmost, rightmost, differing
    return why, kind


def _search(
    row: list[Any],
    tape: list[int],
    kept: list[Moment],
    place: tuple[int, ...],
    last_step: int,
    symbols: int,
    extent: list[int],
) -> tuple[Any, ...]:
    """Search on lists; return why it ends, the kind of moment, and where it is."""
    head, steps, leftmost, rightmost, differing = place
    width, last = 2 * symbols, len(tape) - 3
    anywhere, on_the_right, on_the_left = kept
    low, high, old = on_the_right.bound, on_the_left.bound, anywhere.saved
    why, kind = OUT_OF_STEPS, ANYWHERE
    while True:
        if not 2 <= head <= last:
            why = OUT_OF_TAPE
            break
        symbol = tape[head]
        if symbol >= symbols:
            symbol -= symbols
            tape[head] = symbol
        kind = ANYWHERE
        if not leftmost <= head <= rightmost:
            kind = RIGHTMOST if head > rightmost else LEFTMOST
            leftmost, rightmost = min(leftmost, head), max(rightmost, head)
            if head > extent[1] if kind == RIGHTMOST else head < extent[0]:
                on_the_right.bound, on_the_left.bound = low, high
                if kept[kind].comes_again(tape, symbols, row[-1] * width, head):
                    why = FOUND
                    break
                if steps >= 2 * kept[kind].time:
                    kept[kind].keep(tape, steps, row[-1] * width, head)
                    low, high = on_the_right.bound, on_the_left.bound
        if not differing and head == anywhere.head and row[-1] * width == anywhere.row and steps > anywhere.time >= 0:
            why, kind = FOUND, ANYWHERE
            break
        if steps >= 2 * anywhere.time:
            anywhere.keep(tape, steps, row[-1] * width, head)
            differing, old = 0, anywhere.saved
        action = row[symbol]
        if action is None:
            why = AT_REST
            break
        if steps == last_step:
            break
        was = old[head] % symbols
        written, move, row = action
        differing += (written != was) - (symbol != was)
        tape[head] = written
        head += move
        if head < low:  # noqa: PLR1730 - a call for each step
            low = head
        if head > high:  # noqa: PLR1730
            high = head
        steps += 1
    on_the_right.bound, on_the_left.bound = low, high
    return why, kind, head, row, steps, leftmost, rightmost, differing


def preperiod(row: list[Any], tape: list[int], head: int, period: int, steps: int) -> int:
    """Return from which step on state and symbol are the same as ``period`` steps later, looking at ``steps`` steps."""
    early = _readings(row, tape.copy(), head)
    late = itertools.islice(_readings(row, tape.copy(), head), period, None)
    begin = 0
    pairs = zip(early, late, strict=False)
    for done in range(0, steps, CHUNK):
        _clock.tick()
        for i, (first, second) in enumerate(itertools.islice(pairs, min(CHUNK, steps - done)), done):
            if first[0] is not second[0] or first[1] != second[1]:
                begin = i + 1
    return begin


def _readings(row: list[Any], tape: list[int], head: int) -> Iterator[tuple[list[Any], int]]:
    """Yield the row and the symbol before each step, on a tape that holds all cells that are going to be visited."""
    while True:
        symbol = tape[head]
        yield row, symbol
        tape[head], move, row = row[symbol]
        head += move
