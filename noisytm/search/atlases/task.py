"""An atlas as a search in pieces: kept in a store, shared among processes and machines."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from noisytm import _clock
from noisytm.search.atlases.asked import AtlasUnits, Ints
from noisytm.search.atlases.rows import CodeRow, packed, unpacked
from noisytm.search.cubes import CubeStream, CubeTree, solutions, trunk
from noisytm.search.store import Finished, Incumbent, Piece, Store
from noisytm.search.tables import UNFIXED

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
    """

    units: AtlasUnits
    sample: int | None = None
    seed: int = 0

    def __reduce__(self) -> tuple[Any, ...]:
        return Surveying, (self.units, self.sample, self.seed)  # the tree is made anew where it is needed

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
        drawn = solutions(self.units.problem).sample(self.sample, self.seed)
        size = min(CODES_OF_PIECE, max(1, self.sample // many))
        lines = drawn.codes.tolist()
        return [
            Piece((first, *itertools.chain.from_iterable(lines[first : first + size])))
            for first in range(0, self.sample, size)
        ]

    def compile(self) -> None:
        """Compile the search of the tree."""
        trunk(self.tree, 2)

    def search(self, piece: Piece, incumbent: Incumbent | None) -> Finished:
        """Find the rows of a piece."""
        del incumbent  # all are wanted
        return Finished(packed(self._rows(piece)))

    def _rows(self, piece: Piece) -> Iterator[CodeRow]:
        for code in self._codes(piece):
            _clock.tick()
            yield self.units.row(code)

    def _codes(self, piece: Piece) -> Iterator[Sequence[int]]:
        """Yield the codes of a piece."""
        size = self.tree.tuples
        if self.sample is not None:
            for at in range(1, len(piece.place), size):
                yield piece.place[at : at + size]
            return
        for cubes in CubeStream(self.tree, np.array(piece.place, np.int64)).cubes():
            for cube in cubes:
                yield from completions(cube, self.units.tables.actions)

    def rows(self, store: Store) -> Iterator[CodeRow]:
        """Yield the rows of all finished pieces, in the order of the pieces."""
        for _, found in store.results():
            yield from unpacked(found.record)


def completions(cube: Ints, actions: int) -> Iterator[Sequence[int]]:
    """Yield all codes of a cube in canonical order.

    Examples
    --------
    >>> import numpy as np
    >>> [list(code) for code in completions(np.array([1, -1]), 3)]
    [[1, 0], [1, 1], [1, 2]]
    """
    each = [range(actions) if action == UNFIXED else (int(action),) for action in cube]
    return itertools.product(*each)
