"""The search for the least Λ(s) of all codes: at λ, at τ, and wherever two lines meet, until none is undercut."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, replace
from fractions import Fraction
from typing import Any, NamedTuple

from noisytm._digits import fraction_text
from noisytm._partial import ENDED, carrying
from noisytm.degeneracy.counting import loss_factor
from noisytm.degeneracy.grids import crossings, lowest
from noisytm.errors import BudgetError, ProblemError
from noisytm.geometry import BitFace, Face, face_in
from noisytm.search.minimum.asked import AskedOfAll
from noisytm.search.minimum.precisions.asked import AskedAt
from noisytm.search.minimum.precisions.claiming import claim_of
from noisytm.search.minimum.precisions.result import (
    LEAST_LAMBDA,
    SEARCH_AT,
    LeastPrecision,
    Point,
    PrecisionProof,
    WinningLine,
)
from noisytm.search.minimum.precisions.task import BEYOND, LeastAt
from noisytm.search.minimum.recording import tree_of
from noisytm.search.store import Incumbent, Store, Ways, searched
from noisytm.search.tree import TreePart

Code = tuple[int, ...]


class CodeLine(NamedTuple):
    """A line in units of the log loss, and whose it is."""

    intercept: Fraction
    slope: Fraction
    code: Code


# What is added to the name of a store for the search at one s.
AT = ".precision-"


class Winners:
    """The lines of the codes found, and where it is certified that no code has less.

    Parameters
    ----------
    asked : AskedOfAll
        What is asked.
    ways : Ways
        Who searches.
    counts_of : callable
        Returns what was done, from a store.
    recorded : bool
        Whether the trees at the kinks are kept, for a certificate.
    """

    def __init__(
        self, asked: AskedOfAll, ways: Ways, counts_of: Callable[[Store], dict[str, int]], recorded: bool = False
    ) -> None:
        options = {field.name: getattr(asked, field.name) for field in fields(asked)} | {"loss": "log"}
        self._asked, self._options, self._ways, self._counts_of = asked, options, ways, counts_of
        self._lines: list[CodeLine] = []
        self._curves: dict[Code, list[tuple[Fraction, Fraction]]] = {}
        self._proved: dict[Point, int | None] = {}  # by how many nodes of a search of its own
        self._tau: Fraction | None = None
        self._nodes = self._nodes_of_tau = 0
        self._counts: Counter[str] = Counter()
        self._recorded, self._trees = recorded, dict[Point, TreePart]()

    def run(self, best: Code) -> None:
        """Find everything, from a code with the least λ.

        Raises
        ------
        BudgetError, Interrupted
            If it is ended; ``partial`` is then a `LeastPrecision` that is not complete.
        """
        try:
            self._add(best)
            self._tau = self._level(best)
            self._nodes_of_tau = self._nodes
            while (point := self._open()) is not None:
                self._settle(point)
        except ENDED as error:
            raise carrying(error, self.found()) from None

    def found(self) -> LeastPrecision:
        """Return what is known so far."""
        factor = loss_factor(self._asked.loss)
        lines = tuple(WinningLine(line.intercept, line.slope * factor, self._face(line.code)) for line in self._lines)
        proofs = list(self._proofs(crossings(lines), factor))
        points = tuple((proof.s, proof.value) for proof in proofs if proof.s is not None)
        complete = self._tau is not None and self._open() is None
        ends = [] if self._tau is None else [PrecisionProof(None, self._tau, SEARCH_AT, self._nodes_of_tau)]
        return LeastPrecision(lines, points, complete, dict(self._counts), (*proofs, *ends))

    def claim(self) -> dict[str, Any]:
        """Return what a certificate says of the lines, with the records of their codes."""
        return claim_of(self._asked, self.found())

    def trees(self) -> list[TreePart]:
        """Return the trees at the kinks beyond s = 1, by rising s; up to there the tree for λ proves them."""
        return [self._trees[point] for point in crossings(self._lines) if point[0] > 1]

    def _proofs(self, points: Iterable[Point], factor: Fraction) -> Iterator[PrecisionProof]:
        """Yield what proves the points that are proved."""
        for s, value in points:
            known = (s * factor, value)
            if known in self._proved:
                nodes = self._proved[known]
                yield PrecisionProof(s, value, LEAST_LAMBDA if nodes is None else SEARCH_AT, nodes)

    def _face(self, code: Code) -> Face | BitFace:
        asked = self._asked
        return face_in(asked.chart, asked.problem.space, asked.point(code))

    def _at(self, s: Fraction | None) -> AskedAt:
        return AskedAt(**self._options, s=s)

    def _add(self, code: Code) -> None:
        """Add the lines of a code, and keep those that are lowest somewhere."""
        if code not in self._curves:
            curve = self._at(None).curve(code)
            self._curves[code] = [(line.intercept, line.slope) for line in curve.lines]
        self._lines = lowest(sorted([*self._lines, *(CodeLine(*line, code) for line in self._curves[code])]))

    def _level(self, code: Code) -> Fraction:
        """Find τ, and add the lines of a code that has it."""
        asked = self._at(None)
        found = self._searched(LeastAt(asked, known=asked.attained(code)))
        self._add(found.code)
        return found.value

    def _settle(self, point: Point) -> None:
        """Certify that no code has less at a point, or add one that has."""
        s, value = point
        code = min(line.code for line in self._lines if line.intercept + line.slope * s == value)
        asked = self._at(s)
        try:
            asked.coordinates  # noqa: B018
        except ProblemError as error:  # an s of too large numbers: what is known so far is told
            raise BudgetError(f"the least Λ at s = {s} cannot be searched: {error}") from None
        found = self._searched(LeastAt(asked, recorded=self._recorded, known=asked.attained(code)), point)
        if found.value < value:
            self._add(found.code)
        else:
            self._proved[point] = self._nodes

    def _open(self) -> Point | None:
        """Return the first point where lines meet that is not certified; at s = 1 the least λ is what does it."""
        for point in crossings(self._lines):
            if point[0] <= 1:
                self._proved[point] = None
            elif point not in self._proved:
                return point
        return None

    def _searched(self, task: LeastAt, point: Point | None = None) -> Incumbent:
        """Search; the tree of what proves a point is kept if it is wanted."""

        def total(store: Store) -> Incumbent:
            counts = self._counts_of(store)
            self._counts.update(counts)
            self._nodes = counts["nodes"]
            assert store.incumbent is not None
            if task.recorded and store.complete and point is not None and store.incumbent.value == point[1]:
                self._trees[point] = tree_of(task.asked, task.root, task.expanded, store.results(proofs=True))
            return store.incumbent

        s = task.asked.s
        name = AT + (BEYOND if s is None else fraction_text(s).replace("/", "_"))
        return searched(task, total, _beside(self._ways, name), task.start)


def _beside(ways: Ways, name: str) -> Ways:
    """Return the same with other stores: those of a search beside."""
    merged: Iterable[str] = (f"{os.fspath(path)}{name}" for path in ways.merge)
    resume = None if ways.resume is None else f"{os.fspath(ways.resume)}{name}"
    return replace(ways, resume=resume, merge=tuple(path for path in merged if os.path.exists(path)))
