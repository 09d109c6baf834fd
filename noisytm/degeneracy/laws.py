"""What takes the place of a learning coefficient where a parametrisation has none: the law of E[nK], exactly."""

from __future__ import annotations

import os
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

from noisytm._checks import flag, instances, memory_of
from noisytm._digits import fraction_text
from noisytm._partial import ENDED, carrying
from noisytm._records import Kind, provenance
from noisytm._summary import Grid, Summary, label_of, number, times
from noisytm._timed import Timed, timed
from noisytm._version import __version__
from noisytm.degeneracy.certificate import Certificate, read_record
from noisytm.degeneracy.counting import DescriptionLength, keys_asked, length_of, loss_factor, used_entries
from noisytm.degeneracy.form import BOUND
from noisytm.degeneracy.oracle import Oracle
from noisytm.degeneracy.pictures import cost_map
from noisytm.degeneracy.program import QuadraticPlanes
from noisytm.errors import FormatError, ProblemError
from noisytm.geometry import CHARTS, Place, checked_concentration, options_json, units, weights
from noisytm.losses import checked_loss
from noisytm.machine import Description
from noisytm.problem import SynthesisProblem
from noisytm.relaxation.semantics import Semantics, checked_semantics
from noisytm.show.curves import save_heat_map


@dataclass(frozen=True)
class LeadingLaw(Timed):
    """There is no learning coefficient: E[nK] grows like c times a function of n.

    Attributes
    ----------
    growth : str
        How E[nK] grows, as in "log n".
    c : Fraction
        lim E[nK] / growth.
    description_length : DescriptionLength
        Used and listed tuples, used bits.
    certificate : Certificate
        Proof of c, its ``value``.
    iterations : int
        Programs solved.
    seconds, compile_seconds : float
        Wall-clock time taken: without compiling, and compiling.
    version : str
        Version of noisytm.
    """

    growth: str
    c: Fraction
    description_length: DescriptionLength
    certificate: Certificate
    iterations: int
    version: str
    kind: ClassVar[Kind] = BOUND

    @property
    def problem(self) -> SynthesisProblem:
        """The problem."""
        return self.certificate.problem

    @property
    def machine(self) -> Description:
        """The machine."""
        return self.certificate.machine

    @property
    def used_tuples(self) -> tuple[Place, ...]:
        """The used tuples in listed order: their (symbol, state), or their numbers if keys err or are repeated."""
        return checked_semantics(self.certificate.semantics).used_keys(self.problem, self.certificate.face)

    def _summary(self) -> Summary:
        proof, names = self.certificate, self.certificate.coordinates
        rows = ((times((names[j], k) for j, k in row.syndrome), number(row.weight)) for row in proof.dual)
        return Summary(
            f"no learning coefficient: E[nK] grows like {number(self.c)} {self.growth}, at {label_of(self.machine)};"
            f" {units(proof.semantics, proof.loss, proof.chart, proof.prior_concentration)}",
            {"growth": self.growth, "c": self.c},
            Grid(("fatal syndrome that proves it", "weight"), rows, len(proof.dual), "syndromes"),
        )

    def plot(self, path: str | os.PathLike[str] | None = None) -> Any:
        """Draw the costs v of the errors over the table, ``.svg`` or ``.png``: the point at which c is attained.

        Return the figure; it is written to a file where there is a path.

        Raises
        ------
        ProblemError
            If the machine lists no tuples.
        FormatError
            If the path has another ending, or cannot be written.
        NoisytmError
            If matplotlib is not installed.
        """
        return save_heat_map(cost_map(self.certificate, self.used_tuples), path)

    def to_json(self) -> dict[str, Any]:
        """Return everything as the JSON object that ``noisytm verify`` reads; fractions are strings."""
        proof = self.certificate
        options = {
            **options_json(proof.semantics, proof.loss, proof.chart, proof.prior_concentration),
            **keys_asked(self.problem.space),
        }
        body = {
            "machine": self.machine.to_json(),
            **proof.face.to_json(),
            "problem": self.problem.to_json(self.machine),
            **options,
            "dimension": len(proof.primal),
            **used_entries(self.problem.space, self.machine, self.used_tuples),
            "description_length": self.description_length.to_json(),
            "learning_coefficient": None,
            "multiplicity": None,
            "law": {"growth": self.growth, "c": fraction_text(self.c)},
            "certificate": proof.to_json(),
            "iterations": self.iterations,
        }
        header = provenance(self.machine.key, self.problem.key, options, version=self.version)
        return self.kind.tagged(header, body, self.times())

    @classmethod
    def _of_record(cls, record: dict[str, Any], number: int) -> LeadingLaw:
        if "complete" in record:
            raise FormatError("bound record is not complete; read it with PartialCoefficient.from_json")
        if "law" not in record:
            raise FormatError("bound record has no law; read it with LearningCoefficient.from_json")
        certificate = read_record(record)
        return cls(
            record["law"]["growth"],
            certificate.value,
            DescriptionLength(**record["description_length"]),
            certificate,
            record.get("iterations", 0),
            record["version"],
        )


@timed
def leading_law(
    problem: SynthesisProblem,
    machine: Description,
    *,
    chart: str,
    semantics: str | Semantics = "pseudo-utm",
    loss: str = "log",
    prior_concentration: Any = 1,
    memory: int | None = None,
    progress: bool = False,
) -> LeadingLaw:
    """Compute how E[nK] grows at a code where the chart has no learning coefficient, with a certificate.

    With normal logits of standard deviation σ, −log ∫ e^{−nK} = (log n)² Q/2σ² (1 + o(1)) and E[nK] ~ (Q/σ²) log n, Q
    the least Σ (Σ v² − (Σ v)²/k) over the v ≥ 0 with α·v ≥ 1 for every fatal syndrome α (docs/parametrisations.md).

    Parameters
    ----------
    problem : SynthesisProblem
        The problem.
    machine : TuringMachine or Description
        A machine, or list of tuples, that solves it.
    chart : str
        A chart without learning coefficients, such as ``softmax:gaussian=1``.
    semantics, loss, memory, progress
        As of `learning_coefficient`; for the brier loss c is a quarter.
    prior_concentration : 1
        The prior is that of the logits; another is refused.

    Raises
    ------
    ProblemError
        If an option is unknown, the chart has learning coefficients, or the machine does not solve the problem.
    MachineError
        If the machine is not in the problem's code space.
    BudgetError
        If the rounds, the time or the memory run out.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library, words
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, inputs=words("AB", 2), steps=4)
    >>> law = leading_law(problem, machine, chart="softmax:gaussian=1")
    >>> law.growth, law.c
    ('log n', Fraction(161, 54))
    >>> law.certificate.verify()
    """
    instances(problem=(problem, SynthesisProblem), machine=(machine, Description))
    checked_loss(loss)
    kind = CHARTS.named(chart)
    if not kind.growth:
        raise ProblemError(f"the chart {kind.name} has learning coefficients; ask learning_coefficient, and no law")
    oracle = Oracle(problem, machine, semantics, chart, memory_of(memory))
    concentration = checked_concentration(prior_concentration)
    weights(concentration, oracle.chart)
    used = oracle.semantics.used_keys(problem, oracle.chart.face)
    search = QuadraticPlanes(oracle, oracle.chart.joined, flag("progress", progress))
    unit = oracle.chart.law_factor * loss_factor(loss) ** 2
    try:
        solution = search.least()
    except ENDED as error:
        raise carrying(error, None, f"; found so far: c >= {fraction_text(search.at_least * unit)}") from None
    c = solution.value * unit
    certificate = Certificate(
        problem,
        oracle.chart.face,
        oracle.semantics.name,
        loss,
        oracle.chart.name,
        concentration,
        c,
        solution.primal.fractions(),
        search.proofs(solution.dual),
    )
    return LeadingLaw(kind.growth, c, length_of(problem, used), certificate, search.iterations, __version__)
