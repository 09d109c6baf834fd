"""An atlas as a search in pieces: kept in a store, shared among processes and machines."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from noisytm import _clock
from noisytm._partial import ENDED, carrying
from noisytm.problem import SynthesisProblem
from noisytm.search.atlases.asked import AtlasUnits
from noisytm.search.atlases.batches import Batches, completions
from noisytm.search.atlases.rows import CodeRow, packed
from noisytm.search.cubes import CubeStream, CubeTree, Solutions, solutions, trunk
from noisytm.search.store import Finished, Incumbent, Piece

# The name of the search with the number of the form of its records.
ATLAS_SEARCH = "atlas/1"
# Codes of a sample that make a piece, at most.
CODES_OF_PIECE = 64


@dataclass(frozen=True)
class Surveying:
    """The rows of all codes that solve a problem, or of a sample of them: a `Task`.

    Parameters
    ----------
    units : AtlasUnits
        The problem and the units.
    sample : int, optional
        How many codes are drawn; by default the rows of all are found.
    seed : int
        The seed that they are drawn with.
    alone : bool
        Whether each row is computed by itself; else by compiled code where that is possible. The rows are the same.
    """

    units: AtlasUnits
    sample: int | None = None
    seed: int = 0
    alone: bool = True

    def __reduce__(self) -> tuple[Any, ...]:
        # the tree, and what is written into, are made anew where they are needed
        return Surveying, (self.units, self.sample, self.seed, self.alone)

    @cached_property
    def batches(self) -> Batches | None:
        """The compiled search, where it is to be used and can be."""
        return Batches(self.units) if not self.alone and Batches.can(self.units) else None

    @cached_property
    def tree(self) -> CubeTree:
        """The tree of cubes."""
        return CubeTree(self.units.tables, self.units.problem)

    @property
    def key(self) -> Mapping[str, Any]:
        """What makes it this search."""
        drawn = {} if self.sample is None else {"sample": self.sample, "seed": self.seed}
        return {"search": ATLAS_SEARCH, "problem": self.units.problem.key, **self.units.to_json(), **drawn}

    def pieces(self, many: int) -> Sequence[Piece]:
        """Return the subtrees; of a sample, its codes, some at a time, with the number of the first."""
        if self.sample is None:
            return [Piece(tuple(start.tolist())) for start in trunk(self.tree, many)]
        drawn = counted(self.units.problem, False).sample(self.sample, self.seed)
        size = min(CODES_OF_PIECE, max(1, self.sample // many))
        lines = drawn.codes.tolist()
        return [
            Piece((first, *itertools.chain.from_iterable(lines[first : first + size])))
            for first in range(0, self.sample, size)
        ]

    def compile(self) -> None:
        """Compile the search of the tree, and the kernels."""
        trunk(self.tree, 2)
        if self.batches is not None:
            self.batches.compile()

    def search(self, piece: Piece, incumbent: Incumbent | None) -> Finished:
        """Find the rows of a piece."""
        del incumbent  # all are wanted
        rows = self._rows(piece)
        return Finished(packed(rows if self.sample is not None else sorted(rows, key=lambda row: row.code)))

    def _rows(self, piece: Piece) -> Iterator[CodeRow]:
        if self.batches is not None:
            for table in self._tables(piece):
                yield from self.batches.below(table)
            return
        for code in self._codes(piece):
            _clock.tick()
            yield self.units.row(code)

    def _tables(self, piece: Piece) -> Iterator[Sequence[int]]:
        """Yield the partial table of a piece, or, of a sample, the codes."""
        if self.sample is None:
            yield piece.place
            return
        size = self.tree.tuples
        for at in range(1, len(piece.place), size):
            yield piece.place[at : at + size]

    def _codes(self, piece: Piece) -> Iterator[Sequence[int]]:
        """Yield the codes of a piece."""
        if self.sample is not None:
            yield from self._tables(piece)
            return
        for cubes in CubeStream(self.tree, np.array(piece.place, np.int64)).cubes():
            for cube in cubes:
                yield from completions(cube, self.units.tables.actions)


def counted(problem: SynthesisProblem, show: bool) -> Solutions:
    """Return the codes that solve a problem, counted; what is ended meanwhile has found nothing for an atlas."""
    try:
        return solutions(problem, progress=show)
    except ENDED as error:
        raise carrying(error, None) from None
