"""Words with weights, collected part by part; words up to the names of symbols and up to reflection."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from noisytm.errors import MachineError
from noisytm.machine import checked_word

DIGITS = "0123456789"


def output_word(word: str | Iterable[str], symbols: int) -> str:
    """Return a word that is asked for, as the digits of its symbols.

    Raises
    ------
    MachineError
        If it is empty, or has another symbol.

    Examples
    --------
    >>> output_word("0110", 2)
    '0110'
    """
    letters = checked_word(word, DIGITS[:symbols])
    if not letters:
        raise MachineError("the word is empty, and every run visits a cell; give at least one symbol")
    return "".join(letters)


@dataclass(frozen=True)
class WeightedWords:
    """Words with their weights, in several mappings, each less than half as large as the one before.

    A word may be in several of them. So parts can be added one after the other, and nothing is changed in place.
    """

    parts: tuple[Mapping[str, int], ...] = ()

    def merged(self, later: WeightedWords) -> WeightedWords:
        """Return the words of both.

        Examples
        --------
        >>> both = WeightedWords(({"0": 2, "01": 1},)).merged(WeightedWords(({"0": 3},)))
        >>> both.total()
        {'0': 5, '01': 1}
        """
        parts = list(self.parts)
        for part in later.parts:
            added = part
            while parts and len(parts[-1]) <= 2 * len(added):
                added = _sum(parts.pop(), added)
            parts.append(added)
        return WeightedWords(tuple(parts))

    def total(self) -> Mapping[str, int]:
        """Return the weight of each word."""
        found: Mapping[str, int] = {}
        for part in self.parts:
            found = _sum(found, part)
        return found


def _sum(first: Mapping[str, int], second: Mapping[str, int]) -> Mapping[str, int]:
    found = dict(first)
    for word, weight in second.items():
        found[word] = found.get(word, 0) + weight
    return found


def named(word: str, blank: str = "") -> str:
    """Return a word with its symbols renamed in the order in which they come, the blank first if there is one.

    Examples
    --------
    >>> named("1120"), named("1120", blank="0"), named("1120", blank="2")
    ('0012', '1120', '1102')
    """
    names = dict(zip(blank, DIGITS, strict=False))
    for symbol in word:
        if symbol not in names:
            names[symbol] = DIGITS[len(names)]
    return "".join([names[symbol] for symbol in word])


def least(word: str) -> str:
    """Return the word that stands for all that differ from this one in the names of symbols or in direction.

    Examples
    --------
    >>> least("110"), least("100"), least("011"), least("001")
    ('001', '001', '001', '001')
    """
    return min(named(word), named(word[::-1]))


def number_alike(word: str, symbols: int) -> int:
    """Return how many words differ from this one in the names of symbols or in direction, itself included.

    Examples
    --------
    >>> number_alike("001", 2), number_alike("010", 2), number_alike("001", 3)
    (4, 2, 12)
    """
    names = math.perm(symbols, len(set(word)))
    return names if named(word) == named(word[::-1]) else 2 * names


def all_alike(word: str, symbols: int) -> Iterator[str]:
    """Yield the words that `number_alike` counts, each once.

    Examples
    --------
    >>> sorted(all_alike("001", 2))
    ['001', '011', '100', '110']
    """
    there, back = named(word), named(word[::-1])
    used = DIGITS[: len(set(word))]
    for names in itertools.permutations(DIGITS[:symbols], len(used)):
        renaming = str.maketrans(used, "".join(names))
        yield there.translate(renaming)
        if back != there:
            yield back.translate(renaming)
