"""The least λ over all tables, by branch and bound written as plainly as it can be: for small spaces, of any kind.

It works for every semantics, loss, chart and concentration, and is what the compiled search is compared with.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from noisytm import _clock, _progress
from noisytm.degeneracy import learning_coefficient
from noisytm.degeneracy.counting import loss_factor
from noisytm.geometry import Concentration
from noisytm.problem import SynthesisProblem
from noisytm.relaxation.semantics import Semantics
from noisytm.search.fixed import FixedOracle, FixedRuns, choices_of
from noisytm.search.readable.bounding import TableBound
from noisytm.search.tables import UNFIXED, TableSpace
from noisytm.search.tree import Dual

Ints = NDArray[np.int64]
# How much dearer than 1 a tuple is looked at where only the multiplicity is open.
FARTHER = 16


class Events(Protocol):
    """Takes the nodes of the tree in preorder, children in the order of their choices."""

    def inner(self, at: int) -> None:
        """A node that branches at a tuple."""

    def refuted(self, index: int) -> None:
        """A leaf: the run on an input ends rejected."""

    def bounded(self, dual: Dual) -> None:
        """A leaf: a dual proves that no completion is better."""


@dataclass(frozen=True)
class Asked:
    """What is asked of the tables of a space.

    Attributes
    ----------
    problem : SynthesisProblem
        Over the whole space.
    tables : TableSpace
        The space.
    semantics : Semantics
        How the step is relaxed.
    loss, chart : str
        The loss and the chart.
    concentration : Fraction or Concentrations
        That of the prior.
    """

    problem: SynthesisProblem
    tables: TableSpace
    semantics: Semantics
    loss: str
    chart: str
    concentration: Concentration


@dataclass(frozen=True)
class Attained:
    """A table and what it attains: λ of the log loss, and m."""

    value: Fraction
    multiplicity: int
    table: tuple[int, ...]

    def better_than(self, other: Attained | None) -> bool:
        """Return whether this comes before another: less λ, then larger m, then the canonical order."""
        if other is None:
            return True
        mine, its = ((x.value, -x.multiplicity, x.table) for x in (self, other))
        return mine < its


@dataclass
class Tally:
    """What a search has done so far: nodes, leaves refuted, bounded, and of these just tied; linear programs."""

    nodes: int = 0
    refuted: int = 0
    bounded: int = 0
    tied: int = 0
    programs: int = 0


@dataclass
class BranchAndBound:
    """The least (λ, −m) below a partial table.

    Parameters
    ----------
    asked : Asked
        What of.
    best : Attained, optional
        What is known already: only what is better is looked for.
    events : Events, optional
        Takes the tree.
    readable : bool
        By the readable step of the semantics alone.

    Attributes
    ----------
    choices : Choices
        What tuples may be set to.
    runs : FixedRuns
        Runs without errors.
    weights : tuple of Fraction
        γ of every column.
    tally : Tally
        What has been done.

    Examples
    --------
    >>> from noisytm import library
    >>> from noisytm.geometry import checked_concentration
    >>> from noisytm.relaxation.semantics import checked_semantics
    >>> machine = library.machine("detectA")
    >>> tables = TableSpace.of(machine)
    >>> problem = SynthesisProblem.of_machine(machine, ["A", "B"], steps=1)
    >>> asked = Asked(problem, tables, checked_semantics("mean-field"), "log", "simplex", checked_concentration(1))
    >>> found = BranchAndBound(asked).run([1, UNFIXED, UNFIXED, 10, 14, 16])
    >>> str(found.value), found.multiplicity
    ('2', 1)
    """

    asked: Asked
    best: Attained | None = None
    events: Events | None = None
    readable: bool = False
    tally: Tally = field(default_factory=Tally)

    def __post_init__(self) -> None:
        asked = self.asked
        self.choices = choices_of(asked.problem, asked.tables, asked.chart)
        self.weights = self.choices.weights(asked.concentration)
        self.runs = FixedRuns(asked.problem, asked.tables)

    def run(self, start: Sequence[int] | Ints | None = None) -> Attained | None:
        """Search all completions of a table of choices, by default of that in which nothing is fixed.

        Returns
        -------
        Attained or None
            The best, among it and what was known; ``None`` if no completion solves the problem.
        """
        with _progress.counted("nodes", what="search") as bar:
            left = [self._start(start)]  # children are taken in order: this is the preorder
            while left:
                _clock.tick()
                self.tally.nodes += 1
                bar.more()
                left += self._children(left.pop())
        return self.best

    def open_children(self, table: Sequence[int] | Ints) -> list[tuple[int, ...]]:
        """Return the children of a table that no run refutes; none if all its completions attain the same.

        The tuple that it branches at depends on nothing but the table. None is open, either, if a better code is known.
        """
        given = np.array(table, dtype=np.int64)
        rejected, at = self.runs.decided(self.choices.table_actions(given))
        if rejected is not None:
            return []
        if at is None:
            bound = self._bound(given)
            reached = bound.reached() or bound.reached(FARTHER)
            if not reached or (self.best is not None and bound.value >= self.best.value):
                return []
            at = _nearest(reached, given)
        children = self._set_at(given, at)
        return [
            tuple(child.tolist())
            for child in children
            if self.runs.decided(self.choices.table_actions(child))[0] is None
        ]

    def attaining(self, value: Fraction, start: Sequence[int] | Ints | None = None) -> list[Attained]:
        """Return all codes below a table that attain a value, which is the least, in canonical order.

        Parameters
        ----------
        value : Fraction
            The least λ, of the log loss.
        start : sequence of int, optional
            As of `run`.
        """
        found, left = [], [self._start(start)]
        while left:
            _clock.tick()
            table = left.pop()
            rejected, at = self.runs.decided(self.choices.table_actions(table))
            if rejected is not None:
                continue
            if at is None:
                bound = self._bound(table)
                if bound.value > value:
                    continue
                reached = bound.reached()
                free = np.flatnonzero(table == UNFIXED)
                if not free.size:
                    found.append(self.attained(table))
                    continue
                at = _nearest(reached, table)
            left += list(self._set_at(table, at)[::-1])
        return sorted(found, key=lambda code: code.table)

    def _start(self, start: Sequence[int] | Ints | None) -> Ints:
        size = len(self.asked.tables.space.keys)
        return np.full(size, UNFIXED, dtype=np.int64) if start is None else np.array(start, dtype=np.int64)

    def _set_at(self, table: Ints, at: int) -> Ints:
        """Return the children of a table at a tuple."""
        children = np.repeat(table[None], self.choices.number, axis=0)
        children[:, at] = np.arange(self.choices.number)
        return children

    def _bound(self, table: Ints) -> TableBound:
        asked = self.asked
        self.tally.programs += 1
        oracle = FixedOracle(asked.problem, asked.semantics, self.choices, table, self.readable)
        return TableBound(oracle, self.weights)

    def _children(self, table: Ints) -> list[Ints]:
        """Look at a node; return its children, the last first, or none if it is a leaf."""
        rejected, at = self.runs.decided(self.choices.table_actions(table))
        if rejected is not None:
            self.tally.refuted += 1
            if self.events:
                self.events.refuted(rejected)
            return []
        if at is None:
            at = self._undecided(table)
        if at is None:
            return []
        if self.events:
            self.events.inner(at)
        return list(self._set_at(table, at)[::-1])

    def _undecided(self, table: Ints) -> int | None:
        """Return the tuple to branch at, of a table that solves the problem; ``None`` if it is bounded."""
        bound = self._bound(table)
        if self.best is not None and bound.value > self.best.value:
            self._drop(bound, with_face=False)
            return None
        reached = bound.reached()
        if not reached:  # λ(P) is attained by every completion
            self._try(table, bound.value)
        if self.best is None or bound.value < self.best.value:
            return _nearest(reached, table)
        if bound.multiplicity <= self.best.multiplicity:
            self._drop(bound, with_face=True)
            return None
        return _nearest(reached or bound.reached(FARTHER), table)

    def _drop(self, bound: TableBound, with_face: bool) -> None:
        self.tally.bounded += 1
        self.tally.tied += with_face
        if self.events:
            self.events.bounded(bound.dual(with_face))

    def _try(self, table: Ints, value: Fraction) -> None:
        """Complete a table all completions of which attain a value, and keep it if it is better."""
        found = self.attained(np.where(table == UNFIXED, 0, table))
        assert found.value == value, (found, value)
        if found.better_than(self.best):
            self.best = found

    def attained(self, table: Sequence[int] | Ints) -> Attained:
        """Return λ of the log loss, and m, of a whole table."""
        result = self.coefficient(table)
        return Attained(result.value / loss_factor(self.asked.loss), result.multiplicity, tuple(int(x) for x in table))

    def coefficient(self, table: Sequence[int] | Ints) -> Any:
        """Return the learning coefficient of a whole table, with its certificate."""
        asked = self.asked
        return learning_coefficient(
            asked.problem,
            self.choices.point(table),
            semantics=asked.semantics,
            loss=asked.loss,
            chart=asked.chart,
            prior_concentration=asked.concentration,
        )


def _nearest(reached: dict[int, int], table: Ints) -> int:
    """Return the unfixed tuple that is reached at the least cost; the first one if none is by itself."""
    single = {at: cost for at, cost in reached.items() if at >= 0}
    if single:
        return min(single, key=lambda at: (single[at], at))
    return int(np.flatnonzero(table == UNFIXED)[0])
