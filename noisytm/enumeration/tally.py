"""What is counted in a part of the tree; parts are merged in order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from noisytm._summary import Described
from noisytm.enumeration.options import EnumerationOptions

KEPT_CHAMPIONS = 64


@dataclass(frozen=True, eq=False)
class Champions(Described):
    """The machines of a part of the tree that attain the greatest value of something.

    Parameters
    ----------
    value : int
        The greatest value.
    number : int
        How many machines attain it.
    first : int64 array, shape (n, cells + 1)
        The first 64 of them: the entries of the table as in the kernel, then the cell at which the machine halts.
    """

    value: int
    number: int
    first: NDArray[np.int64]

    def merged(self, later: Champions) -> Champions:
        """Return the champions of this part and a later one together.

        Examples
        --------
        >>> both = Champions(5, 2, np.array([[1], [2]])).merged(Champions(5, 1, np.array([[3]])))
        >>> both.value, both.number, both.first.tolist()
        (5, 3, [[1], [2], [3]])
        """
        if later.value != self.value:
            return max(self, later, key=lambda c: c.value)
        first = np.concatenate([self.first, later.first])[:KEPT_CHAMPIONS]
        return Champions(self.value, self.number + later.number, first)


@dataclass(frozen=True, eq=False)
class Tally(Described):
    """Counts of a part of the tree.

    Parameters
    ----------
    counts : int64 array, shape (classes, cells + 1, states, symbols)
        Machines by class, number of undefined cells, highest state, highest symbol.
    longest, highest : Champions
        The machines with the most steps, and those with the highest score.
    """

    counts: NDArray[np.int64]
    longest: Champions
    highest: Champions

    def merged(self, later: Tally) -> Tally:
        """Return the tally of this part and a later one together."""
        return Tally(
            self.counts + later.counts,
            self.longest.merged(later.longest),
            self.highest.merged(later.highest),
        )

    def to_json(self) -> dict[str, Any]:
        """Return the tally as a JSON object; counts that are 0 are left out."""
        places = np.argwhere(self.counts)
        return {
            "counts": [[*map(int, p), int(self.counts[tuple(p)])] for p in places],
            "longest": _champions_json(self.longest),
            "highest": _champions_json(self.highest),
        }

    @classmethod
    def from_json(cls, options: EnumerationOptions, record: Any) -> Tally:
        """Return the tally of a JSON object; ValueError, TypeError, KeyError or IndexError if it is none."""
        counts = np.zeros(shape_of(options), np.int64)
        for *place, count in record["counts"]:
            if len(place) != counts.ndim or min(place) < 0 or not isinstance(count, int) or count < 0:
                raise ValueError("a count is malformed")
            counts[tuple(place)] = count
        longest, highest = (_champions(record[name], options) for name in ("longest", "highest"))
        return cls(counts, longest, highest)


def shape_of(options: EnumerationOptions) -> tuple[int, int, int, int]:
    """Return the shape of the counts."""
    return (len(options.classes), options.cells + 1, options.states, options.symbols)


def _champions_json(champions: Champions) -> dict[str, Any]:
    return {"value": champions.value, "number": champions.number, "first": champions.first.tolist()}


def _champions(record: Any, options: EnumerationOptions) -> Champions:
    rows = [[int(x) for x in table] for table in record["first"]]
    first = np.array(rows, np.int64) if rows else np.empty((0, options.cells + 1), np.int64)
    if first.ndim != 2 or first.shape[1] != options.cells + 1:
        raise ValueError("the tables are malformed")
    return Champions(int(record["value"]), int(record["number"]), first)
