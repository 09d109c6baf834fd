"""The exact learning coefficient of a code, by cutting planes with the min-plus oracle."""

from __future__ import annotations

import time
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import noisytm
from noisytm.degeneracy.certificate import Certificate
from noisytm.degeneracy.counting import (
    Bounds,
    DescriptionLength,
    bounds,
    checked_concentration,
    description_length,
    loss_factor,
    used_keys,
)
from noisytm.degeneracy.cutting import CuttingPlanes
from noisytm.degeneracy.oracle import Oracle
from noisytm.errors import BudgetError, ProblemError
from noisytm.machine import TuringMachine, shown
from noisytm.problem import SynthesisProblem
from noisytm.relaxation.evaluation import checked_loss
from noisytm.relaxation.semantics import checked_semantics

CHARTS = ("simplex",)


@dataclass(frozen=True)
class LearningCoefficient:
    """An exact learning coefficient with its proof.

    Attributes
    ----------
    problem, machine, semantics, loss, chart, prior_concentration
        What was asked.
    value : Fraction
        λ.
    multiplicity : int
        m.
    bounds : Bounds
        fatal alone ≤ λ ≤ used tuples ≤ dimension, in the units of ``value``.
    description_length : DescriptionLength
        Used and listed tuples, used bits.
    certificate : Certificate
        Proof of the value for the log loss.
    iterations : int
        Linear programs solved.
    seconds : float
        Wall-clock time taken.
    version : str
        Version of noisytm.
    """

    problem: SynthesisProblem
    machine: TuringMachine
    semantics: str
    loss: str
    chart: str
    prior_concentration: Fraction
    value: Fraction
    multiplicity: int
    bounds: Bounds
    description_length: DescriptionLength
    certificate: Certificate
    iterations: int
    seconds: float
    version: str

    def to_json(self) -> dict[str, Any]:
        """Return everything as the JSON object that ``noisytm verify`` reads; fractions are strings."""
        used = set(used_keys(self.problem, self.machine))
        return {
            "machine": self.machine.to_json(),
            "machine_key": self.machine.key,
            "problem": self.problem.to_json(self.machine),
            "semantics": self.semantics,
            "loss": self.loss,
            "chart": self.chart,
            "prior_concentration": str(self.prior_concentration),
            "dimension": self.problem.space.dimension,
            "used_tuples": [list(k) for k in self.machine.keys if k in used],
            "unused_tuples": [list(k) for k in self.machine.keys if k not in used],
            "description_length": self.description_length.to_json(),
            "bounds": self.bounds.to_json(),
            "learning_coefficient": str(self.value),
            "multiplicity": self.multiplicity,
            "certificate": self.certificate.to_json(),
            "iterations": self.iterations,
            "seconds": self.seconds,
            "version": self.version,
        }


def learning_coefficient(
    problem: SynthesisProblem,
    machine: TuringMachine,
    *,
    semantics: str = "pseudo-utm",
    loss: str = "log",
    chart: str = "simplex",
    prior_concentration: Any = 1,
    progress: bool = False,
) -> LearningCoefficient:
    """Compute the exact learning coefficient and multiplicity of a code, with a certificate.

    λ_log = min {γ Σ v_i : v ≥ 0, α·v ≥ 1 for every fatal syndrome α}, m = 1 + dim of the optimal face; the rows
    come from the min-plus oracle, which also proves that none is missing (docs/theory.md, sections 5 to 7).

    Parameters
    ----------
    problem : SynthesisProblem
        The problem.
    machine : TuringMachine
        A machine that solves it.
    semantics : {"pseudo-utm", "mean-field"}
        How the step is relaxed.
    loss : {"log", "brier"}
        The loss; λ_brier = λ_log / 2, the multiplicity is the same.
    chart : {"simplex"}
        The coordinates of code space.
    prior_concentration : int, float, str or Fraction
        Concentration γ > 0 of the Dirichlet prior on every distribution.
    progress : bool
        Show the rounds, and the bounds found so far, on a terminal once they take longer than a second.

    Raises
    ------
    ProblemError
        If an option is unknown or the machine does not solve the problem.
    MachineError
        If the machine is not in the problem's code space.
    BudgetError
        If the rounds or the memory run out; ``partial`` is the `CertifiedInterval` found so far.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, learning_coefficient, library, words
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, inputs=words("AB", 2), steps=4)
    >>> result = learning_coefficient(problem, machine)
    >>> result.value, result.multiplicity
    (Fraction(29, 3), 1)
    >>> result.certificate.verify()
    """
    began = time.perf_counter()
    checked_semantics(semantics)
    checked_loss(loss)
    if chart not in CHARTS:
        raise ProblemError(f"chart is {shown(chart)}; it must be one of {', '.join(CHARTS)}")
    gamma = checked_concentration(prior_concentration)
    oracle = Oracle(problem, machine, semantics)
    search = CuttingPlanes(oracle, progress, [gamma] * oracle.dimension)
    chain = bounds(problem, machine, semantics=semantics, loss=loss, prior_concentration=gamma)
    try:
        solution = search.run()
        value, dual = solution.value, search.proofs(solution)
        multiplicity = 1 + search.face_dimension(solution)
    except BudgetError as error:
        found = search.interval().scaled(loss_factor(loss)).below(chain.used_tuples)
        raise BudgetError(str(error), partial=found) from None
    certificate = Certificate(problem, machine, semantics, gamma, value, solution.primal.fractions(), dual)
    return LearningCoefficient(
        problem=problem,
        machine=machine,
        semantics=semantics,
        loss=loss,
        chart=chart,
        prior_concentration=gamma,
        value=value * loss_factor(loss),
        multiplicity=multiplicity,
        bounds=chain,
        description_length=description_length(problem, machine),
        certificate=certificate,
        iterations=search.iterations,
        seconds=time.perf_counter() - began,
        version=noisytm.__version__,
    )
