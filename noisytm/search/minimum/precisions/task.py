"""The search for the least Λ(s) of all codes at one s, cut into pieces; see `noisytm.search.store`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from noisytm._digits import fraction_text
from noisytm._partial import ENDED, carrying
from noisytm.search.minimum import rows_kernel as k
from noisytm.search.minimum.precisions.asked import AskedAt
from noisytm.search.minimum.precisions.settling import Settling
from noisytm.search.minimum.recording import Recorder
from noisytm.search.minimum.task import LeastCoefficient
from noisytm.search.store import Finished, Incumbent, Piece, better
from noisytm.search.tables import UNFIXED

BEYOND = "beyond"


@dataclass(frozen=True)
class LeastAt(LeastCoefficient):
    """The least Λ(s) over all full tables: a `Task`.

    The compiled search takes the linear program in which errors are pinned in part. It is the branch and bound over
    tables; where it leaves a node open at which all runs are settled, that over pinned errors decides, exactly.

    Parameters
    ----------
    asked : AskedAt
        What is searched.
    known : Incumbent, optional
        A code that is known.
    """

    asked: AskedAt
    known: Incumbent | None = None

    def __getstate__(self) -> dict[str, Any]:
        """Leave behind what belongs to this process."""
        return super().__getstate__() | {"known": self.known}

    @property
    def key(self) -> Mapping[str, Any]:
        """What makes it this search."""
        s = self.asked.s
        return {**super().key, "precision": BEYOND if s is None else fraction_text(s)}

    @cached_property
    def _settling(self) -> Settling:
        return Settling(self.asked)

    def start(self) -> list[Incumbent]:
        """Return a good code to begin with: that which is known; beyond all s one found by descent, too."""
        known = [] if self.known is None else [self.known]
        if self.asked.s is not None:
            return known
        return [min([*known, *super().start()], key=lambda code: code.rank)] if known else super().start()

    def search(self, piece: Piece, incumbent: Incumbent | None) -> Finished:
        """Search a piece. What ends it before its time carries what was done, and the best code."""
        below, best = self._below, incumbent
        recorder = Recorder(self.asked, piece.place) if self.recorded else None
        below.begin(piece.place, best, each=True)
        try:
            for why in below.events():
                if recorder is not None:
                    recorder.take(below.taken())
                if why == k.CANDIDATE:
                    best = self._looked_at(best, recorder)
        except ENDED as error:
            raise carrying(error, Finished(below.tally, None if best == incumbent else best)) from None
        proof = b"" if recorder is None else recorder.part.finish()
        return Finished(below.tally, None if best == incumbent else best, proof)

    def _looked_at(self, best: Incumbent | None, recorder: Recorder | None) -> Incumbent | None:
        """Close the open node at hand, if that can be proved, or is all that is left of it; return the best code."""
        below, at_s = self._below, self.asked.s is not None
        settled = self._settling.settled(below.table, best.value) if best is not None and at_s else None
        if settled is None and UNFIXED in below.table:
            return best
        if settled is None:
            own = self.asked.attained(below.table)
            best = better(best, own)
            below.better(best)
            if recorder is not None:
                settled = self._settling.settled(below.table, own.value)
        if recorder is not None:
            assert settled is not None, below.table
            recorder.pinned(settled.dual())
        below.leave()
        return best
