"""What the tuples of a list may be set to where their keys err as well: the keys are fixed from the start."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from noisytm._summary import Summary, count
from noisytm.codespace import KEY_KINDS, CodeSpace, NoisyKeySpace, TupleCoordinate
from noisytm.geometry import CHARTS, Concentration, Face, chart_at, weights
from noisytm.machine import Description
from noisytm.problem import SynthesisProblem
from noisytm.search.fixed.choices import Choices
from noisytm.search.tables import TableSpace

Ints = NDArray[np.int64]
Products = tuple[Ints, NDArray[np.bool_]]


class KeyedChoices(Choices):
    """The choices of every tuple of a list whose keys err, and the columns in which its errors are counted.

    Which key a tuple has is not among its choices: a search is over the lists of one list of keys. A column is a value
    of one of the tuple's five distributions, the right one too, which never errs.

    Parameters
    ----------
    tables : TableSpace
        The tables that list these keys.
    chart : str
        A chart that knows tuples by their number.
    space : NoisyKeySpace
        The code space of lists of so many tuples.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from noisytm import CodeSpace, library
    >>> machine = library.machine("detectA")
    >>> tables = TableSpace(replace(CodeSpace.of(machine), keys=(("A", "reject"), ("A", "reject"))))
    >>> choices = KeyedChoices(tables, "simplex", CodeSpace.of(tables.listed([0, 0]), keys="noisy"))
    >>> choices.number, choices.columns, choices.column_name(14)
    (18, 13, 'tuple 1 (A, reject) read A')
    """

    def __init__(self, tables: TableSpace, chart: str, space: NoisyKeySpace) -> None:
        self.space = space
        super().__init__(tables, chart)
        self._names = [(kind, value) for kind, _, values in space.blocks for value in values]
        self.columns = len(self._names)

    def _summary(self) -> Summary:
        how = f"{self.chart} chart, keys err"
        return Summary(f"{count(self.number, 'choice')} a tuple, {how}", result=False)

    @property
    def open_entries(self) -> NDArray[np.bool_]:
        """Which entries of a tuple are not known before it is fixed: all but those of its key."""
        return np.array([kind not in KEY_KINDS for kind, _ in self._names])

    @cached_property
    def products(self) -> Products:
        """As of `Choices`, for each tuple: shapes (N, choices, entries, products, factors), and without the last."""
        alone = NoisyKeySpace(
            self.space.symbols, self.space.blank, self.space.states, self.space.start, (), 1, self.space.halting
        )
        each = [_products_of(self.chart, alone, key) for key in self.tables.space.keys]
        return np.stack([columns for columns, _ in each]), np.stack([there for _, there in each])

    def products_at(self, tables: Ints) -> Products:
        """Return the `products` of every entry of tables of choices, shapes (c, N, entries, …); what is open is any."""
        columns, there = self.products
        at = np.arange(tables.shape[1])
        return columns[at, tables], there[at, tables]

    def weights(self, concentration: Concentration) -> tuple[Fraction, ...]:
        """Return γ of every column, N·C of them: the concentration of its distribution.

        Raises
        ------
        ProblemError
            If the concentration names a tuple, or the chart has a measure of its own.
        """
        weights(concentration, chart_at(self.chart, self.space, self.point((0,) * self.space.tuples)))
        kind = CHARTS.named(self.chart)
        return tuple(
            kind.weight_of(
                TupleCoordinate(i, of, value),
                concentration if isinstance(concentration, Fraction) else concentration.of_number(i, of),
            )
            for i in range(self.space.tuples)
            for of, value in self._names
        )

    def point(self, table: Sequence[int] | Ints) -> Description:
        """Return the list of a whole table of choices."""
        return self.tables.listed([int(choice) for choice in table])

    def column_name(self, column: int) -> str:
        """Return what a flat column stands for, for messages."""
        i, c = divmod(column, self.columns)
        (symbol, state), (kind, value) = self.tables.space.keys[i], self._names[c]
        return f"tuple {i} ({symbol}, {state}) {kind} {value}"


def choices_of(problem: SynthesisProblem, tables: TableSpace, chart: str) -> Choices:
    """Return what the tuples of tables may be set to in a problem, whose keys may err.

    Examples
    --------
    >>> from noisytm import library
    >>> machine = library.machine("parity")
    >>> problem = SynthesisProblem.of_machine(machine, ["1"], 2, keys="noisy")
    >>> choices_of(problem, TableSpace.of(machine), "simplex").columns
    11
    """
    if isinstance(problem.space, NoisyKeySpace):
        return KeyedChoices(tables, chart, problem.space)
    return Choices(tables, chart)


@lru_cache(maxsize=256)
def _products_of(chart: str, space: NoisyKeySpace, key: tuple[str, str]) -> Products:
    """Return, for each action of a tuple and each of its entries, the columns of its products, and which are there."""
    names = [(kind, value) for kind, _, values in space.blocks for value in values]
    place = {name: c for c, name in enumerate(names)}
    tables = TableSpace(CodeSpace(space.symbols, space.blank, space.states, space.start, (key,)), space.halting)
    found = []
    for action in range(tables.actions):
        at = chart_at(chart, space, Face(tables.listed([action]), keys="noisy"))
        of = [place[c.kind, c.wrong] for c in at.coordinates if isinstance(c, TupleCoordinate)]
        found.append([[[of[j] for j, k in term for _ in range(k)] for term in entry] for entry in at.monomials])
    most = max(len(entry) for action in found for entry in action)
    factors = max(len(term) for action in found for entry in action for term in entry)
    columns = np.full((len(found), len(names), most, max(factors, 1)), len(names), dtype=np.int64)
    there = np.zeros(columns.shape[:3], dtype=bool)
    for a, entries in enumerate(found):
        for e, entry in enumerate(entries):
            for k, term in enumerate(entry):
                there[a, e, k] = True
                columns[a, e, k, : len(term)] = term
    return columns, there
