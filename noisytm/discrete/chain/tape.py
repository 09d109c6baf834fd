"""The run-length tape over blocks: equal blocks side by side are one entry with a count, crossed in one move.

Counts are Python integers of any size. A block the head has not entered yet is kept apart from an equal one that
it has: its number is raised by the number of all blocks. So the extent visited follows from the tape.
"""

from __future__ import annotations

from typing import Any

from noisytm.discrete.block import LEFT, RIGHT, MacroMachine, Passage

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
        self.macro, self.size = macro, macro.size
        self.state, self.facing = state, RIGHT
        self.left, self.right = left, right
        self.added_left: Any = 0
        self.reach_left, self.reach_right = reach
        self.new_left = self.new_right = False
        self.steps: Any = 0
        self.uses: dict[tuple[int, int, int], Any] | None = None
        self.last_key, self.since = (-1, 0, 0), self.steps
        self.goes_off: tuple[int, Passage] | None = None

    def move(self, max_steps: int | None) -> bool:
        """Make one move, a passage or a chain of equal ones, within ``max_steps``; return whether there was one."""
        front = self.right if self.facing == RIGHT else self.left
        block = front[-1][0] if front else self.macro.blank + self.size
        fresh = block >= self.size
        if fresh:
            block -= self.size
        key = (self.state, self.facing, block)
        passages = self.macro.passages
        passage = passages[key] if key in passages else self.macro.passage(*key)
        if passage is None:
            return False
        if key != self.last_key:
            self.last_key, self.since = key, self.steps
        count = self._taken(front, passage, max_steps)
        if not count:
            return False
        self._remove(front, count)
        self._note_extent(passage, front, fresh)
        if passage.facing == RIGHT:
            _push(self.left, passage.block, count)
        else:
            _push(self.right, passage.block, count)
        self.state, self.facing = passage.state, passage.facing
        self.steps += count * passage.steps
        if self.uses is not None:
            self.uses[key] = self.uses.get(key, 0) + count
        return True

    def _taken(self, front: Stack, passage: Passage, max_steps: int | None) -> Any:
        """Return the number of blocks to pass through, within the steps left."""
        assert max_steps is not None
        if passage.chains and not front:
            self.goes_off = self.goes_off or (self.since, passage)
            return (max_steps - self.steps) // passage.steps
        wanted = front[-1][1] if passage.chains else 1
        if self.steps + wanted * passage.steps <= max_steps:  # with no difference of two numbers of 100,000 digits
            return wanted
        return (max_steps - self.steps) // passage.steps

    def _remove(self, front: Stack, count: Any) -> None:
        """Take ``count`` blocks from the side the head faces."""
        if not front:
            if self.facing == LEFT:
                self.added_left += count
        elif self._is_all(front[-1][1], count):
            front.pop()
        else:
            front[-1][1] -= count

    def _is_all(self, there: Any, taken: Any) -> bool:
        return bool(there == taken)

    def _note_extent(self, passage: Any, front: Stack, fresh: bool) -> None:
        """Bring up to date which cells of the outermost blocks have been visited."""
        if self.facing == RIGHT:
            if fresh:
                self.reach_right, self.new_right = passage.high, True
            elif not front or front[-1][0] >= self.size:
                self.reach_right = max(self.reach_right, passage.high)
            if not self.left or self.left[-1][0] >= self.size:
                self.reach_left = min(self.reach_left, passage.low)
        else:
            if fresh:
                self.reach_left, self.new_left = passage.low, True
            elif not front or front[-1][0] >= self.size:
                self.reach_left = min(self.reach_left, passage.low)
            if not self.right or self.right[-1][0] >= self.size:
                self.reach_right = max(self.reach_right, passage.high)

    def note_reach(self, reach: tuple[int, int], new: tuple[bool, bool]) -> None:
        """Bring the extent up to date after several moves, which had begun with no marks of it."""
        (low, high), (new_left, new_right) = reach, new
        self.reach_left = low if new_left else min(self.reach_left, low)
        self.reach_right = high if new_right else max(self.reach_right, high)
        self.new_left, self.new_right = self.new_left or new_left, self.new_right or new_right

    def shape(self) -> tuple[Any, ...]:
        """Return all but the counts, of which only those that are 1 are told from the others."""
        left = tuple([(block, count == 1) for block, count in self.left])
        return self.state, self.facing, left, tuple([(block, count == 1) for block, count in self.right])


def _push(stack: Stack, block: int, count: Any) -> None:
    if stack and stack[-1][0] == block:
        stack[-1][1] += count
    else:
        stack.append([block, count])
