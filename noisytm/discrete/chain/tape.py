"""The run-length tape over blocks: equal blocks side by side are one entry with a count, crossed in one move.

`OpenTape` has its counts left open: what is proved of all counts is proved on it.

Counts are Python integers of any size. A block the head has not entered yet is kept apart from an equal one that
it has: its number is raised by the number of all blocks. So the extent visited follows from the tape.
"""

from __future__ import annotations

from typing import Any

from noisytm.discrete.block import LEFT, RIGHT, MacroMachine, Passage
from noisytm.discrete.chain.forms import Form, Value, at, variable

Stack = list[list[Any]]


class ChainTape:
    """State, way the head faces, and the tape on both sides as stacks of [block, count] with the nearest last.

    The head is about to enter the nearest block of the side it faces. Beyond both stacks lie unvisited blank blocks
    without end. ``added_left`` counts the blocks that were taken from there on the left; ``reach_left`` and
    ``reach_right`` are the outermost visited cells of the outermost visited blocks, ``new_left`` and ``new_right``
    whether these have been entered since the marks were last taken down. ``goes_off`` says after how many steps, and by
    which passages, the head has gone off along the blank blocks without end, over equal blocks before these too.
    """

    def __init__(self, macro: MacroMachine, state: int, left: Stack, right: Stack, reach: tuple[int, int]) -> None:
        self.macro, self.passages, self.size, self.beyond = macro, macro.passages, macro.size, macro.blank + macro.size
        self.state, self.facing = state, RIGHT
        self.left, self.right = left, right
        self.added_left: Any = 0
        self.reach_left, self.reach_right = reach
        self.new_left = self.new_right = False
        self.steps: Any = 0
        self.uses: dict[tuple[int, int, int], Any] | None = None
        self.last_key, self.since = (-1, 0, 0), self.steps
        self.goes_off: tuple[int, Passage] | None = None

    def move(self, max_steps: int) -> bool:
        """Make one move, a passage or a chain of equal ones, within ``max_steps``; return whether there was one."""
        facing, size = self.facing, self.size
        front, back = (self.right, self.left) if facing == RIGHT else (self.left, self.right)
        block = front[-1][0] if front else self.beyond
        fresh = block >= size
        key = (self.state, facing, block - size if fresh else block)
        passage = self.passages.get(key) or self.macro.passage(*key)
        if passage is None:
            return False
        if key != self.last_key:
            self.last_key, self.since = key, self.steps
        count: Any = 1
        if passage.chains:
            if not front:
                self.goes_off = self.goes_off or (self.since, passage)
            count = front[-1][1] if front else (max_steps - self.steps) // passage.steps
        steps = self.steps + count * passage.steps
        if steps > max_steps:  # with no difference of two numbers of 100,000 digits where there is no need
            count = (max_steps - self.steps) // passage.steps
            steps = self.steps + count * passage.steps
        if not count:
            return False
        if not front:
            self.added_left += count if facing == LEFT else 0
        elif front[-1][1] == count:
            front.pop()
        else:
            front[-1][1] -= count
        if fresh or not front or not back or front[-1][0] >= size or back[-1][0] >= size:
            self._note_extent(passage, front, back, fresh)
        self.state, self.facing, self.steps = passage.state, passage.facing, steps
        push(back if passage.facing == facing else front, passage.block, count)
        if self.uses is not None:
            self.uses[key] = self.uses.get(key, 0) + count
        return True

    def _note_extent(self, passage: Passage, front: Stack, back: Stack, fresh: bool) -> None:
        """Bring up to date which cells of the outermost blocks have been visited, as the head leaves a block."""
        ends_front, ends_back = (not side or side[-1][0] >= self.size for side in (front, back))
        if self.facing == RIGHT:
            if fresh:
                self.reach_right, self.new_right = passage.high, True
            elif ends_front:
                self.reach_right = max(self.reach_right, passage.high)
            if ends_back:
                self.reach_left = min(self.reach_left, passage.low)
        else:
            if fresh:
                self.reach_left, self.new_left = passage.low, True
            elif ends_front:
                self.reach_left = min(self.reach_left, passage.low)
            if ends_back:
                self.reach_right = max(self.reach_right, passage.high)

    def note_reach(self, reach: tuple[int, int], new: tuple[bool, bool]) -> None:
        """Bring the extent up to date after several moves, which had begun with no marks of it."""
        if new[0]:
            self.reach_left, self.new_left = reach[0], True
        elif reach[0] < self.reach_left:
            self.reach_left = reach[0]
        if new[1]:
            self.reach_right, self.new_right = reach[1], True
        elif reach[1] > self.reach_right:
            self.reach_right = reach[1]

    def numbers(self, least: int = 2) -> tuple[int, ...]:
        """Return the shape, and the counts below ``least``, as a row of numbers: they are sooner made and compared."""
        if least == 2:
            sides = [[2 * block + (count == 1) for block, count in side] for side in (self.left, self.right)]
        else:
            sides = [
                [least * block + (count if count < least else 0) for block, count in side]
                for side in (self.left, self.right)
            ]
        return (self.state, self.facing, *sides[0], -1, *sides[1])

    def shape(self) -> tuple[Any, ...]:
        """Return all but the counts, of which only those that are 1 are told from the others."""
        left = tuple([(block, count == 1) for block, count in self.left])
        return self.state, self.facing, left, tuple([(block, count == 1) for block, count in self.right])


def push(stack: Stack, block: int, count: Any) -> None:
    """Add blocks on top of a stack.

    Examples
    --------
    >>> stack = [[5, 1]]
    >>> push(stack, 5, 2)
    >>> push(stack, 7, 1)
    >>> stack
    [[5, 3], [7, 1]]
    """
    if stack and stack[-1][0] == block:
        stack[-1][1] += count
    else:
        stack.append([block, count])


def is_one(count: Value) -> bool:
    """Return whether a count is 1 and not left open.

    Examples
    --------
    >>> is_one(1), is_one(2), is_one(variable(0))
    (True, False, False)
    """
    return isinstance(count, int) and count == 1


class OpenTape(ChainTape):
    """A tape whose counts other than 1 are left open, with what must hold of them for the moves made.

    ``required`` are linear forms that must be at least 2; ``counts`` are the counts of the tape that was opened,
    ``holds`` says whether they meet what is required. ``low_left`` and ``low_right`` are the deepest places of the two
    stacks that have been looked at, -1 for seeing that there is nothing left.
    """

    def __init__(self, tape: ChainTape, least: int = 2) -> None:
        super().__init__(tape.macro, tape.state, [], [], (tape.macro.width, -1))
        self.counts: list[int] = []
        self.left, self.right = self._opened(tape.left, least), self._opened(tape.right, least)
        self.low_left, self.low_right = len(self.left), len(self.right)
        self.facing = tape.facing
        self.uses = None if tape.uses is None else {}
        self.required: list[Form] = []
        self.holds = True

    def _opened(self, stack: Stack, least: int) -> Stack:
        opened: Stack = []
        for block, count in stack:
            if count < least:
                opened.append([block, count])
            else:
                opened.append([block, variable(len(self.counts))])
                self.counts.append(count)
        return opened

    @property
    def steps(self) -> Value:
        """The steps made: those of single passages are summed up apart, as numbers are sooner added than forms."""
        return self.open_steps + self.single_steps

    @steps.setter
    def steps(self, steps: Value) -> None:
        self.open_steps, self.single_steps = steps, 0

    def require(self, value: Value) -> None:
        """Note that a form must be at least 2."""
        if isinstance(value, Form):
            self.required.append(value)
        self.holds = self.holds and at(value, self.counts) >= 2

    def touched(self, left: int, right: int) -> None:
        """Note how deep the tape has been looked at."""
        self.low_left = min(self.low_left, len(self.left) - left)
        self.low_right = min(self.low_right, len(self.right) - right)

    def move(self, max_steps: int | None = None) -> bool:
        """Make one move, with what must hold of the open counts for it; return whether there was one."""
        facing, size = self.facing, self.size
        front, back = (self.right, self.left) if facing == RIGHT else (self.left, self.right)
        block = front[-1][0] if front else self.beyond
        fresh = block >= size
        key = (self.state, facing, block - size if fresh else block)
        passage = self.passages.get(key) or self.macro.passage(*key)
        if passage is None or (passage.chains and not front):  # a chain into the blank has no end
            return False
        count: Value = 1
        if passage.chains:
            count = front.pop()[1]
        elif not front:
            self.added_left += 1 if facing == LEFT else 0
        elif self._is_one(front[-1][1]):
            front.pop()
        else:
            front[-1][1] -= 1
        self.touched(1, 1)
        if fresh or not front or not back or front[-1][0] >= size or back[-1][0] >= size:
            self._note_extent(passage, front, back, fresh)
        if type(count) is int:
            self.single_steps += count * passage.steps
        else:
            self.open_steps = self.open_steps + count * passage.steps
        self.state, self.facing = passage.state, passage.facing
        push(back if passage.facing == facing else front, passage.block, count)
        if self.uses is not None:
            self.uses[key] = self.uses.get(key, 0) + count
        return True

    def _is_one(self, count: Value) -> bool:
        """Return whether a block taken off a run is its last one; note that it is not, if that depends on counts."""
        if is_one(count):
            return True
        self.require(count)
        return False

    def kept(self, tape: ChainTape, least: int = 2) -> tuple[tuple[int, int], list[Value]]:
        """Return how deep the tape that was opened has been looked at, and the open counts there, numbered anew."""
        low = self.low_left, self.low_right
        names: list[Value] = []
        count = 0
        for stack, lowest in zip((tape.left, tape.right), low, strict=True):
            for i, run in enumerate(stack):
                if run[1] >= least:
                    inside = i >= lowest
                    names.append(variable(count) if inside else 0)
                    count += inside
        return (len(tape.left) - low[0], len(tape.right) - low[1]), names
