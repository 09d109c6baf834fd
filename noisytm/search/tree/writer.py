"""Writes the tree of a search as it goes on, in parts that can be put together."""

from __future__ import annotations

from collections.abc import Sequence

from noisytm.errors import CertificateError
from noisytm.search.tree.container import TREE, block
from noisytm.search.tree.nodes import (
    BOUNDED,
    FIRST_OPERATION,
    FRESH,
    HOWS,
    INNER,
    KNOWN,
    PINNED,
    PLAIN,
    PRICED,
    REFUTED,
    UNITS,
    Dual,
    Exponents,
    PinnedDual,
    Row,
    put,
    put_exponents,
)

# A block is closed at the end of the node that passes this, so that it stays far below the most a reader takes; and
# rows are then numbered anew once there are so many, so that a reader need not keep them all.
FULL = 1 << 16
MOST_ROWS = 1 << 15


class TreePart:
    """The nodes below one, in preorder: children in the order of their choices.

    What `finish` returns can be appended to the part of a node above, in its place; so workers write their own.

    Parameters
    ----------
    choices : int
        Number of children of an inner node.

    Examples
    --------
    >>> part = TreePart(choices=2)
    >>> part.inner(0)
    >>> part.refuted(3)
    >>> part.open
    1
    >>> part.refuted(5)
    >>> part.open, len(part.finish()) < 60
    (0, True)
    """

    def __init__(self, choices: int) -> None:
        self._choices = choices
        self._blocks: list[bytes] = []
        self._out = bytearray()
        self._anew = True  # rows are to be numbered anew with the next node
        self._number: dict[Exponents, int] = {}
        self._known: set[int] = set()  # rows that inner nodes above have shown
        self._left = [1]  # children still to come, of the nodes on the way down
        self._shown: list[tuple[int, ...]] = [()]  # and the rows that each has shown
        self.nodes = 0

    @property
    def open(self) -> int:
        """How many nodes are still to come, as far as is known: 0 when the part is whole."""
        return sum(self._left)

    def inner(self, at: int, rows: Sequence[Row] = ()) -> None:
        """Write a node that branches at a tuple; rows that are fatal there may be used below it by their exponents."""
        self._begin()
        self._number_anew()
        self._out.append(INNER)
        put(self._out, at)
        new = [row for row in rows if self._number.get(row.exponents) not in self._known]
        put(self._out, len(new))
        shown = tuple(self._put_row(row) for row in new)
        self._known.update(shown)
        self._left.append(self._choices)
        self._shown.append(shown)

    def refuted(self, index: int) -> None:
        """Write a leaf: on the input of this number the run through fixed tuples ends rejected."""
        self._begin()
        self._number_anew()
        if index < FIRST_OPERATION:
            self._out.append(index)
        else:
            self._out.append(REFUTED)
            put(self._out, index)
        self._leaf()

    def bounded(self, dual: Dual) -> None:
        """Write a leaf: the dual proves that no completion is better."""
        self._begin()
        self._number_anew()
        units = dual.denominator == 1 and all(weight == 1 for weight in dual.weights)
        if units:
            self._out.append(UNITS)
        else:
            self._out.append(BOUNDED)
            put(self._out, dual.denominator)
        put(self._out, len(dual.rows))
        for row, weight in zip(dual.rows, dual.weights, strict=True):
            self._put_row(row)
            if not units:
                put(self._out, weight)
        self._leaf()

    def pinned(self, dual: PinnedDual) -> None:
        """Write a leaf of a tree for Λ(s): for every set of pinned errors weights prove that no completion is lower."""
        self._begin()
        self._number_anew()
        self._out.append(PINNED)
        put(self._out, dual.denominator)
        put(self._out, len(dual.rows))
        for row in dual.rows:
            self._put_row(row)
        for node in dual.nodes:
            if isinstance(node, int):
                put(self._out, 1 + node)
                continue
            put(self._out, 0)
            put(self._out, len(node))
            for place, weight in node:
                put(self._out, place)
                put(self._out, weight)
        self._leaf()

    def append(self, part: bytes, nodes: int) -> None:
        """Put the finished part of the next node, of so many nodes, in its place."""
        self._begin()
        self.nodes += nodes - 1
        self._close_block()
        self._blocks.append(part)
        self._anew = True
        self._leaf()

    def finish(self) -> bytes:
        """Return the blocks of the whole part.

        Raises
        ------
        CertificateError
            If nodes are missing.
        """
        if self.open:
            raise CertificateError(f"the tree is not whole: at least {self.open} nodes are still to come")
        self._close_block()
        return b"".join(self._blocks)

    def _begin(self) -> None:
        if not self.open:
            raise CertificateError("the tree is whole; no node can follow")
        self.nodes += 1
        self._left[-1] -= 1

    def _leaf(self) -> None:
        """Go up from a leaf as far as all children are there."""
        while self._left and not self._left[-1]:
            self._left.pop()
            self._known.difference_update(self._shown.pop())
        if len(self._out) >= FULL:
            self._close_block()
            self._anew = len(self._number) > MOST_ROWS

    def _put_row(self, row: Row) -> int:
        number = self._number.get(row.exponents)
        new = number is None
        number = self._number.setdefault(row.exponents, len(self._number))
        how = KNOWN if number in self._known else PLAIN if row.costs is None else PRICED
        put(self._out, number * HOWS + how)
        if new:
            put_exponents(self._out, row.exponents)
        if how != KNOWN:
            put(self._out, row.input)
        if how == PRICED:
            for cost in row.costs or ():
                put(self._out, cost)
        return number

    def _close_block(self) -> None:
        if self._out:
            self._blocks.append(block(TREE, bytes(self._out)))
            self._out = bytearray()

    def _number_anew(self) -> None:
        """Number rows anew, if that is due: what nodes above have shown must be shown again where it is used."""
        if self._anew:
            self._out.append(FRESH)
            self._number.clear()
            self._known.clear()
            self._shown = [() for _ in self._shown]
            self._anew = False
