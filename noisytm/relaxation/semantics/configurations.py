"""Configurations of the whole machine, seen from the head, and their steps: written here and nowhere else.

A configuration keeps only the cells that the rest of the run can still look at, so that more of them fall together.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from noisytm.machine import MOVES
from noisytm.relaxation.semantics.contract import Value

if TYPE_CHECKING:
    from noisytm.codespace import CodeSpace
    from noisytm.machine import Word
    from noisytm.problem import Outcome, SynthesisProblem


def cells_kept(left: int, reach: int) -> tuple[int, int]:
    """Return how many cells on either side of the head can still be read with ``left`` steps left.

    A last look at the tape is from a cell less far off than the steps to go; ``reach`` cells from the head rightwards
    are read after them all.

    Examples
    --------
    >>> cells_kept(3, 0), cells_kept(3, 2), cells_kept(0, 2)
    ((2, 2), (3, 4), (0, 1))
    """
    return (left, left + reach - 1) if reach else (max(left - 1, 0),) * 2


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
        self.reach = problem.readout.reach
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
        cells = (configuration.symbol, *configuration.right)

        def cell(k: int) -> str:
            return self.space.symbols[cells[k] if k < len(cells) else self._blank]

        return self.problem.readout.outcome(self.space.states[configuration.state], cell)

    def _windowed(self, configuration: Configuration, left: int) -> Configuration:
        to_left, here, to_right, state = configuration
        reach_left, reach_right = cells_kept(left, self.reach)
        return Configuration(self._kept(to_left, reach_left), here, self._kept(to_right, reach_right), state)

    def _kept(self, cells: tuple[int, ...], reach: int) -> tuple[int, ...]:
        end = min(len(cells), reach)
        while end and cells[end - 1] == self._blank:
            end -= 1
        return cells[:end]


def effects(algebra: Any, space: CodeSpace, row: Sequence[Value]) -> list[Effect]:
    """Return all that a tuple may do with a value that is not zero."""
    s, q = len(space.symbols), len(space.states)
    found = []
    for write, state, move in itertools.product(range(s), range(q), range(len(MOVES))):
        share = algebra.product([row[write], row[s + state], row[s + q + move]])
        if algebra.size(share):
            found.append(Effect(write, state, move, share))
    return found
