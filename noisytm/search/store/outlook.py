"""How large a search is going to be, told by random probes before it begins, and how long it will take."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from noisytm import _clock
from noisytm._notes import tell
from noisytm.errors import StoreNote
from noisytm.search.store.piece import Finished, Incumbent, Piece

# Probes are made for so long, and only until they are as good as this.
SECONDS, ENOUGH, FEWEST_PROBES = 0.5, 0.15, 30
# A time to go is said once the search has taken so long; that it is hopeless, if there is more than this to go.
SECONDS_BEFORE, HOPELESS = 3.0, 86_400.0


class Branching(Protocol):
    """A search whose tree can be probed."""

    def branches(self, piece: Piece, incumbent: Incumbent | None) -> tuple[Sequence[Piece], int]:
        """Return the open children of a piece, none if it has none, and how many nodes it has with all its children."""


class OpenPieces(Protocol):
    """What is to be searched, as a `Store` has it."""

    @property
    def pieces(self) -> Sequence[Piece]:
        """All pieces."""

    @property
    def open(self) -> Sequence[int]:
        """The numbers of those that are not finished."""

    def incumbent_of(self, piece: Piece) -> Incumbent | None:
        """Return the best code found that is known to the search of a piece."""


@dataclass(frozen=True)
class Estimate:
    """About how many nodes there are, with the standard error of the probes."""

    nodes: float
    error: float


def estimated(
    task: Branching,
    pieces: Sequence[Piece],
    incumbent: Incumbent | Callable[[Piece], Incumbent | None] | None,
    seconds: float = SECONDS,
    enough: float = ENOUGH,
    seed: int = 0,
) -> Estimate:
    """Estimate the number of nodes below some pieces by random probes (Knuth 1975).

    A probe goes down from a random piece, to a random child each time; the nodes it sees are multiplied by the number
    of choices that were made on the way, which makes their sum unbiased. It scatters widely, and is low more often than
    high.

    Parameters
    ----------
    task : Branching
        The search.
    pieces : sequence of Piece
        What is searched, at least one.
    incumbent : Incumbent or callable, optional
        What is known; or what is known to the search of a piece.
    seconds : float
        How long probes are made at most.
    enough : float
        The relative standard error at which they are enough.
    seed : int
        The seed of their choices.

    Examples
    --------
    Half of the children of every node, seven levels deep, are open: 1 + 2·(1 + 2 + 4 + … + 64) nodes.

    >>> class Halves:
    ...     def branches(self, piece, incumbent):
    ...         open = [0, 1] if len(piece.place) < 7 else []
    ...         return [Piece((*piece.place, i)) for i in open], 1 + 2 * len(open)
    >>> estimated(Halves(), [Piece(())], None)
    Estimate(nodes=509.0, error=0.0)
    """
    known = incumbent if callable(incumbent) else lambda piece: incumbent
    choose, until = random.Random(seed), time.monotonic() + seconds
    number, total, squares = 0, 0.0, 0.0
    while number < 2 or time.monotonic() < until:
        piece = choose.choice(pieces)
        found = _probed(task, piece, known(piece), choose) * len(pieces)
        number, total, squares = number + 1, total + found, squares + found * found
        mean = total / number
        error = math.sqrt(max(squares / number - mean * mean, 0.0) / number)
        if number >= FEWEST_PROBES and error <= enough * mean:
            break
    return Estimate(mean, error)


def _probed(task: Branching, piece: Piece, incumbent: Incumbent | None, choose: random.Random) -> float:
    nodes, weight = 1.0, 1.0
    while True:
        _clock.tick()
        below, seen = task.branches(piece, incumbent)
        nodes += weight * (seen - 1)  # the piece itself was seen as a child
        if not below:
            return nodes
        weight *= len(below)
        piece = choose.choice(below)


class Outlook:
    """What is said of a search while it goes on: about how many nodes it has, and how long they will take.

    Parameters
    ----------
    task : Branching
        The search.
    store : OpenPieces
        Its pieces; records of finished ones have ``nodes``.
    speed : float
        Nodes a second that all who search do not surpass: what is hopeless even so is said at once.
    """

    def __init__(self, task: Branching, store: OpenPieces, speed: float = math.inf) -> None:
        open_ = [store.pieces[number] for number in store.open]
        self.estimate = estimated(task, open_, store.incumbent_of) if open_ else Estimate(0.0, 0.0)
        self._began, self._nodes, self._told = time.monotonic(), 0, False
        self._tell_if_hopeless(self.estimate.nodes / speed, "at least ")

    def add(self, found: Finished) -> None:
        """Note a piece that is finished."""
        self._nodes += int(found.record["nodes"])

    @property
    def left(self) -> float | None:
        """About how many seconds are left, ``None`` while that cannot be told."""
        took = time.monotonic() - self._began
        if took < SECONDS_BEFORE or not self._nodes:
            return None
        return max(self.estimate.nodes - self._nodes, 0.0) / self._nodes * took

    def __str__(self) -> str:
        if (left := self.left) is None:
            return self._number
        self._tell_if_hopeless(left)
        return f"{self._number}, {_clock.in_words(left)} to go" if left else self._number

    @property
    def _number(self) -> str:
        return f"about {self.estimate.nodes:.2g} nodes"

    def _tell_if_hopeless(self, seconds: float, least: str = "") -> None:
        if seconds > HOPELESS and not self._told:
            self._told = True
            tell(
                f"{self._number} are to be searched, which take {least}about {_clock.in_words(seconds)}"
                f" (± {self.estimate.error / max(self.estimate.nodes, 1.0):.0%}); more workers, or a smaller problem",
                StoreNote,
            )
