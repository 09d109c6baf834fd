"""How many leaves a tree of cubes has, told by random probes, for counts that take long."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from noisytm.search.cubes.pieces import Counting
from noisytm.search.cubes.stream import CubeStream, Table
from noisytm.search.store import Finished, OpenPieces, Outlook, Piece

# Of fewer codes no count is hopeless; the speed is that of so many seconds.
MANY_CODES, SECONDS_MEASURED = 10**12, 0.1


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


class AheadOfPieces:
    """What is said of a count in pieces while it goes on.

    One that may take long is looked at before it begins, as it may be long until a piece is finished; others after some
    seconds.

    Parameters
    ----------
    counting : Counting
        What is counted.
    open_ : OpenPieces
        The pieces that are to be counted.
    processes : int
        How many processes count.
    seconds : float
        What cannot take long is looked at when so many have passed.
    """

    def __init__(self, counting: Counting, open_: OpenPieces, processes: int, seconds: float = 3.0) -> None:
        self._counting, self._open, self._from = counting, open_, time.monotonic() + seconds
        self._outlook: Outlook | None = None
        if counting.all_codes >= MANY_CODES:
            self._outlook = Outlook(counting, open_, processes * leaves_a_second(counting, open_))

    def add(self, found: Finished) -> None:
        """Note a piece that is finished."""
        if self._outlook is not None:
            self._outlook.add(Finished({"nodes": self._counting.leaves(found.record)}))
        elif time.monotonic() >= self._from:
            self._outlook = Outlook(self._counting, self._open)

    def __str__(self) -> str:
        return "" if self._outlook is None else str(self._outlook)


def leaves_a_second(counting: Counting, open_: OpenPieces) -> float:
    """Return about how many leaves are gone through in a second here, from the first subtrees that are open.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library, words
    >>> counting = Counting(SynthesisProblem.of_machine(library.machine("detectA"), words("AB", 2), 4))
    >>> leaves_a_second(counting, _Open(counting.pieces(10))) > 1000
    True
    """
    leaves, took = 0, 0.0
    for number in open_.open:
        stream = CubeStream(counting.tree, np.array(open_.pieces[number].place, np.int64))
        stream.branch()  # with the compiling, if need be
        began = time.monotonic()
        stream.count()
        took += time.monotonic() - began
        leaves += int(stream.leaves.sum())
        if took >= SECONDS_MEASURED:
            break
    return max(leaves, 1) / max(took, 1e-6)
