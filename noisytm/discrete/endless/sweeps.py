"""A tape on which words are repeated n times, n left open, and the steps that a machine makes on it whatever n is.

A side of the tape is a stack with what is nearest to the head last: cells, and words that stand there n times, spelled
from the head outwards. The head is about to enter the nearest cell of the side that it faces.
"""

from __future__ import annotations

from typing import Any

from noisytm.machine import TuringMachine

LEFT, RIGHT = 0, 1
STAY = 2
MOVES = {"L": LEFT, "R": RIGHT, "S": STAY}
MOST_LOCAL_STEPS = 1 << 14  # of crossing one word

Rules = list[list[Any]]  # by state and symbol: (symbol written, move, next state), or None where the machine stops
Word = tuple[int, ...]
Stack = list[Any]  # of cells (int) and words that stand there n times (Word)


def rules_of(machine: TuringMachine) -> Rules:
    """Return the table of a machine by the numbers of states and symbols.

    Examples
    --------
    >>> from noisytm import parse
    >>> rules_of(parse("1RB---_0RA1LB"))
    [[(1, 1, 1), None], [(0, 1, 0), (1, 0, 1)]]
    """
    symbol = {name: i for i, name in enumerate(machine.symbols)}
    state = {name: i for i, name in enumerate(machine.states)}
    rules: Rules = [[None] * len(symbol) for _ in state]
    for (read, here), (write, following, move) in machine.table.items():
        if here not in machine.halting:
            rules[state[here]][symbol[read]] = symbol[write], MOVES[move], state[following]
    return rules


class OpenSweeps:
    """A run with n left open: ``steps + per_n * n`` steps have been made.

    Parameters
    ----------
    rules : list
        As `rules_of` gives them.
    blank, state, facing : int
        The blank, the state, and the side that the head is about to enter.
    sides : pair of Stack
        The left and the right side; beyond them everything is blank. They are changed in place.
    """

    def __init__(self, rules: Rules, blank: int, state: int, facing: int, sides: tuple[Stack, Stack]) -> None:
        self.rules, self.blank = rules, blank
        self.state, self.facing, self.sides = state, facing, sides
        self.steps = self.per_n = 0

    def move(self) -> bool:
        """Make a step, or cross a word that stands there n times; return whether that can be done for every n."""
        front, back = self.sides[self.facing], self.sides[1 - self.facing]
        cell = front.pop() if front else self.blank
        if isinstance(cell, tuple):
            return self._cross(cell, back)
        rule = self.rules[self.state][cell]
        if rule is None:
            return False
        write, move, self.state = rule
        (back if move == self.facing else front).append(write)
        if move == 1 - self.facing:
            self.facing = move
        self.steps += 1
        return True

    def _cross(self, word: Word, back: Stack) -> bool:
        """Cross a word n times, if one crossing leaves state and cells behind the head, as far as it looks back, alike.

        Then a cells u behind and the word w become w'u with the head beyond, so that u w^n becomes w'^n u.
        """
        crossed = self._crossed_once(word, back)
        if crossed is None:
            return False
        left_behind, behind, steps = crossed
        after = left_behind[len(word) :]
        if after != behind:
            return False
        del back[len(back) - min(len(behind), len(back)) :]
        back.append(tuple(reversed(left_behind[: len(word)])))
        back.extend(after)
        self.per_n += steps
        return True

    def _crossed_once(self, word: Word, back: Stack) -> tuple[list[int], list[int], int] | None:
        """Return the cells looked at after crossing a word, those behind it before, and the steps."""
        rules, state, facing = self.rules, self.state, self.facing
        ahead, behind, before = list(word), list[int](), list[int]()  # `behind` and `before` from the head outwards
        at, steps = 0, 0
        while at < len(word):
            if at < 0:
                if -at > len(behind):
                    cell = back[at] if -at <= len(back) else self.blank
                    if isinstance(cell, tuple):
                        return None
                    behind.append(cell)
                    before.append(cell)
                cells, place = behind, -at - 1
            else:
                cells, place = ahead, at
            rule = rules[state][cells[place]]
            steps += 1
            if rule is None or steps > MOST_LOCAL_STEPS:
                return None
            cells[place], move, state = rule
            at += 0 if move == STAY else 1 if move == facing else -1
        if state != self.state:
            return None
        return behind[::-1] + ahead, before[::-1], steps


def normal(stack: Stack, blank: int) -> Stack:
    """Return a stack with words that stand there n times as near to the head as can be, and no blanks at its end.

    Examples
    --------
    >>> normal([0, (2, 1), 1, 2], 0)
    [1, 2, (2, 1)]
    """
    kept = list(stack)
    for place in range(len(kept) - 1, -1, -1):
        at = place
        while isinstance(kept[at], tuple) and at + 1 < len(kept):
            word, nearer = kept[at], kept[at + 1]
            if isinstance(nearer, tuple):
                if word + nearer != nearer + word:
                    break
                kept[at : at + 2] = [word + nearer]
            elif nearer == word[-1]:
                kept[at], kept[at + 1] = nearer, (nearer, *word[:-1])
                at += 1
            else:
                break
    ends = 0
    while ends < len(kept) and (kept[ends] == blank or (isinstance(kept[ends], tuple) and set(kept[ends]) == {blank})):
        ends += 1
    return kept[ends:]
