"""Trees of certificates taken apart and put together again, and a checker written as plainly as it can be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from flint import fmpz_mat

from noisytm import SynthesisProblem
from noisytm.codespace import CodeSpace
from noisytm.errors import CertificateError
from noisytm.geometry import checked_concentration
from noisytm.relaxation.semantics import checked_semantics
from noisytm.search import UNFIXED, TableSpace
from noisytm.search.fixed import FixedOracle
from noisytm.search.readable import Asked, Attained, BranchAndBound
from noisytm.search.tree import Row, TreePart, write_certificate
from noisytm.search.tree.at_precision import ReplayAt
from noisytm.search.tree.checker import Replay
from noisytm.search.tree.confirming import Confirmer
from noisytm.search.tree.container import TREE, TreeFile, block
from noisytm.search.tree.nodes import (
    BOUNDED,
    FIRST_OPERATION,
    FRESH,
    HOWS,
    INNER,
    KNOWN,
    PINNED,
    PRICED,
    REFUTED,
    UNITS,
    get,
    get_exponents,
    put,
    put_exponents,
)


def three_states(steps: int, states: int = 3, symbols: int = 1) -> SynthesisProblem:
    """Return a problem over 729 codes, of one symbol and three states: to end in the last one."""
    letters, names = ("_", "1")[:symbols], tuple("abc")[:states]
    space = CodeSpace(letters, "_", names, "a", tuple((s, q) for s in letters for q in names))
    inputs = tuple(("1",) * n for n in range(symbols))
    return SynthesisProblem(
        space, inputs, steps, "state", (((names[-1],),),) * symbols, (Fraction(1, symbols),) * symbols
    )  # type: ignore[arg-type]


def asked_of(
    problem: SynthesisProblem, semantics: str, loss: str = "log", chart: str = "simplex", prior: Any = 1
) -> Asked:
    how, concentration = checked_semantics(semantics), checked_concentration(prior)
    return Asked(problem, TableSpace(problem.space), how, loss, chart, concentration)


@dataclass(frozen=True)
class Made:
    """A certificate in memory: what was asked, what was found, the record of its code, the bytes of the tree."""

    search: BranchAndBound
    best: Attained
    bound: dict[str, Any]
    tree: bytes
    nodes: int

    def save(self, path: Path) -> Path:
        write_certificate(path, self.bound, [self.tree], self.nodes)
        return path


def made(question: Asked) -> Made:
    """Search all tables, and keep the tree."""
    search = BranchAndBound(question)
    part = TreePart(search.choices.number)
    search.events = part
    best = search.run()
    assert best is not None
    return Made(search, best, search.coefficient(best.table).to_json(), part.finish(), part.nodes)


@cache
def small(semantics: str = "pseudo-utm", chart: str = "simplex") -> Made:
    """Return a certificate over 729 codes."""
    return made(asked_of(three_states(3), semantics, chart=chart))


@cache
def tiny(semantics: str = "pseudo-utm", chart: str = "simplex") -> Made:
    """Return one over 36 codes."""
    return made(asked_of(three_states(2, states=2), semantics, chart=chart))


def content(tree: bytes, path: Path) -> bytes:
    """Return the nodes of a tree, unpacked."""
    from noisytm.search.tree.container import write_tree

    write_tree(path, {}, [tree])
    with TreeFile(path) as file:
        return b"".join(file.blocks())


def packed(nodes: bytes) -> bytes:
    return block(TREE, nodes)


@dataclass(frozen=True)
class Used:
    """A row as it stands in the bytes."""

    number: int
    how: int
    exponents: tuple[tuple[int, int], ...] | None = None
    input: int | None = None
    costs: tuple[int, ...] = ()
    weight: int | None = None


@dataclass(frozen=True)
class Node:
    """A node as it stands in the bytes."""

    operation: int
    value: int | None = None  # input, tuple, or denominator
    rows: tuple[Used, ...] = ()
    pins: tuple[Any, ...] = ()  # over which errors are pinned: a column, or pairs of a row's place and a weight


def nodes_of(data: bytes, columns: int) -> list[Node]:
    """Take the nodes of a tree apart; IndexError or CertificateError where that cannot be."""
    found, at, known = [], 0, list[Any]()
    while at < len(data):
        operation = data[at]
        at += 1
        value, rows = None, list[Used]()
        if operation < FIRST_OPERATION:
            found.append(Node(REFUTED, operation))
            continue
        if operation == FRESH:
            known = []
        if operation in (REFUTED, INNER, BOUNDED, PINNED):
            value, at = get(data, at)
        if operation in (INNER, UNITS, BOUNDED, PINNED):
            count, at = get(data, at)
            for _ in range(count):
                row, at = _used(data, at, known, columns, operation == BOUNDED)
                rows.append(row)
        if operation > PINNED:
            raise IndexError
        pins, at = _pins(data, at) if operation == PINNED else ((), at)
        found.append(Node(operation, value, tuple(rows), pins))
    return found


def _pins(data: bytes, at: int) -> tuple[tuple[Any, ...], int]:
    found, left = list[Any](), 1
    while left:
        left -= 1
        node, at = get(data, at)
        if node:
            found.append(node - 1)
            left += 2
            continue
        count, at = get(data, at)
        numbers = []
        for _ in range(2 * count):
            number, at = get(data, at)
            numbers.append(number)
        found.append(tuple(zip(numbers[::2], numbers[1::2], strict=True)))
    return tuple(found), at


def _used(data: bytes, at: int, known: list[Any], columns: int, weighted: bool) -> tuple[Used, int]:
    code, at = get(data, at)
    number, how = divmod(code, HOWS)
    exponents, index, costs, weight = None, None, list[int](), None
    if number == len(known):
        exponents, at = get_exponents(data, at, columns)
        known.append(exponents)
    if how != KNOWN:
        index, at = get(data, at)
    if how == PRICED:
        for _ in known[number]:
            cost, at = get(data, at)
            costs.append(cost)
    if weighted:
        weight, at = get(data, at)
    return Used(number, how, exponents, index, tuple(costs), weight), at


def bytes_of(nodes: Sequence[Node]) -> bytes:
    """Put nodes together."""
    out = bytearray()
    for node in nodes:
        if node.operation == REFUTED and node.value is not None and node.value < FIRST_OPERATION:
            out.append(node.value)
            continue
        out.append(node.operation)
        if node.value is not None:
            put(out, node.value)
        if node.operation in (INNER, UNITS, BOUNDED, PINNED):
            put(out, len(node.rows))
        for row in node.rows:
            put(out, row.number * HOWS + row.how)
            if row.exponents is not None:
                put_exponents(out, row.exponents)
            for number in (row.input, *row.costs, row.weight):
                if number is not None:
                    put(out, number)
        for pin in node.pins:
            for number in (pin + 1,) if isinstance(pin, int) else (0, len(pin), *(x for pair in pin for x in pair)):
                put(out, number)
    return bytes(out)


class Naive:
    """Whether nodes prove a claim: by recursion over the children, with the oracle of single codes; no batches."""

    def __init__(self, case: Made, value: Fraction | None = None, multiplicity: int | None = None) -> None:
        self.search = case.search
        self._shown: dict[Any, bool] = {}  # of mutations of a tree most rows are the same
        self.value = case.best.value if value is None else value
        self.multiplicity = case.best.multiplicity if multiplicity is None else multiplicity

    def proves(self, nodes: Sequence[Node]) -> bool:
        self._left: Iterator[Node] = iter(nodes)
        self._rows: list[Any] = []
        table = np.full(len(self.search.asked.tables.space.keys), UNFIXED)
        try:
            return self._node(table, []) and next(self._left, None) is None
        except (IndexError, StopIteration):
            return False

    def _node(self, table: np.ndarray, shown: list[tuple[list[Any], int]]) -> bool:
        node = next(self._left)
        while node.operation == FRESH:
            self._rows = []
            node = next(self._left)
        if node.operation == REFUTED:
            if node.value is None or node.value >= self.search.runs.inputs:
                return False
            end = self.search.runs.end(self.search.choices.table_actions(table), node.value)
            return end.at is None and not end.accepted
        rows = [self._row(row, table, shown) for row in node.rows]
        if None in rows:
            return False
        if node.operation == INNER:
            if node.value is None or node.value >= len(table) or table[node.value] != UNFIXED:
                return False
            if any(row.how == KNOWN for row in node.rows):
                return False
            below = [*shown, *((self._rows, row.number) for row in node.rows)]
            for choice in range(self.search.choices.number):
                child = table.copy()
                child[node.value] = choice
                if not self._node(child, below):
                    return False
            return True
        return self._leaf(node, rows)

    def _leaf(self, node: Node, rows: Sequence[Any]) -> bool:
        weights = [1 if row.weight is None else row.weight for row in node.rows]
        return node.operation != PINNED and self._bounds(rows, weights, 1 if node.value is None else node.value)

    def _row(self, row: Used, table: np.ndarray, shown: list[tuple[list[Any], int]]) -> Any:
        """Return the exponents of a row, if it is shown to be fatal, or was."""
        if row.exponents is not None:
            self._rows.append(row.exponents)
        exponents = self._rows[row.number]
        known = any(rows is self._rows and number == row.number for rows, number in shown)
        if known or row.how == KNOWN:
            return exponents if known and row.how == KNOWN else None
        costs = row.costs or (1,) * len(exponents)
        if min(costs) < 1 or row.input is None or row.input >= self.search.runs.inputs:
            return None
        key = table.tobytes(), exponents, costs, row.input
        if key not in self._shown:
            self._shown[key] = self._fatal(table, exponents, costs, row.input)
        return exponents if self._shown[key] else None

    def is_fatal(self, table: np.ndarray, row: Row) -> bool:
        return self._fatal(table, row.exponents, (1,) * len(row.exponents), row.input)

    def _fatal(self, table: np.ndarray, exponents: Any, costs: Sequence[int], index: int) -> bool:
        asked = self.search.asked
        oracle = FixedOracle(asked.problem, asked.semantics, self.search.choices, table)
        limit = sum(e * c for (_, e), c in zip(exponents, costs, strict=True)) + 1
        wanted = np.zeros((1, oracle.dimension), dtype=np.int64)
        priced = np.full((1, oracle.dimension), limit)
        for (column, exponent), cost in zip(exponents, costs, strict=True):
            wanted[0, column], priced[0, column] = exponent, cost
        _, _, counts = oracle.below(priced, limit, np.arange(self.search.runs.inputs) == index)
        return bool(len(counts)) and bool((counts[0] <= wanted[0]).all())

    def _bounds(self, rows: Sequence[Any], weights: Sequence[int], denominator: int) -> bool:
        if denominator == 0 or 0 in weights:
            return False
        matrix = np.zeros((len(rows), len(self.search.weights)), dtype=object)
        for k, row in enumerate(rows):
            for column, exponent in row:
                matrix[k, column] += exponent
        load = [Fraction(int(x), denominator) for x in np.array(weights, dtype=object) @ matrix] if rows else []
        if any(x > most for x, most in zip(load, self.search.weights, strict=False)):
            return False
        total = Fraction(sum(weights), denominator)
        if total != self.value:
            return total > self.value
        full = [j for j, (x, most) in enumerate(zip(load, self.search.weights, strict=False)) if x == most]
        rank = fmpz_mat(matrix[:, full].tolist()).rank() if full else 0
        return 1 + len(full) - rank <= self.multiplicity


class NaiveAt(Naive):
    """The same of a tree that proves Λ(s) ≥ a value, of the log loss."""

    def __init__(self, case: Made, s: Fraction, value: Fraction) -> None:
        super().__init__(case, value)
        self.s = s

    def _leaf(self, node: Node, rows: Sequence[Any]) -> bool:
        every = tuple((k, 1 if row.weight is None else row.weight) for k, row in enumerate(node.rows))
        pins = iter(node.pins if node.operation == PINNED else (every,))
        matrix = [[dict(row).get(i, 0) for i in range(len(self.search.weights))] for row in rows]
        return self._part(pins, matrix, 1 if node.value is None else node.value, set(), set())

    def _part(
        self, pins: Iterator[Any], rows: Sequence[Any], denominator: int, pinned: set[int], free: set[int]
    ) -> bool:
        pin = next(pins)
        if isinstance(pin, int):
            first = self._part(pins, rows, denominator, pinned | {pin}, free)
            second = self._part(pins, rows, denominator, pinned, free | {pin})
            return first and second and pin < len(self.search.weights) and pin not in pinned | free
        if denominator == 0 or any(place >= len(rows) or weight == 0 for place, weight in pin):
            return False
        shares = [(rows[place], Fraction(weight, denominator)) for place, weight in pin]
        for i, most in enumerate(self.search.weights):
            load = sum(y * row[i] for row, y in shares)
            times = sum(y for row, y in shares if row[i])
            if load > self.s * most or (i not in free and times > most) or (i in pinned and times):
                return False
        fixed = sum((self.search.weights[i] for i in pinned if i < len(self.search.weights)), Fraction(0))
        return bool(fixed + sum(y for _, y in shares) >= self.value)


def told_by(replay: Replay, tree: bytes) -> str:
    """Return why a tree is refused; "" if it is not."""
    try:
        replay.take(tree)
        replay.finish()
    except CertificateError as error:
        assert "\n" not in str(error)
        return str(error)
    return ""


def told_by_replay(case: Made, tree: bytes) -> str:
    """Return why the nodes of a tree do not prove what a case claims; "" if they do."""
    return told_by(Replay(*_asked(case), case.best.value, case.best.multiplicity, _confirmer(case)), tree)


def told_by_replay_at(case: Made, s: Fraction, value: Fraction, tree: bytes) -> str:
    """Return why they do not prove Λ(s) ≥ a value; "" if they do."""
    return told_by(ReplayAt(*_asked(case), value, s, _confirmer(case)), tree)


def _asked(case: Made) -> tuple[Any, ...]:
    return case.search.choices, case.search.runs.inputs, case.search.weights


def _confirmer(case: Made) -> Confirmer:
    return Confirmer(case.search.asked.problem, case.search.asked.semantics, case.search.choices)


def changed(nodes: Sequence[Node], at: int, **changes: Any) -> list[Node]:
    """Return nodes of which one is changed."""
    return [*nodes[:at], replace(nodes[at], **changes), *nodes[at + 1 :]]
