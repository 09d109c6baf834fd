"""Closed sets of repeated words, from any configuration; ``docs/enumeration.md`` has the proof."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from noisytm import _clock
from noisytm.discrete.configuration import Configuration, WordClosure
from noisytm.discrete.endless.sweeps import LEFT, RIGHT, STAY, Rules, Word, rules_of

# Cells of a word, and the count that means so many or more: those of the enumeration, and one more.
LADDER = (
    *((2, 3), (3, 2), (4, 2), (6, 2), (2, 4), (4, 3), (3, 3)),
    *((8, 2), (10, 2), (12, 2), (6, 3), (5, 2), (9, 2)),
)
MOST_CONTEXTS = 1 << 12
MOST_ENTRIES = 16
MOST_CELLS = 1 << 10  # of the tape in the beginning
STAYS, STOPS = "stays", "stops"

Side = tuple[tuple[Word, int], ...]  # words from left to right and their counts, nearest to the head first; then blanks
Context = tuple[Side, Side, int, int]  # left of the head, right of the head, state, the side it is about to enter
Passage = tuple[Word, int, int]  # the word left behind, the state, the side on which the head leaves


def word_closure(start: Configuration) -> WordClosure | None:
    """Return the first closure that proves that a run never ends.

    Examples
    --------
    >>> from noisytm import parse
    >>> word_closure(Configuration.initial(parse("1RB0LB_1LA0RA")))
    WordClosure(step=0, length=2, most=3, contexts=20)
    """
    if start.size > MOST_CELLS:
        return None
    rules, blank = rules_of(start.machine), start.machine.symbols.index(start.machine.blank)
    for length, most in LADDER:
        _clock.tick()
        closure = _Closure(rules, blank, length, most)
        if closure.closes(start):
            return WordClosure(start.steps, length, most, len(closure.contexts))
    return None


class _Closure:
    """The smallest closed set that holds a configuration."""

    def __init__(self, rules: Rules, blank: int, length: int, most: int) -> None:
        self.rules, self.length, self.most = rules, length, most
        self.blank: Word = (blank,) * length
        self.contexts: set[Context] = set()
        self.passages: dict[tuple[int, int, Word], Passage | str] = {}

    def closes(self, start: Configuration) -> bool:
        """Add what is missing; return whether it is not too much, and the machine stops nowhere in it."""
        todo = [self._first(start)]
        self.contexts.update(todo)
        while todo:
            left, right, state, facing = todo.pop()
            for word, rest in self._next((left, right)[facing]):
                passage = self._passage(state, facing, word)
                if passage == STOPS:
                    return False
                if not isinstance(passage, str):
                    after = self._after((left, right), facing, rest, passage)
                    if max(map(len, after[:2])) > MOST_ENTRIES:
                        return False
                    if after not in self.contexts:
                        self.contexts.add(after)
                        todo.append(after)
            if len(self.contexts) > MOST_CONTEXTS:
                return False
        return True

    def _first(self, start: Configuration) -> Context:
        """Return the context of a configuration: the head enters the word that begins with its cell."""
        place, cells, length = start.head - start.origin, start.cells.tolist(), self.length
        left = [self.blank[0]] * (-place % length) + cells[:place]
        right = cells[place:] + [self.blank[0]] * (-(len(cells) - place) % length)
        sides = (tuple(line[i : i + length]) for line in (left, right) for i in range(0, len(line), length))
        words = list(sides)
        before = len(left) // length
        found = self._side(words[:before][::-1]), self._side(words[before:])
        return (*found, start.machine.states.index(start.state), RIGHT)

    def _side(self, words: list[Word]) -> Side:
        while words and words[-1] == self.blank:
            words.pop()
        return tuple((word, min(self.most, len(list(equal)))) for word, equal in groupby(words))

    def _next(self, side: Side) -> Iterator[tuple[Word, Side]]:
        """Yield the word that comes next on a side, with what may be left of that."""
        if not side:
            yield self.blank, side
            return
        (word, count), rest = side[0], side[1:]
        yield word, ((word, count - 1), *rest) if count > 1 else rest
        if count == self.most:
            yield word, side

    def _after(self, sides: tuple[Side, Side], facing: int, rest: Side, passage: Passage) -> Context:
        """Return the context in which the head has left a word."""
        word, state, leaving = passage
        kept = (rest, sides[RIGHT]) if facing == LEFT else (sides[LEFT], rest)
        behind = kept[1 - leaving]
        if behind and behind[0][0] == word:
            behind = ((word, min(behind[0][1] + 1, self.most)), *behind[1:])
        elif behind or word != self.blank:
            behind = ((word, 1), *behind)
        return (kept[LEFT], behind, state, LEFT) if leaving == LEFT else (behind, kept[RIGHT], state, RIGHT)

    def _passage(self, state: int, facing: int, word: Word) -> Passage | str:
        """Return how the head leaves a word; ``stays`` if it never does, ``stops`` if the machine does."""
        key = state, facing, word
        if key not in self.passages:
            self.passages[key] = self._through(*key)
        return self.passages[key]

    def _through(self, state: int, facing: int, word: Word) -> Passage | str:
        cells, at = list(word), 0 if facing == RIGHT else self.length - 1
        met = set()
        while 0 <= at < self.length:
            here = state, at, tuple(cells)
            if here in met:
                return STAYS
            met.add(here)
            rule = self.rules[state][cells[at]]
            if rule is None:
                return STOPS
            cells[at], move, state = rule
            at += 0 if move == STAY else 1 if move == RIGHT else -1
        return tuple(cells), state, LEFT if at < 0 else RIGHT
