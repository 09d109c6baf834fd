"""Codes by their number, without a list of them: so uniform samples are exact."""

from __future__ import annotations

import itertools
import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from noisytm.search.cubes.stream import CubeStream, CubeTree, Table
from noisytm.search.cubes.tally import CubeTally
from noisytm.search.tables import UNFIXED, UNLISTED


class Place(NamedTuple):
    """Where a code is: its subtree, what kind of cube, which of these, and which code of the cube."""

    subtree: int
    kind: tuple[int, int]
    cube: int
    code: int


def draw_below(rng: np.random.Generator, bound: int) -> int:
    """Return an integer from 0 to below ``bound``, of any length, each with the same chance.

    Examples
    --------
    >>> import numpy as np
    >>> 0 <= draw_below(np.random.default_rng(0), 10**40) < 10**40
    True
    """
    bits = (bound - 1).bit_length()
    nbytes = (bits + 7) // 8
    while True:
        number = int.from_bytes(rng.bytes(nbytes), "little") & ((1 << bits) - 1)
        if number < bound:
            return number


def places(tallies: Sequence[CubeTally], numbers: Sequence[int]) -> Iterator[Place]:
    """Yield where the codes of some numbers are.

    They are numbered by kind, then by cube in the order of the tree, then within the cube: whatever the subtrees are.
    """
    kinds = sorted({kind for tally in tallies for kind in tally.cubes})
    before = {kind: [0, *itertools.accumulate(t.cubes.get(kind, 0) for t in tallies)] for kind in kinds}
    begins = [0, *itertools.accumulate(before[kind][-1] * tallies[0].weight(*kind) for kind in kinds)]
    for number in numbers:
        at = bisect_right(begins, number) - 1
        cube, code = divmod(number - begins[at], tallies[0].weight(*kinds[at]))
        subtree = bisect_right(before[kinds[at]], cube) - 1
        yield Place(subtree, kinds[at], cube - before[kinds[at]][subtree], code)


def found_cubes(tree: CubeTree, starts: Sequence[Table], wanted: Sequence[Place]) -> Table:
    """Return the cubes of some places, shape (n, N): each subtree that has some is gone through once."""
    cubes = np.empty((len(wanted), tree.tuples), np.int64)
    by_subtree = defaultdict[int, dict[tuple[int, int], list[int]]](lambda: defaultdict(list))
    for i, place in enumerate(wanted):
        by_subtree[place.subtree][place.kind].append(i)
    for subtree, by_kind in sorted(by_subtree.items()):
        rest = {kind: sorted(numbers, key=lambda i: wanted[i].cube) for kind, numbers in by_kind.items()}
        seen = dict.fromkeys(rest, 0)
        for rows in CubeStream(tree, starts[subtree]).cubes():
            listed, unlisted = (rows >= 0).sum(axis=1), (rows == UNLISTED).sum(axis=1)
            for kind, numbers in rest.items():
                at = np.flatnonzero((listed == kind[0]) & (unlisted == kind[1]))
                here = list(itertools.takewhile(lambda i: wanted[i].cube < seen[kind] + len(at), numbers))  # noqa: B023
                for i in here:
                    cubes[i] = rows[at[wanted[i].cube - seen[kind]]]
                del numbers[: len(here)]
                seen[kind] += len(at)
            if not any(rest.values()):
                break
    return cubes


def completed(tally: CubeTally, cube: NDArray[np.int64], kind: tuple[int, int], number: int) -> Table:
    """Return the code of a cube that has a number in it."""
    code = cube.copy()
    free = np.flatnonzero(cube == UNFIXED)
    if tally.most is not None:
        code[free] = UNLISTED
        more = 0
        for codes in tally.completions(*kind):
            if number < codes:
                break
            number, more = number - codes, more + 1
        number, which = divmod(number, math.comb(len(free), more))
        free = np.array(next(itertools.islice(itertools.combinations(free, more), which, None)), np.int64)
    for at in free[::-1]:
        number, code[at] = divmod(number, tally.actions)
    return code
