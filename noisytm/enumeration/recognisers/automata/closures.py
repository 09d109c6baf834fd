"""Automata that accept every configuration which leads to the halt, as one would explain them.

Slow on purpose: each automaton is closed anew. The compiled search is compared with it. ``docs/enumeration.md`` has the
proof.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from noisytm._summary import Described
from noisytm.enumeration.table import Table

Transitions = tuple[tuple[int, ...], ...]  # by state and symbol
Masks = tuple[tuple[int, ...], ...]  # by symbol and state of the closure: the states it leads to, as bits

# The kernel keeps a set of states of the closure in one number.
_STATES_OF_A_CLOSURE = 64
NO_LIMIT = 10**9


@dataclass(frozen=True)
class ClosedAutomaton(Described):
    """What leads to the halt is accepted, and the blank tape is not.

    A deterministic automaton reads the tape on one side of the head (−1: left), from far away up to the cell next to
    the head, and goes to ``transitions[state][symbol]``. The pair of its state q and the machine's f has the number
    q · Q + f, for Q states that the machine may enter; the last number is that of the halt. From there
    ``follow[symbol]`` reads the rest of the tape, the cell under the head first: bit j of its entry i says that i
    leads to j. ``accepted`` has the bits of the numbers that are accepted.
    """

    side: int
    transitions: Transitions
    follow: Masks
    accepted: int


def states_of(table: Table) -> int:
    """Return how many states the machine has up to the highest that is in its table.

    Examples
    --------
    >>> states_of({(0, 0): (1, 1, 1)})
    2
    """
    return 1 + max((max(f, following) for (f, _), (_, _, following) in table.items()), default=0)


def most_states(table: Table, largest: int) -> int:
    """Return how many states an automaton may have for a machine: those asked for, or those there is room for.

    Examples
    --------
    >>> most_states({(0, 0): (1, 1, 5)}, 4), most_states({(0, 0): (1, 1, 5)}, 10)
    (4, 10)
    """
    return min(largest, (_STATES_OF_A_CLOSURE - 1) // states_of(table))


def closed_automaton(
    table: Table, symbols: int, side: int, size: int, max_tried: int = NO_LIMIT
) -> ClosedAutomaton | None:
    """Return the closure of the first automaton with so many states that proves something, ``None`` if none does.

    The transitions are filled in the order of states and symbols; each goes to a state that one goes to already, or to
    the next one, and blanks lead from the first state to itself. If the closure of those that are filled accepts the
    blank tape, so do all that have more.

    Parameters
    ----------
    table : mapping of (state, symbol read) to (symbol written, move −1 or 1, next state)
        The machine.
    symbols : int
        Number of symbols.
    side : int
        −1 if the automaton reads what is left of the head, 1 for the right.
    size : int
        Number of states of the automaton. With fewer states there may be a proof, too, and it is not found here.
    max_tried : int
        After so many transitions that were tried it is given up.

    Examples
    --------
    A machine that walks to the right over blanks, and would halt at a 1:

    >>> proof = closed_automaton({(0, 0): (1, 1, 0)}, 2, -1, 1)
    >>> proof.transitions, proof.follow, bin(proof.accepted)
    (((0, 0),), ((1, 2), (2, 2)), '0b10')
    """
    return _extended(table, symbols, side, size, [0], iter(range(max_tried)))


def _extended(
    table: Table, symbols: int, side: int, size: int, filled: list[int], room: Iterator[int]
) -> ClosedAutomaton | None:
    """Return the first proof by an automaton that begins with these transitions."""
    proof = closure(table, symbols, side, size, filled)
    if proof.accepted & 1:
        return None
    if len(filled) == size * symbols:
        return proof
    top = max(filled)
    if len(filled) // symbols > top:
        return None  # a smaller automaton
    for target in range(min(top + 1, size - 1) + 1):
        if next(room, None) is None:
            return None
        if found := _extended(table, symbols, side, size, [*filled, target], room):
            return found
    return None


def closure(table: Table, symbols: int, side: int, size: int, filled: list[int]) -> ClosedAutomaton:
    """Return what is asked for by the first transitions of an automaton; of those not filled nothing is asked.

    Parameters
    ----------
    table, symbols, side, size
        As for `closed_automaton`.
    filled : list of int
        The first transitions, in the order of states and symbols.

    Examples
    --------
    >>> closure({(0, 0): (1, 1, 0)}, 2, -1, 1, [0]).accepted & 1
    0
    """
    states = states_of(table)
    last = size * states
    follow = [[0] * last + [1 << last] for _ in range(symbols)]
    steps = {divmod(place, symbols): target for place, target in enumerate(filled)}
    for q, f, read in itertools.product(range(size), range(states), range(symbols)):
        if (f, read) not in table:
            follow[read][q * states + f] |= 1 << last
    before = None
    while before != (before := [list(rows) for rows in follow]):
        for number, read, reached in _asked(table, states, side, steps, follow):
            follow[read][number] |= reached
    accepted, fewer = 1 << last, 0
    while accepted != fewer:
        fewer = accepted
        accepted |= sum(1 << number for number, reached in enumerate(follow[0]) if reached & fewer)
    transitions = tuple(tuple(steps.get((q, b), -1) for b in range(symbols)) for q in range(size))
    return ClosedAutomaton(side, transitions, tuple(map(tuple, follow)), accepted)


def _asked(
    table: Table, states: int, side: int, steps: Mapping[tuple[int, int], int], follow: Any
) -> Iterator[tuple[int, int, int]]:
    """Yield what the steps of the machine ask for: from a number, by a symbol, to a set of numbers."""
    for (f, read), (write, move, following) in table.items():
        for (q, symbol), target in steps.items():
            if move == side:  # back over the symbol that was read last
                yield target * states + f, read, _after(follow, q * states + following, symbol, write)
            elif symbol == write:
                yield q * states + f, read, 1 << target * states + following


def _after(follow: Any, number: int, first: int, second: int) -> int:
    """Return the numbers that two symbols lead to."""
    reached = 0
    for at, then in enumerate(follow[second]):
        if follow[first][number] >> at & 1:
            reached |= then
    return reached


def proves_automaton(table: Table, proof: ClosedAutomaton) -> bool:
    """Return whether an automaton accepts what leads to the halt, and not the blank tape.

    Examples
    --------
    >>> table = {(0, 0): (1, 1, 0)}
    >>> proof = closed_automaton(table, 2, -1, 1)
    >>> proves_automaton(table, proof), proves_automaton({(0, 0): (1, -1, 0)}, proof)
    (True, False)
    """
    states, size, symbols = states_of(table), len(proof.transitions), len(proof.follow)
    last = size * states
    if not _well_formed(proof, size, symbols, last):
        return False
    if any(max(read, write) >= symbols for (_, read), (write, _, _) in table.items()):
        return False
    steps = {(q, b): target for q, row in enumerate(proof.transitions) for b, target in enumerate(row)}
    halts = (
        proof.follow[read][q * states + f] >> last & 1
        for q, f, read in itertools.product(range(size), range(states), range(symbols))
        if (f, read) not in table
    )
    stays = proof.accepted >> last & 1 and all(rows[last] >> last & 1 for rows in proof.follow)
    asked = _asked(table, states, proof.side, steps, proof.follow)
    blank = (
        bool(reached & proof.accepted) == bool(proof.accepted >> at & 1) for at, reached in enumerate(proof.follow[0])
    )
    return (
        bool(stays)
        and not proof.accepted & 1
        and steps[0, 0] == 0
        and all(halts)
        and all(reached & ~proof.follow[read][number] == 0 for number, read, reached in asked)
        and all(blank)
    )


def _well_formed(proof: ClosedAutomaton, size: int, symbols: int, last: int) -> bool:
    """Return whether all parts of a proof have the sizes that go together."""
    masks = [proof.accepted, *itertools.chain(*proof.follow)]
    targets = list(itertools.chain(*proof.transitions))
    return (
        proof.side in (-1, 1)
        and size > 0
        and all(len(row) == symbols for row in proof.transitions)
        and all(len(rows) == last + 1 for rows in proof.follow)
        and all(0 <= target < size for target in targets)
        and all(0 <= mask < 2 << last for mask in masks)
    )
