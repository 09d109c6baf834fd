"""What a tuple may be set to in a chart: its actions, or its bit patterns, and what each of its entries then costs."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from noisytm._summary import Described, Summary, count
from noisytm.codespace import CodeSpace, Coordinate
from noisytm.errors import BudgetError
from noisytm.geometry import CHARTS, BitFace, Chart, Concentration, Face, chart_at, checked_chart, digit_count, weights
from noisytm.machine import MOVES
from noisytm.search.tables import UNFIXED, TableSpace

Ints = NDArray[np.int64]

# Trees over tuples with more are hopeless anyway.
MOST_CHOICES = 1 << 12


class Choices(Described):
    """The choices of every tuple in a chart, numbered, and the columns in which its errors are counted.

    In charts of entries a choice is an action, by its number; in those of digits a bit pattern, the digits of write,
    next state and move one after the other. A *column* is a coordinate that a tuple has at some choice: a flat index of
    its entries, or of its digits. So rows of exponents, over N·C columns, keep their meaning while more tuples are
    fixed.

    Parameters
    ----------
    tables : TableSpace
        The space.
    chart : str
        The chart.

    Attributes
    ----------
    number : int
        Number of choices of a tuple; at most 4,096.
    columns : int
        Number C of columns of a tuple.
    actions : ndarray of int64, shape (number,)
        The action that each choice is.

    Raises
    ------
    BudgetError
        If a tuple has more choices.

    Examples
    --------
    >>> from noisytm import library
    >>> tables = TableSpace.of(library.machine("detectA"))
    >>> choices = Choices(tables, "bits")
    >>> choices.number, choices.columns, choices.actions[:4].tolist()
    (32, 5, [0, 1, 2, 0])
    """

    def __init__(self, tables: TableSpace, chart: str) -> None:
        self.tables, self.chart = tables, checked_chart(chart)
        self.of_digits = issubclass(CHARTS[chart].face_type, BitFace)
        space = tables.space
        counts = [digit_count(len(values)) for _, _, values in space.blocks]
        self._counts = counts
        self.number = 1 << sum(counts) if self.of_digits else tables.actions
        if self.number > MOST_CHOICES:
            raise BudgetError(
                f"a tuple has {self.number:,} choices, and a search over codes takes up to {MOST_CHOICES:,}; use fewer"
                " symbols or states"
            )
        self.actions = np.array([self._action(choice) for choice in range(self.number)], dtype=np.int64)
        self._alone = [self._chart_of((choice,), _first_tuple(space)) for choice in range(self.number)]
        self._names = self._listed_names()
        self.columns = len(self._names)

    def _summary(self) -> Summary:
        return Summary(f"{count(self.number, 'choice')} a tuple, {self.chart} chart", result=False)

    def _action(self, choice: int) -> int:
        if not self.of_digits:
            return choice
        write, state, move = (int(x, 2) if x else 0 for x in self._digits(choice))
        s, q = len(self.tables.space.symbols), len(self.tables.space.states)
        return ((write % s) * q + state % q) * len(MOVES) + move % len(MOVES)

    def _digits(self, choice: int) -> tuple[str, ...]:
        """Return the digits of write, next state and move."""
        text, parts, start = f"{choice:0{sum(self._counts)}b}" if sum(self._counts) else "", [], 0
        for size in self._counts:
            parts.append(text[start : start + size])
            start += size
        return tuple(parts)

    def _chart_of(self, table: Sequence[int], space: CodeSpace) -> Chart:
        face: Face | BitFace
        if self.of_digits:
            face = BitFace.of_digits(space, [self._digits(choice) for choice in table])
        else:
            face = Face(TableSpace(space).listed(table))
        return chart_at(self.chart, space, face)

    def _listed_names(self) -> list[Any]:
        """Return (kind, value or digit) of every column, in the order of entries, or of digits."""
        space = self.tables.space
        if all(isinstance(name, Coordinate) for chart in self._alone for name in chart.coordinates):
            return [(kind, value) for kind, _, values in space.blocks for value in values]
        names = dict.fromkeys(tuple(name)[2:] for chart in self._alone for name in chart.coordinates)
        return list(names)

    @cached_property
    def products(self) -> tuple[Ints, NDArray[np.bool_]]:
        """For each choice and entry of a tuple the columns of each product of coordinates that the entry is a sum of.

        Shapes (choices, entries, products, factors), padded with C, and (choices, entries, products): which are there.
        A right entry has the empty product.
        """
        at = {name: c for c, name in enumerate(self._names)}
        terms = [
            [
                [[at[tuple(chart.coordinates[j])[2:]] for j, k in product for _ in range(k)] for product in entry]
                for entry in chart.monomials
            ]
            for chart in self._alone
        ]
        most = max(len(entry) for choice in terms for entry in choice)
        factors = max((len(product) for choice in terms for entry in choice for product in entry), default=0)
        shape = self.number, self.tables.space.shape[1], most, max(factors, 1)
        columns, there = np.full(shape, self.columns, dtype=np.int64), np.zeros(shape[:3], dtype=bool)
        for a, choice in enumerate(terms):
            for e, entry in enumerate(choice):
                for k, product in enumerate(entry):
                    there[a, e, k] = True
                    columns[a, e, k, : len(product)] = product
        return columns, there

    @property
    def open_entries(self) -> NDArray[np.bool_]:
        """Which entries of a tuple are not known before it is fixed: all of them, where keys are exact."""
        return np.ones(self.tables.space.shape[1], dtype=bool)

    def products_at(self, tables: Ints) -> tuple[Ints, NDArray[np.bool_]]:
        """Return the `products` of every entry of tables of choices, shapes (c, N, entries, …); what is open is any."""
        columns, there = self.products
        return columns[tables], there[tables]

    def weights(self, concentration: Concentration) -> tuple[Fraction, ...]:
        """Return γ of every column, N·C of them: the concentration of its distribution.

        Raises
        ------
        ProblemError
            If the concentration names a tuple that is not there, or the chart has a measure of its own.
        """
        space = self.tables.space
        weights(concentration, self._chart_of((0,) * len(space.keys), space))
        kind = CHARTS.named(self.chart)

        def weight(key: tuple[str, str], name: tuple[str, Any]) -> Fraction:
            of = concentration if isinstance(concentration, Fraction) else concentration.of(*key, name[0])
            return kind.weight_of(Coordinate(*key, name[0], str(name[1])), of)

        return tuple(weight(key, name) for key in space.keys for name in self._names)

    def table_actions(self, table: Sequence[int] | Ints) -> Ints:
        """Return the actions of a table of choices, `UNFIXED` where it is."""
        given = np.asarray(table, dtype=np.int64)
        return np.where(given == UNFIXED, UNFIXED, self.actions[given])

    def point(self, table: Sequence[int] | Ints) -> Any:
        """Return the machine, or the bit strings, of a whole table of choices, as `learning_coefficient` takes it."""
        given = [int(choice) for choice in table]
        if self.of_digits:
            return BitFace.of_digits(self.tables.space, [self._digits(choice) for choice in given])
        return self.tables.listed(given) if self.tables.space.by_number else self.tables.machine(given)

    def column_name(self, column: int) -> str:
        """Return what a flat column stands for, for messages."""
        i, c = divmod(column, self.columns)
        (symbol, state), (kind, value) = self.tables.space.keys[i], self._names[c]
        return f"({symbol}, {state}) {kind} {value}"


def _first_tuple(space: CodeSpace) -> CodeSpace:
    """Return the space of the first tuple alone: charts treat all tuples alike."""
    return CodeSpace(space.symbols, space.blank, space.states, space.start, space.keys[:1])
