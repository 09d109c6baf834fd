"""Closed sets of n-grams as one would explain them. The compiled closure is compared with it.

Slow on purpose: it goes over all contexts again until nothing is new. ``docs/enumeration.md`` has the proof.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from noisytm._summary import Described
from noisytm.enumeration.recognisers.protocol import HoldoutRecogniser
from noisytm.enumeration.recognisers.settings import MAX_CONTEXTS, ladder
from noisytm.enumeration.table import Cell, Table

Letter = tuple[int, tuple[Cell, ...]]  # symbol, and the cells of the table last used there, latest first
Gram = tuple[Letter, ...]  # the letter nearest to the head first
Context = tuple[Gram, int, Letter, Gram]  # left of the head, state, under the head, right of the head

BLANK: Letter = (0, ())
EACH_ONCE = -1  # the history of all cells of the table that were used, each once, the latest first
# Cheap ones first: the fewest, of those that were tried, that with the words decide all machines with 4 states and 2
# symbols, and some more for greater ones.
NGRAMS = ladder(
    "ngrams",
    (
        *((1, 0), (2, 0), (3, 0), (2, 2), (3, 4), (4, 4), (2, 8), (3, 8), (2, 12), (3, 12), (2, 15), (2, 4)),
        *((n, EACH_ONCE) for n in (2, 3, 4, 5, 6)),
    ),
    lambda symbols: ((1, 6), (EACH_ONCE, 15)),  # what the kernel has room for
)
# The kernel has so many bits for an n-gram with the state, for one with the letter under the head, and for a letter.
_WITH_STATE_BITS, _STATE_BITS, _WITH_LETTER_BITS, _LETTER_BITS = 62, 4, 64, 10


@dataclass(frozen=True)
class ClosedNgrams(Described):
    """No run that stays in ``contexts`` halts, and none leaves them.

    ``left`` and ``right`` are the n-grams that may stand further out than those of the context; a letter remembers
    the last ``history`` cells of the table that were used there, or all of them once if that is `EACH_ONCE`.
    """

    n: int
    history: int
    left: frozenset[Gram]
    right: frozenset[Gram]
    contexts: frozenset[Context]


def letter_bits(symbols: int, n: int, history: int) -> int:
    """Return the bits of a letter in the kernel; there may be 2 to that power of them.

    Examples
    --------
    >>> letter_bits(2, 3, 0), letter_bits(3, 3, 0), letter_bits(2, 3, 2), letter_bits(2, 6, EACH_ONCE)
    (1, 2, 10, 9)
    """
    if history == 0:
        return (symbols - 1).bit_length()
    return min(_LETTER_BITS, (_WITH_STATE_BITS - _STATE_BITS) // n, _WITH_LETTER_BITS // (n + 1))


def closed_ngrams(table: Table, symbols: int, n: int, history: int, max_contexts: int) -> ClosedNgrams | None:
    """Return the closure of the blank tape under the step, or ``None`` if it proves nothing.

    Parameters
    ----------
    table : mapping of (state, symbol read) to (symbol written, move −1 or 1, next state)
        The machine.
    symbols : int
        Number of symbols.
    n : int
        Length of the n-grams.
    history : int
        How many of the cells of the table that were last used at a place its letter remembers, or `EACH_ONCE`.
    max_contexts : int
        Most contexts of a closure. That of letters with a history is 2 to the power of `letter_bits`.

    Examples
    --------
    A head that walks to the right for ever:

    >>> proof = closed_ngrams({(0, 0): (1, 1, 0)}, 2, 1, 0, 100)
    >>> sorted(proof.left), len(proof.contexts)
    ([((0, ()),), ((1, ()),)], 2)
    """
    gram = (BLANK,) * n
    further: dict[int, set[Gram]] = {-1: {gram}, 1: {gram}}  # by side
    contexts: set[Context] = {(gram, 0, BLANK, gram)}
    most_letters = 2 ** letter_bits(symbols, n, history)
    before = 0
    while before < (before := len(contexts) + len(further[-1]) + len(further[1])):
        for context in tuple(contexts):
            if (after := moved(table, history, context)) is None:
                return None
            further[-after.move].add(after.gone)
            contexts.update(after.contexts(further[after.move]))
        letters = {letter for _, _, letter, _ in contexts} | {letter for left, _, _, _ in contexts for letter in left}
        letters |= {letter for _, _, _, right in contexts for letter in right}
        if len(contexts) > max_contexts or len(letters) > most_letters:
            return None
    return ClosedNgrams(n, history, frozenset(further[-1]), frozenset(further[1]), frozenset(contexts))


@dataclass(frozen=True)
class Moved:
    """A context after a step, but for the letter that comes in.

    On the side it moved from, the n-gram was ``gone`` and is ``nearer``. On the side it moved to, ``coming`` was
    there, whose first letter is now under the head.
    """

    move: int
    following: int
    gone: Gram
    nearer: Gram
    coming: Gram

    def contexts(self, known: set[Gram] | frozenset[Gram]) -> Iterator[Context]:
        """Yield the contexts for all known n-grams that go on what comes nearer."""
        for gram in tuple(known):
            if gram[:-1] == self.coming[1:]:
                left, right = (self.nearer, gram) if self.move > 0 else (gram, self.nearer)
                yield left, self.following, self.coming[0], right


def remembered(past: tuple[Cell, ...], used: Cell, history: int) -> tuple[Cell, ...]:
    """Return what a letter remembers once a cell of the table has been used there.

    Examples
    --------
    >>> remembered(((0, 0), (1, 0)), (1, 0), 3), remembered(((0, 0), (1, 0)), (1, 0), EACH_ONCE)
    (((1, 0), (0, 0), (1, 0)), ((1, 0), (0, 0)))
    """
    if history == EACH_ONCE:
        return (used, *(cell for cell in past if cell != used))
    return (used, *past)[:history]


def moved(table: Table, history: int, context: Context) -> Moved | None:
    """Return what a context becomes in one step, or ``None`` if it reads an undefined cell."""
    left, state, (symbol, past), right = context
    if (state, symbol) not in table:
        return None
    write, move, following = table[state, symbol]
    written = (write, remembered(past, (state, symbol), history))
    gone, coming = (left, right) if move > 0 else (right, left)
    return Moved(move, following, gone, (written, *gone)[: len(gone)], coming)


def proves_ngrams(table: Table, proof: ClosedNgrams) -> bool:
    """Return whether a set of n-grams and contexts is closed, holds the blank tape, and reads no undefined cell.

    Examples
    --------
    >>> table = {(0, 0): (1, 1, 0)}
    >>> proof = closed_ngrams(table, 2, 1, 0, 100)
    >>> proves_ngrams(table, proof), proves_ngrams({(0, 0): (1, -1, 0)}, proof)
    (True, False)
    """
    gram = (BLANK,) * proof.n
    if not ((gram, 0, BLANK, gram) in proof.contexts and gram in proof.left & proof.right):
        return False
    for context in proof.contexts:
        after = moved(table, proof.history, context)
        if after is None:
            return False
        behind, ahead = (proof.left, proof.right) if after.move > 0 else (proof.right, proof.left)
        if after.gone not in behind or not proof.contexts.issuperset(after.contexts(ahead)):
            return False
    return True


class _Ngrams(HoldoutRecogniser):
    name: ClassVar[str] = "ngrams"
    label: ClassVar[str] = "closed n-grams"
    description: ClassVar[str] = "a set of local contexts is closed under the step"
    proof: ClassVar[type] = ClosedNgrams
    settings = (NGRAMS, MAX_CONTEXTS)

    def prove(self, table: Table, symbols: int, settings: Mapping[str, Any]) -> ClosedNgrams | None:
        """Return the closure of the first rung that proves something."""
        rungs, most = settings[NGRAMS.name], settings[MAX_CONTEXTS.name]
        return next(filter(None, (closed_ngrams(table, symbols, n, history, most) for n, history in rungs)), None)

    def decide(self, rows: NDArray[np.int64], symbols: int, settings: Mapping[str, Any]) -> NDArray[np.bool_]:
        """Return for which machines there is a proof, by the kernel."""
        from noisytm.enumeration.recognisers import _ngram_kernel

        rungs = [(n, history, letter_bits(symbols, n, history)) for n, history in settings[NGRAMS.name]]
        found = np.full(len(rows), -1, np.int64)
        if rungs:
            _ngram_kernel.decide(rows, symbols, np.array(rungs, np.int64), settings[MAX_CONTEXTS.name], found)
        return found >= 0

    def proves(self, table: Table, proof: ClosedNgrams) -> bool:
        """Return whether the set is closed; see `proves_ngrams`."""
        return proves_ngrams(table, proof)


RECOGNISER = _Ngrams()
