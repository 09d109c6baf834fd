"""The certificate of a search: what the compiled search does is written down, and the parts of pieces put together."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from noisytm import _clock
from noisytm._checks import path_of
from noisytm._summary import line_of
from noisytm._text import shown
from noisytm.degeneracy import FatalSyndrome
from noisytm.degeneracy.oracle import integer_costs
from noisytm.errors import BudgetError, FormatError
from noisytm.search.fixed import FixedOracle, FixedRuns
from noisytm.search.minimum import rows_kernel as k
from noisytm.search.minimum.asked import AskedOfAll
from noisytm.search.store import Finished, Piece
from noisytm.search.tables import UNFIXED
from noisytm.search.tree import Confirmer, Dual, PinnedDual, Row, Shown, TreePart, shown_rows, write_certificate

Ints = NDArray[np.int64]

# For how many numbers there is room between two looks at what was done.
ROOM = 1 << 20


class Weighed(NamedTuple):
    """A dual as the kernels have it: a scale, and weights of rows of the pool."""

    scale: int
    weights: list[tuple[int, int]]

    def __repr__(self) -> str:
        return line_of(self)


@dataclass
class Done:
    """A node that the search has done.

    Attributes
    ----------
    table : tuple of int
        The choices there.
    rows : list of (place in the pool, Row, costs)
        The rows that were found there, with the costs at which they were.
    event : int
        What became of the node.
    which : int
        The tuple it branches at, or the input that refutes it.
    duals : list of Weighed
        What closes it.
    """

    table: tuple[int, ...]
    rows: list[tuple[int, Row, tuple[int, ...]]]
    event: int = -1
    which: int = -1
    duals: list[Weighed] | None = None


class Recorder:
    """Makes a part of a tree from the events of a search below one table.

    Parameters
    ----------
    asked : AskedOfAll
        What is searched.
    table : sequence of int
        Where the search begins.
    """

    def __init__(self, asked: AskedOfAll, table: Sequence[int]) -> None:
        self._asked, self._choices = asked, asked.choices
        self.part = TreePart(self._choices.number)
        self._confirmer = Confirmer(asked.problem, asked.step, self._choices)
        self._width = asked.coordinates.blocks.gains.shape[1]
        self._table = list(table)
        self._way: list[int] = []  # the tuples branched at
        self._pool: list[Row] = []
        self._found: list[tuple[int, Row, tuple[int, ...]]] = []

    def take(self, numbers: Sequence[int]) -> None:
        """Write down what events say.

        Parameters
        ----------
        numbers : sequence of int
            The events since the last time, whole ones.
        """
        done = list(self._parsed(numbers))
        shown = [Shown(0, node.table, row) for node in done for _, row, _ in node.rows]
        plain = iter(self._confirmer.fatal(shown).tolist() if shown else [])
        for node in done:
            rows = [
                (place, row if next(plain) else row._replace(costs=costs)) for place, row, costs in node.rows
            ]  # fmt: skip
            for place, row in rows:
                del self._pool[place:]
                self._pool.append(row)
            self._write(node, [row for _, row in rows])

    def pinned(self, dual: PinnedDual) -> None:
        """Write down that the node at hand, which is open, is closed by weights for every set of pinned errors."""
        self._found = []
        self.part.pinned(dual)
        self._up()

    def _parsed(self, numbers: Sequence[int]) -> Iterator[Done]:
        """Yield the nodes, and follow the way down."""
        given = iter(numbers)
        for event in given:
            if event == k.ROW:
                self._found.append(self._row(given))
                continue
            node = Done(tuple(self._table), self._found, event)
            self._found = []
            if event == k.BRANCHED:
                node.which = next(given)
                self._way.append(node.which)
                self._table[node.which] = 0
                yield node
                continue
            if event == k.BY_RUN:
                node.which = next(given)
            elif event == k.BY_DUALS:
                node.duals = [self._weighed(given) for _ in range(next(given))]
            yield node
            self._up()

    def _row(self, given: Iterator[int]) -> tuple[int, Row, tuple[int, ...]]:
        """Read a row: its place in the pool, the input it was found on, then columns, exponents and costs."""
        place, index, size = next(given), next(given), next(given)
        of, width = self._asked.coordinates, self._width
        exponents, costs = dict[int, int](), dict[int, int]()
        for _ in range(size):
            coordinate, often, cost = next(given), next(given), next(given)
            i, j = divmod(coordinate, width)
            column = of.column(i, self._table[i] if i < len(self._table) else UNFIXED, j)
            # Where an error may be pinned it stands there twice, and of the second it counts only that it is there.
            exponents[column] = max(exponents.get(column, 0), often * of.power)
            costs[column] = costs.get(column, 0) + cost
        columns = sorted(exponents)
        return place, Row(tuple((c, exponents[c]) for c in columns), index), tuple(costs[c] for c in columns)

    def _weighed(self, given: Iterator[int]) -> Weighed:
        scale, size = next(given), next(given)
        return Weighed(scale, [(next(given), next(given)) for _ in range(size)])

    def _up(self) -> None:
        while self._way:
            self._table[self._way[-1]] += 1
            if self._table[self._way[-1]] < self._choices.number:
                return
            self._table[self._way.pop()] = UNFIXED

    def _write(self, node: Done, rows: list[Row]) -> None:
        if node.event == k.BRANCHED:
            self.part.inner(node.which, rows)
        elif node.event == k.BY_RUN:
            self.part.refuted(node.which)
        elif node.event == k.BY_DUALS:
            self.part.bounded(self._mean(node.duals or []))
        elif node.event == k.BY_CODE:
            self.part.bounded(self._of_code(node.table))
        else:
            raise BudgetError(f"a node was left open in a search that is to be certified: {node.table}")

    def _mean(self, duals: list[Weighed]) -> Dual:
        """Return the average of duals, which is strictly complementary if they are so together."""
        scale = lcm(*(dual.scale for dual in duals))
        total: dict[int, int] = {}
        for dual in duals:
            for place, weight in dual.weights:
                total[place] = total.get(place, 0) + weight * (scale // dual.scale)
        unit = self._asked.coordinates.unit
        weights = [Fraction(weight, scale * len(duals)) * unit for weight in total.values()]
        numerators, denominator = integer_costs(weights)
        return Dual(tuple(self._pool[place] for place in total), tuple(numerators), denominator)

    def _of_code(self, table: tuple[int, ...]) -> Dual:
        """Return the dual of a whole table that proves its multiplicity."""
        proof = self._asked.coefficient(table).certificate
        assert proof.optimal_face is not None
        used = proof.optimal_face.dual or proof.dual
        oracle = FixedOracle(self._asked.problem, self._asked.step, self._choices, table)
        rows = shown_rows(oracle, [self._on_columns(row, table) for row in used])
        weights, denominator = integer_costs([row.weight for row in used])
        return Dual(tuple(rows), tuple(weights), denominator)

    def _on_columns(self, row: FatalSyndrome, table: tuple[int, ...]) -> FatalSyndrome:
        """Return a syndrome, and its costs, over the columns of the choices."""
        columns, (products, _) = self._choices.columns, self._choices.products_at(np.array([table]))
        own = (np.unique(of_tuple[of_tuple < columns]).tolist() for of_tuple in products[0])
        at = [i * columns + column for i, of_tuple in enumerate(own) for column in of_tuple]
        costs = [1] * (len(table) * columns)
        for j, cost in zip(at, row.costs, strict=True):
            costs[j] = cost
        return FatalSyndrome(tuple((at[j], e) for j, e in row.syndrome), row.weight, tuple(costs))


def tree_of(
    asked: AskedOfAll,
    root: Piece,
    expanded: Callable[[Piece], Sequence[Piece]],
    results: Iterable[tuple[Piece, Finished]],
) -> TreePart:
    """Return the tree of a search that is complete, of the parts of its pieces.

    Parameters
    ----------
    asked : AskedOfAll
        What was searched.
    root : Piece
        All of it.
    expanded : callable
        How it was cut into pieces.
    results : iterable of (Piece, Finished)
        The pieces with their parts.
    """
    number = asked.choices.number
    parts = {piece.place: (found.proof, int(found.record["nodes"])) for piece, found in results}
    runs, tree = FixedRuns(asked.problem, asked.tables), TreePart(number)

    def put(table: tuple[int, ...]) -> None:
        """Put a table: a piece, or a node that was expanded when the search was cut."""
        _clock.tick()
        if table in parts:
            tree.append(*parts[table])
            return
        children = {piece.place for piece in expanded(Piece(table))}
        at = _branch(table, children)
        tree.inner(at)
        for choice in range(number):
            child = (*table[:at], choice, *table[at + 1 :])
            if child in children:
                put(child)
                continue
            rejected, _ = runs.decided(asked.choices.table_actions(np.array(child)))
            assert rejected is not None, child
            tree.refuted(rejected)

    put(root.place)
    return tree


def _branch(table: tuple[int, ...], children: set[tuple[int, ...]]) -> int:
    """Return the tuple at which children differ from a table."""
    if not children:
        raise FormatError(
            f"the store has no piece for the partial table {table}, nor any below it; it was cut by another version"
        )
    child = next(iter(children))
    return next(i for i, (a, b) in enumerate(zip(table, child, strict=True)) if a != b)


def checked_file(path: Any) -> str:
    """Return the name of a file that is to be written once the search is done: what is wrong with it is said before.

    Raises
    ------
    FormatError
        If it is no name of a file, or its folder is not there.
    """
    name = path_of(path, "certificate")
    try:
        folder, taken = Path(name).absolute().parent.is_dir(), not name or Path(name).is_dir()
    except (OSError, ValueError):
        folder, taken = False, False
    if not folder or taken or "\0" in name:
        what = "is a folder, or no name at all" if folder else "is in a folder that is not there"
        raise FormatError(f"the name of the certificate is {shown(name)}, which {what}; give another one")
    return name


@dataclass
class Pending:
    """A certificate that is written once all is known that it is to prove.

    Attributes
    ----------
    path : path
        The file.
    asked : AskedOfAll
        What was searched.
    more : bool
        Whether more than the least λ is to be proved.
    tree : TreePart, optional
        The tree for λ, until that is.
    """

    path: str | os.PathLike[str]
    asked: AskedOfAll
    more: bool = False
    tree: TreePart | None = None

    def found(self, code: Sequence[int] | None, tree: TreePart) -> None:
        """Write the certificate of the least λ, or keep the tree; ``code`` is the best one, ``None`` if none solves."""
        if self.more and code is not None:
            self.tree = tree
            return
        found = self.asked.problem if code is None else self.asked.coefficient(code).to_json()
        write_certificate(self.path, found, [tree.finish()], tree.nodes)

    def found_more(self, code: Sequence[int], precision: Mapping[str, Any], trees: Sequence[TreePart]) -> None:
        """Write that of the least λ and of the least Λ(s), with the trees at its kinks."""
        assert self.tree is not None
        every = [self.tree, *trees]
        write_certificate(
            self.path,
            self.asked.coefficient(code).to_json(),
            [tree.finish() for tree in every],
            sum(tree.nodes for tree in every),
            precision,
        )
