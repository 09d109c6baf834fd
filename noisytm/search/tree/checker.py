"""Replays the tree of a certificate, in bounded memory: nothing here, nor imported from here, searches or solves."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import lcm

from noisytm import _clock
from noisytm.degeneracy.certificate import rank_at_least
from noisytm.errors import CertificateError
from noisytm.search.fixed import Choices
from noisytm.search.tables import UNFIXED
from noisytm.search.tree.confirming import MOST_PAID, Confirmer, Leaf, Shown
from noisytm.search.tree.nodes import (
    BOUNDED,
    FIRST_OPERATION,
    FRESH,
    HOWS,
    INNER,
    KNOWN,
    PRICED,
    REFUTED,
    UNITS,
    Exponents,
    Row,
    get,
    get_exponents,
)

# Leaves and rows that are confirmed together, and rows that may be numbered before they are numbered anew.
AT_ONCE = 4096
MOST_ROWS = 1 << 20
MOST_EXPONENT = 1 << 31


class Replay:
    """Walks through the nodes of a tree and checks every one.

    Parameters
    ----------
    choices : Choices
        What tuples may be set to.
    inputs : int
        Number of inputs.
    weights : sequence of Fraction
        γ of every column.
    value : Fraction or None
        λ as it is claimed, of the log loss; ``None`` if it is claimed that no code solves the problem.
    multiplicity : int
        m as it is claimed.
    confirmer : Confirmer
        Makes the runs and asks the oracle.

    Attributes
    ----------
    nodes, refuted, bounded, rows : int
        How many nodes there were, leaves of either kind, and rows shown.
    """

    def __init__(
        self,
        choices: Choices,
        inputs: int,
        weights: tuple[Fraction, ...],
        value: Fraction | None,
        multiplicity: int,
        confirmer: Confirmer,
    ) -> None:
        self._choices, self._inputs, self._confirmer = choices, inputs, confirmer
        self._scale = lcm(*(w.denominator for w in weights))
        self._loads = [int(w * self._scale) for w in weights]
        self._value, self._multiplicity = value, multiplicity
        self._table = [UNFIXED] * len(choices.tables.space.keys)
        self._path: list[tuple[int, tuple[int, ...], set[int]]] = []  # tuple, rows shown there, where these are known
        self._whole = False
        self._row_of: list[Exponents] = []
        self._known: set[int] = set()
        self._leaves: list[Leaf] = []
        self._shown: list[Shown] = []
        self.nodes = self.refuted = self.bounded = self.rows = 0

    @property
    def whole(self) -> bool:
        """Whether no node is missing."""
        return self._whole

    def take(self, data: bytes) -> None:
        """Check the nodes of a block.

        Raises
        ------
        CertificateError
            At the first thing that fails, with where it is.
        """
        at = 0
        while at < len(data):
            try:
                at = self._node(data, at)
            except IndexError:
                raise self._failed("it is cut off") from None
            except CertificateError as error:
                raise self._failed(str(error)) from None
            if len(self._leaves) >= AT_ONCE or len(self._shown) >= AT_ONCE:
                self._confirm()

    def finish(self) -> None:
        """Check that the tree is whole, and what is left to confirm."""
        if not self._whole:
            raise self._failed("the tree ends, and a node is missing")
        self._confirm()

    def _failed(self, what: str) -> CertificateError:
        """Return the error at the present node, unless something before it fails."""
        self._confirm()
        return CertificateError(f"{self._where(self.nodes, self._table)}: {what}")

    def _where(self, node: int, table: list[int] | tuple[int, ...]) -> str:
        tables = self._choices.tables
        fixed = [
            f"({', '.join(key)}) is ({', '.join(tables.entries(int(self._choices.actions[choice])))})"
            for key, choice in zip(tables.space.keys, table, strict=True)
            if choice != UNFIXED
        ]
        return f"node {node + 1:,} of the tree" + (f", where {', '.join(fixed)}" if fixed else ", its root")

    def _node(self, data: bytes, at: int) -> int:
        """Check the node at a place of a block; return the place after it."""
        if self._whole:
            raise CertificateError("the tree is whole before it, and nothing may follow")
        operation = data[at]
        at += 1
        if operation == FRESH:
            self._row_of, self._known = [], set()
            return at
        if operation == INNER:
            return self._inner(data, at)
        if operation <= REFUTED:
            index = operation
            if operation == REFUTED:
                index, at = get(data, at)
                if index < FIRST_OPERATION:
                    raise CertificateError(f"input {index} is written with more bytes than it needs")
            self._refuted(index)
        elif operation in (UNITS, BOUNDED):
            at = self._bounded(data, at, operation == UNITS)
        else:
            at = self._other(operation, data, at)
        self.nodes += 1
        self._up()
        return at

    def _other(self, operation: int, data: bytes, at: int) -> int:
        """Check a leaf of another kind; return the place after it."""
        raise CertificateError(f"byte {operation} begins no node")

    def _inner(self, data: bytes, at: int) -> int:
        tuple_, at = get(data, at)
        if tuple_ >= len(self._table):
            raise CertificateError(f"it branches at tuple {tuple_}; there are {len(self._table)}")
        if self._table[tuple_] != UNFIXED:
            key = ", ".join(self._choices.tables.space.keys[tuple_])
            raise CertificateError(f"it branches at ({key}), which is fixed already")
        count, at = get(data, at)
        shown = []
        for _ in range(count):
            number, at = self._row(data, at, may_be_known=False)
            shown.append(number)
        self._path.append((tuple_, tuple(shown), self._known))
        self._known.update(shown)
        self._table[tuple_] = 0
        self.nodes += 1
        return at

    def _up(self) -> None:
        """Go from a leaf to the next node: to the next child of the last node that has one left."""
        while self._path:
            tuple_, shown, known = self._path[-1]
            self._table[tuple_] += 1
            if self._table[tuple_] < self._choices.number:
                return
            self._table[tuple_] = UNFIXED
            self._path.pop()
            known.difference_update(shown)
        self._whole = True

    def _refuted(self, index: int) -> None:
        if index >= self._inputs:
            raise CertificateError(f"it is refuted by input {index}; there are {self._inputs}")
        self.refuted += 1
        self._leaves.append(Leaf(self.nodes, tuple(self._table), index))

    def _row(self, data: bytes, at: int, may_be_known: bool) -> tuple[int, int]:
        """Return the number of a row, and the place after it; what is shown here is noted to be confirmed."""
        code, at = get(data, at)
        number, how = divmod(code, HOWS)
        if number > len(self._row_of) or number >= MOST_ROWS:
            raise CertificateError(f"it uses row {number}; {len(self._row_of)} are known")
        new = number == len(self._row_of)
        if new:
            exponents, at = get_exponents(data, at, len(self._loads))
            self._row_of.append(exponents)
        if how == KNOWN:
            if new or not may_be_known or number not in self._known:
                raise CertificateError(f"it uses row {number} as known, which no node above has shown")
            return number, at
        if number in self._known:
            raise CertificateError(f"it shows row {number}, which a node above has shown")
        index, at = get(data, at)
        if index >= self._inputs:
            raise CertificateError(f"row {number} is shown on input {index}; there are {self._inputs}")
        exponents, costs = self._row_of[number], None
        if how == PRICED:
            paid = []
            for _ in exponents:
                cost, at = get(data, at)
                paid.append(cost)
            costs = tuple(paid)
            if 0 in costs:
                raise CertificateError(f"row {number} is shown at a cost of 0; costs are at least 1")
        total = sum(e * c for (_, e), c in zip(exponents, costs or [1] * len(exponents), strict=True))
        if total > MOST_PAID or max(e for _, e in exponents) > MOST_EXPONENT:
            raise CertificateError(f"row {number} costs {total}, more than {MOST_PAID}, the limit")
        self.rows += 1
        self._shown.append(Shown(self.nodes, tuple(self._table), Row(exponents, index, costs)))
        return number, at

    def _bounded(self, data: bytes, at: int, units: bool) -> int:
        """Check a leaf that is bounded: its weights load no column too much and sum to enough."""
        self.bounded += 1
        denominator = 1
        if not units:
            denominator, at = get(data, at)
            if denominator == 0:
                raise CertificateError("the denominator of the weights is 0")
        count, at = get(data, at)
        rows: list[Exponents] = []
        weights: list[int] = []
        for _ in range(count):
            number, at = self._row(data, at, may_be_known=True)
            weight = 1
            if not units:
                weight, at = get(data, at)
                if weight == 0:
                    raise CertificateError(f"the weight of row {number} is 0")
            rows.append(self._row_of[number])
            weights.append(weight)
        self._weighed(rows, weights, denominator)
        return at

    def _weighed(self, rows: list[Exponents], weights: list[int], denominator: int) -> None:
        """Check that weights over a denominator load no column too much, and prove enough."""
        load = dict[int, int]()
        for row, weight in zip(rows, weights, strict=True):
            for column, exponent in row:
                load[column] = load.get(column, 0) + exponent * weight
        full = []
        for column, carried in load.items():
            allowed = self._loads[column] * denominator
            if carried * self._scale > allowed:
                name, most = self._choices.column_name(column), Fraction(self._loads[column], self._scale)
                raise CertificateError(
                    f"the weights load {name} with {Fraction(carried, denominator)}; {most} is allowed"
                )
            if carried * self._scale == allowed:
                full.append(column)
        self._enough(Fraction(sum(weights), denominator), rows, full)

    def _enough(self, total: Fraction, rows: list[Exponents], full: list[int]) -> None:
        """Check that what is proved reaches what is claimed."""
        if self._value is None:
            raise CertificateError("it is bounded, not refuted, but the claim is that no code solves the problem")
        if total > self._value:
            return
        if total < self._value:
            raise CertificateError(f"the weights sum to {total}, less than {self._value}, which is claimed (log loss)")
        dimensions = self._multiplicity - 1
        if len(full) > dimensions and not rank_at_least(_on_columns(rows, full), len(full) - dimensions):
            raise CertificateError(
                f"the weights sum to just {total}, and do not show that no multiplicity is larger than"
                f" {self._multiplicity}"
            )

    def _confirm(self) -> None:
        """Confirm what has been collected; raise at the first that fails."""
        _clock.tick()
        leaves, self._leaves = self._leaves, []
        shown, self._shown = self._shown, []
        failed = list(self._unconfirmed(leaves, shown))
        if failed:
            node, table, what = min(failed)
            raise CertificateError(f"{self._where(node, table)}: {what}")

    def _unconfirmed(self, leaves: list[Leaf], shown: list[Shown]) -> Iterator[tuple[int, tuple[int, ...], str]]:
        if leaves:
            for leaf, right in zip(leaves, self._confirmer.refuted(leaves).tolist(), strict=True):
                if not right:
                    what = f"input {leaf.input} does not refute it: its run does not end rejected over fixed tuples"
                    yield leaf.node, leaf.table, what
        if shown:
            for one, right in zip(shown, self._confirmer.fatal(shown).tolist(), strict=True):
                if not right:
                    row = ", ".join(
                        self._choices.column_name(column) + (f" {exponent} times" if exponent > 1 else "")
                        for column, exponent in one.row.exponents
                    )
                    yield one.node, one.table, f"the errors {row} are not shown to be fatal on input {one.row.input}"


def _on_columns(rows: list[Exponents], full: list[int]) -> list[list[int]]:
    place = {column: k for k, column in enumerate(full)}
    found = []
    for row in rows:
        found.append([0] * len(full))
        for column, exponent in row:
            if column in place:
                found[-1][place[column]] = exponent
    return found
