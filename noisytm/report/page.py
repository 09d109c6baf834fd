"""The page: one HTML file that needs nothing else, no network and no script."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from noisytm._json import dumps, write_whole
from noisytm._text import shown
from noisytm._version import __version__
from noisytm.errors import FormatError
from noisytm.report.markup import STYLE, Html, joined, name, tag
from noisytm.report.sections import (
    Saved,
    Subject,
    asked_section,
    coefficient_part,
    command_section,
    comparison_part,
    explanation_part,
    in_words_part,
    law_part,
    machine_section,
    of_results,
    partial_part,
    posterior_part,
    precision_part,
    provenance_section,
    read_results,
    run_part,
    run_section,
    subject_for,
    subjects_of,
    syndrome_part,
)

MOST_BYTES = 2_000_000
# Nothing is fetched and nothing runs: links save what is in the page.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
ENDINGS = (".html", ".htm")


class Chapter(NamedTuple):
    """A part of the page for some classes of results: what is written for each of these."""

    key: str
    title: str
    parts: Mapping[str, Callable[[Saved], Iterator[Html]]]


CHAPTERS = (
    Chapter("runs", "Runs", {"RunResult": run_part, "SpaceTime": in_words_part}),
    Chapter(
        "coefficients",
        "Learning coefficients",
        {
            "LearningCoefficient": coefficient_part,
            "Explanation": explanation_part,
            "PartialCoefficient": partial_part,
            "LeadingLaw": law_part,
            "FinitePrecision": precision_part,
            "Survey": in_words_part,
            "PaddingTable": in_words_part,
        },
    ),
    Chapter("comparisons", "Codes side by side", {"Comparison": comparison_part}),
    Chapter(
        "syndromes",
        "Errors that lead to a wrong answer",
        {"SyndromeReport": syndrome_part, "FatalSyndromes": syndrome_part},
    ),
    Chapter(
        "searches",
        "All codes that solve the problem",
        {"Solutions": in_words_part, "GlobalLearningCoefficient": in_words_part, "Atlas": in_words_part},
    ),
    Chapter(
        "posterior",
        "The posterior over noisy codes",
        {
            "FreeEnergy": posterior_part,
            "Volumes": in_words_part,
            "Estimates": in_words_part,
            "Phases": in_words_part,
            "Susceptibilities": in_words_part,
            "Regret": in_words_part,
        },
    ),
)
# Machines and problems have their sections without one of their own.
SUBJECTS = {"TuringMachine", "Description", "SynthesisProblem"}


def report_page(results: Iterable[Any]) -> str:
    """Return results as one self-contained page.

    What was asked, the machines as tables and as graphs, runs, learning coefficients with their certificates, and
    whatever else the results are, with where they come from and the commands that make them again. It needs no network
    and no script; ``noisytm verify`` accepts it, and checks the certificates in it.

    Parameters
    ----------
    results : iterable
        Results of the library, such as a `LearningCoefficient`, a `RunResult`, a `Comparison`.

    Raises
    ------
    FormatError
        If there is none, or the page would have more than 2,000,000 bytes.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, learning_coefficient, library
    >>> machine = library.machine("detectA")
    >>> found = learning_coefficient(SynthesisProblem.of_machine(machine, ["A", "B"], steps=2), machine)
    >>> page = report_page([found])
    >>> page[:15], "<script" in page, "http://" in page
    ('<!DOCTYPE html>', False, False)
    """
    return page_of(of_results(results))


def write_report(paths: Sequence[str | os.PathLike[str]], output: str | os.PathLike[str]) -> list[Saved]:
    """Read saved results, write the page of them, and return what is in it.

    Raises
    ------
    FormatError
        If a file is no record of a result, the page would be too large or cannot be written, or ``output`` has another
        ending than ``.html``.
    """
    require_page(Path(output))
    saved = read_results(paths)
    write_whole(output, page_of(saved).encode())
    return saved


def require_page(path: Path) -> None:
    """Refuse a name that is not one of a page."""
    if path.suffix.lower() not in ENDINGS:
        raise FormatError(f"the page cannot be written to {shown(str(path))}; end the name in {' or '.join(ENDINGS)}")


def page_of(saved: Sequence[Saved]) -> str:
    """Return what was read as a page; see `report_page`."""
    if not saved:
        raise FormatError("there is no result to report; give the files of some")
    subjects = subjects_of(saved)
    sections = list(_sections(saved, subjects))
    title = f"noisytm report: {', '.join(dict.fromkeys(s.label for s in subjects)) or saved[0].name}"
    contents = tag("ul", [tag("li", tag("a", heading, href=f"#{key}")) for key, heading, _ in sections])
    body = tag(
        "body",
        tag(
            "header", tag("h1", name(title)), tag("p", f"{len(saved)} saved results; written by noisytm {__version__}.")
        ),
        tag("nav", contents, aria_label="Contents"),
        tag(
            "main",
            [
                tag("section", tag("h2", h, id=f"{k}-title"), part, id=k, aria_labelledby=f"{k}-title")
                for k, h, part in sections
            ],
        ),
        tag("footer", tag("p", "Everything is in this page: it fetches nothing, and runs nothing.")),
    )
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        Html(f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("link", rel="icon", href="data:,"),
        tag("title", title),
        Html(f"<style>{STYLE}</style>"),
    )
    page = f"<!DOCTYPE html>\n{tag('html', head, body, lang='en')}\n"
    size = len(page.encode())
    if size > MOST_BYTES:
        largest = max(saved, key=lambda one: len(dumps(one.record)))
        raise FormatError(
            f"the page would have {size:,} bytes, and may have {MOST_BYTES:,}; leave out the largest result,"
            f" {shown(largest.file or largest.name)}"
        )
    return page


def _section(key: str, heading: str, content: Html) -> Html:
    return tag("section", tag("h2", heading, id=f"{key}-title"), content, id=key, aria_labelledby=f"{key}-title")


def _sections(saved: Sequence[Saved], subjects: Sequence[Subject]) -> Iterator[tuple[str, str, Html]]:
    """Yield the parts of the page that have something in them: key, heading, content."""
    first = (
        ("asked", "What was asked", asked_section(subjects)),
        ("machines", "The machines", machine_section(subjects)),
        ("inputs", "Runs on the inputs", run_section(subjects)),
    )
    last = (
        ("others", "Other results", _others(saved, subjects)),
        ("provenance", "Where it comes from", provenance_section(saved)),
        ("again", "How to make it again", command_section(saved, subjects)),
    )
    middle = ((c.key, c.title, _chapter(c, saved, subjects)) for c in CHAPTERS)
    for key, title, parts in (*first, *middle, *last):
        content = joined(list(parts))
        if content:
            yield key, title, content


def _chapter(chapter: Chapter, saved: Sequence[Saved], subjects: Sequence[Subject]) -> Iterator[Html]:
    for one in saved:
        if (write := chapter.parts.get(type(one.result).__name__)) is not None:
            yield _heading(one, subjects)
            yield from write(one)


def _others(saved: Sequence[Saved], subjects: Sequence[Subject]) -> Iterator[Html]:
    known = SUBJECTS.union(*(chapter.parts for chapter in CHAPTERS))
    for one in saved:
        if type(one.result).__name__ not in known:
            yield _heading(one, subjects)
            yield from in_words_part(one)


def _heading(saved: Saved, subjects: Sequence[Subject]) -> Html:
    subject = subject_for(subjects, saved.result)
    about = [" of ", name(subject.label)] if subject is not None else []
    on = f", {subject.name}" if subject is not None and subject.problem is not None else ""
    return tag("h3", saved.name, about, on, id=saved.name)
