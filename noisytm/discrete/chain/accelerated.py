"""Exact runs by chain moves and proved rules on a run-length tape of blocks, for runs of any length."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from noisytm.discrete.block import RIGHT, MacroMachine
from noisytm.discrete.chain.prover import Prover
from noisytm.discrete.chain.tape import ChainTape
from noisytm.discrete.configuration import (
    MAX_WRITTEN_OUT,
    Configuration,
    EndlessRule,
    LateCycle,
    Piece,
    RunLengthConfiguration,
    configuration_of_pieces,
)
from noisytm.discrete.direct import advance as advance_directly
from noisytm.discrete.powers import BeyondError
from noisytm.machine import TuringMachine

PROBES = (1 << 12, 1 << 13, 1 << 14)
MOST_WIDTHS = 3
TRIALS = ((64, 24), (128, 32), (256, 64), (512, 128))  # moves, and the steps per move below which to give up
TRIAL_MOVES = TRIALS[-1][0]
FAST = 2_000
MAX_WIDTH = 8
MAX_SIZE = 1 << 24
MOST_BLOCKS = 32

Runs = list[tuple[int, int]]


def likely_widths(snapshots: Sequence[Configuration]) -> list[int]:
    """Return widths of blocks to try, the likeliest first: those under which the tapes have the fewest runs.

    Examples
    --------
    >>> from noisytm import library, run
    >>> likely_widths([run(library.machine("bb5"), max_steps=n).configuration for n in (4096, 8192)])
    [3, 6, 4]
    """
    *_, last = snapshots
    if isinstance(last, RunLengthConfiguration):
        return [_width_of_words(last.pieces)]
    count = len(last.machine.symbols)
    widths = [k for k in range(1, MAX_WIDTH + 1) if k == 1 or count**k <= MAX_SIZE]
    runs = run_counts(snapshots, widths)
    best, *others = sorted(widths, key=lambda width: runs[width])
    if 2 * best in others:  # what a sweep does may depend on whether it has crossed an even number of blocks
        others.remove(2 * best)
        others.insert(0, 2 * best)
    return [best, *others[: MOST_WIDTHS - 1]]


def run_counts(snapshots: Sequence[Configuration], widths: Sequence[int]) -> dict[int, int]:
    """Return how many runs of equal blocks the tapes have at each width, and the width once for each tape.

    Examples
    --------
    >>> from noisytm import library, run
    >>> run_counts([run(library.machine("bb5"), max_steps=8192).configuration], [1, 2, 3])
    {1: 24, 2: 21, 3: 8}
    """
    return {width: sum(_number_of_runs(here, width) + width for here in snapshots) for width in widths}


def _number_of_runs(here: Configuration, width: int) -> int:
    if isinstance(here, RunLengthConfiguration):
        return len(_runs(here, width)[0])
    blocks, _ = _blocks(here, width)
    return int(np.count_nonzero((blocks[1:] != blocks[:-1]).any(axis=1))) + 1


def _width_of_words(pieces: Sequence[Piece]) -> int:
    """Return a width of blocks in which words repeated often stay repeated, and other words are few blocks.

    Words without repetition may be as long as all that a cycle has left behind before it began.
    """
    width = math.lcm(*(len(word) for word, count in pieces if count > MAX_WRITTEN_OUT))
    longest = max(len(word) for word, _ in pieces)
    return width if longest <= width else width * -(-longest // (MOST_BLOCKS * width))


def snapshots(start: Configuration, max_steps: int) -> list[Configuration]:
    """Return where the plain loop gets to in a moment."""
    if isinstance(start, RunLengthConfiguration):
        return [start]
    stops = [min(max_steps, start.steps + probe) for probe in PROBES]
    return [start := advance_directly(start, stop)[0] for stop in stops]


def promising_run(
    start: Configuration, max_steps: int, widths: Sequence[int], counting: bool, patient: bool
) -> tuple[ChainRun | None, bool]:
    """Try some widths for a moment each; return the run that got furthest, and whether it may have further to go.

    The first that is fast beyond doubt is taken. Unless one is ``patient``, what is not faster than other methods
    would be is given up, and there may be no run left.
    """
    best = None
    for width in widths:
        run = ChainRun(start, width, counting)
        for moves, least in TRIALS:
            if not run.go(max_steps, moves - run.prover.moves):
                return run, False
            made = run.tape.steps - start.steps
            if made >= moves * FAST:
                return run, run.go(max_steps, TRIAL_MOVES - moves)
            if made < moves * least and not patient:
                break
        else:
            if best is None or run.tape.steps > best.tape.steps:
                best = run
    return best, True


class ChainRun:
    """A run on a run-length tape that can be continued, and looked at in between."""

    def __init__(self, start: Configuration, width: int, counting: bool) -> None:
        self.machine, self.width, self.start = start.machine, width, start
        self.macro, self.prover = MacroMachine(self.machine, width), Prover()
        runs, before = _runs(start, width)
        first = before + (start.leftmost - start.head) // width
        last = before + (start.rightmost - start.head) // width + 1
        unvisited, rest = _split(runs, first)
        visited_left, rest = _split(rest, before - first)
        visited_right, beyond = _split(rest, last - before)
        size = self.macro.size
        left = [(b + size, n) for b, n in unvisited] + visited_left
        right = visited_right + [(b + size, n) for b, n in beyond]
        reach = (start.leftmost - start.head) % width, (start.rightmost - start.head) % width
        state = self.machine.states.index(start.state)
        stacks = [list(run) for run in left], [list(run) for run in reversed(right)]
        self.tape = ChainTape(self.macro, state, *stacks, reach)
        self.tape.steps, self.origin = start.steps, start.head - before * width
        self.tape.uses = {} if counting else None
        self.inside: Mapping[tuple[int, int], int] = {}

    def go(self, max_steps: int, moves: int) -> bool:
        """Make moves while there are steps for them; return whether there may be more."""
        try:
            return not self.start.resting and self.prover.run(self.tape, max_steps, moves)
        except BeyondError as error:
            error.run = self
            raise

    @property
    def endless(self) -> EndlessRule | LateCycle | None:
        """Why the run never ends, if the head has gone off along the blank, or a rule applies for ever."""
        if self.tape.goes_off is not None:
            step, passage = self.tape.goes_off
            period = self.macro.least_period(passage)
            return LateCycle(step, period, passage.facing * (self.width * period // passage.steps))
        found, machine = self.prover.endless, self.machine
        if found is None:
            return None
        tape = [
            (tuple(machine.symbols[i] for i in self.macro.cells(block)), count, change)
            for block, count, change in (*found.left, *found.right)
        ]
        state, to_right = machine.states[found.state], found.facing == RIGHT
        return EndlessRule(found.steps, found.period, state, len(found.left), to_right, tuple(tape))

    def configuration(self, max_steps: int) -> Configuration:
        """Return the configuration after the moves made and what steps are left within the next block."""
        if self.start.resting or self.start.steps == max_steps:
            return self.start
        tape, size = self.tape, self.macro.size
        to_right = tape.facing == RIGHT
        left, right = [tuple(run) for run in tape.left], [tuple(run) for run in reversed(tape.right)]
        origin = self.origin - self.width * tape.added_left
        if to_right:
            taken, right = _split(right, 1)
        else:
            left, taken = _split(left, sum(n for _, n in left) - 1) if left else ([], [])
            origin -= 0 if taken else self.width
        block = taken[0][0] if taken else self.macro.blank
        walk = self.macro.walk(tape.state, tape.facing, block % size, max_steps - tape.steps)
        self.inside = walk.uses
        before = sum(n for _, n in left)
        unvisited = sum(n for b, n in left if b >= size)
        visited = before + 1 + sum(n for b, n in right if b < size)
        low, high = self._extent(walk.low, walk.high, left, block if taken else block + size, right)
        words: list[Piece] = [(self.macro.cells(b % size), n) for b, n in left]
        words += [(walk.cells, 1)] + [(self.macro.cells(b % size), n) for b, n in right]
        return self._ended(
            words,
            walk.state,
            before * self.width + walk.at,
            tape.steps + walk.steps,
            origin,
            (unvisited * self.width + low, (visited - 1) * self.width + high),
            max_steps,
        )

    def _extent(self, low: int, high: int, left: Runs, block: int, right: Runs) -> tuple[int, int]:
        """Return the outermost visited cells of the outermost visited blocks, once in the block at the head."""
        size, tape = self.macro.size, self.tape
        alone_left = not left or left[-1][0] >= size
        alone_right = not right or right[0][0] >= size
        known_left = tape.reach_left if not alone_left or block < size else self.width
        known_right = tape.reach_right if not alone_right or block < size else -1
        return min(known_left, low) if alone_left else known_left, max(
            known_right, high
        ) if alone_right else known_right

    def _ended(
        self,
        words: list[Piece],
        state: int,
        at: int,
        steps: int,
        origin: int,
        extent: tuple[int, int],
        max_steps: int,
    ) -> Configuration:
        machine = self.machine
        end = configuration_of_pieces(
            machine,
            words,
            state=machine.states[state],
            head=origin + at,
            steps=steps,
            origin=origin,
            leftmost=origin + extent[0],
            rightmost=origin + extent[1],
        )
        listed = (end.symbol, end.state) in machine.table or end.state in machine.halting
        if listed or machine.undefined != "write-1" or steps == max_steps:
            return end
        return configuration_of_pieces(
            machine,
            _replaced(words, at, machine.symbols.index("1")),
            state=end.state,
            head=end.head + 1,
            steps=steps + 1,
            origin=origin,
            leftmost=end.leftmost,
            rightmost=max(end.rightmost, end.head + 1),
            stopped=True,
        )

    @property
    def uses(self) -> Counter[tuple[int, int]]:
        """Uses of each (state, symbol) so far."""
        total = Counter(self.inside)
        for key, times in (self.tape.uses or {}).items():
            for pair, used in self.macro.walk(*key, None).uses.items():
                total[pair] += used * times
        return total


def _replaced(words: list[Piece], at: int, cell: int) -> list[Piece]:
    """Return the pieces with one cell, in a word that is there once, replaced."""
    changed = []
    for word, count in words:
        if 0 <= at < len(word) * count:
            changed.append(((*word[:at], cell, *word[at + 1 :]), count))
        else:
            changed.append((word, count))
        at -= len(word) * count
    return changed


def _runs(start: Configuration, width: int) -> tuple[Runs, int]:
    """Return the tape as runs of blocks, one beginning at the head, and the number of blocks before it."""
    machine = start.machine
    if isinstance(start, RunLengthConfiguration):
        before, padding = _before(start, width)
        blank = machine.symbols.index(machine.blank)
        pieces = [((blank,), padding), *start.pieces] if padding else list(start.pieces)
        return _reblocked(pieces, MacroMachine(machine, width)), before
    cells, before = _blocks(start, width)
    blocks = cells @ (len(machine.symbols) ** np.arange(width - 1, -1, -1))
    ends = np.append(np.flatnonzero(blocks[1:] != blocks[:-1]), blocks.size - 1)
    return list(zip(blocks[ends].tolist(), np.diff(ends, prepend=-1).tolist(), strict=True)), before


def _before(start: Configuration, width: int) -> tuple[int, int]:
    """Return the number of blocks before the head, and of blank cells that fill up the first of them."""
    before = -((start.origin - start.head) // width)
    return before, start.origin - start.head + before * width


def _blocks(start: Configuration, width: int) -> tuple[NDArray[Any], int]:
    """Return the tape as rows of cells, one beginning at the head, and the number of rows before it."""
    before, padding = _before(start, width)
    after = -((start.head - start.origin - start.cells.size) // width)
    cells = np.full((before + after) * width, start.machine.symbols.index(start.machine.blank), start.cells.dtype)
    cells[padding : padding + start.cells.size] = start.cells
    return cells.reshape(-1, width), before


def _reblocked(pieces: list[Piece], macro: MacroMachine) -> Runs:
    """Return pieces of any length cut into blocks, the last one filled up with blanks.

    A word whose length divides the width is one run but for its ends, however often it is repeated; any other is
    spelled out.
    """
    found: Runs = []
    carry: tuple[int, ...] = ()
    width = macro.width
    for word, times in pieces:
        size = len(word) * times
        if width % len(word) == 0 and size >= 2 * width:
            cut, block = width - len(carry), word * (width // len(word))
            turned = block[cut:] + block[:cut]
            whole, rest = divmod(size - cut, width)
            found += [(macro.number(carry + block[:cut]), 1), (macro.number(turned), whole)]
            carry = turned[:rest]
            continue
        carry += word * times
        whole = len(carry) // width * width
        found += [(macro.number(carry[i : i + width]), 1) for i in range(0, whole, width)]
        carry = carry[whole:]
    if carry:
        blank = macro.machine.symbols.index(macro.machine.blank)
        found.append((macro.number(carry + (blank,) * (width - len(carry))), 1))
    return [(block, sum(n for _, n in group)) for block, group in groupby(found, key=lambda run: run[0])]


def _split(runs: Runs, blocks: int) -> tuple[Runs, Runs]:
    """Cut runs after so many blocks."""
    first: Runs = []
    for i, (block, count) in enumerate(runs):
        if blocks < count:
            head = [(block, blocks)] if blocks else []
            return first + head, [(block, count - blocks), *runs[i + 1 :]]
        first.append((block, count))
        blocks -= count
    return first, []


def tallied(machine: TuringMachine, uses: Counter[tuple[int, int]]) -> tuple[int, ...]:
    """Return uses in the order of the listed tuples."""
    symbol = {x: i for i, x in enumerate(machine.symbols)}
    state = {x: i for i, x in enumerate(machine.states)}
    return tuple(uses[state[q], symbol[s]] for s, q in machine.keys)
