"""The annealed and the quenched semantics over any commutative semiring, as literally as they can be written.

The slow twin of the path sums, sharing no code with them. Annealed: a value for every configuration of the whole
machine, moved along all transitions. Quenched: every table, filled in only where the run looks.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from noisytm.codespace import CodeSpace
from noisytm.losses import Loss
from noisytm.machine import MOVES, Word
from noisytm.problem import SynthesisProblem, readout_width

Value = Any  # an element of the semiring at hand
Code = Sequence[Sequence[Value]]
Cells = frozenset[tuple[int, int]]  # (place, symbol) where a cell is not blank
Configuration = tuple[Cells, int, int]  # cells, place of the head, state
Effect = tuple[int, int, int]  # written symbol, next state, move

SHIFTS = {"L": -1, "S": 0, "R": 1}


def readouts(
    algebra: Any, problem: SynthesisProblem, code: Code, semantics: str, word: Word
) -> dict[tuple[str, ...], Value]:
    """Return the mass of every readout that can be reached from ``word``.

    Parameters
    ----------
    algebra : Semiring
        What plus and times mean; see `noisytm.algebra.semirings`.
    problem : SynthesisProblem
        Its code space, steps and readout count.
    code : N rows of S + |Q| + 3 values
        Write, next and move entries of every listed tuple.
    semantics : {"annealed", "quenched"}
        Whether a tuple is drawn anew at each use, or once for the whole run.
    word : tuple of str
        The input.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from noisytm.machine import TuringMachine
    >>> from noisytm.algebra.semirings import Numbers
    >>> machine = TuringMachine(["_"], "_", ["a", "b"], "a", [("_", "a", "_", "b", "S")])
    >>> problem = SynthesisProblem.of_machine(machine, [""], steps=2)
    >>> third = Fraction(1, 3)
    >>> code = [[Fraction(1), third, 1 - third, Fraction(0), Fraction(1), Fraction(0)]]
    >>> exact = Numbers(Fraction(0), Fraction(1))
    >>> readouts(exact, problem, code, "annealed", ())
    {('a',): Fraction(1, 9), ('b',): Fraction(8, 9)}
    >>> readouts(exact, problem, code, "quenched", ())
    {('a',): Fraction(1, 3), ('b',): Fraction(2, 3)}
    """
    space = problem.space
    symbol = {x: i for i, x in enumerate(space.symbols)}
    blank = symbol[space.blank]
    cells = frozenset((k, symbol[x]) for k, x in enumerate(word) if x != space.blank)
    ends = _ENDS[semantics](algebra, space, code, (cells, 0, space.states.index(space.start)), problem.steps)
    masses: dict[tuple[str, ...], list[Value]] = {}
    for (tape, head, state), mass in ends:
        at = dict(tape)
        width = readout_width(problem.readout)
        read = tuple(space.symbols[at.get(head + k, blank)] for k in range(width)) or (space.states[state],)
        masses.setdefault(read, []).append(mass)
    return {read: algebra.sum(parts) for read, parts in masses.items()}


def rejected(algebra: Any, problem: SynthesisProblem, code: Code, semantics: str) -> list[Value]:
    """Return, for each input, the mass of the readouts that are not accepted."""
    return [algebra.sum(_wrong_masses(algebra, problem, code, semantics, i)) for i in range(len(problem.inputs))]


def terms_with_squares(algebra: Any, problem: SynthesisProblem, code: Code, semantics: str, form: Loss) -> list[Value]:
    """Return, over numbers, each input's share of a loss that also needs the squares of the rejected probabilities."""
    terms = []
    for i in range(len(problem.inputs)):
        masses = _wrong_masses(algebra, problem, code, semantics, i)
        rejected = algebra.sum(masses)
        sole = problem.sole_outcome(i) is not None
        terms.append(form.term(algebra, rejected, algebra.sum(p * p for p in masses) if sole else None))
    return terms


def _wrong_masses(algebra: Any, problem: SynthesisProblem, code: Code, semantics: str, index: int) -> list[Value]:
    masses = readouts(algebra, problem, code, semantics, problem.inputs[index])
    return [mass for outcome, mass in masses.items() if not problem.accepts(index, outcome)]


def _after(space: CodeSpace, configuration: Configuration, effect: Effect) -> Configuration:
    """Return the configuration after one tuple has acted."""
    cells, head, _ = configuration
    write, state, move = effect
    tape = dict(cells)
    tape[head] = write
    blank = space.symbols.index(space.blank)
    return frozenset((k, x) for k, x in tape.items() if x != blank), head + SHIFTS[MOVES[move]], state


def _key(space: CodeSpace, configuration: Configuration) -> tuple[int, int]:
    cells, head, state = configuration
    return dict(cells).get(head, space.symbols.index(space.blank)), state


def _effects(algebra: Any, space: CodeSpace, row: Sequence[Value]) -> Iterator[tuple[Effect, Value]]:
    """Yield all that a tuple may do, with its mass."""
    s, q = len(space.symbols), len(space.states)
    for write, state, move in itertools.product(range(s), range(q), range(len(MOVES))):
        yield (write, state, move), algebra.product([row[write], row[s + state], row[s + q + move]])


def _annealed(
    algebra: Any, space: CodeSpace, code: Code, start: Configuration, steps: int
) -> list[tuple[Configuration, Value]]:
    listed = dict(zip(space.key_indices, code, strict=True))
    masses = {start: algebra.one}
    for _ in range(steps):
        after: dict[Configuration, list[Value]] = {}
        for configuration, mass in masses.items():
            row = listed.get(_key(space, configuration))
            moved = [(configuration, mass)]
            if row is not None:
                moved = [
                    (_after(space, configuration, effect), algebra.times(mass, share))
                    for effect, share in _effects(algebra, space, row)
                ]
            for end, value in moved:
                after.setdefault(end, []).append(value)
        masses = {end: algebra.sum(parts) for end, parts in after.items()}
    return list(masses.items())


def _quenched(
    algebra: Any, space: CodeSpace, code: Code, start: Configuration, steps: int
) -> list[tuple[Configuration, Value]]:
    index = {key: i for i, key in enumerate(space.key_indices)}

    def ends(
        configuration: Configuration, left: int, drawn: dict[int, Effect], mass: Value
    ) -> Iterator[tuple[Configuration, Value]]:
        at = index.get(_key(space, configuration))
        if left == 0 or at is None:
            yield configuration, mass
        elif at in drawn:
            yield from ends(_after(space, configuration, drawn[at]), left - 1, drawn, mass)
        else:
            for effect, share in _effects(algebra, space, code[at]):
                after = _after(space, configuration, effect)
                yield from ends(after, left - 1, {**drawn, at: effect}, algebra.times(mass, share))

    return list(ends(start, steps, {}, algebra.one))


_ENDS: dict[str, Callable[..., list[tuple[Configuration, Value]]]] = {"annealed": _annealed, "quenched": _quenched}
