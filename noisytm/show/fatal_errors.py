"""Everything about the fatal syndromes of a code in one result, and as a text that can be read without the theory."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from noisytm._layout import fits
from noisytm._partial import ENDED, carrying
from noisytm._records import Kind
from noisytm._summary import Summary
from noisytm._text import shown_list, shown_name
from noisytm._timed import TIMES, Timed, timed
from noisytm.degeneracy import Certificate, leading_law, learning_coefficient
from noisytm.degeneracy.explanation import rows_table, sentence, witness_shown
from noisytm.degeneracy.oracle import Syndrome
from noisytm.degeneracy.syndromes import (
    BrierHessian,
    Correction,
    ErrorGraph,
    Explained,
    FatalSyndromes,
    LeadingPart,
    brier_hessian,
    correction,
    error_graph,
    explained,
    fatal_syndromes,
    leading_part,
    weight,
)
from noisytm.errors import BudgetError, FormatError
from noisytm.geometry import CHARTS, chart_at
from noisytm.machine import Description
from noisytm.problem import SynthesisProblem
from noisytm.relaxation.semantics import Semantics
from noisytm.show.coefficients import headline, in_words, problem_lines
from noisytm.show.explanations import describe_broken

SHOWN_OF_EACH_WEIGHT = 8
TERMS_SHOWN = 12
RUNS_SHOWN = 12


@dataclass(frozen=True)
class SyndromeReport(Timed):
    """The fatal syndromes of a code and what they say.

    Attributes
    ----------
    syndromes : FatalSyndromes
        All minimal ones up to a weight.
    correction : Correction or None
        How many errors are always corrected; ``None``, as of what follows, if it ended before.
    leading_part : LeadingPart or None
        What the probability of a wrong answer looks like near the code.
    hessian : BrierHessian or None
        Second derivatives of the brier loss.
    errors : ErrorGraph or None
        What a few errors lead to; ``None`` if not even runs without errors could all be followed, and in older records
        of lists whose keys err or are repeated.
    explained : tuple of Explained or None
        For each syndrome a run that it breaks; ``None`` if not asked for, or if it ended before.
    left_out : str
        Why something is missing, or ``errors`` follows fewer errors than asked for; empty if all is there.
    """

    syndromes: FatalSyndromes
    correction: Correction | None
    leading_part: LeadingPart | None
    hessian: BrierHessian | None
    errors: ErrorGraph | None
    left_out: str = ""
    explained: tuple[Explained, ...] | None = None
    kind: ClassVar[Kind] = FatalSyndromes.kind

    def _summary(self) -> Summary | None:
        return self.syndromes._summary()

    def plot(self, path: str | os.PathLike[str] | None = None, proof: Certificate | None = None) -> Any:
        """Draw the graph of errors that are fatal together, ``.svg`` or ``.png``: 40 errors at most.

        Return the figure; it is written to a file where there is a path.

        Parameters
        ----------
        path : path, optional
            The file.
        proof : Certificate, optional
            That of the learning coefficient of the same code: its syndromes with the most weight come first. By default
            it is computed, as `proof_of` does.

        Raises
        ------
        ProblemError
            If there is no syndrome, or the proof is of another machine or chart.
        FormatError
            If the path has another ending, or cannot be written.
        NoisytmError
            If matplotlib is not installed.
        """
        return self.syndromes.plot(path, proof_of(self) if proof is None else proof)

    def _repr_html_(self) -> str | None:
        form, found = super()._repr_html_(), self.syndromes
        if form is None or self.explained is None:
            return form
        rows = [
            (weight(syndrome), self._told(syndrome, shown), witness_shown(found.problem, found.machine, shown.witness))
            for syndrome, shown in zip(found.syndromes, self.explained[:RUNS_SHOWN], strict=False)
        ]
        left = len(found.syndromes) - len(rows)
        more = f"; {left} more are not shown" if left else ""
        table = rows_table(rows, f"The runs that syndromes break{more}.")
        return f"{form.removesuffix('</div>')}{table}</div>"

    def _told(self, syndrome: Syndrome, shown: Explained) -> str:
        errors = in_words(syndrome, self.syndromes.coordinates)
        return f"{errors}: {shown.reason}" if shown.witness is None else sentence(self.syndromes.problem, shown.witness)

    def to_json(self) -> dict[str, Any]:
        """Return everything as a JSON object; fractions are strings."""
        parts = {"correction": self.correction, "leading_part": self.leading_part, "brier_hessian": self.hessian}
        return {
            **self.syndromes.to_json(),
            **{name: part.to_json() for name, part in parts.items() if part is not None},
            "error_graph": None if self.errors is None else self.errors.to_json(),
            "complete": not self.left_out,
            **({"left_out": self.left_out} if self.left_out else {}),
            **self._explained_json(),
            **self.times(),
        }

    def _explained_json(self) -> dict[str, Any]:
        if self.explained is None:
            return {}
        return {"explained": [shown.to_json(self.syndromes) for shown in self.explained]}

    @classmethod
    def _of_record(cls, record: dict[str, Any], number: int) -> SyndromeReport:
        parts = ("correction", "leading_part", "brier_hessian", "error_graph")
        missing = [name for name in parts if name not in record]
        if missing and ("left_out" not in record or "error_graph" in missing):
            raise FormatError(f"{cls.kind.what} lacks {shown_list(missing)}; read it with FatalSyndromes.from_json")
        extras = (*parts, *TIMES, "left_out", "complete", "explained")
        found = FatalSyndromes.from_json({name: value for name, value in record.items() if name not in extras})
        chart = chart_at(found.chart, found.problem.space, found.machine)
        corrected, leading, hessian, errors = (record.get(name) for name in parts)
        return cls(
            found,
            None if corrected is None else Correction.of_record(corrected, found.semantics, chart),
            None if leading is None else LeadingPart.of_record(leading, found.problem, found.coordinates),
            None if hessian is None else BrierHessian.of_record(hessian, found.coordinates),
            None if errors is None else ErrorGraph.of_record(errors),
            record.get("left_out", ""),
            _explained_of(record, found),
        )

    @classmethod
    def of_list(cls, found: FatalSyndromes, left_out: str) -> SyndromeReport:
        """Return a report that has only the list, and why there is no more."""
        return cls(found, None, None, None, None, left_out)


def _explained_of(record: dict[str, Any], found: FatalSyndromes) -> tuple[Explained, ...] | None:
    if "explained" not in record:
        return None
    if len(record["explained"]) != len(found.syndromes):
        raise FormatError(
            f"{FatalSyndromes.kind.what}: explained has {len(record['explained'])} entries, syndromes"
            f" {len(found.syndromes)}; there must be one for each"
        )
    return tuple(Explained.of_record(shown, found) for shown in record["explained"])


@timed
def syndrome_report(
    problem: SynthesisProblem,
    machine: Description,
    *,
    semantics: str | Semantics = "pseudo-utm",
    chart: str = "simplex",
    max_weight: int = 2,
    explain: bool = False,
) -> SyndromeReport:
    """Find the minimal fatal syndromes of a code up to a weight, and what they say about the code.

    Parameters
    ----------
    problem : SynthesisProblem
        The problem.
    machine : TuringMachine or Description
        A machine that solves it.
    semantics : str or Semantics
        How the step is relaxed: a name, or the object.
    chart : {"simplex", "bits", "sphere"}, or a parametrisation
        The coordinates of code space.
    max_weight : int
        The greatest weight of a syndrome, as of `fatal_syndromes`; the error graph follows as many errors as that
        is, at least one.
    explain : bool
        Whether to find for each syndrome a run that it breaks.

    Raises
    ------
    ProblemError, MachineError
        As `fatal_syndromes` does.
    BudgetError, Interrupted
        If some part grows too large or the time runs out, or on an interrupt from the keyboard; ``partial`` is a
        report of what was found before, of an empty list up to weight 0 if not even those of weight 1 were.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library, words
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, inputs=words("AB", 2), steps=4)
    >>> report = syndrome_report(problem, machine, semantics="annealed")
    >>> report.correction.degree, report.leading_part.degree, report.hessian.rank
    (0, 1, 4)
    """
    options: dict[str, Any] = {"semantics": semantics, "chart": chart}
    try:
        report = SyndromeReport.of_list(fatal_syndromes(problem, machine, max_weight=max_weight, **options), "")
    except ENDED as error:
        lower = getattr(error, "partial", None)
        part = None if lower is None else SyndromeReport.of_list(lower, f"{error}" or "interrupted")
        raise carrying(error, part) from None
    try:
        report = replace(report, correction=correction(problem, machine, **options))
        report = replace(report, leading_part=leading_part(problem, machine, **options))
        report = replace(report, hessian=brier_hessian(problem, machine, **options))
        if explain:
            report = replace(report, explained=explained(report.syndromes))
        most = max(max_weight // chart_at(chart, problem.space, machine).exponent, 1)
        return replace(report, errors=error_graph(problem, machine, chart=chart, max_errors=most))
    except ENDED as error:
        found = getattr(error, "partial", None)
        graph = found if isinstance(found, ErrorGraph) else None
        if isinstance(found, tuple):
            report = replace(report, explained=found)
        report = replace(report, errors=graph, left_out=f"{error}" or "interrupted")
        if report.hessian is not None and isinstance(error, BudgetError):
            return report
        raise carrying(error, report) from None


def proof_of(report: SyndromeReport) -> Certificate:
    """Return the proof of the learning coefficient of a report's code, log loss, or of the law that takes its place.

    Raises
    ------
    BudgetError, Interrupted
        If it is ended before its time; ``partial`` is the report.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, inputs=["B"], steps=2)
    >>> proof_of(syndrome_report(problem, machine, semantics="annealed", max_weight=1)).value
    Fraction(3, 1)
    """
    found = report.syndromes
    options: dict[str, Any] = {"semantics": found.semantics, "chart": found.chart}
    try:
        if CHARTS.named(found.chart).growth:
            listed = found.machine if found.problem.space.by_number else found.machine.machine()
            return leading_law(found.problem, listed, **options).certificate
        return learning_coefficient(found.problem, found.machine, **options).certificate
    except ENDED as error:
        raise carrying(error, report) from None


@fits
def describe_syndromes(report: SyndromeReport) -> str:
    r"""Return a report as text.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, inputs=["B"], steps=2)
    >>> text = describe_syndromes(syndrome_report(problem, machine, semantics="annealed", max_weight=1))
    >>> print(text.split("\n\n")[2])
    Errors that are always corrected: C = 0.
    So lambda <= 30 (log), 15 (brier) at prior concentration 1, a bound of Murfet and Troiani.
    """
    found = report.syndromes
    exponent = chart_at(found.chart, found.problem.space, found.machine).exponent
    parts = [
        "\n".join(
            [
                headline(found.machine),
                *problem_lines(found.problem),
                f"semantics {found.semantics}, chart {found.chart}",
                f"weight: the degree in the chart's coordinates, {exponent} for each error",
            ]
        ),
        "\n".join(_listed(found, exponent)) if report.explained is None else describe_broken(found, report.explained),
        "" if report.correction is None else _corrected(report.correction),
        "" if report.leading_part is None else "\n".join(_leading(report.leading_part, exponent)),
        "" if report.hessian is None else _rank(report.hessian, found),
        "" if report.errors is None else "\n".join(_reached(report.errors)),
        report.left_out and _missing(report),
    ]
    return "\n\n".join(part for part in parts if part)


def _rank(hessian: BrierHessian, found: FatalSyndromes) -> str:
    return f"Hessian of the brier loss at the code: rank {hessian.rank} of {len(found.coordinates)}."


def _missing(report: SyndromeReport) -> str:
    missing = "Not all runs with errors were followed" if report.hessian is not None else "This is not complete"
    return f"{missing}: {report.left_out}."


def _listed(found: FatalSyndromes, exponent: int) -> list[str]:
    lines = [f"{found}".capitalize() + "."]
    left_out = 0
    for size in found.counts:
        chosen = [syndrome for syndrome in found.syndromes if weight(syndrome) == size]
        lines += [f"  {in_words(syndrome, found.coordinates, exponent)}" for syndrome in chosen[:SHOWN_OF_EACH_WEIGHT]]
        left_out += len(chosen[SHOWN_OF_EACH_WEIGHT:])
    return [*lines, f"  … and {left_out} more; --json prints them all"] if left_out else lines


def _corrected(result: Correction) -> str:
    if result.degree is None:
        return f"{result.chart.harmless}, so the learning coefficient is 0."
    return (
        f"Errors that are always corrected: C = {result.degree}.\nSo lambda <= {result.bound()} (log),"
        f" {result.bound(loss='brier')} (brier) at prior concentration 1, a bound of Murfet and Troiani."
    )


def _leading(part: LeadingPart, exponent: int) -> list[str]:
    if part.degree is None:
        return []
    terms = list(part.coefficients.items())
    width = max(len(str(c)) for _, c in terms)
    lines = [
        f"  {str(c).rjust(width)}  {in_words([(j, m.count(j)) for j in sorted(set(m))], part.coordinates, exponent)}"
        for m, c in terms[:TERMS_SHOWN]
    ]
    meant = "" if exponent == 1 else f" (an error stands for its coordinate to the power {exponent})"
    more = len(terms) - TERMS_SHOWN
    return [
        f"Near the code the probability of a wrong answer is, to leading order {part.degree}, the sum of{meant}",
        *lines,
        *([f"  … and {more} more terms; --json prints them all"] if more > 0 else []),
    ]


def _reached(errors: ErrorGraph) -> list[str]:
    def shown(keys: Iterable[tuple[str, str]]) -> str:
        return " ".join(f"({shown_name(s)}, {shown_name(q)})" for s, q in keys) or "none"

    lines = ["Tuples that the machine, with fresh noise at each use, can come to after so many errors:"]
    for n in range(max(errors.errors.values()) + 1):
        lines.append(f"  {n}     {shown(key for key in errors.keys if errors.errors.get(key) == n)}")
    beyond = [key for key in errors.keys if key not in errors.errors]
    return [*lines, f"  more  {shown(beyond)}"] if beyond else lines
