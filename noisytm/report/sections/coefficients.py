"""Learning coefficients: λ with its bounds, what proves it, and the certificate itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

from noisytm._clock import limited
from noisytm._summary import count, number
from noisytm.degeneracy import (
    Explanation,
    FinitePrecision,
    LeadingLaw,
    LearningCoefficient,
    PartialCoefficient,
    explain,
)
from noisytm.errors import BudgetError
from noisytm.geometry import CHARTS, units
from noisytm.report.markup import Download, Html, facts, joined, long_table, name, preformatted, stated, tag
from noisytm.report.pictures import chain, figure
from noisytm.report.sections.saved_results import Saved
from noisytm.show import describe_law, describe_precision, in_words

MOST_PROOFS, MOST_COSTS, MOST_EXPLAINED = 60, 80, 300
MOST_CHARACTERS = 600_000  # of an explanation
SECONDS = 20.0  # to explain one


def explanation_part(saved: Saved) -> Iterator[Html]:
    """Yield the parts of a learning coefficient that was explained already; its certificate is that inside."""
    why: Explanation = saved.result
    yield from coefficient_part(replace(saved, record=saved.record["bound"], result=why.result), why)


def coefficient_part(saved: Saved, why: Explanation | None = None) -> Iterator[Html]:
    """Yield the parts of one learning coefficient."""
    result: LearningCoefficient = saved.result
    yield tag(
        "p",
        "The learning coefficient is λ = ",
        stated(saved.name, str(result.value)),
        f", with multiplicity {result.multiplicity}{_decimal(result.value)};"
        f" {units(result.semantics, result.loss, result.chart, result.prior_concentration)}.",
    )
    yield certificate(saved)
    chain_of, length = result.bounds, result.description_length
    yield facts(
        "λ among its bounds",
        [
            ("errors that are fatal alone", str(chain_of.fatal_alone)),
            ("learning coefficient λ", stated(saved.name, str(result.value))),
            ("bound by used tuples", str(chain_of.used_tuples)),
            ("dimension", str(chain_of.dimension)),
            (
                "description length",
                f"{count(length.used_tuples, 'used tuple')} of {length.listed_tuples}, {length.bits} bits",
            ),
            ("free entries", str(len(result.face.free)) if result.face.free else "none: the point is a code"),
        ],
    )
    marks: list[tuple[str, Fraction]] = [
        ("fatal alone", chain_of.fatal_alone), ("λ =", result.value), ("used tuples", chain_of.used_tuples),
        ("dimension", chain_of.dimension),
    ]  # fmt: skip
    about = "; ".join(f"{what} {value}" for what, value in marks)
    yield figure(chain(marks, f"{saved.name}-chain", about), "λ between what is counted from below and from above.")
    yield from explained(saved, why)
    if result.precision is not None:
        yield preformatted(describe_precision(result.precision), "Finite precision at the same point")


def explained(saved: Saved, why: Explanation | None) -> Iterator[Html]:
    """Yield why λ is this number, or, where that is long or takes long, what proves it."""
    result = saved.result
    if why is None and len(result.certificate.dual) <= MOST_EXPLAINED:
        try:
            with limited(SECONDS):
                why = explain(result)
        except BudgetError:
            yield tag(
                "p", f"Not explained in {SECONDS:g} seconds; noisytm bound --explain has no limit.", class_="note"
            )
    written = "" if why is None else why._repr_html_()
    if not 0 < len(written) <= MOST_CHARACTERS:
        yield from proof(saved, CHARTS.named(result.chart).exponent)
        return
    yield tag("h4", "Why it is this number")
    yield tag("div", Html(written), class_="wide why")


def proof(saved: Saved, exponent: int) -> Iterator[Html]:
    """Yield what proves λ: the fatal syndromes with their weights, and the costs of the entries."""
    shown, names = saved.result.certificate, saved.result.certificate.coordinates
    if not shown.dual:
        yield tag("p", "No error can lead to a wrong answer, so λ is 0.")
        return
    total = sum((row.weight for row in shown.dual), Fraction(0))
    rows = [[in_words(row.syndrome, names, exponent), str(row.weight)] for row in sorted(shown.dual, key=_order)]
    yield long_table(
        f"From below: sets of errors that together lead to a wrong answer, with weights of sum {total}",
        ["errors", "weight"], rows, "syndromes", MOST_PROOFS,
    )  # fmt: skip
    costs = [[str(names[j]), str(v)] for j, v in enumerate(shown.primal) if v]
    yield long_table(
        "From above: what each error costs, so that no fatal set of errors costs less than 1; the others cost nothing",
        ["error", "cost"], costs, "entries", MOST_COSTS,
    )  # fmt: skip


def law_part(saved: Saved) -> Iterator[Html]:
    """Yield a law of E[nK], where there is no learning coefficient."""
    law: LeadingLaw = saved.result
    yield tag(
        "p", "There is no learning coefficient: E[nK] grows like c ", law.growth, ", with c = ",
        stated(saved.name, str(law.c)), f"{_decimal(law.c)}.",
    )  # fmt: skip
    yield certificate(saved)
    yield preformatted(describe_law(law), "The law in words")


def partial_part(saved: Saved) -> Iterator[Html]:
    """Yield what is certain of λ where a budget ran out."""
    part: PartialCoefficient = saved.result
    yield tag("p", f"Not complete: {part}. A budget ran out, or it was interrupted.", class_="warning")
    yield tag("p", units(part.semantics, part.loss, part.chart, part.prior_concentration))


def precision_part(saved: Saved) -> Iterator[Html]:
    """Yield finite precision alone."""
    curve: FinitePrecision = saved.result
    yield certificate(saved)
    yield preformatted(describe_precision(curve), "Finite precision")


def certificate(saved: Saved) -> Html:
    """Return the link that saves a certificate, and how it is checked."""
    link = Download.of(saved.name, saved.record).link("Save the certificate", certificate=True)
    check = [" It is checked, without a solver, by ", tag("code", "noisytm verify"), " of that file, or of this page."]
    return tag("p", link, check)


def _decimal(value: Fraction) -> str:
    try:
        return "" if value.denominator == 1 else f" (λ ≈ {float(value):.6g})"
    except OverflowError:
        return f" ({number(value)})"


def _order(row: Any) -> Any:
    return (-row.weight, sum(k for _, k in row.syndrome), row.syndrome)


def title_of(saved: Saved, label: str) -> Html:
    """Return the heading of a coefficient."""
    asked = saved.result
    told = [f"{asked.semantics}, {asked.loss} loss, {asked.chart} chart"] if hasattr(asked, "semantics") else []
    return joined([name(label), ": " if told else "", told])
