"""Closed sets of n-grams, from any configuration; ``docs/enumeration.md`` has the proof.

A letter is a symbol with the tuples last used at its cell, and has a number. An n-gram is a tuple of letters, the
nearest to the head first. Each context is looked at once; it waits for n-grams to come on the side it moves to.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from noisytm import _clock
from noisytm.discrete.configuration import Configuration, NgramClosure
from noisytm.discrete.endless.sweeps import LEFT, RIGHT, STAY, Rules, rules_of

EACH_ONCE = -1  # the history of all tuples used at a cell, each once, the latest first
# Cells on either side, and tuples remembered, the cheap ones first: those of the enumeration, and two more.
LADDER = (
    *((1, 0), (2, 0), (3, 0), (2, 2), (3, 4), (4, 4), (2, 8), (3, 8), (4, 8), (6, 6)),
    *((2, 12), (3, 12), (2, 15), (2, 4), *((n, EACH_ONCE) for n in (2, 3, 4, 5, 6))),
)
MOST_CONTEXTS = 1 << 13
MOST_CELLS = 1 << 10  # of the tape in the beginning
CONTEXTS_BETWEEN_LOOKS = 1 << 10

Gram = tuple[int, ...]
Context = tuple[Gram, int, int, Gram]  # left of the head, state, letter under the head, right of the head


def ngram_closure(start: Configuration) -> NgramClosure | None:
    """Return the first closure that proves that a run never ends.

    Examples
    --------
    >>> from noisytm import parse
    >>> ngram_closure(Configuration.initial(parse("1RB---_0LB1RC_1LB0RC")))
    NgramClosure(step=0, n=1, history=0, contexts=17, left=2, right=2)
    """
    if start.size > MOST_CELLS:
        return None
    rules, blank = rules_of(start.machine), start.machine.symbols.index(start.machine.blank)
    for n, history in LADDER:
        closure = _Closure(rules, blank, n, history)
        if closure.closes(start):
            return NgramClosure(start.steps, n, history, *closure.sizes)
    return None


class _Closure:
    """The smallest closed set that holds a configuration."""

    def __init__(self, rules: Rules, blank: int, n: int, history: int) -> None:
        self.rules, self.blank, self.n, self.history = rules, blank, n, history
        self.letters: dict[Any, int] = {}
        self.known: list[tuple[int, Any]] = []  # symbol and past of each letter
        self.contexts: set[Context] = set()
        self.todo: list[Context] = []
        # by side and by all letters of an n-gram but the last: the last ones, and the contexts that wait for more
        self.last: tuple[defaultdict[Gram, set[int]], ...] = defaultdict(set), defaultdict(set)
        self.waiting: tuple[defaultdict[Gram, list[Any]], ...] = defaultdict(list), defaultdict(list)

    @property
    def sizes(self) -> tuple[int, int, int]:
        """Number of contexts, and of n-grams further out on the left and on the right."""
        left, right = (sum(map(len, last.values())) for last in self.last)
        return len(self.contexts), left, right

    def closes(self, start: Configuration) -> bool:
        """Add what is missing; return whether it is not too much, and the machine stops nowhere in it."""
        self._begin(start)
        while self.todo:
            if len(self.contexts) > MOST_CONTEXTS or not self._step(self.todo.pop()):
                return False
            if len(self.contexts) % CONTEXTS_BETWEEN_LOOKS == 0:
                _clock.tick()
        return True

    def _letter(self, symbol: int, past: Any) -> int:
        letter = self.letters.setdefault((symbol, past), len(self.known))
        if letter == len(self.known):
            self.known.append((symbol, past))
        return letter

    def _begin(self, start: Configuration) -> None:
        blanks, n, place = [self._letter(self.blank, ())] * self.n, self.n, start.head - start.origin
        letters = [self._letter(cell, ()) for cell in start.cells.tolist()]
        sides = letters[:place][::-1] + 2 * blanks, letters[place + 1 :] + 2 * blanks
        for side, line in enumerate(sides):
            for at in range(1, len(line) - n + 1):
                self._add_gram(side, tuple(line[at : at + n]))
        left, right = (tuple(line[:n]) for line in sides)
        self._add((left, start.machine.states.index(start.state), letters[place], right))

    def _add(self, context: Context) -> None:
        if context not in self.contexts:
            self.contexts.add(context)
            self.todo.append(context)

    def _add_gram(self, side: int, gram: Gram) -> None:
        """Add what stands further out on a side, and the contexts that have waited for it."""
        prefix, last = gram[:-1], gram[-1]
        if last not in self.last[side][prefix]:
            self.last[side][prefix].add(last)
            for moved in self.waiting[side][prefix]:
                self._add(_arrived(side, moved, prefix, last))

    def _step(self, context: Context) -> bool:
        """Add what a context becomes in a step; return whether there is one."""
        left, state, letter, right = context
        symbol, past = self.known[letter]
        rule = self.rules[state][symbol]
        if rule is None:
            return False
        write, move, following = rule
        if self.history == EACH_ONCE:
            past = tuple(used for used in past if used != (state, symbol))
        after = ((state, symbol), *past)
        written = self._letter(write, after if self.history == EACH_ONCE else after[: self.history])
        if move == STAY:
            self._add((left, following, written, right))
            return True
        gone, coming = (left, right) if move == RIGHT else (right, left)
        self._add_gram(1 - move, gone)
        moved, prefix = ((written, *gone[:-1]), following, coming[0]), coming[1:]
        self.waiting[move][prefix].append(moved)
        for last in tuple(self.last[move][prefix]):
            self._add(_arrived(move, moved, prefix, last))
        return True


def _arrived(side: int, moved: tuple[Gram, int, int], prefix: Gram, last: int) -> Context:
    """Return the context of a head that has moved to a side, once the letter that comes in is known."""
    nearer, state, under = moved
    further = (*prefix, last)
    return (nearer, state, under, further) if side != LEFT else (further, state, under, nearer)
