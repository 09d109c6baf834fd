"""What is recognised after the search: holdouts with a closed set of n-grams or of repeated words."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from noisytm.enumeration.options import CLASSES, EnumerationOptions
from noisytm.enumeration.recognisers.ngrams import letter_bits
from noisytm.enumeration.recognisers.repeated_words import entry_bits, most_entries

HOLDOUT = CLASSES.index("holdout")


def recognise(options: EnumerationOptions, rows: NDArray[np.int64], counts: NDArray[np.int64]) -> None:
    """Give the holdouts that are recognised their class, in the list and in the counts.

    Parameters
    ----------
    options : EnumerationOptions
        Which recognisers there are, and their rungs.
    rows : int64 array, shape (n, cells + 3)
        Machines that the search lists, of any class: the table, the cell at which it halts, the class, another
        column. The class is changed in place.
    counts : int64 array
        As in `Tally`; changed in place.
    """
    for name, rungs, decide in (("ngrams", options.ngrams, _by_ngrams), ("words", options.words, _by_words)):
        holdouts = np.flatnonzero(rows[:, -2] == HOLDOUT)
        if name in options.recognisers and rungs and holdouts.size:
            decided = holdouts[decide(options, rows[holdouts]) >= 0]
            rows[decided, -2] = CLASSES.index(name)
            _move(options, rows[decided], counts)


def _by_ngrams(options: EnumerationOptions, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    from noisytm.enumeration.recognisers import _ngram_kernel

    found = np.empty(len(rows), np.int64)
    ladder = [(n, history, letter_bits(options.symbols, n, history)) for n, history in options.ngrams]
    _ngram_kernel.decide(rows, options.symbols, np.array(ladder, np.int64), options.max_contexts, found)
    return found


def _by_words(options: EnumerationOptions, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    from noisytm.enumeration.recognisers import _word_kernel

    found = np.empty(len(rows), np.int64)
    shapes = []
    for length, most in options.words:
        symbol, count = entry_bits(options.symbols, most)
        shapes.append((options.symbols, length, symbol, count, most, most_entries(options.symbols, length, most)))
    _word_kernel.decide(rows, np.array(shapes, np.uint64), options.max_contexts, found)
    return found


def _move(options: EnumerationOptions, rows: NDArray[np.int64], counts: NDArray[np.int64]) -> None:
    """Count machines under the class they have now, and no longer as holdouts."""
    tables, kinds = rows[:, : options.cells], rows[:, -2]
    defined = tables >= 0
    states = np.where(defined, (tables >> 8) // options.symbols, 0).max(axis=1)
    symbols = np.where(defined, tables >> 1 & 127, 0).max(axis=1)
    place = (np.count_nonzero(~defined, axis=1), states, symbols)
    np.add.at(counts, (kinds, *place), 1)
    np.subtract.at(counts, (HOLDOUT, *place), 1)
