"""What a machine does inside a block of cells, worked out cell by cell and remembered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from noisytm.machine import MOVES, TuringMachine

LEFT, RIGHT = -1, 1
State = int
Uses = tuple[tuple[tuple[int, int], int], ...]


class Passage(NamedTuple):
    """From entering a block to leaving it: the new block, the state, the way the head faces, steps, cells visited."""

    block: int
    state: State
    facing: int
    steps: int
    low: int
    high: int
    chains: bool
    key: tuple[State, int, int]


class Walk(NamedTuple):
    """A run inside a block, up to leaving it, to the last step allowed, or to where the machine stops."""

    cells: tuple[int, ...]
    state: State
    at: int
    steps: int
    low: int
    high: int
    uses: Mapping[tuple[int, int], int]
    endless: bool


class MacroMachine:
    """A machine on blocks of ``width`` cells; a block is a number in base S, its leftmost cell the highest digit."""

    def __init__(self, machine: TuringMachine, width: int) -> None:
        self.machine, self.width = machine, width
        self.size = len(machine.symbols) ** width
        self.blank = self.number((machine.symbols.index(machine.blank),) * width)
        symbol = {x: i for i, x in enumerate(machine.symbols)}
        state = {x: i for i, x in enumerate(machine.states)}
        self.actions = {
            (state[t.state], symbol[t.read]): (symbol[t.write], MOVES.index(t.move) - 1, state[t.next])
            for t in machine.tuples
        }
        self.passages: dict[tuple[State, int, int], Passage | None] = {}

    def number(self, cells: tuple[int, ...]) -> int:
        """Return the number of a block."""
        number = 0
        for cell in cells:
            number = number * len(self.machine.symbols) + cell
        return number

    def cells(self, block: int) -> tuple[int, ...]:
        """Return the cells of a block."""
        cells, base = [], len(self.machine.symbols)
        for _ in range(self.width):
            block, cell = divmod(block, base)
            cells.append(cell)
        return tuple(reversed(cells))

    def passage(self, state: State, facing: int, block: int) -> Passage | None:
        """Return the passage of a block entered in the direction ``facing``; ``None`` if the head stays in it."""
        key = (state, facing, block)
        if key not in self.passages:
            walk = self.walk(state, facing, block, None)
            self.passages[key] = None
            if not 0 <= walk.at < self.width:
                leaving = LEFT if walk.at < 0 else RIGHT
                chains = (walk.state, leaving) == (state, facing)
                new = self.number(walk.cells)
                self.passages[key] = Passage(new, walk.state, leaving, walk.steps, walk.low, walk.high, chains, key)
        return self.passages[key]

    def least_period(self, passage: Passage) -> int:
        """Return the least period with which state and symbol come again in a chain of equal passages.

        Examples
        --------
        >>> from noisytm import parse
        >>> blocks = MacroMachine(parse("1RB---_0RB---"), 6)
        >>> blocks.least_period(blocks.passage(1, RIGHT, blocks.blank))
        1
        """
        state, facing, block = passage.key
        cells, at, read = list(self.cells(block)), 0 if facing == RIGHT else self.width - 1, []
        for _ in range(passage.steps):
            read.append((state, cells[at]))
            cells[at], move, state = self.actions[read[-1]]
            at += move
        divisors = (n for n in range(1, len(read)) if len(read) % n == 0)
        return next((n for n in divisors if read[n:] == read[:-n]), len(read))

    def walk(self, state: State, facing: int, block: int, limit: int | None) -> Walk:
        """Run inside a block for at most ``limit`` steps; without a limit, at most until it repeats itself."""
        cells, width, actions = list(self.cells(block)), self.width, self.actions
        at = 0 if facing == RIGHT else width - 1
        low = high = at
        steps, uses = 0, dict[tuple[int, int], int]()
        saved: tuple[int, int, list[int]] = (-1, 0, [])
        saved_steps, saved_uses, searching = 0, uses, True
        while 0 <= at < width:
            if at < low:
                low = at
            elif at > high:
                high = at
            key = state, cells[at]
            action = actions.get(key)
            if action is None or steps == limit:
                break
            if state == saved[0] and saved == (state, at, cells):
                if limit is None:
                    return Walk(tuple(cells), state, at, steps, low, high, uses, True)
                rounds = (limit - steps) // (steps - saved_steps)
                for used in uses:
                    uses[used] += rounds * (uses[used] - saved_uses.get(used, 0))
                steps += rounds * (steps - saved_steps)
                searching, saved = False, (-1, 0, [])
                continue
            if searching and steps & (steps - 1) == 0:
                saved, saved_steps, saved_uses = (state, at, cells.copy()), steps, uses.copy()
            uses[key] = uses.get(key, 0) + 1
            cells[at], move, state = action
            at += move
            steps += 1
        return Walk(tuple(cells), state, at, steps, low, high, uses, False)
