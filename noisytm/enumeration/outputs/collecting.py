"""What the machines of a part of the tree leave on the tape, collected; the parts are merged in order."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from noisytm import _clock
from noisytm._summary import Described
from noisytm.enumeration import (
    MAX_REACH,
    EnumerationOptions,
    Found,
    Rows,
    Table,
    Tally,
    chunks,
    multiplicity,
    root_table,
)
from noisytm.enumeration.outputs.words import DIGITS, WeightedWords
from noisytm.enumeration.recognisers import HALTED

# Steps between two looks at the clock and the keyboard: some tenths of a second.
WORK_AT_ONCE = 1 << 26
# Room for words; when it is full they are moved to a mapping.
ENTRIES, POOL_CELLS = 1 << 14, 1 << 18


@dataclass(frozen=True, eq=False)
class OutputTally(Described):
    """Counts of a part of the tree, and the words that its machines leave.

    Parameters
    ----------
    tally : Tally
        The counts of the enumeration.
    words : WeightedWords
        How many complete tables leave each word on the tape of zeros: in the direction in which the machines of the
        tree run, and with their symbols, but for zero, renamed as they come in the word. The root is not among them.
    """

    tally: Tally
    words: WeightedWords

    def merged(self, later: OutputTally) -> OutputTally:
        """Return the counts and words of this part and a later one together."""
        return OutputTally(self.tally.merged(later.tally), self.words.merged(later.words))

    def to_json(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return {"counted": self.tally.to_json(), "words": dict(self.words.total())}

    @classmethod
    def from_json(cls, options: EnumerationOptions, record: Any) -> OutputTally:
        """Return that of a JSON object; ValueError, TypeError, KeyError or IndexError if it is none."""
        words = dict(record["words"])
        known = set(DIGITS[: options.symbols])
        for word, weight in words.items():
            if not word or not known.issuperset(word) or type(weight) is not int or weight < 1:
                raise ValueError("a word is malformed")
        tally = Tally.from_json(options, record["counted"])
        if tables_of_words(options, words) != halting_tables(options, tally):
            raise ValueError("the words are not those of the machines that were counted")
        return cls(tally, WeightedWords((words,)))


def tables_of_words(options: EnumerationOptions, words: Mapping[str, int]) -> int:
    """Return how many complete tables leave some word on the tape of zeros, in either direction, the root included."""
    names = (math.perm(options.symbols - 1, len({*word} - {DIGITS[0]})) for word in words)
    root = int(options.symbols * entries_of_a_cell(options) ** (options.cells - 1))
    return root + 2 * sum(number * weight for number, weight in zip(names, words.values(), strict=True))


def halting_tables(options: EnumerationOptions, tally: Tally) -> int:
    """Return how many complete tables halt on the tape of zeros, by the machines that were counted."""
    total, counts = 0, tally.counts[options.classes.index(HALTED)]
    for undefined, state, symbol in np.argwhere(counts).tolist():
        number = int(counts[undefined, state, symbol]) * multiplicity(options, undefined, state, symbol)
        total += number * options.symbols * entries_of_a_cell(options) ** (undefined - 1)
    return total


def entries_of_a_cell(options: EnumerationOptions) -> int:
    """Return how many entries a cell of a complete table can have here: 2·S·Q that go on, and S that halt.

    Examples
    --------
    >>> entries_of_a_cell(EnumerationOptions(2, 2))
    10
    """
    return (2 * options.states + 1) * options.symbols


def nothing(options: EnumerationOptions) -> OutputTally:
    """Return what is found before any machine is visited."""
    return OutputTally(Found.empty(options).tally, WeightedWords())


def trunk(options: EnumerationOptions) -> tuple[OutputTally, list[Table]]:
    """Return what is found in the trunk of the tree, and the machines at which it ends."""
    found, rows = Found.empty(options), []
    for chunk in chunks(options, root_table(options), True, (HALTED,), found):
        rows.append(chunk)
    listed = np.concatenate(rows)
    ends = list(listed[listed[:, -1] == 1][:, : options.cells])
    return OutputTally(found.tally, words_of(options, [listed])), ends


def subtree(options: EnumerationOptions, root: Table) -> OutputTally:
    """Return what is found in a subtree, without its root."""
    found = Found.empty(options)
    words = words_of(options, chunks(options, root, False, (HALTED,), found))
    return OutputTally(found.tally, words)


def words_of(options: EnumerationOptions, chunks_of_rows: Iterable[Rows]) -> WeightedWords:
    """Return the words that machines which halt leave; for their weights see `OutputTally`."""
    book = _Book(options)
    for rows in chunks_of_rows:
        book.add(rows)
    return book.words()


class _Book:
    """The arrays in which the words are counted, see `_kernel.record`, and the words that were moved out of them."""

    def __init__(self, options: EnumerationOptions) -> None:
        states, symbols, cells = options.states, options.symbols, options.cells
        self._shape = np.array([states, symbols], np.int64)
        self._weights = np.zeros((cells + 1, states), np.int64)
        for undefined in range(1, cells):
            for state in range(states):
                number = math.perm(states - 1, state) * entries_of_a_cell(options) ** (undefined - 1)
                self._weights[undefined, state] = number
        self._renamings = np.zeros((symbols, symbols), np.int64)
        for top in range(symbols):
            for used in range(top + 1):
                self._renamings[top, used] = math.perm(symbols - 1 - used, top - used)
        self._tape = np.zeros(2 * min(options.max_steps, MAX_REACH) + 3, np.uint8)
        self._slots = np.zeros(2 * ENTRIES, np.int64)
        self._entries = np.empty((ENTRIES, 4), np.int64)
        self._pool = np.empty(POOL_CELLS, np.uint8)
        self._sizes = np.zeros(2, np.int64)
        self._names = np.zeros(symbols, np.uint8)
        self._moved = WeightedWords()

    def add(self, rows: Rows) -> None:
        """Run the machines, and count what they leave."""
        from noisytm.enumeration.outputs import _kernel

        place = np.zeros(7, np.int64)
        while True:
            state = _kernel.record(
                rows,
                self._shape,
                self._weights,
                self._renamings,
                place,
                self._tape,
                self._slots,
                self._entries,
                self._pool,
                self._sizes,
                self._names,
                WORK_AT_ONCE,
            )
            if state == _kernel.DONE:
                return
            _clock.tick()
            if state == _kernel.FULL:
                self._empty()
                if place[_kernel.LACKS] > self._pool.size:
                    self._pool = np.empty(int(place[_kernel.LACKS]), np.uint8)

    def words(self) -> WeightedWords:
        """Return what has been counted."""
        self._empty()
        return self._moved

    def _empty(self) -> None:
        number, cells = self._sizes.tolist()
        text = (self._pool[:cells] + ord(DIGITS[0])).tobytes().decode("ascii")
        counted = {text[x : x + n]: weight for x, n, _, weight in self._entries[:number].tolist() if weight}
        self._moved = self._moved.merged(WeightedWords((counted,)))
        self._sizes[:] = 0
        self._slots[:] = 0
