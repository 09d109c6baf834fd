"""Bounds on the learning coefficient of a code by counting, and the code's description length."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np

from noisytm._fractions import exact_fraction
from noisytm.discrete import used_tuples
from noisytm.errors import ProblemError
from noisytm.machine import TuringMachine, shown
from noisytm.problem import SynthesisProblem
from noisytm.relaxation.evaluation import checked_loss, linear_part
from noisytm.relaxation.semantics import checked_semantics

MOVE_BITS = 2
MAX_CONCENTRATION_BITS = 4000


@dataclass(frozen=True)
class DescriptionLength:
    """How much of a code a problem uses.

    Attributes
    ----------
    used_tuples, listed_tuples : int
        Tuples visited on the problem's inputs, and tuples listed.
    bits : int
        used tuples × (⌈log2 S⌉ + ⌈log2 |Q|⌉ + 2).
    """

    used_tuples: int
    listed_tuples: int
    bits: int

    def to_json(self) -> dict[str, int]:
        """Return the lengths as a JSON object."""
        return {"used_tuples": self.used_tuples, "listed_tuples": self.listed_tuples, "bits": self.bits}


@dataclass(frozen=True)
class Bounds:
    """The chain fatal alone ≤ λ ≤ used tuples ≤ dimension, in the units of loss and prior.

    Attributes
    ----------
    fatal_alone : Fraction
        Number of errors that are fatal alone.
    used_tuples : Fraction
        (S + |Q|) × number of used tuples.
    dimension : Fraction
        d = N·(S + |Q|).
    """

    fatal_alone: Fraction
    used_tuples: Fraction
    dimension: Fraction

    def to_json(self) -> dict[str, str]:
        """Return the bounds as a JSON object; fractions are strings."""
        return {
            "fatal_alone": str(self.fatal_alone),
            "used_tuples": str(self.used_tuples),
            "dimension": str(self.dimension),
        }


@lru_cache(maxsize=8)
def used_keys(problem: SynthesisProblem, machine: TuringMachine) -> tuple[tuple[str, str], ...]:
    """Return the (symbol, state) of the tuples the machine visits on the problem's inputs, in listed order."""
    return tuple(used_tuples(machine, problem.inputs, problem.steps))


def description_length(problem: SynthesisProblem, machine: TuringMachine) -> DescriptionLength:
    """Return how many tuples and bits of the code the problem uses.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library, words
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, inputs=words("AB", 2), steps=4)
    >>> description_length(problem, machine)
    DescriptionLength(used_tuples=4, listed_tuples=6, bits=20)
    """
    used = len(used_keys(problem, machine))
    entry = (len(machine.symbols) - 1).bit_length() + (len(machine.states) - 1).bit_length() + MOVE_BITS
    return DescriptionLength(used, len(machine.tuples), used * entry)


def fatal_alone(problem: SynthesisProblem, machine: TuringMachine, semantics: str) -> tuple[int, ...]:
    """Return the indices of the coordinates that are fatal alone: where the linear part of f does not vanish."""
    return tuple(int(i) for i in np.flatnonzero(linear_part(problem, machine, semantics=semantics) > 0.5))


def checked_concentration(concentration: Any) -> Fraction:
    """Return a Dirichlet concentration as a positive Fraction.

    Examples
    --------
    >>> checked_concentration("1/2"), checked_concentration(0.25)
    (Fraction(1, 2), Fraction(1, 4))
    """
    try:
        value = exact_fraction(concentration)
        if max(value.numerator, value.denominator).bit_length() > MAX_CONCENTRATION_BITS:
            raise ValueError
    except ValueError:
        raise ProblemError(
            f"prior concentration is {shown(concentration)}; it must be a positive number such as 1 or 1/2"
        ) from None
    if value <= 0:
        raise ProblemError(f"prior concentration is {shown(concentration)}; it must be positive")
    return value


def loss_factor(loss: str) -> Fraction:
    """Return λ_loss / λ_log: 1 for the log loss, ½ for brier, whose order is twice as high."""
    return Fraction(1) if checked_loss(loss) == "log" else Fraction(1, 2)


def bounds(
    problem: SynthesisProblem,
    machine: TuringMachine,
    *,
    semantics: str = "pseudo-utm",
    loss: str = "log",
    prior_concentration: Any = 1,
) -> Bounds:
    """Bound the learning coefficient of a code from both sides by counting.

    Parameters
    ----------
    problem : SynthesisProblem
        The problem.
    machine : TuringMachine
        A machine that solves it.
    semantics : {"pseudo-utm", "mean-field"}
        How the step is relaxed.
    loss : {"log", "brier"}
        The loss; counts are halved for brier.
    prior_concentration : int, float, str or Fraction
        Dirichlet concentration γ > 0; every count is weighted by it.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, bounds, library, words
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, inputs=words("AB", 2), steps=4)
    >>> bounds(problem, machine).to_json()
    {'fatal_alone': '4', 'used_tuples': '20', 'dimension': '30'}
    """
    checked_semantics(semantics)
    problem.require_solved_by(machine)
    unit = loss_factor(loss) * checked_concentration(prior_concentration)
    per_tuple = len(machine.symbols) + len(machine.states)
    return Bounds(
        unit * len(fatal_alone(problem, machine, semantics)),
        unit * per_tuple * len(used_keys(problem, machine)),
        unit * problem.space.dimension,
    )
