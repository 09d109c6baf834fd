"""Automata that accept all that leads to the halt, from any configuration; ``docs/enumeration.md`` has the proof.

An automaton reads the tape on one side of the head; transition number ``state · S + symbol`` of it goes to
``filled[state · S + symbol]``. A state of the closure is a bit: ``q · Q + f`` for the pair of an automaton's and a
machine's state, and the last one for a run that has stopped. ``rows[symbol][number]`` has the states it leads to.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from noisytm import _clock
from noisytm.discrete.configuration import AutomatonClosure, Configuration
from noisytm.discrete.endless.sweeps import LEFT, RIGHT, STAY, Rules, rules_of

MOST_STATES = 4  # of the automaton; with more than two symbols there are many more of a size, and few decide anything
MOST_STATES_WITH_MORE_SYMBOLS = 2
MOST_TRIED = 400  # transitions, for automata of one size and side
MOST_CELLS = 1 << 10  # of the tape in the beginning

Rows = list[list[int]]


def automaton_closure(start: Configuration) -> AutomatonClosure | None:
    """Return the closure of the first automaton that proves that a run never ends, small ones and the left side first.

    Examples
    --------
    >>> from noisytm import parse
    >>> automaton_closure(Configuration.initial(parse("1RB1LC_0LA0RB_1LA---"))).transitions
    ((0, 1), (0, 0))
    """
    if start.size > MOST_CELLS:
        return None
    machine = start.machine
    blank, most = machine.symbols.index(machine.blank), MOST_STATES
    if len(machine.symbols) > 2:
        most = MOST_STATES_WITH_MORE_SYMBOLS
    for size in range(1, most + 1):
        for side in (LEFT, RIGHT):
            _clock.tick()
            found = _Search(_problem(start, blank, side), size).found()
            if found is not None:
                return _proof(start, side, blank, *found)
    return None


class _Rule(NamedTuple):
    """A cell of the table, with left and right exchanged if the automaton reads the right side."""

    state: int
    read: int
    write: int
    move: int
    following: int


@dataclass(frozen=True)
class _Problem:
    """A machine and a tape, the blank having the number 0 and the automaton reading the left side."""

    states: int
    symbols: int
    rules: list[_Rule]
    stops: list[tuple[int, int]]
    state: int
    behind: list[int]  # from the far end to the cell next to the head
    ahead: list[int]


class _Closed(NamedTuple):
    rows: Rows
    accepted: int


def _problem(start: Configuration, blank: int, side: int) -> _Problem:
    rules: Rules = rules_of(start.machine)
    symbols = range(len(start.machine.symbols))
    renamed = {blank: 0, 0: blank} | {x: x for x in symbols if x not in (0, blank)}
    turned = {STAY: STAY, side: LEFT, 1 - side: RIGHT}
    place, cells = start.head - start.origin, [renamed[cell] for cell in start.cells.tolist()]
    line, head = (cells, place) if side == LEFT else (cells[::-1], len(cells) - 1 - place)
    known = [
        _Rule(f, renamed[read], renamed[rule[0]], turned[rule[1]], rule[2])
        for f, row in enumerate(rules)
        for read, rule in enumerate(row)
        if rule is not None
    ]
    stops = [(f, renamed[read]) for f, row in enumerate(rules) for read in symbols if row[read] is None]
    state = start.machine.states.index(start.state)
    return _Problem(len(rules), len(symbols), known, stops, state, line[:head], line[head:])


class _Search:
    """Goes through the automata of a size, depth first; each transition goes to a state met before, or to the next."""

    def __init__(self, problem: _Problem, size: int) -> None:
        self.problem, self.size, self.last = problem, size, size * problem.states
        self.room = iter(range(MOST_TRIED))
        halt = 1 << self.last
        self.first: Rows = [[0] * self.last + [halt] for _ in range(problem.symbols)]
        for state, read in problem.stops:
            for q in range(size):
                self.first[read][q * problem.states + state] = halt

    def found(self) -> tuple[list[int], _Closed] | None:
        """Return the transitions of the first automaton that proves something, and the closure."""
        return self._further([0], self.first)

    def _further(self, filled: list[int], before: Rows) -> tuple[list[int], _Closed] | None:
        closed = self._closure(filled, before)
        if self._accepts(filled, closed):
            return None
        symbols, top = self.problem.symbols, max(filled)
        if len(filled) == self.size * symbols:
            return filled, closed
        if len(filled) // symbols > top:
            return None  # a smaller automaton
        for target in range(min(top + 1, self.size - 1) + 1):
            if next(self.room, None) is None:
                return None
            found = self._further([*filled, target], closed.rows)
            if found is not None:
                return found
        return None

    def _closure(self, filled: list[int], before: Rows) -> _Closed:
        """Return the closure with the last transition, from that without it."""
        rows = [list(row) for row in before]
        grown = True
        while grown:
            grown = False
            for number, read, reached in self._asked(filled, rows):
                if reached & ~rows[read][number]:
                    rows[read][number] |= reached
                    grown = True
        accepted, fewer = 1 << self.last, 0
        while accepted != fewer:
            fewer = accepted
            for number, reached in enumerate(rows[0]):
                if reached & fewer:
                    accepted |= 1 << number
        return _Closed(rows, accepted)

    def _asked(self, filled: list[int], rows: Rows) -> Iterator[tuple[int, int, int]]:
        """Yield what the steps of the machine ask for: from a number, by a symbol, to a set of numbers."""
        states, symbols = self.problem.states, self.problem.symbols
        for state, read, write, move, following in self.problem.rules:
            if move == STAY:
                for q in range(self.size):
                    yield q * states + state, read, rows[write][q * states + following]
            elif move == RIGHT:
                for place in range(write, len(filled), symbols):
                    yield place // symbols * states + state, read, 1 << filled[place] * states + following
            else:  # back over the symbol that was read last
                for place, target in enumerate(filled):
                    reached = rows[place % symbols][place // symbols * states + following]
                    yield target * states + state, read, _led(rows[write], reached)

    def _accepts(self, filled: list[int], closed: _Closed) -> bool:
        """Return whether the tape of the beginning is accepted, as far as the transitions say."""
        q, symbols = 0, self.problem.symbols
        for symbol in self.problem.behind:
            place = q * symbols + symbol
            if place >= len(filled):
                return False
            q = filled[place]
        reached = 1 << q * self.problem.states + self.problem.state
        for symbol in self.problem.ahead:
            reached = _led(closed.rows[symbol], reached)
        return bool(reached & closed.accepted)


def _led(row: list[int], numbers: int) -> int:
    """Return the numbers to which a symbol leads from some."""
    reached = 0
    while numbers:
        lowest = numbers & -numbers
        reached |= row[lowest.bit_length() - 1]
        numbers ^= lowest
    return reached


def _proof(start: Configuration, side: int, blank: int, filled: list[int], closed: _Closed) -> AutomatonClosure:
    states, symbols = start.machine.states, len(start.machine.symbols)
    size = len(filled) // symbols
    order = [blank if x == 0 else 0 if x == blank else x for x in range(symbols)]  # of the symbols of the machine
    pairs = ((q, f) for q in range(size) for f in range(len(states)) if closed.accepted >> q * len(states) + f & 1)
    return AutomatonClosure(
        step=start.steps,
        side="left" if side == LEFT else "right",
        transitions=tuple(tuple(filled[q * symbols + x] for x in order) for q in range(size)),
        accepted=tuple((q, states[f]) for q, f in pairs),
        ways=sum(reached.bit_count() for row in closed.rows for reached in row[:-1]),
    )
