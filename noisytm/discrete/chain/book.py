"""What is known for the part of a tape that is near the head, whatever the rest of it is."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from noisytm.discrete.chain.tape import ChainTape, Stack

SMALL = 16  # counts below are part of what some entries are for
Entry = TypeVar("Entry")
Shape = tuple[Any, ...]


class Book(Generic[Entry]):
    """Entries for shapes of the tape near the head: the blocks so many runs deep, and the counts below ``least``.

    To be so deep as there are runs and one more is to say that there are no more.

    Examples
    --------
    >>> from noisytm import parse
    >>> from noisytm.discrete.block import MacroMachine
    >>> def tape(*right):
    ...     return ChainTape(MacroMachine(parse("1RB1LB_1LA1RZ"), 1), 0, [], [list(run) for run in right], (0, 0))
    >>> book = Book[str](2)
    >>> book.add(tape((0, 9), (1, 5)), (1, 1), "ones")
    >>> book.find(tape((0, 1), (1, 7))), book.find(tape((1, 1)))
    ('ones', None)
    >>> book.add(tape((0, 9)), (1, 2), "no more")
    >>> book.find(tape((1, 3), (0, 9))), book.find(tape((0, 8)))
    (None, 'no more')
    """

    def __init__(self, least: int) -> None:
        self.least = least
        self.entries: dict[Shape, Entry] = {}
        self._depths: dict[Shape, list[tuple[int, int]]] = {}

    def add(self, tape: ChainTape, depth: tuple[int, int], entry: Entry) -> None:
        """Enter what is known for the shape of a tape, so deep; another entry for it is replaced."""
        top = _top(tape)
        depths = self._depths.setdefault(top, [])
        if depth not in depths:
            depths.append(depth)
        self.entries[self._key(tape, top, depth)] = entry

    def find(self, tape: ChainTape) -> Entry | None:
        """Return the first entry for the shape of a tape, if there is one."""
        top = _top(tape)
        for depth in self._depths.get(top, ()):
            entry = self.entries.get(self._key(tape, top, depth))
            if entry is not None:
                return entry
        return None

    def clear(self) -> None:
        """Forget all."""
        self.entries.clear()
        self._depths.clear()

    def _key(self, tape: ChainTape, top: Shape, depth: tuple[int, int]) -> Shape:
        return (top, depth, self._part(tape.left, depth[0]), self._part(tape.right, depth[1]))

    def _part(self, stack: Stack, depth: int) -> Shape:
        """Return numbers for the blocks so deep, and their counts where these are small, which those left open are not.

        A stack that is too short gives less.
        """
        least = self.least
        part = stack[-depth:] if depth else []
        if least == 2:
            return tuple([2 * block + (count == 1) for block, count in part])
        return tuple([block * least + (count if type(count) is int and count < least else 0) for block, count in part])


def _top(tape: ChainTape) -> Shape:
    left, right = tape.left, tape.right
    return (tape.state, tape.facing, left[-1][0] if left else -1, right[-1][0] if right else -1)
