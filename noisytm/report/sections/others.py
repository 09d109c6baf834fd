"""Results that a page shows as they describe themselves: in words, as tables, and curves where there are some."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from noisytm import show
from noisytm._layout import fitted
from noisytm._summary import number
from noisytm._text import shown_name
from noisytm.discrete import RunResult
from noisytm.errors import NoisytmError
from noisytm.posterior import FreeEnergy
from noisytm.report.markup import Download, Html, facts, joined, long_table, name, preformatted, summary, table, tag
from noisytm.report.pictures import curve, figure, run_picture
from noisytm.report.sections.asked import MOST_COLUMNS, MOST_ROWS, transition_table
from noisytm.report.sections.saved_results import Saved
from noisytm.show import SyndromeReport, differences_in_words, in_words, log2_mass

# In words, what has no form of its own here.
IN_WORDS: Mapping[str, Callable[[Any], str]] = {
    "Survey": show.describe_survey,
    "PaddingTable": lambda found: show.describe_padding(found.lines),
    "Solutions": show.describe_solutions,
    "GlobalLearningCoefficient": show.describe_least,
    "Atlas": show.describe_atlas,
    "FreeEnergy": show.describe_free_energy,
    "Volumes": show.describe_volumes,
    "Estimates": show.describe_estimates,
    "Phases": show.describe_phases,
    "Susceptibilities": show.describe_susceptibilities,
    "Regret": show.describe_regret,
    "SyndromeReport": show.describe_syndromes,
    "SpaceTime": str,
}
MOST_DRAWN_STEPS = 2_000
MOST_CHARACTERS = 40_000


def in_words_part(saved: Saved) -> Iterator[Html]:
    """Yield a result as its class describes it, and in words where it has some."""
    result = saved.result
    about = getattr(result, "_summary", lambda: None)()
    yield summary(saved.name, about)
    if (words := IN_WORDS.get(type(result).__name__)) is not None:
        with fitted(None):
            text = words(result)
        yield preformatted(text[:MOST_CHARACTERS], f"{saved.name} in words")
    yield save(saved)


def posterior_part(saved: Saved) -> Iterator[Html]:
    """Yield a free energy: as a curve, and in words."""
    found: FreeEnergy = saved.result
    if len(found.ladder) > 1:
        points = [(math.log10(row.n), row.free_energy, row.free_energy_error) for row in found.ladder]
        title = f"Free energy {found.name} over n"
        drawn = curve(points, f"{saved.name}-curve", title, ("n", f"{found.name}(n), nats"))
        yield figure(drawn, "The free energy at powers of ten of n, with standard errors over the populations.")
    for warning in found.warnings:
        yield tag("p", f"Warning: {warning}", class_="warning")
    yield from in_words_part(saved)


def syndrome_part(saved: Saved) -> Iterator[Html]:
    """Yield fatal syndromes: how many of each weight, then the lightest, and what they say of the code."""
    found = saved.result.syndromes if isinstance(saved.result, SyndromeReport) else saved.result
    yield tag("p", f"{found}".capitalize() + f"; semantics {found.semantics}, chart {found.chart}.")
    if found.counts:
        counts = [[str(weight), f"{n:,}"] for weight, n in found.counts.items()]
        yield table("Minimal fatal sets of errors by weight", ["weight", "sets"], counts)
        rows = [[in_words(row, found.coordinates), str(sum(k for _, k in row))] for row in found.syndromes]
        yield long_table("Errors that together lead to a wrong answer", ["errors", "weight"], rows, "sets", 100)
    if isinstance(saved.result, SyndromeReport):
        yield preformatted(
            show.describe_syndromes(saved.result)[:MOST_CHARACTERS], "What they say of the code, in words"
        )
    yield save(saved)


def comparison_part(saved: Saved) -> Iterator[Html]:
    """Yield codes side by side: what differs in their spaces, in which cells their tables do, what each costs."""
    found = saved.result
    said = differences_in_words(found) or ["All are in one space: the same symbols, states and listed tuples in order."]
    yield tag("ul", [tag("li", line) for line in said])
    for label, code, problem in zip(found.labels, found.codes, found.problems, strict=True):
        if not problem.space.by_number:
            used = {place for place in code.used if isinstance(place, tuple)}
            yield tag("p", name(label), ": ≠ marks cells in which the tables differ.")
            yield transition_table(code.machine.machine(), used, found.differing_cells)
    masses = [log2_mass(code) for code in found.codes]
    yield table(
        "The codes",
        ["code", "used tuples", "bits", "dimension", "log2 of the mass of its cube"],
        [
            [name(label), f"{c.length.used_tuples} of {c.length.listed_tuples}", str(c.length.bits), str(c.dimension),
             "–" if mass is None else f"{mass:.3f}"]
            for label, c, mass in zip(found.labels, found.codes, masses, strict=True)
        ],
    )  # fmt: skip
    rows = []
    for row in found.rows:
        chain = row.code.bounds
        alone, used_bound, dimension = ("?",) * 3 if chain is None else chain.to_json().values()
        weight = ("none" if row.least_weight is None else str(row.least_weight)) if row.weight_known else "?"
        rows.append(
            [row.semantics, name(found.labels[row.machine]), alone, row.code.brief(), used_bound, dimension, weight]
        )
    heads = ["semantics", "code", "fatal alone", "λ and m", "used tuples", "dimension", "least fatal weight"]
    yield table(f"Side by side: {found.loss} loss, {found.chart} chart", heads, rows)
    if not found.complete:
        yield tag("p", "Not complete: it was ended before all of it was found.", class_="warning")
    yield save(saved)


def run_part(saved: Saved) -> Iterator[Html]:
    """Yield a run: how it ended, what is on the tape, and a picture of its steps where they are few."""
    found: RunResult = saved.result
    yield tag("p", found._summary().answer + ".")
    word = (found.options or {}).get("word")
    tape = [(shown_name(symbol), number(n)) for symbol, n in found.tape[:60]]
    yield facts(
        "How it ended",
        [
            ("input", "not from a word: it was taken up" if word is None else _written(word)),
            ("reason", found.reason),
            ("steps", number(found.steps)),
            ("head", number(found.head)),
            ("method", found.method),
        ],
    )
    if tape:
        yield long_table(
            "The tape, as runs of equal symbols", ["symbol", "cells"], [[name(s), n] for s, n in tape], "runs"
        )
    if word is not None and found.steps <= MOST_DRAWN_STEPS:
        try:
            diagram = show.space_time(
                found.configuration.machine, word, found.steps, rows=MOST_ROWS, columns=MOST_COLUMNS, view="head"
            )
        except NoisytmError:  # of more cells than are drawn
            pass
        else:
            drawn = run_picture(diagram, f"Run of {found.configuration.machine.name or 'the machine'}", saved.name)
            yield figure(drawn, "; ".join(diagram.description.splitlines()))
    yield save(saved)


def save(saved: Saved) -> Html:
    """Return the link that saves the record."""
    return tag("p", Download.of(saved.name, saved.record).link("Save the record"))


def _written(word: Any) -> Html:
    text = word if isinstance(word, str) else " ".join(map(shown_name, word))
    return name(text) if text else joined("the blank tape")
