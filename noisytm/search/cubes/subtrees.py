"""The tree of cubes cut into subtrees that are searched one by one, or in several processes."""

from __future__ import annotations

from collections.abc import Iterator

from noisytm import _clock
from noisytm.search.cubes.stream import CubeStream, CubeTree, Table
from noisytm.search.tables import UNLISTED

# So many subtrees at least, if the tree has them: progress is seen, and a sample reads only those it comes from.
SUBTREES = 64


def trunk(tree: CubeTree, fewest: int = SUBTREES) -> list[Table]:
    """Return the partial tables at which the subtrees begin, in the order of the tree.

    Parameters
    ----------
    tree : CubeTree
        The tree.
    fewest : int
        It is cut one level deeper until there are so many, or nothing is left to cut.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library
    >>> from noisytm.search import TableSpace
    >>> problem = SynthesisProblem.of_machine(library.machine("detectA"), ["A"], 2)
    >>> len(trunk(CubeTree(TableSpace.over(problem), problem), 10))
    18
    """
    level = [tree.root]
    while len(level) < fewest:
        below = [child for table in level for child in children(tree, table)]
        if len(below) == len(level):
            break
        level = below
    return level


def children(tree: CubeTree, table: Table) -> Iterator[Table]:
    """Yield the children of a partial table; a leaf, or one whose children are all leaves, yields itself."""
    _clock.tick()
    stream = CubeStream(tree, table)
    at = stream.branch()
    if at is None:
        yield table
        return
    listed = int((table >= 0).sum())
    actions = range(0 if tree.most is not None and listed >= tree.most else tree.tables.actions)
    for action in ([UNLISTED] if tree.most is not None else []) + list(actions):
        child = table.copy()
        child[at] = action
        yield child
