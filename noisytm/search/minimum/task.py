"""The search for the least learning coefficient, cut into pieces; see `noisytm.search.store`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

from noisytm._partial import ENDED, carrying
from noisytm.geometry import concentration_json
from noisytm.search.minimum import rows_kernel as k
from noisytm.search.minimum.asked import AskedOfAll
from noisytm.search.minimum.below import Below
from noisytm.search.minimum.readably import branches_readably, searched_readably
from noisytm.search.minimum.recording import ROOM, Recorder
from noisytm.search.minimum.start import good_code
from noisytm.search.store import Finished, Incumbent, Piece, better, cut
from noisytm.search.tables import UNFIXED

FORM = 1  # of what pieces say


@dataclass(frozen=True)
class LeastCoefficient:
    """The least λ, and the largest m there, over all full tables: a `Task`.

    Parameters
    ----------
    asked : AskedOfAll
        What is searched.
    attaining : Incumbent, optional
        A code that attains the least value, once that is known: then all codes that attain it are listed.
    recorded : bool
        Whether pieces are returned with their part of a certificate.
    """

    asked: AskedOfAll
    attaining: Incumbent | None = None
    recorded: bool = False

    @cached_property
    def _below(self) -> Below:
        return Below(self.asked, ROOM if self.recorded else 0)

    def __getstate__(self) -> dict[str, Any]:
        """Leave behind what belongs to this process."""
        return {"asked": self.asked, "attaining": self.attaining, "recorded": self.recorded}

    def listing(self, attaining: Incumbent) -> LeastCoefficient:
        """Return the search for all codes that attain what this one has found."""
        return replace(self, attaining=attaining, recorded=False)

    @property
    def key(self) -> Mapping[str, Any]:
        """What makes it this search."""
        asked = self.asked
        key: dict[str, Any] = {
            "search": "least-coefficient",
            "form": FORM,
            "problem": asked.problem.key,
            "semantics": asked.semantics,
            "loss": asked.loss,
            "chart": asked.chart,
            "prior_concentration": concentration_json(asked.concentration),
        }
        if self.recorded:
            key |= {"certificate": FORM}
        return key if self.attaining is None else key | {"attaining": str(self.attaining.value)}

    @property
    def root(self) -> Piece:
        """All of it."""
        return Piece((UNFIXED,) * len(self.asked.tables.space.keys))

    def pieces(self, many: int) -> Sequence[Piece]:
        """Return pieces that together are all of it; one if nothing is open."""
        return cut([self.root], self.expanded, many)

    def expanded(self, piece: Piece) -> Sequence[Piece]:
        """Return the open children of a piece; none if it has none that differ in what they attain.

        Of the others a run is rejected.
        """
        return self.branches(piece, None)[0]

    def branches(self, piece: Piece, incumbent: Incumbent | None) -> tuple[Sequence[Piece], int]:
        """Return the open children of a piece, none if it has none, and how many nodes it has with all its children."""
        if not piece.place:
            return [], 1
        if not self.asked.compiled:
            return branches_readably(self.asked, piece, incumbent)
        below, children = self._below, []
        below.begin(piece.place, incumbent, deepest=1)
        for why in below.events():
            if why in (k.HANDED, k.CANDIDATE):
                if below.level == 0:
                    return [], below.tally["nodes"]
                children.append(Piece(below.table, max(piece.bound, below.proved())))
            if why == k.CANDIDATE:
                below.leave()
        return children, below.tally["nodes"]

    def compile(self) -> None:
        """Compile the search."""
        if not self.asked.compiled or not self.root.place:
            return
        self._below.begin(self.root.place, deepest=0)
        next(self._below.events())

    def start(self) -> list[Incumbent]:
        """Return a good code to begin with; none where the search is the readable one."""
        if not self.asked.compiled or not self.root.place:
            return []
        best = good_code(self.asked, self._below)
        return [] if best is None else [best]

    def search(self, piece: Piece, incumbent: Incumbent | None) -> Finished:
        """Search a piece; where the least value is known list all codes that attain it.

        What ends it before its time carries what was done, and the best code.
        """
        if not piece.place:
            return alone((), self.asked.tables.solves((), self.asked.problem), self.attaining)
        if not self.asked.compiled:
            return searched_readably(self.asked, piece, incumbent, self.attaining, self.recorded)
        below, listed = self._below, self.attaining is not None
        recorder = Recorder(self.asked, piece.place) if self.recorded else None
        best, attained = (self.attaining if listed else incumbent), []
        below.begin(piece.place, best, ties=listed)
        try:
            for why in below.events():
                if recorder is not None:
                    recorder.take(below.taken())
                if why != k.CANDIDATE:
                    continue
                found = self.asked.attained(below.completed)
                if self.attaining is None:
                    best = better(best, found)
                    below.better(best)
                elif found.value == self.attaining.value:
                    attained.append([list(found.code), found.multiplicity])
        except ENDED as error:
            so_far = Finished(below.tally, None if best == incumbent else best)
            raise carrying(error, None if listed else so_far) from None
        proof = b"" if recorder is None else recorder.part.finish()
        if listed:
            return Finished(below.tally | {"attained": attained})
        return Finished(below.tally, None if best == incumbent else best, proof)


def alone(code: tuple[int, ...], solves: bool, attaining: Incumbent | None) -> Finished:
    """Return what is found where there is one code, which lists nothing and has no coordinates: K = 0 if it solves.

    Parameters
    ----------
    code : tuple of int
        The code.
    solves : bool
        Whether it solves the problem.
    attaining : Incumbent, optional
        What attains the least value, if that is known.

    Examples
    --------
    >>> alone((), True, None).best
    Incumbent(value=Fraction(0, 1), multiplicity=1, code=())
    """
    record: dict[str, Any] = {"nodes": 1, "programs": 0, "refuted": int(not solves), "bounded": 0, "tied": 0}
    only = Incumbent(Fraction(0), 1, code)
    if attaining is None:
        return Finished(record, only if solves else None)
    attains = solves and only.value == attaining.value
    return Finished(record | {"attained": [[list(code), only.multiplicity]] if attains else []})
