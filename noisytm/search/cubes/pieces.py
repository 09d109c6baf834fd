"""Counting as a search in pieces: kept in a store, shared among processes and machines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from noisytm.problem import SynthesisProblem
from noisytm.search.cubes.stream import CubeStream, CubeTree, Table, counted
from noisytm.search.cubes.subtrees import children, trunk
from noisytm.search.cubes.tally import CubeTally
from noisytm.search.store import Finished, Incumbent, Piece, Store
from noisytm.search.tables import UNFIXED, TableSpace

# The name of what is counted with the number of the form of its records, and how many pieces suit it: they are cut
# level by level, so there are some times as many.
COUNT, PIECES = "count/1", 256


@dataclass(frozen=True)
class Counting:
    """All codes that solve a problem, to be counted by subtrees of the tree of cubes.

    Parameters
    ----------
    problem : SynthesisProblem
        The problem, over full tables.
    most : int, optional
        Codes are lists of at most so many tuples; by default they are full tables.
    """

    problem: SynthesisProblem
    most: int | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        return Counting, (self.problem, self.most)  # the tree is made anew where it is needed

    @cached_property
    def tree(self) -> CubeTree:
        """The tree of cubes."""
        return CubeTree(TableSpace.over(self.problem), self.problem, self.most)

    @property
    def all_codes(self) -> int:
        """How many codes there are, with those that do not solve the problem."""
        return self._tally().all_codes

    def leaves(self, record: Mapping[str, Any]) -> int:
        """Return how many leaves a finished piece has."""
        tally = self._tally(record)
        return tally.total + tally.refuted

    @property
    def key(self) -> Mapping[str, Any]:
        """What makes it this search."""
        space = "full" if self.most is None else "listed"
        return {"search": COUNT, "problem": self.tree.problem.key, "space": space, "max_tuples": self.most}

    def pieces(self, many: int) -> Sequence[Piece]:
        """Return the subtrees."""
        return [Piece(tuple(start.tolist())) for start in trunk(self.tree, many)]

    def branches(self, piece: Piece, incumbent: Incumbent | None) -> tuple[Sequence[Piece], int]:
        """Return the open children of a partial table, none if it has none, and how many these and leaves are."""
        del incumbent
        table, below, leaves = np.array(piece.place, np.int64), [], 0
        if CubeStream(self.tree, table).branch() is None:
            return [], 1
        for child in children(self.tree, table):
            stream = CubeStream(self.tree, child)
            if stream.branch() is None:
                leaves += int(stream.leaves.sum())
            else:
                below.append(Piece(tuple(child.tolist())))
        return below, 1 + leaves + len(below)

    def compile(self) -> None:
        """Compile the search of the tree."""
        trunk(self.tree, 2)

    def search(self, piece: Piece, incumbent: Incumbent | None) -> Finished:
        """Count the cubes of a subtree."""
        del incumbent  # all are counted
        tally = counted(self.tree, np.array(piece.place, np.int64))
        return Finished(tally.to_json())

    def tallies(self, store: Store) -> tuple[CubeTally, tuple[CubeTally, ...]]:
        """Return what was counted in all finished pieces together, and, if they are all there, by subtrees."""
        by_piece = [(np.array(piece.place, np.int64), self._tally(found.record)) for piece, found in store.results()]
        total = sum((tally for _, tally in by_piece), self._tally())
        return total, tuple(self._by_subtrees(by_piece)) if store.complete else ()

    def _by_subtrees(self, by_piece: Sequence[tuple[Table, CubeTally]]) -> Iterator[CubeTally]:
        """Yield what was counted in each subtree of a trunk that has fewer; if it has more, nothing."""
        starts = trunk(self.tree)
        if len(starts) > len(by_piece):
            return
        places = np.array([place for place, _ in by_piece])
        for start in starts:
            settled = start != UNFIXED
            below = np.flatnonzero((places[:, settled] == start[settled]).all(axis=1)).tolist()
            yield sum((by_piece[i][1] for i in below), self._tally())

    def _tally(self, record: Mapping[str, Any] | None = None) -> CubeTally:
        none = CubeTally(self.tree.tuples, self.tree.tables.actions, self.most)
        return none if record is None else none.with_json(record)
