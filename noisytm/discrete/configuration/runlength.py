"""Configurations whose tape is kept in run-length form, for runs that leave more cells than fit into memory."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from noisytm._digits import shortened
from noisytm.discrete.configuration.tape import Configuration, cell_type
from noisytm.errors import BudgetError
from noisytm.machine import TuringMachine

Piece = tuple[tuple[int, ...], int]
MAX_PLAIN_CELLS = 1 << 22
MAX_CELLS = 1 << 30
MAX_WRITTEN_OUT = 16


class RunLengthConfiguration(Configuration):
    """A configuration with a tape of repeated words; everything else is as in `Configuration`.

    Parameters
    ----------
    machine, state, head, steps, origin, leftmost, rightmost, stopped
        As in `Configuration`.
    pieces : tuple of (tuple of int, int)
        Words, as indices of symbols, and how often each is repeated, from ``origin`` rightwards.

    Examples
    --------
    >>> from noisytm import library
    >>> end = RunLengthConfiguration(library.machine("bb3"), "A", 0, 99, (((1, 0), 10**20),), 0, 0, 2 * 10**20 - 1)
    >>> end.tape, end.score, end.symbols_from_head(3)
    ((('10', 100000000000000000000),), 100000000000000000000, ('1', '0', '1'))
    """

    pieces: tuple[Piece, ...]

    def __init__(
        self,
        machine: TuringMachine,
        state: str,
        head: int,
        steps: int,
        pieces: tuple[Piece, ...],
        origin: int,
        leftmost: int,
        rightmost: int,
        stopped: bool = False,
    ) -> None:
        values = {"machine": machine, "state": state, "head": head, "steps": steps, "pieces": pieces}
        values |= {"origin": origin, "leftmost": leftmost, "rightmost": rightmost, "stopped": stopped}
        for name, value in values.items():
            object.__setattr__(self, name, value)

    @property
    def size(self) -> int:
        """Number of cells kept."""
        return sum(len(word) * count for word, count in self.pieces)

    @cached_property
    def cells(self) -> NDArray[Any]:
        """The cells one by one, where there are at most 2^30.

        Raises
        ------
        BudgetError
            If there are more.
        """
        return spelled_out(self.machine, self.pieces, self.steps)

    @cached_property
    def tape(self) -> tuple[tuple[str, int], ...]:
        """Runs (symbol, count), and (word, count) where a word of several symbols is repeated often."""
        return tuple((self._name(word), count) for word, count in self.runs)

    @cached_property
    def runs(self) -> tuple[Piece, ...]:
        """The runs of `tape` with words as indices of symbols."""
        runs: list[list[Any]] = []
        for word, count in self.pieces:
            if len(set(word)) == 1:
                _append(runs, word[:1], count * len(word))
            elif count <= MAX_WRITTEN_OUT:
                for cell in word * count:
                    _append(runs, (cell,), 1)
            else:
                _append(runs, word, count)
        return tuple((word, count) for word, count in runs)

    @cached_property
    def score(self) -> int:
        """Number of cells that are not blank."""
        blank = self.machine.symbols.index(self.machine.blank)
        return sum(count * sum(cell != blank for cell in word) for word, count in self.pieces)

    def symbols_from_head(self, count: int) -> tuple[str, ...]:
        """Return the ``count`` symbols from the head rightwards."""
        found: list[int] = []
        skip = self.head - self.origin
        for word, times in self.pieces:
            length = len(word) * times
            if skip < length:
                stop = min(length, skip + count - len(found))
                found += [word[(skip + i) % len(word)] for i in range(stop - skip)]
            skip = max(0, skip - length)
        known = tuple(self.machine.symbols[i] for i in found[:count])
        return known + (self.machine.blank,) * (count - len(known))

    def _name(self, word: tuple[int, ...]) -> str:
        between = "" if self.machine.single_characters else ","
        return between.join(self.machine.symbols[i] for i in word)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, RunLengthConfiguration):
            return self._parts() == other._parts() and same_cells(self.pieces, other.pieces)
        return super().__eq__(other)

    def __hash__(self) -> int:
        return super().__hash__() if self.size <= MAX_CELLS else hash(self._parts())


def same_cells(first: Iterable[Piece], second: Iterable[Piece]) -> bool:
    """Return whether pieces stand for the same cells, without spelling them out.

    Two periodic stretches are the same over any length if they are over the sum of their periods (Fine and Wilf,
    Uniqueness theorems for periodic functions, Proc. Amer. Math. Soc. 16, 1965, theorem 1).

    Examples
    --------
    >>> same_cells([((0, 1), 10**30)], [((0,), 1), ((1, 0, 1, 0), 5 * 10**29 - 1), ((1, 0, 1), 1)])
    True
    """
    a, b = ([(word, len(word) * count) for word, count in reversed(list(pieces))] for pieces in (first, second))
    while a and b:
        (word, size), (other, length) = a.pop(), b.pop()
        shared = min(size, length)
        if any(word[i % len(word)] != other[i % len(other)] for i in range(min(shared, len(word) + len(other)))):
            return False
        for side, left, cells in ((a, size - shared, word), (b, length - shared, other)):
            if left:
                turn = shared % len(cells)
                side.append((cells[turn:] + cells[:turn], left))
    return not a and not b


def spelled_out(machine: TuringMachine, pieces: Iterable[Piece], steps: int) -> NDArray[Any]:
    """Return the cells that pieces stand for; raise `BudgetError` for more than 2^30."""
    pieces = list(pieces)
    size = sum(len(word) * count for word, count in pieces)
    if size > MAX_CELLS:
        raise BudgetError(
            f"the tape after {shortened(steps)} steps has {shortened(size)} cells; one by one at most"
            f" {MAX_CELLS} can be had; use the tape in run-length form"
        )
    kind = cell_type(machine)
    parts = [np.tile(np.array(word, dtype=kind), count) for word, count in pieces]
    cells = np.concatenate([np.empty(0, dtype=kind), *parts])
    cells.setflags(write=False)
    return cells


def configuration_of_pieces(
    machine: TuringMachine,
    pieces: list[Piece],
    *,
    state: str,
    head: int,
    steps: int,
    origin: int,
    leftmost: int,
    rightmost: int,
    stopped: bool = False,
) -> Configuration:
    """Build a configuration from words repeated: a plain one if it is of moderate size."""
    size = sum(len(word) * count for word, count in pieces)
    where: dict[str, Any] = {"state": state, "head": head, "steps": steps, "leftmost": leftmost}
    where |= {"rightmost": rightmost, "stopped": stopped}
    if size <= MAX_PLAIN_CELLS:
        cells = spelled_out(machine, pieces, steps)
        return Configuration.trimmed(machine, cells=cells, origin=origin, **where)
    blank = machine.symbols.index(machine.blank)
    pieces, dropped = _without_blank_end(pieces, blank, leftmost - origin)
    backwards = [(word[::-1], count) for word, count in reversed(pieces)]
    backwards, _ = _without_blank_end(backwards, blank, origin + size - 1 - rightmost)
    kept = tuple((word[::-1], count) for word, count in reversed(backwards))
    return RunLengthConfiguration(machine, pieces=kept, origin=origin + dropped, **where)


def _without_blank_end(pieces: list[Piece], blank: int, most: int) -> tuple[list[Piece], int]:
    """Drop at most ``most`` blank cells from the beginning; add blanks if ``most`` is negative."""
    if most < 0:
        return [((blank,), -most), *pieces], most
    dropped = 0
    while dropped < most:
        (word, count), rest = pieces[0], pieces[1:]
        whole = min(count, (most - dropped) // len(word)) if set(word) == {blank} else 0
        if whole:
            dropped += whole * len(word)
            pieces = [(word, count - whole), *rest] if count > whole else rest
            continue
        spare = next((i for i, cell in enumerate(word) if cell != blank), len(word))
        spare = min(spare, most - dropped)
        if spare:
            first = [(word[spare:], 1)] if spare < len(word) else []
            pieces = [*first, (word, count - 1), *rest] if count > 1 else [*first, *rest]
        return pieces, dropped + spare
    return pieces, dropped


def _append(runs: list[list[Any]], word: tuple[int, ...], count: int) -> None:
    if runs and runs[-1][0] == word:
        runs[-1][1] += count
    else:
        runs.append([word, count])
