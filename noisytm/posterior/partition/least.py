"""The exact λ and m that a posterior leads to, where they are cheap: those of a code, or the least of all codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from noisytm import _clock
from noisytm._digits import fraction_text
from noisytm._partial import carrying
from noisytm._summary import Described, Summary, number
from noisytm.degeneracy import learning_coefficient
from noisytm.errors import BudgetError, ProblemError
from noisytm.machine import Description
from noisytm.problem import SynthesisProblem
from noisytm.search import TableSpace, global_learning_coefficient

# What the time that λ may take is called in reasons.
HOW = {True: "noisytm bound takes as long as it needs", False: "noisytm search takes as long as it needs"}


@dataclass(frozen=True)
class ExactCoefficient(Described):
    """λ and m, known exactly.

    Attributes
    ----------
    learning_coefficient : Fraction
        λ of the code near which the posterior is; on all of code space the least of all codes.
    multiplicity : int
        Its m; of several codes with the least λ the largest.
    """

    learning_coefficient: Fraction
    multiplicity: int

    def _summary(self) -> Summary:
        return Summary(f"λ = {number(self.learning_coefficient)}, m = {number(self.multiplicity)}", result=False)

    def to_json(self) -> dict[str, Any]:
        """Return both as a JSON object."""
        return {"learning_coefficient": fraction_text(self.learning_coefficient), "multiplicity": self.multiplicity}

    @classmethod
    def of_record(cls, record: Mapping[str, Any]) -> ExactCoefficient:
        """Return what a JSON object says."""
        return cls(Fraction(record["learning_coefficient"]), record["multiplicity"])


def exact_coefficient(
    problem: SynthesisProblem, machine: Description | None, options: Mapping[str, Any], seconds: float | None
) -> ExactCoefficient | str:
    """Return the λ and m that a posterior leads to, or why they are not known.

    Parameters
    ----------
    problem : SynthesisProblem
        The problem.
    machine : TuringMachine or Description, optional
        The code near which the posterior is; otherwise the least λ of all codes is searched for.
    options : mapping
        ``semantics``, ``loss``, ``chart``, ``prior_concentration``, as of `learning_coefficient`.
    seconds : float, optional
        Most processor time to take, but for compiling; without a limit by default.

    Raises
    ------
    BudgetError
        If it is not these seconds but the limit of the caller that has run out.
    """
    if machine is None and problem.space.by_number:
        return "the space is one of lists of tuples; noisytm search --space listed --repeat finds their least λ"
    if machine is None and TableSpace.over(problem).problem(problem).key != problem.key:
        return "the space does not list all tuples, and the search for the least λ is over full tables"
    try:
        with _clock.limited(seconds, processor=True):
            if machine is not None:
                one = learning_coefficient(problem, machine, **options)
                return ExactCoefficient(one.value, one.whole_multiplicity)
            least = global_learning_coefficient(problem, **options)
    except ProblemError as error:
        return str(error)
    except KeyboardInterrupt as error:
        raise carrying(error, None) from None  # what was known of λ is not what the caller looks for
    except BudgetError as error:
        _clock.tick()
        ran_out = f"it is not known within {seconds:g} seconds" if isinstance(error, _clock.OutOfTime) else str(error)
        return f"{ran_out}; {HOW[machine is not None]}"
    if least.value is None or least.multiplicity is None:
        return "no code solves the problem"
    return ExactCoefficient(least.value, least.multiplicity)
