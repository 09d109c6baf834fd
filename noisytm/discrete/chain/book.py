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
        self._depths: dict[Shape, list[tuple[int, int, int]]] = {}  # with a number that is no other's
        self._numbers = 0

    def add(self, tape: ChainTape, depth: tuple[int, int], entry: Entry) -> None:
        """Enter what is known for the shape of a tape, so deep; another entry for it is replaced."""
        depths = self._depths.setdefault(_top(tape), [])
        number = next((number for number, *known in depths if (*known,) == depth), None)
        if number is None:
            number = self._numbers
            self._numbers += 1
            depths.append((number, *depth))
        self.entries[self._key(number, tape.left, depth[0], tape.right, depth[1])] = entry

    def find(self, tape: ChainTape) -> Entry | None:
        """Return the first entry for the shape of a tape, if there is one."""
        for number, left, right in self._depths.get(_top(tape), ()):
            entry = self.entries.get(self._key(number, tape.left, left, tape.right, right))
            if entry is not None:
                return entry
        return None

    def clear(self) -> None:
        """Forget all."""
        self.entries.clear()
        self._depths.clear()

    def _key(self, number: int, left: Stack, left_depth: int, right: Stack, right_depth: int) -> Shape:
        """Return numbers for the blocks so deep, and their counts where these are small, which those left open are not.

        A stack that is too short gives less.
        """
        left, right = left[-left_depth:] if left_depth else [], right[-right_depth:] if right_depth else []
        least = self.least
        if least == 2:  # a form is not equal to 1
            return (number, *[2 * b + (n == 1) for b, n in left], -1, *[2 * b + (n == 1) for b, n in right])
        return (
            number,
            *[b * least + (n if type(n) is int and n < least else 0) for b, n in left],
            -1,
            *[b * least + (n if type(n) is int and n < least else 0) for b, n in right],
        )


def _top(tape: ChainTape) -> Shape:
    left, right = tape.left, tape.right
    return (tape.state, tape.facing, left[-1][0] if left else -1, right[-1][0] if right else -1)
