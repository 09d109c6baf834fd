"""How many leaves a tree of cubes has, told by random probes, for counts that take long."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import NamedTuple

from noisytm.search.cubes.pieces import Counting
from noisytm.search.cubes.stream import Table
from noisytm.search.store import Finished, Outlook, Piece


class _Open(NamedTuple):
    """The subtrees that are not counted yet, as a store has them."""

    pieces: Sequence[Piece]

    def incumbent_of(self, piece: Piece) -> None:
        """Return no code: all are counted."""

    @property
    def open(self) -> range:
        return range(len(self.pieces))


class Ahead:
    """What is said of a count while it goes on.

    Parameters
    ----------
    counting : Counting
        What is counted.
    seconds : float
        Nothing is looked at before so many have passed.
    """

    def __init__(self, counting: Counting, seconds: float = 3.0) -> None:
        self._counting, self._from = counting, time.monotonic() + seconds
        self._outlook: Outlook | None = None
        self._leaves = 0

    def note(self, leaves: int, left: Sequence[Table]) -> str:
        """Return how far it is and what is to come; nothing while it is young.

        Parameters
        ----------
        leaves : int
            How many have been met.
        left : sequence of partial tables
            The subtrees that are not counted, the one that is being counted first.
        """
        if time.monotonic() < self._from:
            return ""
        if self._outlook is None:
            self._outlook = Outlook(self._counting, _Open([Piece(tuple(place.tolist())) for place in left]))
        else:
            self._outlook.add(Finished({"nodes": leaves - self._leaves}))
        self._leaves = leaves
        return str(self._outlook)
