"""Which tuples have positive weight at some step where nothing goes wrong, and where such steps are made."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from noisytm import _clock
from noisytm.codespace import KINDS
from noisytm.discrete import used_tuples
from noisytm.geometry.digits import BitFace
from noisytm.geometry.faces import Face, Key, Place, acting
from noisytm.machine import TuringMachine, Word
from noisytm.problem import SynthesisProblem

STAY = 2  # the moves L, S, R are the bits 1, 2, 4


class Reached(NamedTuple):
    """What codes of a face come to.

    Attributes
    ----------
    used : set of int
        The tuples that have positive weight at some step, by number.
    visited : dict of (symbol, state) indices to int
        Where steps are made or begin, and the number of the last tuple that is sure to act whenever one is made there;
        −1 if at some step none is.
    """

    used: set[int]
    visited: dict[tuple[int, int], int]


@lru_cache(maxsize=8)
def reached_keys(problem: SynthesisProblem, face: Face | BitFace, may_keep: bool) -> tuple[Place, ...]:
    """Return the tuples used on a problem's inputs by codes of a face, in listed order: their (symbol, state).

    Where keys err, or are repeated, these are the numbers of the tuples that act: of equal keys the last.

    Where entries of used tuples are free, these are the tuples whose marginals give them positive weight; in the
    annealed and quenched semantics, whose runs visit no others, that may be more than the runs visit.

    Parameters
    ----------
    problem : SynthesisProblem
        The problem.
    face : Face or BitFace
        The face.
    may_keep : bool
        Whether a step that is not certain of its symbol and state may leave all as it is, as an unmatched scan does;
        a semantics says so (`Semantics.used_keys`).

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library, words
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, inputs=words("AB", 2), steps=3)
    >>> reached_keys(problem, Face.with_free_unused(problem, machine), may_keep=False)
    (('_', 'reject'), ('A', 'reject'), ('A', 'accept'), ('B', 'reject'))
    """
    if _settled(problem, face):
        return acting(problem, face.machine)
    reached = _followed(problem, face, may_keep).used
    return tuple(place for i, place in enumerate(_places(problem)) if i in reached)


@lru_cache(maxsize=8)
def visited_places(problem: SynthesisProblem, face: Face | BitFace, may_keep: bool) -> dict[Key, int]:
    """Return the (symbol, state), listed or not, at which codes of a face make or begin a step, and which tuple acts.

    A machine at rest makes its remaining steps there; halting states, which no key names, are left out.

    Parameters
    ----------
    problem, face, may_keep
        As of `reached_keys`.

    Returns
    -------
    dict of (symbol, state) to int
        The number of the tuple that is sure to act there, and so keeps those before it from acting; the least, if these
        are several, and −1 if at some step none is sure to.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, TuringMachine
    >>> machine = TuringMachine(["_"], "_", ["a", "b"], "a", [("_", "a", "_", "b", "S")])
    >>> problem = SynthesisProblem.of_machine(machine, [""], steps=2)
    >>> visited_places(problem, Face(machine), may_keep=True)
    {('_', 'a'): 0, ('_', 'b'): -1}
    """
    symbols, states, halting = problem.space.symbols, problem.space.states, set(face.machine.halting)
    if _settled(problem, face):
        last = {key: i for i, key in enumerate(face.machine.keys)}
        return {key: last.get(key, -1) for key in _visited(problem, face.machine.machine())}
    visited = _followed(problem, face, may_keep).visited
    named = {(symbols[s], states[q]): i for (s, q), i in sorted(visited.items())}
    return {key: i for key, i in named.items() if key[1] not in halting}


def _settled(problem: SynthesisProblem, face: Face | BitFace) -> bool:
    """Whether all codes of a face do what its machine does, since no tuple that acts, and no key, is free."""
    return all(c.kind in KINDS for c in face.free) and not face.free_keys & set(acting(problem, face.machine))


def _places(problem: SynthesisProblem) -> tuple[Place, ...]:
    space = problem.space
    return tuple(range(space.tuples)) if space.by_number else space.keys


def _visited(problem: SynthesisProblem, machine: TuringMachine) -> tuple[Key, ...]:
    """Return where a machine makes or begins a step: the tuples that it would use if all were listed."""
    idle = ((s, q, s, q, "S") for s in machine.symbols for q in machine.states if q not in machine.halting)
    table = {t[:2]: t for t in (*idle, *machine.tuples)}
    full: Any = tuple(table.values())
    parts = machine.symbols, machine.blank, machine.states, machine.start
    return used_tuples(TuringMachine(*parts, full, machine.halting), problem.inputs, problem.steps)


class _Tuples:
    """What the listed tuples of a face may do, as bits of integers, and at which symbols and states they may act."""

    def __init__(self, problem: SynthesisProblem, face: Face | BitFace) -> None:
        self._space = space = problem.space
        masks = [
            [
                sum(1 << i for i in np.flatnonzero(row[start : start + len(values)]).tolist())
                for _, start, values in space.blocks
            ]
            for row in face.support
        ]
        self.actions = [tuple(row[-3:]) for row in masks]
        self._keys = [self._key(i, row) for i, row in enumerate(masks)]
        self._at: dict[tuple[int, int], tuple[list[int], int]] = {}

    def _key(self, i: int, row: list[int]) -> tuple[int, int]:
        space: Any = self._space
        if not space.noisy_keys:
            symbol, state = space.key_indices[i]
            return 1 << symbol, 1 << state
        return row[0], sum(1 << space.named_states[k] for k in _bits(row[1]))

    def at(self, place: tuple[int, int]) -> tuple[list[int], int]:
        """Return the tuples that may act at a symbol and state, the last first, and the last that is sure to, or −1."""
        if place not in self._at:
            may, sure = [], -1
            symbol, state = 1 << place[0], 1 << place[1]
            for i in reversed(range(len(self._keys))):
                read, within = self._keys[i]
                if read & symbol and within & state:
                    may.append(i)
                    if sure < 0 and (read, within) == (symbol, state):
                        sure = i
            self._at[place] = may, sure
        return self._at[place]


def _followed(problem: SynthesisProblem, face: Face | BitFace, may_keep: bool) -> Reached:
    found = Reached(set(), {})
    tuples = _Tuples(problem, face)
    for word in problem.inputs:
        _reach(problem, tuples, word, may_keep, found)
    return found


def _reach(problem: SynthesisProblem, tuples: _Tuples, word: Word, may_keep: bool, found: Reached) -> None:
    """Add what the sets of possible symbols and states reach from one input."""
    space = problem.space
    blank = 1 << space.symbols.index(space.blank)
    tape = {k: 1 << space.symbols.index(x) for k, x in enumerate(word)}
    z = 1 << space.states.index(space.start)
    for _ in range(problem.steps):
        _clock.tick()
        y = tape.get(0, blank)
        places = [(s, q) for s in _bits(y) for q in _bits(z)]
        actions = []
        for place in places:
            may, sure = tuples.at(place)
            if may_keep and len(places) > 1:  # a match of marginals that are not certain never is
                sure = -1
            act = [i for i in may if i >= sure]
            found.used.update(act)
            found.visited[place] = min(sure, found.visited.get(place, sure))
            actions += [tuples.actions[i] for i in act]
            if sure < 0:
                actions.append((1 << place[0], 1 << place[1], STAY))
        if may_keep and len(places) > 1:
            actions.append((y, z, STAY))
        written, z, move = (_union(action[k] for action in actions) for k in range(3))
        tape[0] = written
        # a move L brings the cell before, seen from the head, into its place
        shifts = [shift for shift, bit in ((-1, 1), (0, 2), (1, 4)) if move & bit]
        tape = {k: _union(tape.get(k + shift, blank) for shift in shifts) for k in range(min(tape) - 1, max(tape) + 2)}


def _union(masks: Iterable[int]) -> int:
    total = 0
    for mask in masks:
        total |= mask
    return total


def _bits(mask: int) -> list[int]:
    return [i for i in range(mask.bit_length()) if mask >> i & 1]
