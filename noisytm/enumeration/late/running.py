"""Holdouts that run on, and what becomes of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from noisytm import _clock
from noisytm.enumeration.late.staging import stages
from noisytm.enumeration.options import MAX_REACH, EnumerationOptions
from noisytm.enumeration.recognisers import HALTED, HOLDOUT, counted_again, recognise, searched

# Steps between two looks at the clock and the keyboard: some tenths of a second.
WORK_AT_ONCE = 1 << 26


@dataclass(frozen=True)
class Best:
    """The arrays of the champions, see `_kernel.explore`."""

    values: NDArray[np.int64]
    tables: NDArray[np.int64]


class Late(NamedTuple):
    """What has become of a machine: its class, the cell at which it halts or −1, the steps until then."""

    kind: str
    cell: int
    steps: int


class LateRuns:
    """Runs single machines, and takes holdouts of the search through the stages that are left.

    Parameters
    ----------
    options : EnumerationOptions
        What is enumerated.
    """

    def __init__(self, options: EnumerationOptions) -> None:
        self.options = options
        size = 2 * min(options.max_steps, MAX_REACH) + 3
        middle = size // 2
        self._place = (
            np.zeros(size, np.uint8),
            np.array([0, middle, 0, middle, middle], np.int64),
            np.empty((3, size), np.uint8),
            np.zeros((3, 4), np.int64),
            np.zeros(7, np.int64),
        )
        self._flags = np.array([name in options.recognisers for name in ("cycles", "translated")], np.bool_)
        self._kinds = searched()
        self._nobody = Best(np.zeros((0, 2), np.int64), np.zeros((0, 0, options.cells + 1), np.int64))

    def run(self, table: NDArray[np.int64], max_steps: int, best: Best | None = None) -> Late:
        """Run a machine from the blank tape; note it among the best ones, if these are given and it halts."""
        from noisytm.enumeration.late import _kernel

        noted = self._nobody if best is None else best
        while True:
            outcome, cell, steps = _kernel.run_on(
                table, self._flags, max_steps, self._place, noted.values, noted.tables, WORK_AT_ONCE
            )
            _clock.tick()
            if outcome < len(self._kinds):
                return Late(self._kinds[outcome], cell, steps)

    def settle(
        self, rows: NDArray[np.int64], counts: NDArray[np.int64], first: int, depth: int, best: Best
    ) -> list[tuple[int, int]]:
        """Give holdouts the class that the stages show, in the list and in the counts.

        Parameters
        ----------
        rows : int64 array, shape (n, cells + 3)
            Machines as for `recognise`, changed in place. One that halts has the cell, and whether its children are
            left to others: those with so many filled cells as ``depth``.
        counts : int64 array
            As in `Tally`; changed in place.
        first : int
            The steps that they have made.
        depth : int
            The number of filled cells at which the search ends.
        best : Best
            The champions, to which those are added that halt.

        Returns
        -------
        list of (int, int)
            Which machines halt and have children to be looked at, and their steps.
        """
        options = self.options
        holdout = options.classes.index(HOLDOUT)
        grown: list[tuple[int, int]] = []
        made = first
        for stage in stages(options, first):
            if stage.max_steps > made:
                made = stage.max_steps
                for at in np.flatnonzero(rows[:, -2] == holdout).tolist():
                    found = self.run(np.ascontiguousarray(rows[at, : options.cells]), made, best)
                    rows[at, -2] = options.classes.index(found.kind)
                    if found.kind == HALTED and self._grows(rows[at], found, depth):
                        grown.append((at, found.steps))
                    counted_again(options.symbols, rows[at : at + 1], counts, holdout)
            recognise(options, rows, counts, stage.recognisers)
        return sorted(grown)

    def _grows(self, row: NDArray[np.int64], found: Late, depth: int) -> bool:
        """Note where a machine halts; return whether its children are looked at here."""
        filled = int(np.count_nonzero(row[: self.options.cells] >= 0))
        grows = filled < self.options.cells - (not self.options.complete)
        row[-3], row[-1] = found.cell, grows and filled >= depth
        return grows and filled < depth
