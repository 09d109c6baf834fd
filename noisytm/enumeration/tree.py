"""The tree cut into a trunk and subtrees, the same way for any number of workers; tables as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from noisytm.enumeration.options import CLASSES, MAX_REACH, RECOGNISERS, EnumerationOptions
from noisytm.enumeration.tally import KEPT_CHAMPIONS, Champions, Tally, shape_of

FIRST_ROWS = 4096
HALTED = CLASSES.index("halted")

Table = NDArray[np.int64]
Rows = NDArray[np.int64]


def split_depth(options: EnumerationOptions) -> int:
    """Return the number of filled cells at which the trunk ends."""
    return max(2, options.cells // 2 - 1)


def root_table(options: EnumerationOptions) -> Table:
    """Return the table of the root, shape (cells,)."""
    table = np.full(options.cells, -1, np.int64)
    if options.root == "1RB":
        table[0] = entry_of(options, following=1, write=1, move=1)
    return table


def entry_of(options: EnumerationOptions, following: int, write: int, move: int) -> int:
    """Return a table entry as the kernel has it; ``move`` is 0 for L and 1 for R."""
    return following * options.symbols << 8 | write << 1 | move


def search(
    options: EnumerationOptions, root: Table, *, trunk: bool = False, classes: Sequence[str] = ()
) -> tuple[Tally, Rows]:
    """Search the trunk, or the subtree below one of the machines at which it ends.

    Parameters
    ----------
    options : EnumerationOptions
        What is enumerated.
    root : int64 array, shape (cells,)
        The root of the tree for the trunk, else the machine whose subtree is searched.
    trunk : bool
        Whether to count the root too, and to stop at `split_depth`.
    classes : sequence of str
        The classes of which the machines are listed.

    Returns
    -------
    tally, rows
        The counts; the listed machines in depth-first order as int64 array, shape (n, cells + 3): the table, the
        cell at which the machine halts or −1, the class, and 1 if its subtree is left out.
    """
    number = FIRST_ROWS if classes else 0
    while True:
        tally, rows, listed = _explore(options, root, trunk, classes, number)
        if listed <= len(rows) or not classes:
            return tally, rows[:listed]
        number = listed


def _explore(
    options: EnumerationOptions, root: Table, trunk: bool, classes: Sequence[str], number: int
) -> tuple[Tally, Rows, int]:
    from noisytm.enumeration import _kernel

    counts = np.zeros(shape_of(options), np.int64)
    best = np.zeros((2, 2), np.int64)
    best_tables = np.zeros((2, KEPT_CHAMPIONS, options.cells + 1), np.int64)
    rows = np.empty((number, options.cells + 3), np.int64)
    recognised = [name in options.recognisers for name in RECOGNISERS]
    listed = _kernel.explore(
        np.ascontiguousarray(root),
        np.array([options.states, options.symbols], np.int64),
        np.array([not options.complete, options.ordered_symbols, *recognised], np.bool_),
        options.max_steps,
        min(options.max_steps, MAX_REACH),
        split_depth(options) if trunk else options.cells + 1,
        trunk,
        sum(1 << CLASSES.index(name) for name in classes),
        counts,
        best,
        best_tables,
        rows,
    )
    longest, highest = (
        Champions(int(value), int(ties), tables[:ties]) for (value, ties), tables in zip(best, best_tables, strict=True)
    )
    return Tally(counts, longest, highest), rows, int(listed)


def trunk(options: EnumerationOptions) -> tuple[Tally, list[Table]]:
    """Return the tally of the trunk, and the machines at which it ends."""
    tally, rows = search(options, root_table(options), trunk=True, classes=("halted",))
    return tally, list(rows[rows[:, -1] == 1][:, : options.cells])


def subtree(options: EnumerationOptions, root: Table) -> Tally:
    """Return the tally of a subtree, without its root."""
    return search(options, root)[0]


def listed_texts(options: EnumerationOptions, wanted: str) -> Iterator[str]:
    """Yield the texts of the machines of one class in depth-first order."""
    _, rows = search(options, root_table(options), trunk=True, classes=sorted({"halted", wanted}))
    kind = CLASSES.index(wanted)
    for row in rows:
        if row[-2] == kind:
            yield text_of(options, row[:-2])
        if row[-1]:
            for below in search(options, row[: options.cells], classes=(wanted,))[1]:
                yield text_of(options, below[:-2])


def text_of(options: EnumerationOptions, table: Sequence[int] | Rows) -> str:
    """Return a table as bbchallenge text; the cell at which it halts, if any, is written ``1RZ``.

    Parameters
    ----------
    options : EnumerationOptions
        For the number of states and symbols.
    table : sequence of int
        The entries, then the cell at which the machine halts or −1.

    Examples
    --------
    >>> text_of(EnumerationOptions(1, 2), [-1, 1, 0])
    '1RZ0RA'
    """
    *entries, halts = (int(x) for x in table)
    cells = ["---" if entry < 0 else _cell_text(options, entry) for entry in entries]
    if halts >= 0:
        cells[halts] = "1RZ"
    width = options.symbols
    return "_".join("".join(cells[i : i + width]) for i in range(0, options.cells, width))


def _cell_text(options: EnumerationOptions, entry: int) -> str:
    state = chr(ord("A") + (entry >> 8) // options.symbols)
    return f"{entry >> 1 & 127}{'LR'[entry & 1]}{state}"
