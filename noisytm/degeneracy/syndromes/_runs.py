"""Sums over the runs of the whole machine, annealed and quenched, over a semiring that drops unlikely runs.

The reference (`noisytm.relaxation.generic.paths`) follows every run on a tape of its own. Here a run is left
as soon as its value is zero, and a configuration keeps only the cells that the rest of the run can still look at, so
that more of them fall together.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from noisytm.algebra import Budget, Truncated
from noisytm.codespace import CodeSpace
from noisytm.machine import MOVES, Word
from noisytm.problem import Outcome, SynthesisProblem, readout_width

Value = Any  # an element of the semiring at hand
Code = Sequence[Sequence[Value]]
Masses = dict[Outcome, Value]


class Configuration(NamedTuple):
    """A configuration seen from the head: cells to the left and right, nearest first, blank beyond."""

    left: tuple[int, ...]
    symbol: int
    right: tuple[int, ...]
    state: int


class Effect(NamedTuple):
    """What a tuple may do, and the value of its doing so."""

    write: int
    state: int
    move: int
    share: Value


class Stepper:
    """The steps of one problem's machines on head-relative tapes.

    Parameters
    ----------
    problem : SynthesisProblem
        Gives the code space, the number of steps and how much is read in the end.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library
    >>> stepper = Stepper(SynthesisProblem.of_machine(library.machine("detectA"), ["BA"], steps=3))
    >>> start = stepper.start(("B", "A"))
    >>> start
    Configuration(left=(), symbol=2, right=(1,), state=0)
    >>> stepper.after(start, Effect(2, 0, 2, None), left=1)
    Configuration(left=(), symbol=1, right=(), state=0)
    """

    def __init__(self, problem: SynthesisProblem) -> None:
        self.problem, self.space = problem, problem.space
        self.width = readout_width(problem.readout)
        self._blank = self.space.symbols.index(self.space.blank)
        self._index = {key: i for i, key in enumerate(self.space.key_indices)}

    def start(self, word: Word) -> Configuration:
        """Return the configuration before the first step."""
        cells = [self.space.symbols.index(x) for x in word] or [self._blank]
        state = self.space.states.index(self.space.start)
        return Configuration((), cells[0], self._kept(tuple(cells[1:]), len(cells)), state)

    def tuple_at(self, configuration: Configuration) -> int | None:
        """Return the index of the listed tuple that is used next, or ``None`` at rest."""
        return self._index.get((configuration.symbol, configuration.state))

    def after(self, configuration: Configuration, effect: Effect, left: int) -> Configuration:
        """Return the configuration after a tuple has acted, with ``left`` steps to go."""
        to_left, _, to_right, _ = configuration
        here = effect.write
        if MOVES[effect.move] == "R":
            to_left, here, to_right = (here, *to_left), to_right[0] if to_right else self._blank, to_right[1:]
        elif MOVES[effect.move] == "L":
            to_left, here, to_right = to_left[1:], to_left[0] if to_left else self._blank, (here, *to_right)
        return self._windowed(Configuration(to_left, here, to_right, effect.state), left)

    def at_rest(self, configuration: Configuration, left: int) -> Configuration:
        """Return the configuration after a step at which nothing happens."""
        return self._windowed(configuration, left)

    def read(self, configuration: Configuration) -> Outcome:
        """Return what is read off a configuration after the last step."""
        if not self.width:
            return (self.space.states[configuration.state],)
        cells = (configuration.symbol, *configuration.right)[: self.width]
        return tuple(self.space.symbols[x] for x in (*cells, *[self._blank] * (self.width - len(cells))))

    def _windowed(self, configuration: Configuration, left: int) -> Configuration:
        to_left, here, to_right, state = configuration
        # A last look at the tape is from a cell less far off than the steps to go; K cells are read after them all.
        reach_left, reach_right = (left, left + self.width - 1) if self.width else (max(left - 1, 0),) * 2
        return Configuration(self._kept(to_left, reach_left), here, self._kept(to_right, reach_right), state)

    def _kept(self, cells: tuple[int, ...], reach: int) -> tuple[int, ...]:
        end = min(len(cells), reach)
        while end and cells[end - 1] == self._blank:
            end -= 1
        return cells[:end]


def effects(algebra: Truncated, space: CodeSpace, row: Sequence[Value]) -> list[Effect]:
    """Return all that a tuple may do with a value that is not zero."""
    s, q = len(space.symbols), len(space.states)
    found = []
    for write, state, move in itertools.product(range(s), range(q), range(len(MOVES))):
        share = algebra.product([row[write], row[s + state], row[s + q + move]])
        if algebra.size(share):
            found.append(Effect(write, state, move, share))
    return found


def readouts(
    algebra: Truncated, problem: SynthesisProblem, code: Code, semantics: str, max_size: int | None = None
) -> list[Masses]:
    """Return, for each input, the value of every readout whose value is not zero.

    Parameters
    ----------
    algebra : Truncated
        The semiring.
    problem : SynthesisProblem
        The problem.
    code : N rows of S + |Q| + 3 values
        Write, next and move entries of every listed tuple.
    semantics : {"annealed", "quenched"}
        Whether a tuple is drawn anew at each use, or once for the whole run.
    max_size : int, optional
        The most that may be formed: the sizes of all values together (annealed), or runs (quenched).

    Raises
    ------
    BudgetError
        If ``max_size`` is passed.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, TuringMachine
    >>> from noisytm.algebra.truncated import Costs
    >>> machine = TuringMachine(["_"], "_", ["a", "b"], "a", [("_", "a", "_", "b", "S")])
    >>> problem = SynthesisProblem.of_machine(machine, [""], steps=2)
    >>> code = [[0, 3, 0, 9, 0, 9]]
    >>> [readouts(Costs(9), problem, code, how)[0][("a",)] for how in ("annealed", "quenched")]
    [6, 3]
    """
    stepper = Stepper(problem)
    allowed = [effects(algebra, problem.space, row) for row in code]
    follow = {"annealed": _annealed, "quenched": _quenched}[semantics]
    budget = Budget(max_size, {"annealed": "terms of configurations", "quenched": "noisy runs"}[semantics])
    found = []
    for word in problem.inputs:
        masses: dict[Outcome, list[Value]] = {}
        for end, mass in follow(algebra, stepper, allowed, stepper.start(word), budget):
            masses.setdefault(stepper.read(end), []).append(mass)
        found.append({outcome: algebra.sum(parts) for outcome, parts in masses.items()})
    return found


def _annealed(
    algebra: Truncated, stepper: Stepper, allowed: list[list[Effect]], start: Configuration, budget: Budget
) -> Iterator[tuple[Configuration, Value]]:
    masses = {start: algebra.one}
    for left in reversed(range(stepper.problem.steps)):
        after: dict[Configuration, list[Value]] = {}
        for configuration, mass in masses.items():
            at = stepper.tuple_at(configuration)
            if at is None:
                after.setdefault(stepper.at_rest(configuration, left), []).append(mass)
                continue
            for effect in allowed[at]:
                value = algebra.times(mass, effect.share)
                if algebra.size(value):
                    after.setdefault(stepper.after(configuration, effect, left), []).append(value)
        masses = {end: algebra.sum(parts) for end, parts in after.items()}
        budget.spend(sum(map(algebra.size, masses.values())))
    yield from masses.items()


def _quenched(
    algebra: Truncated, stepper: Stepper, allowed: list[list[Effect]], start: Configuration, budget: Budget
) -> Iterator[tuple[Configuration, Value]]:
    runs: list[tuple[Configuration, int, dict[int, Effect], Value]] = [(start, stepper.problem.steps, {}, algebra.one)]
    while runs:
        configuration, left, drawn, mass = runs.pop()
        budget.spend(1)
        at = stepper.tuple_at(configuration)
        while left and at is not None and at in drawn:
            left -= 1
            configuration = stepper.after(configuration, drawn[at], left)
            at = stepper.tuple_at(configuration)
        if at is None or not left:
            yield configuration, mass
            continue
        for effect in allowed[at]:
            value = algebra.times(mass, effect.share)
            if algebra.size(value):
                runs.append((stepper.after(configuration, effect, left - 1), left - 1, {**drawn, at: effect}, value))
