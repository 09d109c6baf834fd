"""The exact learning coefficient of a code, by cutting planes with the min-plus oracle."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tqdm import tqdm

import noisytm
from noisytm.degeneracy.certificate import Certificate, FatalSyndrome
from noisytm.degeneracy.counting import (
    Bounds,
    DescriptionLength,
    bounds,
    checked_concentration,
    description_length,
    loss_factor,
    used_keys,
)
from noisytm.degeneracy.cover import Cover, CoverSolution, cost
from noisytm.degeneracy.face import Face, optimal_face, room
from noisytm.degeneracy.oracle import Oracle, Syndrome, integer_costs, lexicographic, room_for_counts
from noisytm.errors import BudgetError, ProblemError
from noisytm.machine import TuringMachine, shown
from noisytm.problem import SynthesisProblem
from noisytm.relaxation.evaluation import checked_loss
from noisytm.relaxation.semantics import checked_semantics

CHARTS = ("simplex",)
GRID = 1 << 24
MAX_ROUNDS = 10_000


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
        If the rounds run out; ``partial`` is the best lower bound found.

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
    search = CuttingPlanes(Oracle(problem, machine, semantics), progress)
    plain = search.run()
    # γ only scales the value and the dual weights; to solve with γ = 1 keeps floating point in its range
    solution = CoverSolution(gamma * plain.value, plain.primal, {i: gamma * y for i, y in plain.dual.items()})
    certificate = Certificate(
        problem, machine, semantics, gamma, solution.value, solution.primal, search.proofs(solution)
    )
    multiplicity = 1 + search.face_dimension(plain)
    return LearningCoefficient(
        problem=problem,
        machine=machine,
        semantics=semantics,
        loss=loss,
        chart=chart,
        prior_concentration=gamma,
        value=solution.value * loss_factor(loss),
        multiplicity=multiplicity,
        bounds=bounds(problem, machine, semantics=semantics, loss=loss, prior_concentration=gamma),
        description_length=description_length(problem, machine),
        certificate=certificate,
        iterations=search.iterations,
        seconds=time.perf_counter() - began,
        version=noisytm.__version__,
    )


class CuttingPlanes:
    """Solve the covering program of all fatal syndromes with the rows an oracle finds violated.

    Parameters
    ----------
    oracle : Oracle
        Finds violated rows.
    progress : bool
        Show the rounds on a terminal.
    """

    def __init__(self, oracle: Oracle, progress: bool = False) -> None:
        self.oracle = oracle
        self._progress = progress
        self.program = Cover([Fraction(1)] * oracle.dimension)
        self.iterations = 0
        self._found_at: dict[Syndrome, tuple[int, ...]] = {}

    def run(self) -> CoverSolution:
        """Return an optimal pair of the whole program."""
        self._cut(lexicographic([0] * self.oracle.dimension), None)
        with tqdm(desc="cutting planes", unit=" rounds", delay=1, leave=False, disable=self._silent) as bar:
            while self.program.rows:
                if self.iterations >= MAX_ROUNDS:
                    raise BudgetError(
                        f"{MAX_ROUNDS} rounds of cutting planes did not suffice; use fewer inputs or steps",
                        partial=f"learning coefficient >= {self.program.solve_exactly().value} (log loss)",
                    )
                self.iterations += 1
                v = self.program.solve()
                bar.set_postfix_str(f"at least {self.program.value:.6g}", refresh=False)
                bar.update()
                if self._cut(*self._on_grid(v.tolist())):
                    continue
                solution = self.program.solve_exactly()
                if self.feasible_or_cut(solution.primal):
                    return solution
        return CoverSolution(Fraction(0), (Fraction(0),) * self.oracle.dimension, {})

    @property
    def _silent(self) -> bool | None:
        return None if self._progress else True  # None: silent unless on a terminal

    @staticmethod
    def _on_grid(v: Sequence[float] | Sequence[Fraction]) -> tuple[list[int], int]:
        """Round v to the grid; return lexicographic costs and the limit below which a row is violated."""
        return lexicographic([round(x * GRID) for x in v]), lexicographic([GRID])[0] - 1

    def _cut(self, costs: Sequence[int], limit: int | None) -> bool:
        """Add the rows that cost less than ``limit``; return whether any was new."""
        new = False
        for answer in self.oracle.answers(costs, limit):
            if self.program.add(answer.syndrome):
                self._found_at[answer.syndrome] = tuple(costs)
                new = True
        return new

    def feasible_or_cut(self, v: Sequence[Fraction]) -> bool:
        """Return whether v satisfies every row of the whole program, exactly; if not, add violated ones."""
        costs, scale = integer_costs(v)
        least = self.oracle.least(costs)
        if least is None or least >= scale:
            return True
        # Where refined costs would not fit, or hide the row, coarser ones may still show a violated one.
        bits = room_for_counts(scale)
        refined = bits > 0 and self._cut(lexicographic(costs, bits), (scale + 1) << bits)
        if not refined and not self._cut(*self._on_grid(v)):
            raise BudgetError(f"a violated row at a v of denominator {scale} is beyond 64-bit costs; use fewer steps")
        return False

    def proofs(self, solution: CoverSolution) -> tuple[FatalSyndrome, ...]:
        """Return the rows with positive weight, each with costs at which the oracle returns it."""
        rows = [(self.program.rows[i], weight) for i, weight in sorted(solution.dual.items())]
        rows.sort(key=lambda pair: (sum(k for _, k in pair[0]), pair[0]))
        return tuple(FatalSyndrome(row, weight, self._proof(row)) for row, weight in rows)

    def _proof(self, row: Syndrome) -> tuple[int, ...]:
        """Return costs of the plainest kind that single out ``row``: 1 for its own errors, too much for others."""
        support = {j for j, _ in row}
        dear = 1 + sum(k for _, k in row)
        plain = tuple(1 if j in support else dear for j in range(self.oracle.dimension))
        answers = self.oracle.answers(plain)
        least = min(answer.cost for answer in answers)
        if next(a.syndrome for a in answers if a.cost == least) == row:
            return plain
        return self._found_at[row]

    def face_dimension(self, solution: CoverSolution) -> int:
        """Return the dimension of the optimal face of the whole program.

        The face of the rows so far contains it. Steps from an inner point along ± every direction of that face
        either are all feasible, so that the two have the same dimension, or give new rows.
        """
        while self.program.rows:
            face = optimal_face(self.program, solution.value)
            if self._contained(face):
                return face.dimension
        return 0

    def _contained(self, face: Face) -> bool:
        contained, rows = True, tuple(self.program.rows)
        for direction in face.directions:
            for signed in (direction, tuple(-b for b in direction)):
                step = room(rows, face, signed)
                point = [p + step * b for p, b in zip(face.point, signed, strict=True)]
                if any(cost(row, point) < 1 for row in self.program.rows) or not self.feasible_or_cut(point):
                    contained = False
        return contained
