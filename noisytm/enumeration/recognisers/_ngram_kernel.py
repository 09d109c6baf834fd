"""The compiled closure of n-grams; `noisytm.enumeration.recognisers.ngrams` has it in a readable form.

A letter is a number: the symbol itself, or, if cells remember their past, the place of that past in a list that
grows. An n-gram is packed with the letter nearest to the head in the lowest bits. A context is two numbers, from the
lowest bits up: left n-gram and state, right n-gram and letter under the head. All numbers are unsigned, so that no
index is tested for its sign. The arrays are

- ``hashed`` (m, 3): a hash table of contexts, prefixes of n-grams and pasts: key, ``stamp << 32 | value``, second part
  of the key, which is 0 but for contexts;
- ``contexts`` (m, 5): context, what it becomes but for the letter that comes in, the next that waits as it does;
- ``prefixes`` (m, 2): of the first n − 1 letters of an n-gram on one side, the first member of the list of those that
  follow, and the first context that waits for one;
- ``followers`` (m, 2): letter, next member;
- ``letters`` (m, 2): past, symbol;
- ``sizes`` (5,): the number of contexts, prefixes, followers and letters, and the stamp of what is valid.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from noisytm._compile import jit, uncounted

COMPILES = "the closure of n-grams"

_ZERO, _ONE, _TWO = np.uint64(0), np.uint64(1), np.uint64(2)
_BECOMES, _NEXT = np.uint64(2), np.uint64(4)  # columns of a context
_NONE = np.uint64(2**64 - 1)
_HALF = np.uint64(32)
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
# What a key stands for, in its two highest bits: a context has 0 there, a prefix also its side.
_PAST = np.uint64(1 << 62)
_PREFIX = np.uint64(1 << 63)
_SIDE = np.uint64(62)
_EVENT_BITS = np.uint64(4)  # of a cell of the table, plus 1; 0 is no event
_EVENT = np.uint64(15)
_CONTEXTS, _PREFIXES, _FOLLOWERS, _LETTERS, _STAMP = np.arange(5, dtype=np.uint64)


@uncounted
def _slot(hashed, stamp, key, second):  # type: ignore[no-untyped-def]
    """Return where a key is, or where it is to be put; what has another stamp is empty."""
    last = np.uint64(hashed.shape[0] - 1)
    mixed = key ^ second * _MULTIPLIER
    at = ((mixed ^ mixed >> _HALF) * _MULTIPLIER >> _HALF) & last
    while hashed[at, _ONE] >> _HALF == stamp and (hashed[at, _ZERO] != key or hashed[at, _TWO] != second):
        at = (at + _ONE) & last
    return at


@uncounted
def _number(hashed, sizes, key, second, kind):  # type: ignore[no-untyped-def]
    """Return the number of a key among those of its kind, and whether it is new."""
    stamp = sizes[_STAMP]
    at = _slot(hashed, stamp, key, second)
    fresh = hashed[at, _ONE] >> _HALF != stamp
    if fresh:
        hashed[at, _ZERO], hashed[at, _ONE], hashed[at, _TWO] = key, stamp << _HALF | sizes[kind], second
        sizes[kind] += _ONE
    return hashed[at, _ONE] & ((_ONE << _HALF) - _ONE), fresh


@uncounted
def _prefix(hashed, prefixes, sizes, key):  # type: ignore[no-untyped-def]
    """Return the number of the first n − 1 letters of an n-gram on a side."""
    number, fresh = _number(hashed, sizes, key | _PREFIX, _ZERO, _PREFIXES)
    if fresh:
        prefixes[number, _ZERO] = prefixes[number, _ONE] = _NONE
    return number


@uncounted
def _add_context(hashed, contexts, sizes, first, second):  # type: ignore[no-untyped-def]
    """Add a context if it is not there; there is room for one too many."""
    number, fresh = _number(hashed, sizes, first, second, _CONTEXTS)
    if fresh:
        contexts[number, _ZERO], contexts[number, _ONE] = first, second


@uncounted
def _add_arrived(hashed, contexts, sizes, at, side, last):  # type: ignore[no-untyped-def]
    """Add what a context becomes, with the letter that comes in at its place on a side."""
    first, second = contexts[at, _BECOMES], contexts[at, _BECOMES + _ONE]
    if side:
        second |= last
    else:
        first |= last
    _add_context(hashed, contexts, sizes, first, second)


@uncounted
def _add_follower(prefixes, followers, sizes, prefix, letter):  # type: ignore[no-untyped-def]
    """Add an n-gram as the last letter after a prefix; return whether it is new."""
    at = prefixes[prefix, _ZERO]
    while at != _NONE and followers[at, _ZERO] != letter:
        at = followers[at, _ONE]
    if at == _NONE:
        added = sizes[_FOLLOWERS]
        followers[added, _ZERO], followers[added, _ONE] = letter, prefixes[prefix, _ZERO]
        prefixes[prefix, _ZERO] = added
        sizes[_FOLLOWERS] = added + _ONE
    return at == _NONE


@uncounted
def _begin(hashed, contexts, prefixes, followers, letters, sizes, symbols, history):  # type: ignore[no-untyped-def]
    """Put in the blank tape: the letters, the n-gram of blanks on either side, and the first context."""
    sizes[_CONTEXTS] = sizes[_PREFIXES] = sizes[_FOLLOWERS] = sizes[_LETTERS] = _ZERO
    sizes[_STAMP] += _ONE
    if history:
        _number(hashed, sizes, _PAST, _ZERO, _LETTERS)
        letters[0, 0] = letters[0, 1] = _ZERO
    else:
        for x in range(symbols):
            letters[x, 1] = x
    for side in range(2):
        _add_follower(prefixes, followers, sizes, _prefix(hashed, prefixes, sizes, np.uint64(side) << _SIDE), _ZERO)
    _add_context(hashed, contexts, sizes, _ZERO, _ZERO)


@uncounted
def _put_first(past, event):  # type: ignore[no-untyped-def]
    """Return a past with an event as the latest, and nowhere else."""
    place = _ZERO
    while past >> place and past >> place & _EVENT != event:
        place += _EVENT_BITS
    later, earlier = past & ((_ONE << place) - _ONE), past >> place >> _EVENT_BITS << place
    return (earlier | later) << _EVENT_BITS | event


@uncounted
def _write(hashed, letters, sizes, letter, cell, symbol, history):  # type: ignore[no-untyped-def]
    """Return the letter that is left behind where a cell of the table was used; there is room for one too many."""
    written = symbol
    if history:
        past = letters[letter, _ZERO]
        if history < 0:
            past = _put_first(past, cell + _ONE)
        else:
            past = (past << _EVENT_BITS | (cell + _ONE)) & (_ONE << np.uint64(history) * _EVENT_BITS) - _ONE
        written, fresh = _number(hashed, sizes, past | _PAST, _ZERO, _LETTERS)
        if fresh:
            letters[written, _ZERO], letters[written, _ONE] = past, symbol
    return written


@uncounted
def _leave(hashed, contexts, prefixes, followers, sizes, prefix, side, last, place):  # type: ignore[no-untyped-def]
    """Add the n-gram that leaves the context on a side, and the contexts that have waited there for it."""
    if _add_follower(prefixes, followers, sizes, prefix, last):
        at = prefixes[prefix, _ONE]
        while at != _NONE and sizes[_CONTEXTS] < contexts.shape[0]:
            _add_arrived(hashed, contexts, sizes, at, side, last << place)
            at = contexts[at, _NEXT]


@uncounted
def _arrive(hashed, contexts, prefixes, followers, sizes, prefix, side, place, at):  # type: ignore[no-untyped-def]
    """Add a context for each n-gram that goes on what comes nearer on a side, and wait for more."""
    contexts[at, _NEXT] = prefixes[prefix, _ONE]
    prefixes[prefix, _ONE] = at
    member = prefixes[prefix, _ZERO]
    while member != _NONE and sizes[_CONTEXTS] < contexts.shape[0]:
        _add_arrived(hashed, contexts, sizes, at, side, followers[member, _ZERO] << place)
        member = followers[member, _ONE]


@uncounted
def _step(table, symbols, rung, at, hashed, contexts, prefixes, followers, letters, sizes):  # type: ignore[no-untyped-def]
    """Add what a context becomes in one step; return whether its cell is defined and no letter is one too many."""
    bits = np.uint64(rung[2])
    gram_bits, prefix_bits = np.uint64(rung[0]) * bits, np.uint64(rung[0] - 1) * bits
    of_letter, of_gram, of_prefix = (_ONE << bits) - _ONE, (_ONE << gram_bits) - _ONE, (_ONE << prefix_bits) - _ONE
    letter = contexts[at, _ONE] >> gram_bits
    cell = (contexts[at, _ZERO] >> gram_bits) * np.uint64(symbols) + letters[letter, _ONE]
    entry = table[cell]
    good = entry >= 0
    if good:
        written = _write(hashed, letters, sizes, letter, cell, np.uint64(entry >> 1 & 127), rung[1])
        good = written <= of_letter
        ahead = np.uint64(entry & 1)
        behind = _ONE - ahead
        gone, coming = contexts[at, behind] & of_gram, contexts[at, ahead] & of_gram
        contexts[at, _BECOMES + behind] = (gone << bits | written) & of_gram
        contexts[at, _BECOMES + ahead] = coming >> bits
        contexts[at, _BECOMES] |= np.uint64((entry >> 8) // symbols) << gram_bits
        contexts[at, _BECOMES + _ONE] |= (coming & of_letter) << gram_bits
        prefix = _prefix(hashed, prefixes, sizes, behind << _SIDE | gone & of_prefix)
        _leave(hashed, contexts, prefixes, followers, sizes, prefix, behind, gone >> prefix_bits, prefix_bits)
        prefix = _prefix(hashed, prefixes, sizes, ahead << _SIDE | coming >> bits)
        _arrive(hashed, contexts, prefixes, followers, sizes, prefix, ahead, prefix_bits, at)
    return good


@uncounted
def _closes(table, symbols, rung, hashed, contexts, prefixes, followers, letters, sizes):  # type: ignore[no-untyped-def]
    """Return whether the closure of the blank tape has room, and no undefined cell is read in it."""
    _begin(hashed, contexts, prefixes, followers, letters, sizes, symbols, rung[1])
    at = _ZERO
    good = True
    while good and at < sizes[_CONTEXTS]:
        good = _step(table, symbols, rung, at, hashed, contexts, prefixes, followers, letters, sizes)
        good = good and sizes[_CONTEXTS] < contexts.shape[0]
        at += _ONE
    return good


@jit
def decide(tables, symbols, ladder, max_contexts, found) -> Any:  # type: ignore[no-untyped-def]
    """Find for each machine the first rung at which the closure proves that it never halts.

    Parameters
    ----------
    tables : int64 array, shape (m, Q·S or more)
        The machines as in the search; further columns are not looked at.
    symbols : int64
        S.
    ladder : int64 array, shape (r, 3)
        For each rung n, the length of the history or −1 for each once, and the bits of a letter: n letters have at
        most 58, and n + 1 at most 64.
    max_contexts : int64
        A closure with more contexts proves nothing.
    found : int64 array, shape (m,)
        Receives the number of the rung, −1 if there is none.
    """
    max_letters = (1 << ladder[:, 2].max()) + 1
    slots = 1
    while slots < 4 * (max_contexts + max_letters):  # a context brings at most two prefixes and one n-gram with it
        slots *= 2
    hashed = np.zeros((slots, 3), np.uint64)
    contexts = np.empty((max_contexts + 1, 5), np.uint64)
    prefixes = np.empty((2 * max_contexts + 4, 2), np.uint64)
    followers = np.empty((max_contexts + 4, 2), np.uint64)
    letters = np.empty((max_letters, 2), np.uint64)
    sizes = np.zeros(5, np.uint64)
    for machine in range(tables.shape[0]):
        table = tables[machine]
        found[machine] = -1
        rung = 0
        while found[machine] < 0 and rung < ladder.shape[0]:
            if _closes(table, symbols, ladder[rung], hashed, contexts, prefixes, followers, letters, sizes):
                found[machine] = rung
            rung += 1
