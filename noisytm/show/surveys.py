"""Surveys and padding tables as text and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from noisytm._layout import aligned, fits
from noisytm.degeneracy import COLUMNS, Coefficient, PaddedCode, Survey, SurveyRow
from noisytm.degeneracy.program import CertifiedInterval
from noisytm.degeneracy.series import PLACES, CoefficientAtStep, CoefficientOnSegment, EntryNoise, StepSeries
from noisytm.discrete import used_tuples
from noisytm.geometry import face_in, reached_keys, units
from noisytm.show.coefficients import headline, listing, problem_lines, table

HEADINGS = (
    "semantics", "chart", "loss", "fatal alone", "<= lambda", "m", "<= used", "<= dimension", "unused free", "m", "C",
    "C bound",
)  # fmt: skip
NOTES = """\
lambda is the learning coefficient of the code, m its multiplicity; "unused free": where all unused tuples are free.
C: so many errors are always corrected; C bound: lambda is at most the dimension over C + 1, in the units of the row."""
USED_BITS = """
used, in the bits chart: lambda (log) is at most the used bits of the code, lambda (brier) at most half of them."""
# What this says is false there.
USED_BITS_OF_NOISY_KEYS = """
used: with the fewest errors of other tuples' keys one of which is made whenever such a tuple acts."""


@fits
def describe_survey(found: Survey) -> str:
    """Return a survey as a table with its machine and problem.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library, words
    >>> from noisytm.degeneracy.surveys import survey
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, inputs=words("AB", 2), steps=4)
    >>> text = describe_survey(survey(problem, machine, losses=["log"], charts=["bits"], semantics=["pseudo-utm"]))
    >>> print(text.splitlines()[-5])
    pseudo-utm   bits    log    4             29/3        2   20        30             25/2          2   0   30
    """
    machine, length = found.machine, found.description_length
    if found.problem.space.by_number:
        used = reached_keys(found.problem, face_in("simplex", found.problem.space, machine), True)
        shown_table = listing(machine, {i for i in used if isinstance(i, int)})
    else:
        plain = machine.machine()
        shown_table = table(plain, set(used_tuples(plain, found.problem.inputs, found.problem.steps)))
    lines = [
        headline(machine),
        *problem_lines(found.problem),
        f"prior concentration {found.prior_concentration}",
        f"description length: {length.bits} bits of {length.used_tuples} used tuples ({length.listed_tuples} listed)",
    ]
    rows = [_cells(row) for row in found.rows]
    notes = NOTES + (USED_BITS_OF_NOISY_KEYS if found.problem.space.noisy_keys else USED_BITS)
    return "\n\n".join(["\n".join(lines), shown_table, "\n".join(aligned([HEADINGS, *rows])), notes])


@fits
def describe_padding(lines: Sequence[PaddedCode]) -> str:
    """Return padding tables as text: a line for each kind and number of unused states or symbols."""
    headings = ("padded with", "new tuples", "p", "d", "fatal alone", "<= lambda", "m", "<= used", "<= dimension")
    rows = [
        (
            line.padded, line.new_tuples, str(line.p), str(line.dimension), str(line.fatal_alone), str(line.value),
            str(line.multiplicity), str(line.used_tuples_bound), str(line.dimension_bound),
        )
        for line in lines
    ]  # fmt: skip
    title = (
        "Padded with p unused states or symbols, whose tuples are unlisted, stay as they are, or restart the machine:"
    )
    return "\n".join([title, "", *aligned([headings, *rows])])


@fits
def describe_steps(found: StepSeries) -> str:
    r"""Return λ against the steps after which a machine is read as a table.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, coefficients_by_step, library, words
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, words("AB", 2), 3)
    >>> print(describe_steps(coefficients_by_step(problem, machine, semantics="mean-field")).split("\n\n")[1])
    steps   lambda                       m   proof
    1       does not solve the problem
    2       9                            1   certificate
    3       10                           1   certificate
    """
    rows = [("steps", "lambda", "m", "proof"), *((str(point.steps), *_known(point)) for point in found.points)]
    ended = "" if found.complete else " This is not complete."
    head = f"{headline(found.machine)}\n{units(found.semantics, found.loss, found.chart, found.prior_concentration)}"
    title = f"Read after T steps, with the targets of {found.problem.steps}.{ended}"
    return "\n".join([head, title, "", *aligned(rows)])


@fits
def describe_entry_noise(found: EntryNoise) -> str:
    r"""Return λ, and K, against the noise of one entry as tables.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, coefficient_along_entry, library, words
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, words("AB", 2), 3)
    >>> entry = "A", "reject", "next", "reject"
    >>> text = describe_entry_noise(coefficient_along_entry(problem, machine, entry, semantics="mean-field"))
    >>> print("\n".join(text.split("\n\n")[1:3]))
    h           lambda                       m   proof
    h = 0       10                           1   certificate
    0 < h < 1   does not solve the problem
    h = 1       does not solve the problem
    K ~ 1/7·h^2 as h → 0
    """
    rows = [("h", "lambda", "m", "proof"), *((PLACES[point.place], *_known(point)) for point in found.points)]
    ended = "" if found.complete else " This is not complete."
    head = f"{headline(found.machine)}\n{units(found.semantics, found.loss, found.chart, found.prior_concentration)}"
    title = f"h: the probability that {found.entry}.{ended}"
    losses = [(f"{h:.6g}", f"{loss:.6g}") for h, loss in found.losses if loss]
    parts = ["\n".join([head, title]), "\n".join(aligned(rows))]
    if found.complete:
        parts.append(found.loss_in_words())
    return "\n\n".join([*parts, *(["\n".join(aligned([("h", "K"), *losses]))] if losses else [])])


def _known(point: CoefficientAtStep | CoefficientOnSegment) -> tuple[str, str, str]:
    """Return λ, m, and how far it is proved."""
    if point.status == "proved":
        return str(point.lower), str(point.multiplicity), "certificate"
    return point.in_words(), "", "bounds only, ended early" if point.lower is not None else ""


def padding_csv(lines: Sequence[PaddedCode]) -> str:
    """Return padding tables as CSV with a heading; fractions also as decimal numbers, for plotting.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library, words
    >>> from noisytm.degeneracy.padded import padding
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, inputs=words("AB", 2), steps=4)
    >>> print(padding_csv(padding(problem, machine, 1)).splitlines()[-1])
    states,unlisted,1,3,3,6,4,36,6,14,3,24,36,14.0,24.0
    """
    out = io.StringIO()
    writer = csv.DictWriter(
        out, [*COLUMNS, "learning_coefficient_decimal", "used_tuples_bound_decimal"], lineterminator="\n"
    )
    writer.writeheader()
    for line in lines:
        decimal = {
            "learning_coefficient_decimal": float(line.value),
            "used_tuples_bound_decimal": float(line.used_tuples_bound),
        }
        writer.writerow(line.row() | decimal)
    return out.getvalue()


def _cells(row: SurveyRow) -> tuple[str, ...]:
    chain = row.code.bounds
    alone, used, dimension = ("?",) * 3 if chain is None else (chain.fatal_alone, chain.used_tuples, chain.dimension)
    degree = "?" if row.correction is None else "all" if row.correction.degree is None else row.correction.degree
    bound = "?" if row.correction_bound is None else row.correction_bound
    free = ("-", "-") if row.free_unused is None else _value(row.free_unused)
    cells = (row.semantics, row.chart, row.loss, alone, *_value(row.code), used, dimension, *free)
    return tuple(map(str, (*cells, degree, bound)))


def _value(coefficient: Coefficient) -> tuple[str, str]:
    if coefficient.multiplicity is None:
        return _interval(coefficient.interval), "?"
    return str(coefficient.interval.lower), str(coefficient.multiplicity)


def _interval(interval: CertifiedInterval) -> str:
    return f"{interval.lower} to {'?' if interval.upper is None else interval.upper}"
