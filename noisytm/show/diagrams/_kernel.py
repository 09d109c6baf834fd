"""The compiled loop that puts several cells of a tape into one column."""

from __future__ import annotations

from typing import Any

import numpy as np

from noisytm._compile import jit

COMPILES = "diagrams"


@jit
def commonest(cells, skipped, per_column, columns, symbols, blank):  # type: ignore[no-untyped-def]
    """Return, for each column, the symbol most of its cells hold.

    Parameters
    ----------
    cells : unsigned array, shape (n,)
        Indices of the symbols on a stretch of tape.
    skipped : int64
        Number of cells of the first columns that lie before the stretch.
    per_column, columns : int64
        Cells in a column; number of columns. ``skipped + n`` is at most their product.
    symbols, blank : int64
        Number of symbols; index of the blank. Of equally common symbols one that is not blank counts, and
        among these the first of the alphabet.

    Returns
    -------
    int32 array, shape (columns,)
        -1 where a column has no cell of the stretch.
    """
    shown = np.full(columns, -1, np.int32)
    counts = np.zeros(symbols, np.int64)
    begin = 0
    while begin < cells.size:
        column = (skipped + begin) // per_column
        end = min(cells.size, (column + 1) * per_column - skipped)
        for i in range(begin, end):
            counts[cells[i]] += 1
        best, most = np.int64(-1), 0
        few = symbols <= end - begin  # of the alphabet and the cells, look through the shorter
        for i in range(symbols if few else end - begin):
            symbol = np.int64(i) if few else np.int64(cells[begin + i])
            wins_tie = best == blank or (symbol != blank and symbol < best)
            if counts[symbol] > most or (counts[symbol] == most and most > 0 and wins_tie):
                best, most = symbol, counts[symbol]
        if few:
            counts[:] = 0
        else:
            for i in range(begin, end):
                counts[cells[i]] = 0
        shown[column] = best
        begin = end
    return shown


def columns_of(cells: Any, skipped: int, per_column: int, columns: int, symbols: int, blank: int) -> Any:
    """Call `commonest`; a function of its own, so that there is something typed to import."""
    return commonest(cells, skipped, per_column, columns, symbols, blank)
