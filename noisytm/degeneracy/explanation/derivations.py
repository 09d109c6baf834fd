"""How marginals come to a rejected outcome with just the errors of a syndrome: what follows from what.

Marginals keep apart what a run has together: the state, each cell and the move have histories of their own, and an
error may happen in one of them and not in another. So what leads to a rejected outcome is a tree of facts, "the state
is q after step s", of which each follows from facts one step before and errors at that step.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from noisytm import _clock
from noisytm.algebra import Semiring
from noisytm.degeneracy.explanation.choices import Choices, Entry, Share
from noisytm.degeneracy.oracle import Syndrome
from noisytm.geometry import Chart
from noisytm.problem import SynthesisProblem
from noisytm.relaxation.semantics import Marginal

Derivation = Any  # None where there is no error; an Error, a Fact, or a pair of derivations


class Error(NamedTuple):
    """An entry that errs in a step, counted from 1."""

    step: int
    entry: Entry


class Fact(NamedTuple):
    """What the state is after a step, or a cell counted from the head holds, and how that came about."""

    step: int
    place: int | None  # None is the state
    value: str
    by: Derivation


class Derivations(Semiring):
    """For every part of a syndrome, of which no lesser one will do, one derivation that uses just that part.

    A minimal syndrome is made of such parts alone: with a lesser one in its place it would not be minimal.

    Parameters
    ----------
    choices : Choices
        What the entries use of the syndrome.

    Examples
    --------
    >>> from noisytm import CodeSpace, library
    >>> from noisytm.geometry import chart_at
    >>> machine = library.machine("detectA")
    >>> algebra = Derivations(Choices(chart_at("simplex", CodeSpace.of(machine), machine), ((0, 2),)))
    >>> error = {(1,): Error(1, Entry(0, "write", "A"))}
    >>> sorted(algebra.times(algebra.plus(algebra.one, error), error))
    [(1,)]
    """

    def __init__(self, choices: Choices) -> None:
        self._choices = choices
        self.zero: dict[Share, Derivation] = {}
        self.one: dict[Share, Derivation] = {choices.none: None}

    def plus(self, a: dict[Share, Derivation], b: dict[Share, Derivation]) -> dict[Share, Derivation]:
        """Return what either derives."""
        return _least({**b, **a}) if a and b else a or b

    def times(self, a: dict[Share, Derivation], b: dict[Share, Derivation]) -> dict[Share, Derivation]:
        """Return what both derive together."""
        found: dict[Share, Derivation] = {}
        for first, mine in a.items():
            for second, its in b.items():
                total = self._choices.together(first, second)
                if total is not None and total not in found:
                    found[total] = its if mine is None else mine if its is None else (mine, its)
        return _least(found)

    def size(self, value: dict[Share, Derivation]) -> int:
        """Return how many parts of the syndrome there is a derivation for."""
        return len(value)


def _least(found: dict[Share, Derivation]) -> dict[Share, Derivation]:
    """Return the derivations whose part contains no other's."""
    if len(found) < 2:
        return found
    kept: dict[Share, Derivation] = {}
    for share in sorted(found, key=sum):
        if not any(all(a <= b for a, b in zip(known, share, strict=True)) for known in kept):
            kept[share] = found[share]
    return kept


def derived(
    problem: SynthesisProblem, semantics: Marginal, chart: Chart, syndrome: Syndrome, index: int
) -> Derivation | None:
    """Return how marginals come to a rejected outcome on input ``index`` with just the errors of a syndrome, if so.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library
    >>> from noisytm.geometry import chart_at
    >>> from noisytm.relaxation.semantics import MEAN_FIELD
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, ["B"], steps=2)
    >>> fact = derived(problem, MEAN_FIELD, chart_at("simplex", problem.space, machine), ((2, 1),), 0)
    >>> fact.step, fact.value, errors_of(fact)[0].entry.value
    (2, 'accept', 'accept')
    """
    choices = Choices(chart, syndrome)
    algebra = Derivations(choices)
    reading = semantics.read(algebra, problem, _code(choices, 1))
    relaxed = reading.start(problem.inputs[index])
    for step in range(1, problem.steps + 1):
        _clock.tick()
        reading = semantics.read(algebra, problem, _code(choices, step))
        relaxed = _named(problem, step, reading.step(relaxed, problem.steps - step))
    return reading.rejected(index, relaxed).get(choices.most)


def _code(choices: Choices, step: int) -> list[list[dict[Share, Derivation]]]:
    """Return the code whose entries know their step."""
    rows = []
    for at in range(choices.space.tuples):
        row: list[dict[Share, Derivation]] = []
        for kind, _, values in choices.space.blocks:
            by_value: list[dict[Share, Derivation]] = [{} for _ in values]
            for choice in choices.of(at)[kind]:
                error = None if choice.entry is None else Error(step, choice.entry)
                by_value[choice.value].setdefault(choice.share, error)
            row += by_value
        rows.append(row)
    return rows


def _named(problem: SynthesisProblem, step: int, relaxed: Any) -> Any:
    """Return marginals with their derivations named as facts after a step."""
    tape, z = relaxed
    symbols, states = problem.space.symbols, problem.space.states

    def fact(place: int | None, names: tuple[str, ...], marginal: Any) -> list[dict[Share, Derivation]]:
        return [
            {share: by if by is None else Fact(step, place, name, by) for share, by in value.items()}
            for name, value in zip(names, marginal, strict=True)
        ]

    return {k: fact(k, symbols, marginal) for k, marginal in tape.items()}, fact(None, states, z)


def errors_of(derivation: Derivation) -> list[Error]:
    """Return all errors of a derivation: one that happens in two histories twice."""
    found, stack = [], [derivation]
    while stack:
        this = stack.pop()
        if isinstance(this, Error):
            found.append(this)
        elif isinstance(this, Fact):
            stack.append(this.by)
        elif this is not None:
            stack += this
    return sorted(found)


def parts_of(derivation: Derivation) -> Iterator[Fact | Error]:
    """Yield the facts and errors that a derivation rests on, not those that a fact rests on in its turn."""
    stack = [derivation]
    while stack:
        this = stack.pop()
        if isinstance(this, (Error, Fact)):
            yield this
        elif this is not None:
            stack += reversed(this)
