"""Proofs that a run never ends, though it does not repeat itself."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, ClassVar

import numpy as np

from noisytm._summary import Described
from noisytm.discrete.configuration.runlength import RunLengthConfiguration
from noisytm.discrete.configuration.tape import Configuration


@dataclass(frozen=True)
class ClosedGraph(Described):
    """States that a run cannot leave, and in which it cannot stop.

    From the configuration after ``step`` steps on, only ``states`` are entered and only ``symbols`` are read, and in
    every one of the states every one of the symbols has a tuple, which leads to one of the states and writes one of
    the symbols. None of the states is a halting one.

    Parameters
    ----------
    step : int
        Steps after which this holds.
    states, symbols : tuple of str
        In the order of the machine.
    """

    step: int
    states: tuple[str, ...]
    symbols: tuple[str, ...]
    reason: ClassVar[str] = "closed"

    def to_json(self) -> dict[str, Any]:
        """Return the proof as a JSON object."""
        return {"proof": "closed graph", "step": self.step, "states": list(self.states), "symbols": list(self.symbols)}


@dataclass(frozen=True)
class EndlessRule(Described):
    """A rule that can be applied for ever.

    After ``step`` steps the tape consists, between blanks, of words repeated a number of times. ``period`` steps
    later it consists of the same words in the same order, none of them repeated less often, with the state and the
    place of the head among them the same. The moves that led there can then be made again, with the same changes of
    the counts, and so for ever. Longer stretches take more steps.

    Parameters
    ----------
    step : int
        Steps after which the rule begins to apply.
    period : int
        Steps of its first application.
    state : str
        The state.
    head : int
        Number of words left of the head: it stands at the near end of the next word if ``to_right``, and of the
        last of these words otherwise.
    to_right : bool
        Which of the two.
    tape : tuple of (tuple of str, int, int)
        Words, how often each is repeated, and how much more often one application later.
    """

    step: int
    period: int
    state: str
    head: int
    to_right: bool
    tape: tuple[tuple[tuple[str, ...], int, int], ...]
    reason: ClassVar[str] = "rule"

    def to_json(self) -> dict[str, Any]:
        """Return the proof as a JSON object."""
        return {"proof": "rule", **asdict(self), "tape": [[list(word), n, more] for word, n, more in self.tape]}


@dataclass(frozen=True)
class LateCycle(Described):
    """A run that repeats itself from some step on, found where it was left, or where it goes off along the blank.

    After ``step + period`` steps the state is that after ``step`` steps, the head has moved by ``offset`` cells, and
    each cell visited in between, moved by as much, is what it was. If ``offset`` is not 0, all other cells in that
    direction are blank after ``step`` steps. Unlike those of a `Cycle`, the numbers need not be the least.

    Parameters
    ----------
    step : int
        Steps after which the run repeats itself.
    period : int
        Steps after which it does so.
    offset : int
        Cells by which the head moves in a period, rightwards positive; 0 for a cycle in place.
    """

    step: int
    period: int
    offset: int

    def to_json(self) -> dict[str, Any]:
        """Return the proof as a JSON object."""
        return {"proof": "late cycle", **asdict(self)}

    @property
    def reason(self) -> str:
        """``cycles`` for one in place, ``translated`` for one further along the tape."""
        return "translated" if self.offset else "cycles"


@dataclass(frozen=True)
class Bouncer(EndlessRule):
    """A head that sweeps over repeated words, which become more by the same number from one round to the next.

    As for an `EndlessRule`, and what is left open is one number n: of a word that is repeated ``count`` times and
    ``more`` times more often one application later, there are ``count + more * n``. For every n from 0 on,
    ``period + growth * n`` steps lead from the tape with n to that with n + 1.

    Parameters
    ----------
    step, period, state, head, to_right, tape
        As of an `EndlessRule`.
    growth : int
        Steps by which each application takes longer than the one before.

    Examples
    --------
    >>> from noisytm import parse, run
    >>> proof = run(parse("1RB---_1LC1RB_1LA1LC"), max_steps=1000, prove_endless=True).endless
    >>> proof.state, proof.tape[-1][2], proof.growth
    ('A', 3, 6)
    """

    growth: int = 0
    reason: ClassVar[str] = "bouncer"

    def to_json(self) -> dict[str, Any]:
        """Return the proof as a JSON object."""
        return super().to_json() | {"proof": "bouncer"}


@dataclass(frozen=True)
class NgramClosure(Described):
    """A set of local contexts that no step leads out of, and in which the machine does not stop.

    What a context is says ``docs/enumeration.md``. The closure is that of the configuration in which the run began; it
    follows from that, the table, ``n`` and ``history``, so that it is not kept itself.

    Parameters
    ----------
    step : int
        Steps after which the run began.
    n : int
        Cells of a context on either side of the head.
    history : int
        How many of the tuples last used at a cell are remembered; −1 for all that were used there, each once.
    contexts, left, right : int
        How many contexts there are, and words of ``n`` letters further out on the left and on the right.
    """

    step: int
    n: int
    history: int
    contexts: int
    left: int
    right: int
    reason: ClassVar[str] = "ngrams"

    def to_json(self) -> dict[str, Any]:
        """Return the proof as a JSON object."""
        return {"proof": "ngrams", **asdict(self)}


@dataclass(frozen=True)
class WordClosure(Described):
    """A set of tapes, up to how often words are repeated, that the run does not leave, and in which it does not stop.

    As for a `NgramClosure`, the set follows from the table, the configuration in which the run began, and the numbers.

    Parameters
    ----------
    step : int
        Steps after which the run began.
    length : int
        Cells of a word; the first one begins at the head, where the run began.
    most : int
        The count that means so many or more.
    contexts : int
        How many contexts there are.
    """

    step: int
    length: int
    most: int
    contexts: int
    reason: ClassVar[str] = "words"

    def to_json(self) -> dict[str, Any]:
        """Return the proof as a JSON object."""
        return {"proof": "words", **asdict(self)}


@dataclass(frozen=True)
class AutomatonClosure(Described):
    """An automaton that accepts every configuration which leads to a stop, and not the one in which the run began.

    It reads the tape on one side of the head, from far away up to the cell next to the head. From there a second one,
    whose states are the pairs of its states and the machine's, reads the rest, the cell under the head first. Where
    that leads, and which pairs are accepted, follows from the table and ``transitions``; see ``docs/enumeration.md``.

    Parameters
    ----------
    step : int
        Steps after which the run began.
    side : {"left", "right"}
        The side that the automaton reads.
    transitions : tuple of tuple of int
        Where it goes, by its state and by the symbol in the order of the machine; 0 is its first state.
    accepted : tuple of (int, str)
        The pairs that are accepted: a state of the automaton, and one of the machine.
    ways : int
        To how many states of the second automaton its pairs lead, by all symbols together.
    """

    step: int
    side: str
    transitions: tuple[tuple[int, ...], ...]
    accepted: tuple[tuple[int, str], ...]
    ways: int
    reason: ClassVar[str] = "automata"

    def to_json(self) -> dict[str, Any]:
        """Return the proof as a JSON object."""
        lists = {"transitions": list(map(list, self.transitions)), "accepted": list(map(list, self.accepted))}
        return {"proof": "automata", **asdict(self), **lists}


Endless = ClosedGraph | EndlessRule | LateCycle | NgramClosure | WordClosure | AutomatonClosure


def closed_graph(here: Configuration) -> ClosedGraph | None:
    """Return the closed graph that a configuration leads into, if there is one.

    Examples
    --------
    >>> from noisytm import library, run
    >>> closed_graph(run(library.machine("detectA"), "B", max_steps=1).configuration)
    ClosedGraph(step=1, states=('reject',), symbols=('_', 'B'))
    """
    machine = here.machine
    table, symbols, states = machine.table, _symbols_on(here), {here.state}
    todo = [(symbol, here.state) for symbol in symbols]
    while todo:
        key = todo.pop()
        if key not in table or key[1] in machine.halting:
            return None
        write, following, _ = table[key]
        if following not in states:
            states.add(following)
            todo += [(symbol, following) for symbol in symbols]
        if write not in symbols:
            symbols.add(write)
            todo += [(write, state) for state in states]
    return ClosedGraph(
        here.steps,
        tuple(state for state in machine.states if state in states),
        tuple(symbol for symbol in machine.symbols if symbol in symbols),
    )


def _symbols_on(here: Configuration) -> set[str]:
    """Return the blank and the symbols on the tape."""
    if isinstance(here, RunLengthConfiguration):
        present = {cell for word, _ in here.pieces for cell in word}
    else:
        present = set(np.flatnonzero(np.bincount(here.cells)).tolist())
    return {here.machine.symbols[i] for i in present} | {here.machine.blank}
