"""The compiled closure of lists of repeated words; `repeated_words` has it in a readable form.

A word is packed with its leftmost symbol in the lowest bits. A side of the tape is packed as ``word << c | count`` for
each of its entries, the one nearest to the head in the lowest bits; 0 is a blank side. ``where`` is 2 · state +
facing, with facing 1 for R. All numbers are unsigned, so that no index is tested for its sign. The arrays are

- ``contexts`` (m, 3): left side, right side, ``where``;
- ``hashed`` (m,): a hash table of contexts: ``stamp << 32 | place``;
- ``sizes`` (2,): the number of contexts, and the stamp of what is valid;
- ``shape`` (6,): S, the length of a word, the bits of a symbol and of a count, the largest count, entries of a side.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from noisytm._compile import jit, uncounted

COMPILES = "the closure of repeated words"

_ZERO, _ONE, _TWO = np.uint64(0), np.uint64(1), np.uint64(2)
_HALF, _LOW_HALF = np.uint64(32), np.uint64(2**32 - 1)
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
# In the place of ``where``: the head stays in the word for ever, or reads an undefined cell there.
_STAYS, _HALTS = np.uint64(254), np.uint64(255)


@uncounted
def _add_context(hashed, contexts, sizes, left, right, where):  # type: ignore[no-untyped-def]
    """Add a context if it is not there; a step may bring two, and there is room for so many too many."""
    last, stamp, added = np.uint64(hashed.shape[0] - 1), sizes[1], sizes[0]
    mixed = ((left * _MULTIPLIER ^ right) * _MULTIPLIER ^ where) * _MULTIPLIER
    at = (mixed >> _HALF) & last
    fresh = hashed[at] >> _HALF != stamp
    here = hashed[at] & _LOW_HALF
    while not fresh and (
        contexts[here, _ZERO] != left or contexts[here, _ONE] != right or contexts[here, _TWO] != where
    ):
        at = (at + _ONE) & last
        fresh = hashed[at] >> _HALF != stamp
        here = hashed[at] & _LOW_HALF
    if fresh:
        hashed[at] = stamp << _HALF | added
        contexts[added, _ZERO], contexts[added, _ONE], contexts[added, _TWO] = left, right, where
        sizes[0] = added + _ONE


@uncounted
def _pass(table, shape, where, word):  # type: ignore[no-untyped-def]
    """Run from an end of a word until the head leaves it; return the word then, and ``where``.

    One configuration is kept to compare with, and replaced after 1, 2, 4, … steps: every cycle comes back to one.
    """
    symbols, length, bits = shape[0], np.int64(shape[1]), shape[2]
    mask = (_ONE << bits) - _ONE
    state, head = where >> _ONE, np.int64(0) if where & _ONE else length - 1
    old_state, old_head, old_word = state, head, word
    steps, next_kept = np.int64(0), np.int64(1)
    entry, stays = np.int64(0), False
    while entry >= 0 and 0 <= head < length and not stays:
        place = np.uint64(head) * bits
        entry = table[state * symbols + (word >> place & mask)]
        if entry >= 0:
            word = word & ~(mask << place) | np.uint64(entry >> 1 & 127) << place
            state = np.uint64(entry >> 8) // symbols
            head += ((entry & 1) << 1) - 1
            stays = state == old_state and head == old_head and word == old_word
            steps += 1
            if steps == next_kept:
                old_state, old_head, old_word, next_kept = state, head, word, 2 * steps
    after = state << _ONE | np.uint64(head >= 0)
    if entry < 0:
        after = _HALTS
    elif stays:
        after = _STAYS
    return word, after


@uncounted
def _pushed(side, word, shape):  # type: ignore[no-untyped-def]
    """Return a side with one more word, and whether it has room for it."""
    count_bits = shape[3]
    entry_bits = shape[1] * shape[2] + count_bits
    top = side & ((_ONE << entry_bits) - _ONE)
    fits = True
    if side != _ZERO and top >> count_bits == word:
        side += np.uint64(top & ((_ONE << count_bits) - _ONE) < shape[4])
    elif side != _ZERO or word != _ZERO:
        fits = side >> entry_bits * (shape[5] - _ONE) == _ZERO
        side = side << entry_bits | word << count_bits | _ONE
    return side, fits


@uncounted
def _go(table, shape, at, word, rest, hashed, contexts, sizes):  # type: ignore[no-untyped-def]
    """Add what a context becomes if this word comes, and this is left of its side; return whether nothing is wrong."""
    left, right, where = contexts[at, _ZERO], contexts[at, _ONE], contexts[at, _TWO]
    word, after = _pass(table, shape, where, word)
    good = after != _HALTS
    if good and after != _STAYS:
        if where & _ONE:
            right = rest
        else:
            left = rest
        if after & _ONE:
            left, good = _pushed(left, word, shape)
        else:
            right, good = _pushed(right, word, shape)
        _add_context(hashed, contexts, sizes, left, right, after)
    return good


@uncounted
def _step(table, shape, at, hashed, contexts, sizes):  # type: ignore[no-untyped-def]
    """Add all that a context can become; return whether no cell is undefined and no side too long."""
    count_bits = shape[3]
    entry_bits = shape[1] * shape[2] + count_bits
    side = contexts[at, _ONE] if contexts[at, _TWO] & _ONE else contexts[at, _ZERO]
    top = side & ((_ONE << entry_bits) - _ONE)
    word, count = top >> count_bits, top & ((_ONE << count_bits) - _ONE)
    rest = side
    if count == _ONE:
        rest = side >> entry_bits
    elif count:
        rest = side - _ONE
    good = _go(table, shape, at, word, rest, hashed, contexts, sizes)
    if count == shape[4] and good:
        good = _go(table, shape, at, word, side, hashed, contexts, sizes)
    return good


@uncounted
def _closes(table, shape, hashed, contexts, sizes):  # type: ignore[no-untyped-def]
    """Return whether the closure of the blank tape has room, and no undefined cell is read in it."""
    sizes[0] = _ZERO
    sizes[1] += _ONE
    _add_context(hashed, contexts, sizes, _ZERO, _ZERO, _ONE)
    at, good = _ZERO, True
    while good and at < sizes[0]:
        good = _step(table, shape, at, hashed, contexts, sizes) and sizes[0] + _ONE < contexts.shape[0]
        at += _ONE
    return good


@jit
def decide(tables, shapes, max_contexts, found) -> Any:  # type: ignore[no-untyped-def]
    """Find for each machine the first rung at which the closure proves that it never halts.

    Parameters
    ----------
    tables : int64 array, shape (m, Q·S or more)
        The machines as in the search; further columns are not looked at.
    shapes : uint64 array, shape (r, 6)
        For each rung S, the length of a word, the bits of a symbol and of a count, the largest count, and the most
        entries of a side: these fill at most 64 bits.
    max_contexts : int64
        A closure with more contexts proves nothing.
    found : int64 array, shape (m,)
        Receives the number of the rung, −1 if there is none.
    """
    slots = 1
    while slots < 4 * max_contexts:
        slots *= 2
    hashed = np.zeros(slots, np.uint64)
    contexts = np.empty((max_contexts + 2, 3), np.uint64)
    sizes = np.zeros(2, np.uint64)
    for machine in range(tables.shape[0]):
        table = tables[machine]
        found[machine] = -1
        rung = 0
        while found[machine] < 0 and rung < shapes.shape[0]:
            if _closes(table, shapes[rung], hashed, contexts, sizes):
                found[machine] = rung
            rung += 1
