"""Learning coefficients and bounds of one code over semantics, charts and losses, side by side."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import product
from typing import Any, ClassVar

from noisytm import _clock, _progress
from noisytm._checks import flag, instances, memory_of, some
from noisytm._digits import fraction_text
from noisytm._partial import ENDED, carrying
from noisytm._records import Kind, provenance
from noisytm._summary import Described, Grid, Summary, count, label_of, number
from noisytm._timed import Timed, timed
from noisytm._version import __version__
from noisytm.degeneracy.counting import Bounds, DescriptionLength, description_length, keys_asked, loss_factor
from noisytm.degeneracy.form import SURVEY
from noisytm.degeneracy.learning import learning_coefficient
from noisytm.degeneracy.padded import PaddedCode
from noisytm.degeneracy.program import CertifiedInterval
from noisytm.degeneracy.syndromes import Correction, correction
from noisytm.errors import BudgetError, FormatError, ProblemError
from noisytm.geometry import (
    CHARTS,
    Concentration,
    Face,
    chart_at,
    checked_chart,
    checked_concentration,
    concentration_json,
)
from noisytm.losses import LOSSES, checked_loss
from noisytm.machine import Description, listed_from_json
from noisytm.problem import SynthesisProblem
from noisytm.relaxation.semantics import SEMANTICS, Semantics, checked_semantics

# What stands above the rows is found out however little time there is.
SECONDS_TO_CHECK = 1.0


@dataclass(frozen=True)
class Coefficient(Described):
    """λ and m, or what is certain of λ where a budget ran out.

    Attributes
    ----------
    interval : CertifiedInterval
        Where λ is; both ends are λ if it is known.
    multiplicity : int or None
        m; ``None`` if λ is not known.
    bounds : Bounds or None
        The chain around λ; ``None`` if λ is not known.
    """

    interval: CertifiedInterval
    multiplicity: int | None
    bounds: Bounds | None

    @property
    def value(self) -> Fraction | None:
        """λ, or ``None``."""
        return None if self.multiplicity is None else self.interval.lower

    def _summary(self) -> Summary:
        return Summary(self.brief())

    def brief(self) -> str:
        """Return λ and m, or where λ is, as text."""
        if self.multiplicity is None:
            return self.interval.brief()
        return f"λ = {number(self.interval.lower)}, m = {number(self.multiplicity)}"

    def scaled(self, factor: Fraction) -> Coefficient:
        """Return the same in another unit."""
        chain = self.bounds
        if chain is not None:
            chain = Bounds(chain.fatal_alone * factor, chain.used_tuples * factor, chain.dimension * factor)
        return Coefficient(self.interval.scaled(factor), self.multiplicity, chain)

    def to_json(self) -> dict[str, Any]:
        """Return λ and m, or the bounds of the interval, as a JSON object; fractions are strings."""
        if self.multiplicity is not None:
            return {"learning_coefficient": fraction_text(self.interval.lower), "multiplicity": self.multiplicity}
        upper = self.interval.upper
        return {
            "at_least": fraction_text(self.interval.lower),
            "at_most": None if upper is None else fraction_text(upper),
        }

    @classmethod
    def of_record(cls, record: Mapping[str, Any]) -> Coefficient:
        """Build it from a record's entries, those of `to_json` with ``bounds``; `FormatError` if they are none."""
        if "bounds" not in record:
            raise FormatError(f"{SURVEY.what}: a row lacks bounds, null where they are not known")
        chain = record["bounds"]
        bounds = None if chain is None else Bounds(**{name: Fraction(x) for name, x in chain.items()})
        if {"learning_coefficient", "multiplicity"} <= record.keys():
            value = Fraction(record["learning_coefficient"])
            return cls(CertifiedInterval(value, value), record["multiplicity"], bounds)
        if not {"at_least", "at_most"} <= record.keys():
            raise FormatError(f"{SURVEY.what}: a row lacks learning_coefficient, multiplicity, or at_least, at_most")
        upper = record["at_most"]
        lower = Fraction(record["at_least"])
        return cls(CertifiedInterval(lower, None if upper is None else Fraction(upper)), None, bounds)


@dataclass(frozen=True)
class SurveyRow(Described):
    """One semantics, chart and loss.

    Attributes
    ----------
    semantics, chart, loss : str
        Which.
    code : Coefficient
        At the code.
    free_unused : Coefficient or None
        At the face on which all entries of unused tuples are free, but for keys that err; ``None`` in older records of
        lists whose keys err or are repeated.
    correction : Correction or None
        How many errors are corrected; ``None`` if a budget ran out.
    correction_bound : Fraction or None
        The bound on λ that follows (Murfet and Troiani).
    """

    semantics: str
    chart: str
    loss: str
    code: Coefficient
    free_unused: Coefficient | None
    correction: Correction | None
    correction_bound: Fraction | None

    def _summary(self) -> Summary:
        return Summary(
            f"{self.semantics}, {self.chart} chart, {self.loss} loss: {self.code.brief()} at the code"
            + ("" if self.free_unused is None else f", {self.free_unused.brief()} with the unused tuples free")
        )

    def to_json(self) -> dict[str, Any]:
        """Return the row as a JSON object; fractions are strings."""
        return {
            "semantics": self.semantics,
            "chart": self.chart,
            "loss": self.loss,
            **_with_bounds(self.code),
            "free_unused": None if self.free_unused is None else _with_bounds(self.free_unused),
            "correction_degree": None if self.correction is None else self.correction.degree,
            "correction_bound": None if self.correction_bound is None else fraction_text(self.correction_bound),
        }

    @classmethod
    def of_record(cls, record: Mapping[str, Any], problem: SynthesisProblem, machine: Description) -> SurveyRow:
        """Build what `to_json` returned, of a machine and a problem."""
        corrected, degree, bound = None, record["correction_degree"], record["correction_bound"]
        if bound is not None:  # where a budget ran out there is none
            chart = chart_at(record["chart"], problem.space, machine)
            least = None if degree is None else (degree + 1) * chart.exponent
            corrected = Correction(record["semantics"], chart, least)
        return cls(
            record["semantics"],
            record["chart"],
            record["loss"],
            Coefficient.of_record(record),
            None if record["free_unused"] is None else Coefficient.of_record(record["free_unused"]),
            corrected,
            None if bound is None else Fraction(bound),
        )


def _with_bounds(coefficient: Coefficient) -> dict[str, Any]:
    bounds = coefficient.bounds
    return {**coefficient.to_json(), "bounds": None if bounds is None else bounds.to_json()}


@dataclass(frozen=True)
class Survey(Timed):
    """All rows for one code.

    Attributes
    ----------
    problem, machine, prior_concentration
        What was asked.
    description_length : DescriptionLength
        Used and listed tuples, used bits.
    rows : tuple of SurveyRow
        By semantics, chart, loss.
    version : str
        Version of noisytm.
    padding : tuple of PaddedCode
        A padding table of the same code, if one goes with it.
    ended_early : bool
        Whether rows, or lines of the padding table, are missing: the time ran out, or it was interrupted.
    """

    problem: SynthesisProblem
    machine: Description
    prior_concentration: Concentration
    description_length: DescriptionLength
    rows: tuple[SurveyRow, ...]
    version: str
    padding: tuple[PaddedCode, ...] = ()
    ended_early: bool = field(default=False, compare=False)
    kind: ClassVar[Kind] = SURVEY

    def _summary(self) -> Summary:
        free = (("not defined" if x.free_unused is None else x.free_unused.brief()) for x in self.rows)
        rows = ((x.semantics, x.chart, x.loss, x.code.brief(), y) for x, y in zip(self.rows, free, strict=True))
        over = {name: len({getattr(row, name) for row in self.rows}) for name in ("semantics", "chart", "loss")}
        unfinished = "" if self.complete else ", not all complete"
        return Summary(
            f"{count(len(self.rows), 'row')} of {label_of(self.machine)}{unfinished}: {over['semantics']} semantics,"
            f" {count(over['chart'], 'chart')}, {over['loss']} loss{'es' if over['loss'] > 1 else ''}",
            {"used tuples": self.description_length.used_tuples, "used bits": self.description_length.bits},
            Grid(("semantics", "chart", "loss", "at the code", "unused tuples free"), rows, len(self.rows)),
        )

    @property
    def complete(self) -> bool:
        """Whether all rows are there and no budget ran out."""
        known = all(None not in (row.code.value, row.correction) for row in self.rows)
        known = known and all(row.free_unused is None or row.free_unused.value is not None for row in self.rows)
        return known and not self.ended_early

    def to_json(self) -> dict[str, Any]:
        """Return everything as a JSON object; fractions are strings."""
        options = {
            "prior_concentration": concentration_json(self.prior_concentration),
            **keys_asked(self.problem.space),
        }
        body = {
            "machine": self.machine.to_json(),
            "problem": self.problem.to_json(self.machine),
            **options,
            "description_length": self.description_length.to_json(),
            "rows": [row.to_json() for row in self.rows],
            "padding": [line.row() for line in self.padding],
            "complete": self.complete,
        }
        return self.kind.tagged(
            provenance(self.machine.key, self.problem.key, options, version=self.version), body, self.times()
        )

    @classmethod
    def _of_record(cls, record: dict[str, Any], number: int) -> Survey:
        machine = listed_from_json(record["machine"])
        problem = SynthesisProblem.from_json(record["problem"])
        found = cls(
            problem,
            machine,
            checked_concentration(record["prior_concentration"]),
            DescriptionLength(**record["description_length"]),
            tuple(SurveyRow.of_record(row, problem, machine) for row in record["rows"]),
            record["version"],
            tuple(PaddedCode.of_record(line, machine) for line in record["padding"]),
        )
        return replace(found, ended_early=found.complete and record["complete"] is False)


@timed
def survey(
    problem: SynthesisProblem,
    machine: Description,
    *,
    semantics: Sequence[str | Semantics] | None = None,
    charts: Sequence[str] | None = None,
    losses: Iterable[str] | None = None,
    prior_concentration: Any = 1,
    memory: int | None = None,
    progress: bool = False,
) -> Survey:
    """Compute λ, m and the bounds of a code for each semantics, chart and loss.

    λ is computed for the log loss; for brier everything is half of it (docs/theory.md, theorem 5.1). Where a budget
    runs out the row has a certified interval instead, and the others are computed all the same while there is time.

    Parameters
    ----------
    problem : SynthesisProblem
        The problem.
    machine : TuringMachine or Description
        A machine, or list of tuples, that solves it.
    semantics, charts, losses : iterables of str
        What to compare; by default all of each that the keys allow, but the sphere chart only at concentration 1.
    prior_concentration, memory, progress
        As of `learning_coefficient`.

    Raises
    ------
    ProblemError, MachineError
        As `learning_coefficient` does.
    BudgetError, Interrupted
        If the time runs out between rows, or on an interrupt; ``partial`` is the survey of the rows that were done.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library, words
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, inputs=words("AB", 2), steps=4)
    >>> rows = survey(problem, machine, losses=["log"], charts=["simplex"]).rows
    >>> [(row.semantics, str(row.code.value), row.code.multiplicity) for row in rows]
    [('mean-field', '10', 2), ('pseudo-utm', '29/3', 1), ('annealed', '10', 3), ('quenched', '10', 2)]
    """
    instances(problem=(problem, SynthesisProblem), machine=(machine, Description))
    concentration = checked_concentration(prior_concentration)
    memory, progress = memory_of(memory), flag("progress", progress)
    losses = [checked_loss(one) for one in some("losses", LOSSES if losses is None else losses, ProblemError)]
    if semantics is None:
        semantics = [one for one in SEMANTICS.values() if one.reads(problem.readout) and one.knows(problem.space)]
    kinds = [checked_semantics(one) for one in some("semantics", semantics, ProblemError)]
    if charts is None:
        usual = [name for name, chart in CHARTS.items() if concentration == 1 or not chart.own_measure]
        usual = [name for name in usual if CHARTS.named(name).by_number or not problem.space.by_number]
        pairs = [(kind, chart) for kind in kinds for chart in usual if kind.charts is None or chart in kind.charts]
    else:
        pairs = list(product(kinds, map(checked_chart, some("charts", charts, ProblemError))))
    options: dict[str, Any] = {"prior_concentration": concentration, "memory": memory, "progress": progress}
    with _clock.at_least(SECONDS_TO_CHECK):
        length = description_length(problem, machine)
    rows: tuple[SurveyRow, ...] = ()
    try:
        with _progress.counted("rows", len(pairs) * len(losses), what="survey", show=progress) as bar:
            for kind, chart in pairs:
                _clock.tick()
                rows += tuple(_rows(problem, machine, kind.name, chart, losses, options))
                bar.to(len(rows))
    except ENDED as error:
        part = Survey(problem, machine, concentration, length, rows, __version__, ended_early=True)
        raise carrying(error, part) from None
    return Survey(problem, machine, concentration, length, rows, __version__)


def _rows(
    problem: SynthesisProblem, machine: Description, semantics: str, chart: str, losses: Sequence[str], options: Any
) -> Iterator[SurveyRow]:
    options = {"semantics": semantics, "chart": chart, **options}
    code = coefficient_or_interval(problem, machine, options)
    face = coefficient_or_interval(problem, Face.with_free_unused(problem, machine), options)
    corrected: Correction | None = None
    with contextlib.suppress(BudgetError):
        corrected = correction(problem, machine, semantics=semantics, chart=chart)
    for loss in losses:
        bound = (
            None
            if corrected is None
            else corrected.bound(loss=loss, prior_concentration=options["prior_concentration"])
        )
        factor = loss_factor(loss)
        yield SurveyRow(semantics, chart, loss, code.scaled(factor), face.scaled(factor), corrected, bound)


def coefficient_or_interval(problem: SynthesisProblem, point: Any, options: dict[str, Any]) -> Coefficient:
    """Return λ, m and the bounds for the log loss, or what is certain of λ where a budget runs out."""
    try:
        found = learning_coefficient(problem, point, **options)
    except BudgetError as error:
        known = isinstance(error.partial, CertifiedInterval)
        return Coefficient(error.partial if known else CertifiedInterval(Fraction(0), None), None, None)
    return Coefficient(CertifiedInterval(found.value, found.value), found.whole_multiplicity, found.bounds)
