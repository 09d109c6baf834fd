"""The tree cut into a trunk and subtrees, the same way for any number of workers; tables as text."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from noisytm import _clock
from noisytm.enumeration.late import Best, LateRuns, first_limit
from noisytm.enumeration.options import MAX_REACH, EnumerationOptions
from noisytm.enumeration.recognisers import HALTED, HOLDOUT, searched
from noisytm.enumeration.tally import KEPT_CHAMPIONS, Champions, Tally, shape_of

# The search lists so many machines at a time.
CHUNK = 4096
# Steps between two looks at the clock and the keyboard: some tenths of a second.
WORK_AT_ONCE = 1 << 26

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
    found = Found.empty(options)
    rows = np.concatenate([*chunks(options, root, trunk, classes, found)])
    return found.tally, rows


@dataclass(frozen=True)
class Found:
    """The arrays in which the search counts, see `_kernel.explore`, and where those recognised later are counted."""

    kinds: NDArray[np.int64]
    counts: NDArray[np.int64]
    moved: NDArray[np.int64]
    best: Best

    @classmethod
    def empty(cls, options: EnumerationOptions) -> Found:
        """Return them as they are before anything is counted."""
        tables = np.zeros((2, KEPT_CHAMPIONS, options.cells + 1), np.int64)
        kinds = np.array([options.classes.index(name) for name in searched()], np.int64)
        shape = shape_of(options)
        counts = np.zeros((len(kinds), *shape[1:]), np.int64)
        return cls(kinds, counts, np.zeros(shape, np.int64), Best(np.zeros((2, 2), np.int64), tables))

    @property
    def tally(self) -> Tally:
        """What has been counted."""
        longest, highest = (
            Champions(int(value), int(ties), tables[:ties])
            for (value, ties), tables in zip(self.best.values, self.best.tables, strict=True)
        )
        counts = self.moved.copy()
        counts[self.kinds] += self.counts
        return Tally(counts, longest, highest)


def chunks(
    options: EnumerationOptions, root: Table, trunk: bool, classes: Sequence[str], found: Found
) -> Iterator[Rows]:
    """Search on as `search` does, and count; yield the machines of the wanted classes, some thousands at a time."""
    late = LateRuns(options)
    depth = split_depth(options) if trunk else options.cells + 1
    kinds = [options.classes.index(name) for name in classes]
    halted = late.run(np.ascontiguousarray(root), options.max_steps).steps
    for rows in _below(options, root, halted, depth, trunk, [*classes], late, found):
        yield rows[np.isin(rows[:, -2], kinds)]


def _below(
    options: EnumerationOptions,
    root: Table,
    halted: int,
    depth: int,
    count_root: bool,
    classes: Sequence[str],
    late: LateRuns,
    found: Found,
) -> Iterator[Rows]:
    """Search below a machine that halts after so many steps; yield machines of the classes, and some others."""
    limit = first_limit(options, halted)
    for rows in _searched(options, root, limit, depth, count_root, classes, found):
        seen = 0
        for at, steps in late.settle(rows, found.moved, limit, depth, found.best):
            yield rows[seen : at + 1]
            seen = at + 1
            yield from _below(options, rows[at, : options.cells], steps, depth, False, classes, late, found)
        yield rows[seen:]


def _searched(
    options: EnumerationOptions,
    root: Table,
    limit: int,
    depth: int,
    count_root: bool,
    classes: Sequence[str],
    found: Found,
) -> Iterator[Rows]:
    """Yield the machines of the classes, and the holdouts, of the compiled search below a machine."""
    from noisytm.enumeration import _kernel

    shape = np.array([options.states, options.symbols], np.int64)
    known = searched()
    chosen = [name in options.recognisers for name in known[1:-1]]
    flags = np.array([not options.complete, options.ordered_symbols, *chosen], np.bool_)
    listed = {*classes, HOLDOUT}
    wanted = sum(1 << number for number, name in enumerate(known) if name in listed)
    rows = np.empty((CHUNK, options.cells + 3), np.int64)
    search = _kernel.begin(np.ascontiguousarray(root), shape, min(limit, MAX_REACH))
    ended = False
    while not ended:
        _clock.tick()
        number, ended = _kernel.explore(
            search,
            shape,
            flags,
            limit,
            depth,
            count_root,
            wanted,
            found.counts,
            found.best.values,
            found.best.tables,
            rows,
            WORK_AT_ONCE,
        )
        rows[:number, -2] = found.kinds[rows[:number, -2]]
        yield rows[:number]


def nothing(options: EnumerationOptions) -> Tally:
    """Return the tally before any machine is visited."""
    return Found.empty(options).tally


def trunk(options: EnumerationOptions) -> tuple[Tally, list[Table]]:
    """Return the tally of the trunk, and the machines at which it ends."""
    tally, rows = search(options, root_table(options), trunk=True, classes=(HALTED,))
    return tally, list(rows[rows[:, -1] == 1][:, : options.cells])


def subtree(options: EnumerationOptions, root: Table) -> Tally:
    """Return the tally of a subtree, without its root."""
    return search(options, root)[0]


def listed_texts(options: EnumerationOptions, wanted: str) -> Iterator[str]:
    """Yield the texts of the machines of one class in depth-first order."""
    _, rows = search(options, root_table(options), trunk=True, classes=sorted({HALTED, wanted}))
    kind = options.classes.index(wanted)
    for row in rows:
        if row[-2] == kind:
            yield text_of(options, row[:-2])
        if row[-1]:
            for chunk in chunks(options, row[: options.cells], False, (wanted,), Found.empty(options)):
                yield from (text_of(options, below[:-2]) for below in chunk)


def multiplicity(options: EnumerationOptions, undefined: int, state: int, symbol: int) -> int:
    """Return how many tables a machine stands for by renaming states and symbols and by reflection.

    Parameters
    ----------
    undefined, state, symbol : int
        Number of undefined cells, highest state, highest symbol.
    """
    number = math.perm(options.states - 1, state)
    if options.ordered_symbols:
        number *= math.perm(options.symbols - 1, symbol)
    return number if undefined == options.cells else 2 * number


def weight_of_table(options: EnumerationOptions, table: Table) -> int:
    """Return how many complete tables there are below a machine that halts, up to its last cell; see `Enumeration`.

    Examples
    --------
    >>> options = EnumerationOptions(2, 2)
    >>> weight_of_table(options, root_table(options)) == 12**4
    True
    """
    entries = [int(entry) for entry in table if entry >= 0]
    state = max((entry >> 8) // options.symbols for entry in entries) if entries else 0
    symbol = max(entry >> 1 & 127 for entry in entries) if entries else 0
    undefined = options.cells - len(entries)
    return int(multiplicity(options, undefined, state, symbol) * options.entries**undefined)


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
