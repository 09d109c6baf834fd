"""How a search over all codes has narrowed down what it looks for: its course, read from its store."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from noisytm._digits import fraction_text
from noisytm._summary import number
from noisytm.errors import FormatError
from noisytm.search.store import Incumbent, Store

# Points that a course keeps.
MOST = 200

Point = tuple[int, Fraction, Fraction | None]
Course = tuple[Point, ...]


def course_of(store: Store, most: int = MOST) -> Course:
    """Return what was known of the least value after so many nodes, whenever it has changed.

    The pieces are taken in their own order, best first. That is the order in which one process searches them; several
    end them in about this order. So the course is the same for any number of processes, and however often a search was
    ended and gone on with; of merged shares it has the nodes that these looked at. Nodes in pieces that were ended
    before their time come last. What is done before, cutting and finding a first code, is not counted.

    Parameters
    ----------
    store : Store
        The pieces. Their records have ``nodes``.
    most : int
        How many points are kept, at least two. What is left out makes the bounds wider for a while, and never narrower.

    Returns
    -------
    tuple of (int, Fraction, Fraction or None)
        Nodes, and from then on the greatest known lower and the least known upper bound, ``None`` while there is none.
        The last point is where the search has come to.
    """
    walk = _Walk(store)
    for _, found in store.results():
        walk.on(found.record["nodes"], found.best)
    for found in store.unfinished:
        walk.nodes += found.record["nodes"]
    walk.ended(store.incumbent)
    return thinned(walk.points, most)


class _Walk:
    """A walk through the pieces that are finished."""

    def __init__(self, store: Store) -> None:
        self._bounds = [piece.bound for piece in store.pieces]
        self._open = min(store.open, default=len(self._bounds))  # no lower bound gets past this piece
        self._done, self.nodes, self._lower = 0, 0, Fraction(0)
        self._best: Fraction | None = None
        self.points: list[Point] = []
        self.on(0, *store.incumbents_for(0).values(), pieces=0)

    def on(self, nodes: int, *found: Incumbent | None, pieces: int = 1) -> None:
        """Note a piece."""
        self._done, self.nodes = self._done + pieces, self.nodes + nodes
        self._see(*found)
        if not self.points or (self._lower, self._best) != self.points[-1][1:]:
            self._note()

    def ended(self, best: Incumbent | None) -> None:
        """Note what the search has come to."""
        self._see(best)
        if (self.nodes, self._lower, self._best) != self.points[-1]:
            self._note()

    def _see(self, *found: Incumbent | None) -> None:
        values = [code.value for code in found if code is not None]
        self._best = min([*values, *([] if self._best is None else [self._best])], default=None)
        first = min(self._done, self._open)  # of the pieces that are open: it has the least bound of these
        known = [*self._bounds[first : first + 1], *([] if self._best is None else [self._best])]
        self._lower = min(known, default=self._lower)

    def _note(self) -> None:
        self.points.append((self.nodes, self._lower, self._best))


def thinned(points: list[Point], most: int) -> Course:
    """Return at most so many points, the first and the last among them.

    Examples
    --------
    >>> [nodes for nodes, _, _ in thinned([(n, Fraction(n), None) for n in range(10)], 4)]
    [0, 3, 6, 9]
    """
    last = len(points) - 1
    return tuple(points) if last < most else tuple(points[i * last // (most - 1)] for i in range(most))


def course_json(course: Course) -> list[list[Any]]:
    """Return a course as JSON: rows of nodes, lower and upper bound.

    Examples
    --------
    >>> rows = course_json(((0, Fraction(1, 2), None), (3, Fraction(2), Fraction(2))))
    >>> rows, course_of_json(rows, 3, Fraction(2))[1]
    ([[0, '1/2', None], [3, '2', '2']], (3, Fraction(2, 1), Fraction(2, 1)))
    """
    return [[nodes, fraction_text(low), None if high is None else fraction_text(high)] for nodes, low, high in course]


def course_of_json(rows: Iterable[Iterable[Any]], nodes: int, upper: Fraction | None) -> Course:
    """Return the course of such rows, of a search that came to so many nodes and such an upper bound.

    Raises
    ------
    FormatError
        If it did not, or a bound got wider on the way.
    """
    course = tuple((n, Fraction(low), None if high is None else Fraction(high)) for n, low, high in rows)
    if course and (course[-1][0], course[-1][2]) != (nodes, upper):
        raise FormatError(
            f"search record: its course ends after {course[-1][0]} nodes at {_said(course[-1][2])}, and the search"
            f" after {nodes} at {_said(upper)}; leave out the course"
        )
    for before, after in itertools.pairwise(course):
        if before[0] > after[0] or before[1] > after[1] or _wider(before[2], after[2]):
            raise FormatError(
                f"search record: its course goes back after {before[0]} nodes, and what is known of the least value"
                " only grows; leave out the course"
            )
    return course


def _wider(before: Fraction | None, after: Fraction | None) -> bool:
    return before is not None and (after is None or after > before)


def _said(upper: Fraction | None) -> str:
    return "no upper bound" if upper is None else number(upper)
