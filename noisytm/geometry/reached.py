"""Which listed tuples have positive weight at some step where nothing goes wrong: the used ones, on a face."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from noisytm import _clock
from noisytm.discrete import used_tuples
from noisytm.geometry.faces import BitFace, Face
from noisytm.machine import TuringMachine, Word
from noisytm.problem import SynthesisProblem

Key = tuple[str, str]
Place = Key | int  # a tuple: its key, or its number where keys err or are repeated
STAY = 2  # the moves L, S, R are the bits 1, 2, 4


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
    used = used_tuples(face.machine.machine(), problem.inputs, problem.steps)
    if problem.space.by_number:
        last = {key: i for i, key in enumerate(face.machine.keys)}
        return tuple(sorted(last[key] for key in used))
    if not face.free_keys & set(used):
        return used
    masks = _block_masks(problem, face.support)
    reached: set[int] = set()
    for word in problem.inputs:
        _reach(problem, masks, word, may_keep, reached)
    return tuple(key for i, key in enumerate(problem.space.keys) if i in reached)


@lru_cache(maxsize=8)
def visited_keys(problem: SynthesisProblem, machine: TuringMachine) -> tuple[Key, ...]:
    """Return the (symbol, state), listed or not, at which a machine makes or begins a step on a problem's inputs.

    A machine at rest makes its remaining steps there; halting states, which no key names, are left out.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, TuringMachine
    >>> machine = TuringMachine(["_"], "_", ["a", "b"], "a", [("_", "a", "_", "b", "S")])
    >>> visited_keys(SynthesisProblem.of_machine(machine, [""], steps=2), machine)
    (('_', 'a'), ('_', 'b'))
    """
    idle = ((s, q, s, q, "S") for s in machine.symbols for q in machine.states if q not in machine.halting)
    table = {t[:2]: t for t in (*idle, *machine.tuples)}
    full: Any = tuple(table.values())
    parts = machine.symbols, machine.blank, machine.states, machine.start
    return used_tuples(TuringMachine(*parts, full, machine.halting), problem.inputs, problem.steps)


def _block_masks(problem: SynthesisProblem, support: NDArray[np.bool_]) -> list[tuple[int, ...]]:
    """Return for each listed tuple the values it may write, go to and move by, as bits of three integers."""
    return [
        tuple(
            sum(1 << i for i, there in enumerate(row[start : start + len(values)].tolist()) if there)
            for _, start, values in problem.space.blocks
        )
        for row in support
    ]


def _reach(
    problem: SynthesisProblem, masks: list[tuple[int, ...]], word: Word, may_keep: bool, reached: set[int]
) -> None:
    """Add the tuples that the sets of possible symbols and states reach from one input."""
    space = problem.space
    blank = 1 << space.symbols.index(space.blank)
    tape = {k: 1 << space.symbols.index(x) for k, x in enumerate(word)}
    z = 1 << space.states.index(space.start)
    index = {key: i for i, key in enumerate(space.key_indices)}
    for _ in range(problem.steps):
        _clock.tick()
        y = tape.get(0, blank)
        places = [(s, q) for s in _bits(y) for q in _bits(z)]
        actions = [masks[index[p]] if p in index else (1 << p[0], 1 << p[1], STAY) for p in places]
        reached.update(index[p] for p in places if p in index)
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
