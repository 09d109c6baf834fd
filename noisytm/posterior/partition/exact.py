"""The exact learning coefficients of codes that samples round to."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any, NamedTuple

from noisytm import _clock
from noisytm.degeneracy import learning_coefficient
from noisytm.errors import BudgetError, ProblemError
from noisytm.posterior.partition.rounding import machine_of
from noisytm.problem import SynthesisProblem
from noisytm.search.atlases import AtlasUnits, Batches

Code = tuple[int, ...]
# From so many codes on compiling the search of all codes pays, half a minute the first time.
WORTH_COMPILING = 1_000


class Known(NamedTuple):
    """λ and m of a code."""

    value: Fraction
    multiplicity: int


class Coefficients:
    """λ and m of the codes of a problem in some units, each computed once.

    Parameters
    ----------
    problem : SynthesisProblem
        The problem.
    options : mapping
        ``semantics``, ``loss``, ``chart``, ``prior_concentration``, as of `learning_coefficient`.
    """

    def __init__(self, problem: SynthesisProblem, options: dict[str, Any]) -> None:
        self.problem, self.options = problem, options
        self.known: dict[Code, Known | None] = {}

    def learn(self, codes: Iterable[Code], seconds: float | None = None) -> None:
        """Compute λ and m of codes that solve the problem, in their order, as far as so much processor time goes."""
        wanted = [code for code in dict.fromkeys(codes) if code not in self.known]
        try:
            with _clock.limited(seconds, processor=True):
                batches = self._batches() if len(wanted) >= WORTH_COMPILING else None
                for code in wanted:
                    _clock.tick()
                    self.known[code] = self._alone(code) if batches is None else self._of(batches, code)
        except _clock.OutOfTime:
            _clock.tick()  # raises if it is the caller's time that has run out

    def _batches(self) -> Batches | None:
        if self.problem.space.by_number:
            return None
        asked = self.options
        try:
            units = AtlasUnits.checked(
                self.problem, asked["semantics"], asked["loss"], asked["chart"], asked["prior_concentration"]
            )
        except ProblemError:  # in some charts single codes have a λ, and there is no search over codes
            return None
        return Batches(units) if units.problem == self.problem and Batches.can(units) else None

    def _of(self, batches: Batches, code: Code) -> Known:
        row = next(iter(batches.below(code)))
        return Known(row.value, row.multiplicity)

    def _alone(self, code: Code) -> Known | None:
        try:
            found = learning_coefficient(self.problem, machine_of(self.problem, code), **self.options)
        except BudgetError:
            return None
        return Known(found.value, found.whole_multiplicity)
