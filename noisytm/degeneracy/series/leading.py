"""How the loss vanishes at a code along one error: exactly, by the leading terms of a run of the relaxed machine."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from noisytm import _clock
from noisytm.algebra import LeadingTerms
from noisytm.codespace import Coordinate, TupleCoordinate
from noisytm.degeneracy.series.entries import LeadingLoss
from noisytm.errors import BudgetError
from noisytm.losses import LOSSES
from noisytm.machine import Description
from noisytm.problem import SynthesisProblem
from noisytm.relaxation.generic import readouts, wrong
from noisytm.relaxation.semantics import Semantics

# The most that the runs may form, in the unit of the semantics.
MAX_SIZE = 10_000_000


class _OfLosses:
    """Numbers of which only the leading term counts: that of log(1 + x) is x."""

    @staticmethod
    def log1p(x: Fraction) -> Fraction:
        return x


def leading_loss(
    problem: SynthesisProblem,
    machine: Description,
    error: Coordinate | TupleCoordinate,
    weight: int,
    semantics: Semantics,
    loss: str,
) -> LeadingLoss:
    """Return K ~ c·h^k at a code that solves a problem, h the probability of one error.

    Parameters
    ----------
    problem : SynthesisProblem
        The problem.
    machine : TuringMachine or Description
        The code.
    error : Coordinate or TupleCoordinate
        The error.
    weight : int
        How often it has to be made to be fatal, at least: f_x ~ c_x h^weight, or smaller.
    semantics : Semantics
        How the step is relaxed.
    loss : str
        The name of the loss.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library
    >>> from noisytm.relaxation.semantics import checked_semantics
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, inputs=["A", "B"], steps=2)
    >>> error, how = Coordinate("A", "reject", "next", "reject"), checked_semantics("annealed")
    >>> leading_loss(problem, machine, error, 2, how, "log").of("h")
    '1/2·h^2'
    """
    form, terms = LOSSES.named(loss), LeadingTerms()
    degree = int(weight / form.factor)
    try:
        semantics.require_room(problem, MAX_SIZE)
        code = _code(problem, machine, error, terms)
        rejected = wrong(terms, problem, code, semantics, MAX_SIZE)
        outcomes = readouts(terms, problem, code, semantics, MAX_SIZE) if form.squares else ()
    except BudgetError:
        _clock.tick()  # where it is the time that has run out, this says so
        return LeadingLoss(degree, None)

    def part(term: tuple[int, int]) -> Fraction:
        return Fraction(term[1] if term[0] == weight else 0)

    total = Fraction(0)
    for i, (q, term) in enumerate(zip(problem.weights, rejected, strict=True)):
        sole = problem.sole_outcome(i) if form.squares else None
        squares = None if sole is None else sum(part(v) ** 2 for o, v in outcomes[i].items() if o != sole)
        total += Fraction(q) * form.term(_OfLosses, part(term), squares)
    return LeadingLoss(degree, total)


def _code(
    problem: SynthesisProblem, machine: Description, error: Coordinate | TupleCoordinate, terms: LeadingTerms
) -> list[list[Any]]:
    """Return the entries of a code that makes one error with probability h."""
    space = problem.space
    column = int(space.coordinate_columns(machine)[space.coordinates(machine).index(error)])
    row, place = divmod(column, space.shape[1])
    code = [[terms.one if entry else terms.zero for entry in entries] for entries in space.embed(machine).tolist()]
    code[row][place] = terms.variable()
    return code
