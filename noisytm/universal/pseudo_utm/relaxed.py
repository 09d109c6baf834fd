"""A machine with several tapes relaxed cell by cell, over any commutative semiring.

Every cell of every tape and the internal state is an independent marginal; every tape is kept relative to its
head. The semiring is an argument (`noisytm.algebra.semirings`): numbers give probabilities, costs the cheapest
error, monomial ideals all the minimal ones. Every marginal that goes in has mass one.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from noisytm.errors import MachineError
from noisytm.machine import MOVES
from noisytm.universal.tapes import KTapeConfiguration, KTapeMachine, Rule

if TYPE_CHECKING:
    from noisytm.algebra import Semiring

Marginal = list[Any]
RelaxedTape = dict[int, Marginal]


@dataclass(frozen=True)
class RelaxedConfiguration:
    """A product of marginals.

    Parameters
    ----------
    state : list of |Q| values
        The internal state.
    tapes : tuple of k dicts of int to list of values
        Cells by their distance from the head of their tape, rightwards positive; absent ones are blank.
    """

    state: Marginal
    tapes: tuple[RelaxedTape, ...]


def relaxed(algebra: Semiring, configuration: KTapeConfiguration) -> RelaxedConfiguration:
    """Return the product of point masses that a configuration is.

    Examples
    --------
    >>> from noisytm.algebra.semirings import Numbers
    >>> right = KTapeMachine(["_1"], "_", ["go"], "go", [("go", ["1"], "go", [None], ["R"])])
    >>> relaxed(Numbers(0, 1), right.configuration(["11"])).tapes
    ({0: [0, 1], 1: [0, 1]},)
    """
    machine = configuration.machine
    tapes = zip(configuration.tapes, configuration.origins, configuration.heads, machine.alphabets, strict=True)
    return RelaxedConfiguration(
        state=point(algebra, machine.states, configuration.state),
        tapes=tuple(
            {origin + i - head: point(algebra, alphabet, symbol) for i, symbol in enumerate(tape)}
            for tape, origin, head, alphabet in tapes
        ),
    )


def run(
    algebra: Semiring, machine: KTapeMachine, configuration: RelaxedConfiguration, steps: int
) -> RelaxedConfiguration:
    """Make ``steps`` relaxed steps; see `step`."""
    for _ in range(steps):
        configuration = step(algebra, machine, configuration)
    return configuration


def step(algebra: Semiring, machine: KTapeMachine, configuration: RelaxedConfiguration) -> RelaxedConfiguration:
    """Make one relaxed step.

    For each state and each k symbols under the heads the product μ of their masses acts as the rule that fits
    says; without a rule everything stays as it is. The mixtures of written symbols, next states and moves are the
    new marginals; each tape is then moved as Y'_j = D_S·Y_j + D_L·Y_{j−1} + D_R·Y_{j+1} by its own mixture D.

    A tape that no rule of a state looks at is summed out beforehand, its mass being one; zero masses are skipped.

    Parameters
    ----------
    algebra : Semiring
        What plus and times mean.
    machine : KTapeMachine
        The machine.
    configuration : RelaxedConfiguration
        Marginals of mass one.

    Returns
    -------
    RelaxedConfiguration

    Raises
    ------
    MachineError
        If the configuration has not as many tapes as the machine.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from noisytm.algebra.semirings import Numbers
    >>> half = Fraction(1, 2)
    >>> machine = KTapeMachine(["_1"], "_", ["go"], "go", [("go", ["1"], "go", [None], ["R"])])
    >>> start = RelaxedConfiguration([Fraction(1)], ({0: [half, half]},))
    >>> step(Numbers(Fraction(0), Fraction(1)), machine, start).tapes[0][0]
    [Fraction(3, 4), Fraction(1, 4)]
    """
    if len(configuration.tapes) != machine.tapes:
        raise MachineError(f"the configuration has {len(configuration.tapes)} tapes, the machine {machine.tapes}")
    read = [
        restored(algebra, tape.get(0) or point(algebra, alphabet, blank))
        for tape, alphabet, blank in zip(configuration.tapes, machine.alphabets, machine.blanks, strict=True)
    ]
    outcome = _Outcome.empty(algebra, machine)
    for state, mass in enumerate(configuration.state):
        if not vanishes(algebra, mass):
            _act(algebra, machine, outcome, state, mass, read)
    tapes = []
    for i, tape in enumerate(configuration.tapes):
        blank = point(algebra, machine.alphabets[i], machine.blanks[i])
        written = outcome.cell(algebra, i, read[i])
        tapes.append(_moved(algebra, {**tape, 0: written}, restored(algebra, outcome.moves[i]), blank))
    return RelaxedConfiguration(restored(algebra, outcome.state), tuple(tapes))


def point(algebra: Semiring, values: Sequence[str], value: str) -> Marginal:
    """Return the marginal that has all of its mass at ``value``."""
    return [algebra.one if v == value else algebra.zero for v in values]


def vanishes(algebra: Semiring, mass: Any) -> bool:
    """Return whether a mass is zero for certain: a ball that only contains zero is not."""
    return bool(mass == algebra.zero)


def restored(algebra: Semiring, marginal: Marginal) -> Marginal:
    """Return a marginal with its mass restored to one: a sole entry has all of it."""
    support = _support(algebra, marginal)
    if len(support) == 1:
        return [algebra.one if i == support[0] else algebra.zero for i in range(len(marginal))]
    return algebra.normalised(marginal)


@dataclass
class _Outcome:
    """The mixtures that a step adds up: next state, and on each tape the written symbol and the move.

    What leaves a cell alone that was not looked at is added up in ``kept``; ``changed`` says whether anything did not.
    """

    state: Marginal
    written: list[Marginal]
    moves: list[Marginal]
    kept: Marginal
    changed: list[bool] = field(default_factory=list)

    @classmethod
    def empty(cls, algebra: Semiring, machine: KTapeMachine) -> _Outcome:
        zero = algebra.zero
        return cls(
            state=[zero for _ in machine.states],
            written=[[zero for _ in alphabet] for alphabet in machine.alphabets],
            moves=[[zero for _ in MOVES] for _ in machine.alphabets],
            kept=[zero for _ in machine.alphabets],
            changed=[False for _ in machine.alphabets],
        )

    def cell(self, algebra: Semiring, tape: int, read: Marginal) -> Marginal:
        """Return the marginal of the head's cell after writing."""
        if not self.changed[tape]:
            return read
        kept = self.kept[tape]
        if vanishes(algebra, kept):
            return restored(algebra, self.written[tape])
        mixed = [
            w if vanishes(algebra, y) else algebra.plus(w, algebra.times(kept, y))
            for w, y in zip(self.written[tape], read, strict=True)
        ]
        return restored(algebra, mixed)


def _act(
    algebra: Semiring, machine: KTapeMachine, outcome: _Outcome, state: int, mass: Any, read: list[Marginal]
) -> None:
    """Add what the state of this mass does, for all symbols on the tapes that it looks at."""
    looked = machine.tapes_read[machine.states[state]]
    for symbols in itertools.product(*(_support(algebra, read[i]) for i in looked)):
        mu = algebra.times(mass, algebra.product(read[i][s] for i, s in zip(looked, symbols, strict=True)))
        seen = dict(zip(looked, symbols, strict=True))
        number = machine.table[(state, *(seen.get(i, 0) for i in range(machine.tapes)))]
        rule = machine.rules[number] if number >= 0 else None
        _add(algebra, outcome.state, state if rule is None else machine.states.index(rule.next), mu)
        for i in range(machine.tapes):
            _add(algebra, outcome.moves[i], MOVES.index("S" if rule is None else rule.moves[i]), mu)
            written = _written(machine, rule, i, seen)
            if written is None:
                _add(algebra, outcome.kept, i, mu)
            else:
                outcome.changed[i] = True
                _add(algebra, outcome.written[i], written, mu)


def _written(machine: KTapeMachine, rule: Rule | None, tape: int, seen: dict[int, int]) -> int | None:
    """Return the symbol that ends up in the head's cell; ``None``: whatever was there, which nobody looked at."""
    symbol = None if rule is None else rule.write[tape]
    return seen.get(tape) if symbol is None else machine.alphabets[tape].index(symbol)


def _support(algebra: Semiring, marginal: Marginal) -> list[int]:
    return [i for i, mass in enumerate(marginal) if not vanishes(algebra, mass)]


def _add(algebra: Semiring, masses: Marginal, index: int, mass: Any) -> None:
    masses[index] = algebra.plus(masses[index], mass)


def _moved(algebra: Semiring, tape: RelaxedTape, move: Marginal, blank: Marginal) -> RelaxedTape:
    """Move a tape under its head; if only one move has mass it has all of it, and nothing is mixed."""
    shifts = [number - 1 for number in _support(algebra, move)]
    if len(shifts) == 1:
        return {j - shifts[0]: cell for j, cell in tape.items()}

    def mixed(j: int) -> Iterator[Any]:
        sources = [tape.get(j + shift, blank) for shift in shifts]
        for column in zip(*sources, strict=True):
            terms = [(move[shift + 1], y) for shift, y in zip(shifts, column, strict=True) if not vanishes(algebra, y)]
            yield algebra.sum(algebra.times(mass, y) for mass, y in terms)

    return {j: list(mixed(j)) for j in range(min(tape) - 1, max(tape) + 2)}
