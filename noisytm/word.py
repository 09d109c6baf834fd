"""Words: what stands on the tape when a machine starts."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from noisytm._checks import listed, strings, whole
from noisytm._text import did_you_mean, shown, shown_list
from noisytm.errors import MachineError

# What a list of words may hold in all: a slip in a length would fill the memory.
MAX_SYMBOLS_LISTED = 100_000_000

Word = tuple[str, ...]


def checked_word(word: str | Iterable[str], symbols: Sequence[str]) -> Word:
    """Return ``word`` as a tuple of symbols, each checked to be in ``symbols``.

    Examples
    --------
    >>> checked_word("AB", ["_", "A", "B"])
    ('A', 'B')
    """
    if isinstance(word, str) and word and any(len(s) != 1 for s in symbols):
        raise MachineError(
            f"word {shown(word)} is a string, but the alphabet has symbols longer than one character;"
            " give the word as a list of symbols"
        )
    letters = listed("the symbols of a word", word)
    known = set(symbols)
    for position, letter in enumerate(letters):
        if not isinstance(letter, str) or letter not in known:
            raise MachineError(
                f"word {shown(word)} has {shown(letter)} at position {position}, which is not a symbol of the machine;"
                f" use only {shown_list(symbols)}{did_you_mean(letter, symbols)}"
            )
    return letters


def words(letters: str | Sequence[str], max_length: int, min_length: int = 0) -> list[Any]:
    """List all words over ``letters`` by length, then in the order of the letters.

    Parameters
    ----------
    letters : str or sequence of str
        The letters; a string gives words as strings, a sequence gives them as tuples of symbols.
    max_length, min_length : int
        The largest and the smallest length, both included.

    Examples
    --------
    >>> words("AB", max_length=2)
    ['', 'A', 'B', 'AA', 'AB', 'BA', 'BB']
    """
    longest = whole("max_length", max_length, 0, error=MachineError)
    shortest = whole("min_length", min_length, 0, error=MachineError)
    if shortest > longest:
        raise MachineError(f"word lengths run from {shortest} to {longest}; give 0 <= min_length <= max_length")
    given = strings("letters", letters)
    if len(set(given)) != len(given):
        raise MachineError(f"letters {shown(letters)} repeat; give each letter once")
    _require_fewer(len(given), shortest, longest)
    joined = isinstance(letters, str)
    return ["".join(word) if joined else word for word in _words(given, longest, shortest)]


def _words(letters: tuple[str, ...], longest: int, shortest: int) -> Iterator[tuple[str, ...]]:
    for length in range(shortest, longest + 1 if letters else min(longest, 0) + 1):
        yield from itertools.product(letters, repeat=length)


def _require_fewer(letters: int, shortest: int, longest: int) -> None:
    """Raise unless the words have few enough symbols together to be listed."""
    symbols = 0
    for length in range(shortest, longest + 1 if letters else 1):
        symbols += max(length, 1) * letters ** min(length, MAX_SYMBOLS_LISTED.bit_length() if letters > 1 else 1)
        if symbols > MAX_SYMBOLS_LISTED:
            raise MachineError(
                f"the words over {letters} letters of lengths {shown(shortest)} to {shown(longest)} have more than"
                f" {MAX_SYMBOLS_LISTED:,} symbols together; lower max_length"
            )
