"""What is recognised after the search: holdouts, by the recognisers that are asked about these."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from noisytm import _clock
from noisytm.enumeration.recognisers.protocol import HoldoutRecogniser
from noisytm.enumeration.recognisers.registry import HOLDOUT, RECOGNISERS


class Options(Protocol):
    """What is used here of `EnumerationOptions`."""

    @property
    def symbols(self) -> int:
        """Number of symbols."""

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes of machines, by number."""

    @property
    def recognisers(self) -> tuple[str, ...]:
        """The recognisers that are asked, in order."""

    @property
    def settings(self) -> Mapping[str, Any]:
        """Their options."""


# Holdouts between two looks at the clock and the keyboard; a few of them may take some tenths of a second.
AT_ONCE = 128


def recognise(
    options: Options, rows: NDArray[np.int64], counts: NDArray[np.int64], names: Iterable[str] | None = None
) -> None:
    """Give the holdouts that are recognised their class, in the list and in the counts.

    Parameters
    ----------
    options : EnumerationOptions
        Which recognisers there are, and their options.
    rows : int64 array, shape (n, cells + 3)
        Machines that the search lists, of any class: the table, the cell at which it halts, the class, another
        column. The class is changed in place.
    counts : int64 array
        As in `Tally`; changed in place.
    names : iterable of str, optional
        Those of them that are asked; by default all.
    """
    holdout = options.classes.index(HOLDOUT)
    for name in options.recognisers if names is None else names:
        recogniser = RECOGNISERS.named(name)
        holdouts = np.flatnonzero(rows[:, -2] == holdout)
        if isinstance(recogniser, HoldoutRecogniser) and holdouts.size:
            for first in range(0, holdouts.size, AT_ONCE):
                _clock.tick()
                some = holdouts[first : first + AT_ONCE]
                decided = some[recogniser.decide(rows[some], options.symbols, options.settings)]
                rows[decided, -2] = options.classes.index(name)
                counted_again(options.symbols, rows[decided], counts, holdout)


def counted_again(symbols: int, rows: NDArray[np.int64], counts: NDArray[np.int64], holdout: int) -> None:
    """Count machines under the class they have now, and no longer as holdouts."""
    tables, kinds = rows[:, :-3], rows[:, -2]
    defined = tables >= 0
    top_state = np.where(defined, (tables >> 8) // symbols, 0).max(axis=1)
    top_symbol = np.where(defined, tables >> 1 & 127, 0).max(axis=1)
    place = (np.count_nonzero(~defined, axis=1), top_state, top_symbol)
    np.add.at(counts, (kinds, *place), 1)
    np.subtract.at(counts, (holdout, *place), 1)
