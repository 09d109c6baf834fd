"""The lower envelope of the lines  Σ_T γ + s·λ(syndromes that avoid T)  over all sets T, each kink proved by a tree."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from noisytm import _progress
from noisytm.degeneracy.grids import Tree, crossings, lowest
from noisytm.degeneracy.oracle import Oracle
from noisytm.degeneracy.program.branching import least_transversal, prove
from noisytm.degeneracy.program.pinned import PinnedCover, PinnedCovers

Kink = tuple[Fraction, Fraction]


class Envelope:
    """Finds the lines of Λ(s), and for each kink the tree that proves its value from below.

    Parameters
    ----------
    oracle : Oracle
        Finds fatal syndromes.
    gamma : sequence of d positive Fraction
        Weights of the coordinates.
    transversal : sequence of int
        Coordinates that every fatal syndrome meets.
    progress : bool
        Show what is found on a terminal.

    Attributes
    ----------
    covers : PinnedCovers
        What was solved, with the syndromes found.
    lines : list of PinnedCover
        The lines found that are lowest somewhere, by falling slope.
    trees : dict of Kink to Tree
        Proofs so far.
    """

    def __init__(
        self, oracle: Oracle, gamma: Sequence[Fraction], transversal: Sequence[int], progress: bool = False
    ) -> None:
        self.covers = PinnedCovers(oracle, gamma)
        self._transversal, self._progress = transversal, progress
        self.lines: list[PinnedCover] = []
        self.trees: dict[Kink, Tree] = {}

    @property
    def proved(self) -> dict[Kink, Tree]:
        """The kinks that are proved, in order, with their trees."""
        return {kink: self.trees[kink] for kink in crossings(self.lines) if kink in self.trees}

    def run(self) -> None:
        """Find everything."""
        with _progress.counted("nodes", what="finite precision", show=self._progress) as bar:
            self._add(self.covers.level(self._transversal))
            self._add(self.covers.solve(()))
            self._add(least_transversal(self.covers, self._transversal, bar.more))
            while (kink := self._unproved()) is not None:
                bar.note(self._so_far())
                found = prove(self.covers, *kink, bar.more)
                if isinstance(found, PinnedCover):
                    self._add(found)
                else:
                    self.trees[kink] = found

    def _so_far(self) -> str:
        return f"{len(self.lines)} lines, {len(self.proved)} kinks proved"

    def _add(self, line: PinnedCover) -> None:
        self.lines = lowest([*self.lines, line])

    def _unproved(self) -> Kink | None:
        return next((kink for kink in crossings(self.lines) if kink not in self.trees), None)
