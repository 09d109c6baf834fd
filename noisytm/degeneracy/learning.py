"""The exact learning coefficient of a code, by cutting planes with the min-plus oracle."""

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
from noisytm.degeneracy.certificate import Certificate, positive_on, read_record, written_multiplicity
from noisytm.degeneracy.counting import (
    Bounds,
    DescriptionLength,
    bounds_of,
    keys_asked,
    length_of,
    loss_factor,
    used_bound,
    used_entries,
)
from noisytm.degeneracy.explanation import cells_of, cost_table
from noisytm.degeneracy.finite_precision import FinitePrecision
from noisytm.degeneracy.form import BOUND
from noisytm.degeneracy.grids import body_of, read_body
from noisytm.degeneracy.oracle import Oracle
from noisytm.degeneracy.pictures import cost_map
from noisytm.degeneracy.program import CertifiedInterval, CuttingPlanes
from noisytm.errors import CertificateError, FormatError, ProblemError
from noisytm.geometry import (
    CHARTS,
    BitFace,
    Concentration,
    Face,
    Place,
    asked,
    checked_concentration,
    options_json,
    units,
    weights,
)
from noisytm.losses import checked_loss
from noisytm.machine import Description
from noisytm.problem import SynthesisProblem
from noisytm.relaxation.semantics import Semantics, checked_semantics
from noisytm.show.curves import HeatMap, save_heat_map

CELLS_SHOWN = 40


@dataclass(frozen=True)
class LearningCoefficient(Timed):
    """An exact learning coefficient with its proof.

    Attributes
    ----------
    problem, semantics, loss, chart, prior_concentration
        What was asked.
    face : Face or BitFace
        The point: the smallest face that contains it; as the chart takes it.
    value : Fraction
        λ.
    multiplicity : int or Fraction
        m; a half only in a chart of squared logits.
    bounds : Bounds
        fatal alone ≤ λ ≤ used tuples ≤ dimension, in the units of ``value``.
    description_length : DescriptionLength
        Used and listed tuples, used bits.
    certificate : Certificate
        Proof of the value and the multiplicity.
    iterations : int
        Linear programs solved.
    seconds, compile_seconds : float
        Wall-clock time taken: without compiling, and compiling.
    version : str
        Version of noisytm.
    precision : FinitePrecision, optional
        Λ(s) at the same point, where it was asked for too.
    """

    problem: SynthesisProblem
    face: Face | BitFace
    semantics: str
    loss: str
    chart: str
    prior_concentration: Concentration
    value: Fraction
    multiplicity: int | Fraction
    bounds: Bounds
    description_length: DescriptionLength
    certificate: Certificate
    iterations: int
    version: str
    precision: FinitePrecision | None = None
    kind: ClassVar[Kind] = BOUND

    def _summary(self) -> Summary:
        chain, point = self.bounds, "" if self.face.is_code else f" with {len(self.face.free):,} free"
        names, proof = self.certificate.coordinates, self.certificate.dual
        rows = ((times((names[j], k) for j, k in row.syndrome), number(row.weight)) for row in proof)
        return Summary(
            f"λ = {number(self.value)}, m = {number(self.multiplicity)} of {label_of(self.machine)}{point};"
            f" {units(self.semantics, self.loss, self.chart, self.prior_concentration)}",
            {
                "learning coefficient": self.value,
                "multiplicity": self.multiplicity,
                "bounds": f"{number(chain.fatal_alone)} (fatal alone) ≤ λ ≤ {number(chain.used_tuples)} (used tuples)"
                f" ≤ {number(chain.dimension)} (dimension)",
                **asked(self.semantics, self.loss, self.chart, self.prior_concentration),
            },
            Grid(("fatal syndrome that proves it", "weight"), rows, len(proof), "syndromes"),
        )

    def _repr_html_(self) -> str:
        form = super()._repr_html_() or ""
        if self.problem.space.tuples > CELLS_SHOWN:
            return form
        try:
            cells = cells_of(self.certificate, self.used_tuples)
        except CertificateError:  # of a record that says something else than its proof
            return form
        return form.removesuffix("</div>") + cost_table(self.machine, cells) + "</div>"

    @property
    def machine(self) -> Description:
        """The machine, or that at a vertex of the face."""
        return self.face.machine

    @property
    def whole_multiplicity(self) -> int:
        """M where it is whole, as in tables.

        Raises
        ------
        ProblemError
            If it is a half, as in charts of squared logits it may be.
        """
        if isinstance(self.multiplicity, int):
            return self.multiplicity
        raise ProblemError(
            f"the multiplicity is {self.multiplicity} in the {self.chart} chart; tables hold whole ones: ask for one"
            " learning coefficient"
        )

    @property
    def used_tuples(self) -> tuple[Place, ...]:
        """The used tuples in listed order: their (symbol, state), or their numbers if keys err or are repeated."""
        return checked_semantics(self.semantics).used_keys(self.problem, self.face)

    def plot(self, path: str | os.PathLike[str] | None = None) -> Any:
        """Draw the costs v of the errors over the table, ``.svg`` or ``.png``: the point at which λ is attained.

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
        return save_heat_map(self.cost_map(), path)

    def cost_map(self) -> HeatMap:
        """Return what the picture shows: a row for each tuple, a column for each entry."""
        return cost_map(self.certificate, self.used_tuples)

    def to_json(self) -> dict[str, Any]:
        """Return everything as the JSON object that ``noisytm verify`` reads; fractions are strings."""
        options = {
            **options_json(self.semantics, self.loss, self.chart, self.prior_concentration),
            **keys_asked(self.problem.space),
        }
        body = {
            "machine": self.machine.to_json(),
            **self.face.to_json(),
            "problem": self.problem.to_json(self.machine),
            **options,
            "dimension": len(self.certificate.primal),
            **used_entries(self.problem.space, self.machine, self.used_tuples),
            "description_length": self.description_length.to_json(),
            "bounds": self.bounds.to_json(),
            "learning_coefficient": fraction_text(self.value),
            "multiplicity": written_multiplicity(self.multiplicity),
            "certificate": self.certificate.to_json(),
            "iterations": self.iterations,
        }
        if self.precision is not None:
            body["precision"] = body_of(self.precision.certificate)
        return self.kind.tagged(
            provenance(self.machine.key, self.problem.key, options, version=self.version), body, self.times()
        )

    @classmethod
    def _of_record(cls, record: dict[str, Any], number: int) -> LearningCoefficient:
        if "complete" in record:
            raise FormatError("bound record is not complete; read it with PartialCoefficient.from_json")
        if "law" in record:
            raise FormatError("bound record is of a law of E[nK]; read it with LeadingLaw.from_json")
        certificate, version = read_record(record), record.get("version", "0.1")
        curve = None
        if "precision" in record:
            curve = FinitePrecision(read_body(record["precision"], certificate), version)
        return cls(
            problem=certificate.problem,
            face=certificate.face,
            semantics=certificate.semantics,
            loss=certificate.loss,
            chart=certificate.chart,
            prior_concentration=certificate.prior_concentration,
            value=certificate.value,
            multiplicity=record["multiplicity"] if certificate.multiplicity is None else certificate.multiplicity,
            bounds=Bounds(**{name: Fraction(x) for name, x in record["bounds"].items()}),
            description_length=DescriptionLength(**record["description_length"]),
            certificate=certificate,
            iterations=record.get("iterations", 0),
            version=version,
            precision=curve,
        )


@timed
def learning_coefficient(
    problem: SynthesisProblem,
    point: Any,
    *,
    semantics: str | Semantics = "pseudo-utm",
    loss: str = "log",
    chart: str = "simplex",
    prior_concentration: Any = 1,
    memory: int | None = None,
    progress: bool = False,
) -> LearningCoefficient:
    """Compute the exact learning coefficient and multiplicity at a zero of the loss, with a certificate.

    λ_log = min {Σ γ_i v_i : v ≥ 0, α·v ≥ 1 for every fatal syndrome α}, m = 1 + dim of the optimal face; the rows
    come from the min-plus oracle, which also proves that none is missing (docs/theory.md, sections 5 to 7).

    Parameters
    ----------
    problem : SynthesisProblem
        The problem.
    point : TuringMachine, Face, BitFace, or array_like of float of shape (N, S + |Q| + 3)
        A machine that solves it; or a face on which every code does, with the learning coefficient of its inner
        points; or a noisy code, of which only the support matters.
    semantics : str or Semantics
        How the step is relaxed: a name, or the object.
    loss : {"log", "brier"}
        The loss; λ_brier = λ_log / 2, the multiplicity is the same.
    chart : str
        The coordinates of code space: ``simplex``, ``bits``, ``sphere``, or a parametrisation such as ``product:3``
        (docs/parametrisations.md). ``bits``: digits of the entries, in standard binary unless the point is a
        `BitFace`. ``sphere``: square roots of probabilities, with their uniform measure; λ_sphere = λ_simplex / 2.
    prior_concentration : number, str or mapping
        Concentration γ > 0 of the Dirichlet prior on every distribution (bits: of the beta prior on every digit). A
        mapping gives one to ``"write"``, ``"next"``, ``"move"``, or to the distribution (symbol, state, kind); the more
        specific wins, the others have 1. The sphere chart allows 1 only.
    memory : int, optional
        Bytes that the oracle may take; at most what there is; by default half of what is available.
    progress : bool
        Show the rounds, and the bounds found so far, on a terminal once they take longer than a second.

    Raises
    ------
    ProblemError
        If an option is unknown, or some rejected outcome has positive probability at the point.
    MachineError
        If the point is not in the problem's code space.
    BudgetError
        If the rounds or the memory run out; ``partial`` is the `CertifiedInterval` found so far.
    Interrupted
        On an interrupt from the keyboard, which it is, a `KeyboardInterrupt`; with the same ``partial``.

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
    instances(problem=(problem, SynthesisProblem), point=(point, object))
    checked_loss(loss)
    progress = flag("progress", progress)
    concentration = checked_concentration(prior_concentration)
    memory, search = memory_of(memory), None
    try:
        CHARTS.named(chart).require_coefficient()
        oracle = Oracle(problem, point, semantics, chart, memory)
        gamma = weights(concentration, oracle.chart)
        used = oracle.semantics.used_keys(problem, oracle.chart.face)
        search = CuttingPlanes(oracle, progress, gamma)
        solution = search.run()
        value, dual = solution.value, search.proofs(solution.dual)
        proof = search.face_proof(solution)
        positive = positive_on(solution.primal.fractions(), proof.points)
        multiplicity = oracle.chart.multiplicity(len(proof.points), positive)
        chain = bounds_of(oracle, loss, gamma, used)
    except ENDED as error:
        found = CertifiedInterval(Fraction(0), None)
        if search is not None:
            found = search.interval().scaled(loss_factor(loss)).below(used_bound(oracle, loss, gamma, used))
        raise carrying(error, found) from None
    face, chart, primal = oracle.chart.face, oracle.chart.name, solution.primal.fractions()
    return LearningCoefficient(
        problem=problem,
        face=face,
        semantics=oracle.semantics.name,
        loss=loss,
        chart=chart,
        prior_concentration=concentration,
        value=value * loss_factor(loss),
        multiplicity=multiplicity,
        bounds=chain,
        description_length=length_of(problem, used),
        certificate=Certificate(
            problem,
            face,
            oracle.semantics.name,
            loss,
            chart,
            concentration,
            value * loss_factor(loss),
            primal,
            dual,
            multiplicity,
            proof,
        ),
        iterations=search.iterations,
        version=__version__,
    )
