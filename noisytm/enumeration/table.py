"""The table of a machine under search, on which the readable twins of the recognisers work, and its run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

Cell = tuple[int, int]  # (state, symbol read)
Entry = tuple[int, int, int]  # (symbol written, move −1 or 1, next state)
Table = Mapping[Cell, Entry]
Configuration = tuple[int, int, dict[int, int]]  # state, head, symbols by position


def configurations(table: Table) -> Iterator[Configuration]:
    """Yield the configurations of the run from the blank tape, the first one included; the tape is always the same.

    The last one, if there is one, reads an undefined cell.

    Examples
    --------
    >>> [(state, head) for state, head, tape in configurations({(0, 0): (1, 1, 1), (1, 0): (0, -1, 0)})]
    [(0, 0), (1, 1), (0, 0)]
    """
    tape: defaultdict[int, int] = defaultdict(int)
    state = head = 0
    while True:
        yield state, head, tape
        if (state, tape[head]) not in table:
            return
        tape[head], move, state = table[state, tape[head]]
        head += move


def blank_but(tape: Mapping[int, int]) -> frozenset[tuple[int, int]]:
    """Return the positions that are not blank, with their symbols."""
    return frozenset((x, symbol) for x, symbol in tape.items() if symbol)
