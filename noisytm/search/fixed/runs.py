"""Runs of a table of which some tuples are fixed, without any error: they end, or come to a tuple that is not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from noisytm.machine import MOVES
from noisytm.problem import STATE, SynthesisProblem
from noisytm.search.tables import UNFIXED, TableSpace

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Ended:
    """How a run over fixed tuples ends.

    Attributes
    ----------
    at : int or None
        The tuple that it comes to and that is not fixed; ``None`` if it goes on to the last step.
    accepted : bool
        Whether its readout is accepted, if it does.
    """

    at: int | None
    accepted: bool


class FixedRuns:
    """Plain runs through the fixed tuples of partial tables.

    Parameters
    ----------
    problem : SynthesisProblem
        The problem over the whole space.
    tables : TableSpace
        The space.

    Examples
    --------
    >>> from noisytm import library, words
    >>> machine = library.machine("detectA")
    >>> tables = TableSpace.of(machine)
    >>> problem = SynthesisProblem.of_machine(machine, words("AB", 1), steps=3)
    >>> runs = FixedRuns(problem, tables)
    >>> table = tables.table(machine)
    >>> runs.end(table, 1), runs.end([*table[:2], UNFIXED, *table[3:]], 1)
    (Ended(at=None, accepted=True), Ended(at=2, accepted=False))
    """

    def __init__(self, problem: SynthesisProblem, tables: TableSpace) -> None:
        self._problem, self._space = problem, tables.space
        self._key_of = tables.key_of.tolist()
        self._words = [[self._space.symbols.index(x) for x in word] for word in problem.inputs]
        self._blank, self._start = problem.encoded.blank, problem.encoded.start
        self.inputs = len(self._words)

    def end(self, actions: Ints | list[int], index: int) -> Ended:
        """Return how the run on input ``index`` ends.

        Parameters
        ----------
        actions : ndarray of int64, shape (N,), or list
            The actions, `UNFIXED` where none is fixed.
        index : int
            Number of the input.
        """
        tape, head, state = dict(enumerate(self._words[index])), 0, self._start
        states = len(self._space.states)
        for _ in range(self._problem.steps):
            key = self._key_of[tape.get(head, self._blank)][state]
            if key < 0:
                break
            action = int(actions[key])
            if action == UNFIXED:
                return Ended(key, False)
            rest, move = divmod(action, len(MOVES))
            tape[head], state = divmod(rest, states)
            head += move - 1
        names = self._space.symbols
        read = tuple(
            self._space.states[state] if place == STATE else names[tape.get(head + place, self._blank)]
            for place in self._problem.readout.places
        )
        return Ended(None, self._problem.accepts(index, read))

    def decided(self, actions: Ints | list[int]) -> tuple[int | None, int | None]:
        """Return (the first input that ends rejected, else the first tuple not fixed that an input comes to).

        Both are ``None`` if all inputs end accepted.
        """
        open_at = None
        for index in range(self.inputs):
            ended = self.end(actions, index)
            if ended.at is None and not ended.accepted:
                return index, None
            if open_at is None:
                open_at = ended.at
        return None, open_at
