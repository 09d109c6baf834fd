"""What a search is cut into: pieces that know nothing of each other but the best code found so far."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Protocol, runtime_checkable

from noisytm import _clock
from noisytm._partial import ENDED, carrying


@dataclass(frozen=True)
class Piece:
    """A subtree of a search, by its root.

    Parameters
    ----------
    place : tuple of int
        The root: a partial table, or whatever the task makes of it. Pieces of one search differ in it, and are ordered
        by it where their bounds are equal.
    bound : Fraction
        No code below has a value less than this.
    """

    place: tuple[int, ...]
    bound: Fraction = Fraction(0)


@dataclass(frozen=True)
class Incumbent:
    """The best code found so far, with its exact value.

    Parameters
    ----------
    value : Fraction
        Its learning coefficient.
    multiplicity : int
        Its multiplicity; of equal values the greater is better.
    code : tuple of int
        Its actions; of equal values and multiplicities the first in lexicographic order is kept.
    """

    value: Fraction
    multiplicity: int
    code: tuple[int, ...]

    @property
    def rank(self) -> tuple[Fraction, int, tuple[int, ...]]:
        """What decides between two of them: the lesser is better."""
        return self.value, -self.multiplicity, self.code


def better(one: Incumbent | None, other: Incumbent | None) -> Incumbent | None:
    """Return the better of two, either of which may be missing.

    Examples
    --------
    >>> first, second = Incumbent(Fraction(8), 2, (1, 0)), Incumbent(Fraction(8), 2, (1, 1))
    >>> better(second, better(Incumbent(Fraction(8), 1, (0, 0)), first)) == first, better(None, None)
    (True, None)
    """
    if one is None or other is None:
        return other if one is None else one
    return min(one, other, key=lambda incumbent: incumbent.rank)


@dataclass(frozen=True)
class Finished:
    """What the search of a piece has found.

    Parameters
    ----------
    record : mapping
        Counts and whatever else there is, as a JSON object.
    best : Incumbent, optional
        The best code found that is better than the incumbent with which the piece was searched.
    proof : bytes
        What a certificate says of the piece.
    seconds : float
        How long it took, compiling aside.
    """

    record: Mapping[str, Any] = field(default_factory=dict)
    best: Incumbent | None = None
    proof: bytes = b""
    seconds: float = 0.0


@dataclass(frozen=True)
class Begun:
    """What is known of a search that was ended before it was cut: carried by what ended it.

    Parameters
    ----------
    pieces : sequence of Piece
        Pieces that together are all of it; none if there are none yet.
    starts : sequence of Incumbent
        Codes that were found beforehand.
    """

    pieces: Sequence[Piece] = ()
    starts: Sequence[Incumbent] = ()


# Finds codes to begin with: one for each of several searches, at most.
Start = Callable[[], Sequence[Incumbent]]


class Task(Protocol):
    """A search that can be cut into pieces. It is pickled to get to other processes and machines."""

    @property
    def key(self) -> Mapping[str, Any]:
        """What makes it this search, as a JSON object: the key of the problem, options, the form of the records."""

    def pieces(self, many: int) -> Sequence[Piece]:
        """Return pieces that together are all of it, so many or a few more if it has them; see `cut`."""

    def compile(self) -> None:
        """Compile what the search of a piece needs, by something small: before others begin, who then find it."""

    def search(self, piece: Piece, incumbent: Incumbent | None) -> Finished:
        """Search a piece; what is found may depend on nothing but the arguments.

        Long work looks at the clock (`_clock.tick`) a few times a second.
        """


@runtime_checkable
class Grouped(Protocol):
    """A task that is several searches at once: what is found in one of them is not known to the others."""

    def group(self, place: tuple[int, ...]) -> int:
        """Return which search a piece belongs to, by its place, or a code."""


def group_of(task: Task, place: tuple[int, ...]) -> int:
    """Return which of its searches a piece, or a code, of a task belongs to; there is one only, unless it says more."""
    return task.group(place) if isinstance(task, Grouped) else 0


@dataclass(frozen=True)
class AsFarAs:
    """A task of which nothing is known but what there was before it was cut.

    Parameters
    ----------
    task : Task
        The task.
    begun : Begun
        That.
    """

    task: Task
    begun: Begun

    @property
    def key(self) -> Mapping[str, Any]:
        """What makes it this search."""
        return self.task.key

    def group(self, place: tuple[int, ...]) -> int:
        """Return which search a piece belongs to."""
        return group_of(self.task, place)

    def pieces(self, many: int) -> Sequence[Piece]:
        """Return the pieces there were."""
        del many
        return self.begun.pieces

    def compile(self) -> None:
        """Do nothing: nothing is searched."""

    def search(self, piece: Piece, incumbent: Incumbent | None) -> Finished:
        """Search a piece."""
        return self.task.search(piece, incumbent)


def cut(roots: Sequence[Piece], expand: Callable[[Piece], Sequence[Piece]], many: int) -> list[Piece]:
    """Cut pieces into at least so many, if there are so many near the roots.

    Those of the fewest expansions are expanded first, in the order of their places, so that the result depends on
    nothing but the arguments. As many pieces as there are to be are expanded at most: where nearly all have one open
    part only, cutting would otherwise be the search itself.

    Parameters
    ----------
    roots : sequence of Piece
        What is cut.
    expand : callable
        Returns the pieces that together are a piece; none if it has no parts.
    many : int
        How many pieces there are to be.

    Raises
    ------
    BudgetError, Interrupted
        If it is ended before that; ``partial`` is a `Begun` with the pieces so far.

    Examples
    --------
    Words of three letters, by what they begin with.

    >>> def expand(piece):
    ...     return [] if len(piece.place) == 3 else [Piece((*piece.place, i)) for i in (0, 1)]
    >>> [piece.place for piece in cut([Piece(())], expand, 3)]
    [(1,), (0, 0), (0, 1)]
    """
    whole: list[Piece] = []
    parts, expanded = deque(roots), 0
    while parts and len(whole) + len(parts) < many and expanded < many:
        try:
            _clock.tick()
            below = expand(parts[0])
        except ENDED as error:
            raise carrying(error, Begun([*whole, *parts])) from None
        expanded += 1
        piece = parts.popleft()
        if below:
            parts.extend(sorted(below, key=lambda part: part.place))
        else:
            whole.append(piece)
    return [*whole, *parts]


def in_order(pieces: Iterable[Piece]) -> list[Piece]:
    """Return pieces best first: by their bounds, then by their places."""
    return sorted(pieces, key=lambda piece: (piece.bound, piece.place))
