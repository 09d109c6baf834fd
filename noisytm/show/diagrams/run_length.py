"""The columns of a tape in run-length form, counted without writing out its cells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from noisytm.discrete.configuration import Piece
from noisytm.show.diagrams.rows import OUTSIDE


def columns_of_pieces(pieces: Iterable[Piece], skipped: int, per_column: int, columns: int, blank: int) -> list[int]:
    """Return, for each column, the symbol most of its cells hold; what the compiled loop does, for any numbers.

    Parameters
    ----------
    pieces : iterable of (tuple of int, int)
        Words, as indices of symbols, and how often each is repeated, from left to right.
    skipped : int
        Number of cells of the first columns that lie before the pieces; negative if these begin further left.
    per_column, columns : int
        Cells in a column; number of columns.
    blank : int
        Index of the blank. Of equally common symbols one that is not blank counts, and among these the first.

    Returns
    -------
    list of int, length ``columns``
        -1 where a column has no cell of the pieces.

    Examples
    --------
    >>> columns_of_pieces([((1, 2), 10**30), ((0,), 10**30)], 10**30, 10**30, 5, blank=0)
    [-1, 1, 1, 0, -1]
    """
    counts = [Counter[int]() for _ in range(columns)]
    begin = skipped
    for word, times in pieces:
        end = begin + len(word) * times
        here, last = max(begin, 0), min(end, columns * per_column)
        while here < last:
            column = here // per_column
            stop = min(last, (column + 1) * per_column)
            _count(counts[column], word, here - begin, stop - begin)
            here = stop
        begin = end
    return [min(found, key=lambda s: (-found[s], s == blank, s)) if found else OUTSIDE for found in counts]


def _count(found: Counter[int], word: tuple[int, ...], begin: int, stop: int) -> None:
    """Count the symbols from ``begin`` to before ``stop`` on a tape that repeats ``word``."""
    rounds, more = divmod(stop - begin, len(word))
    first = begin % len(word)
    found.update(word[first : first + more])
    found.update(word[: max(0, first + more - len(word))])
    if rounds:  # as many cells as the word has, wherever they begin, hold its symbols
        for symbol, number in Counter(word).items():
            found[symbol] += rounds * number
