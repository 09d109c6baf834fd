"""Closed sets of repeated words as one would explain them. The compiled closure is compared with it.

Slow on purpose: sides of the tape are tuples, and a word is gone through anew each time. ``docs/enumeration.md`` has
the proof.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from noisytm._summary import Described
from noisytm.enumeration.recognisers.protocol import HoldoutRecogniser
from noisytm.enumeration.recognisers.settings import MAX_CONTEXTS, ladder
from noisytm.enumeration.table import Table

Word = tuple[int, ...]  # from left to right
Side = tuple[tuple[Word, int], ...]  # words and how often they stand there, nearest to the head first; then blanks
Context = tuple[Side, int, int, Side]  # left of the head, state, where it goes (−1 or 1), right of the head
SIDE_BITS, WORD_BITS = 64, 24
# As for the n-grams.
WORDS = ladder(
    "words",
    ((2, 3), (3, 2), (4, 2), (6, 2), (4, 3), (3, 3), (8, 2), (10, 2), (12, 2), (6, 3), (5, 2), (9, 2)),
    lambda symbols: ((1, WORD_BITS // (symbols - 1).bit_length()), (1, 7)),  # what the kernel has room for
)


@dataclass(frozen=True)
class ClosedWords(Described):
    """No run that stays in ``contexts`` halts, and none leaves them.

    The tape is cut into words of ``length`` cells, and the head is about to enter one of them. A count of ``most``
    means that or more.
    """

    length: int
    most: int
    contexts: frozenset[Context]


def entry_bits(symbols: int, most: int) -> tuple[int, int]:
    """Return the bits of a symbol and of a count in the kernel."""
    return (symbols - 1).bit_length(), most.bit_length()


def most_entries(symbols: int, length: int, most: int) -> int:
    """Return how many entries of a side the kernel has room for.

    Examples
    --------
    >>> most_entries(2, 2, 3), most_entries(2, 6, 2)
    (16, 8)
    """
    symbol, count = entry_bits(symbols, most)
    return SIDE_BITS // (length * symbol + count)


def closed_words(table: Table, symbols: int, length: int, most: int, max_contexts: int) -> ClosedWords | None:
    """Return the closure of the blank tape under passing through a word, or ``None`` if it proves nothing.

    Parameters
    ----------
    table : mapping of (state, symbol read) to (symbol written, move −1 or 1, next state)
        The machine.
    symbols : int
        Number of symbols.
    length : int
        Length of a word.
    most : int
        The count that stands for itself and all greater ones.
    max_contexts : int
        Most contexts of a closure. A side has at most `most_entries`.

    Examples
    --------
    A head that walks to the right for ever leaves ``1 1`` behind, then more and more of it:

    >>> proof = closed_words({(0, 0): (1, 1, 0)}, 2, 2, 2, 100)
    >>> sorted(left for left, *_ in proof.contexts)
    [(), (((1, 1), 1),), (((1, 1), 2),)]
    """
    start: Context = ((), 0, 1, ())
    contexts, todo = {start}, [start]
    while todo:
        for new in passed(table, length, most, todo.pop()):
            if new is None or any(len(side) > most_entries(symbols, length, most) for side in (new[0], new[3])):
                return None
            if new not in contexts:
                contexts.add(new)
                todo.append(new)
        if len(contexts) > max_contexts:
            return None
    return ClosedWords(length, most, frozenset(contexts))


def passed(table: Table, length: int, most: int, context: Context) -> Iterator[Context | None]:
    """Yield what a context can become when the head has passed through the next word; ``None`` if it halts there.

    Where the head stays in the word for ever there is nothing to yield.
    """
    left, state, facing, right = context
    for word, rest in _next_words(right if facing > 0 else left, length, most):
        out = _through(table, state, facing, word)
        if out == "halts":
            yield None
        elif isinstance(out, tuple):
            changed, following, after = out
            sides = {-1: left, 1: right} | {facing: rest}
            sides[-after] = _pushed(sides[-after], changed, most)
            yield sides[-1], following, after, sides[1]


def _next_words(side: Side, length: int, most: int) -> Iterator[tuple[Word, Side]]:
    """Yield the word that comes next on a side, with what is left; there are two ways where it stands very often."""
    if not side:
        yield (0,) * length, side
        return
    (word, count), *others = side
    yield word, ((word, count - 1), *others) if count > 1 else tuple(others)
    if count == most:
        yield word, side


def _pushed(side: Side, word: Word, most: int) -> Side:
    """Return a side with one more word; blanks at the end of the tape are left out."""
    if side and side[0][0] == word:
        return (word, min(side[0][1] + 1, most)), *side[1:]
    return ((word, 1), *side) if side or any(word) else side


def _through(table: Table, state: int, facing: int, word: Word) -> tuple[Word, int, int] | Literal["halts", "stays"]:
    """Return the word, the state and where the head goes when it leaves the word, or that it halts or stays."""
    cells, head = list(word), 0 if facing > 0 else len(word) - 1
    met = set()
    while 0 <= head < len(word):
        if (state, head, tuple(cells)) in met:
            return "stays"
        met.add((state, head, tuple(cells)))
        if (state, cells[head]) not in table:
            return "halts"
        cells[head], move, state = table[state, cells[head]]
        head += move
    return tuple(cells), state, -1 if head < 0 else 1


def proves_words(table: Table, proof: ClosedWords) -> bool:
    """Return whether a set of contexts is closed, holds the blank tape, and reads no undefined cell.

    Examples
    --------
    >>> table = {(0, 0): (1, 1, 0)}
    >>> proof = closed_words(table, 2, 2, 2, 100)
    >>> proves_words(table, proof), proves_words({(0, 0): (1, -1, 0)}, proof)
    (True, False)
    """
    if ((), 0, 1, ()) not in proof.contexts:
        return False
    return all(
        new in proof.contexts for context in proof.contexts for new in passed(table, proof.length, proof.most, context)
    )


class _Words(HoldoutRecogniser):
    name: ClassVar[str] = "words"
    label: ClassVar[str] = "closed words"
    description: ClassVar[str] = "a set of tapes, up to how often words are repeated, is closed under the step"
    proof: ClassVar[type] = ClosedWords
    settings = (WORDS, MAX_CONTEXTS)

    def prove(self, table: Table, symbols: int, settings: Mapping[str, Any]) -> ClosedWords | None:
        """Return the closure of the first rung that proves something."""
        rungs, contexts = settings[WORDS.name], settings[MAX_CONTEXTS.name]
        return next(
            filter(None, (closed_words(table, symbols, length, most, contexts) for length, most in rungs)), None
        )

    def decide(self, rows: NDArray[np.int64], symbols: int, settings: Mapping[str, Any]) -> NDArray[np.bool_]:
        """Return for which machines there is a proof, by the kernel."""
        from noisytm.enumeration.recognisers import _word_kernel

        shapes = []
        for length, most in settings[WORDS.name]:
            symbol, count = entry_bits(symbols, most)
            shapes.append((symbols, length, symbol, count, most, most_entries(symbols, length, most)))
        found = np.full(len(rows), -1, np.int64)
        if shapes:
            _word_kernel.decide(rows, np.array(shapes, np.uint64), settings[MAX_CONTEXTS.name], found)
        return found >= 0

    def proves(self, table: Table, proof: ClosedWords) -> bool:
        """Return whether the set is closed; see `proves_words`."""
        return proves_words(table, proof)


RECOGNISER = _Words()
