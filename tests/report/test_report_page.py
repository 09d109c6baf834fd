"""The page of saved results: valid, complete, for readers of all kinds; nothing that a user named becomes markup."""

import itertools
import re

import html5lib
import pytest
from pages import NASTY, STATES, coefficient, nasty, problem, results

from noisytm import (
    FormatError,
    SynthesisProblem,
    TuringMachine,
    explain,
    leading_law,
    library,
    parse,
    precision,
    run,
    solutions,
)
from noisytm._text import shown_name
from noisytm.report import page, report_page
from noisytm.report.sections import coefficients

SPACE = "{http://www.w3.org/1999/xhtml}"
SVG = "{http://www.w3.org/2000/svg}"


def parsed(text):
    """Return the tree of a page that breaks no rule of HTML."""
    return html5lib.HTMLParser(strict=True).parse(text.encode())


def elements(tree, name, space=SPACE):
    return list(tree.iter(f"{space}{name}"))


def text_of(element):
    return "".join(element.itertext())


@pytest.fixture(scope="module")
def tree():
    return parsed(report_page(results()))


@pytest.fixture(scope="module")
def nasty_tree():
    return parsed(report_page(nasty()))


def require_self_contained(tree):
    """Require that nothing is fetched or run: no script, no handler, only links within the page or to what it holds."""
    for element in tree.iter():
        assert element.tag not in {f"{space}script" for space in (SPACE, SVG)}
        for key, value in element.attrib.items():
            assert not key.startswith("on"), (element.tag, key)
            if key in ("src", "href", "srcset", "action", "data", "poster"):
                assert value.startswith(("#", "data:")), (element.tag, value)
            assert "url(" not in value or value.startswith("url(#"), value
    for style in elements(tree, "style"):
        assert "url(" not in text_of(style) and "@import" not in text_of(style)


def test_nothing_is_fetched_or_run(tree, nasty_tree):
    require_self_contained(tree)
    require_self_contained(nasty_tree)
    fetched = ('<img src="http://example.invalid/x">', '<a href="javascript:x">', '<p style="background:url(x)">')
    for bad in ('<p onclick="x">', "<script></script>", *fetched):
        with pytest.raises(AssertionError):
            require_self_contained(html5lib.parse(f"<!DOCTYPE html><title>x</title>{bad}"))


def test_it_can_be_read_aloud(tree):
    (root,) = elements(tree, "html")
    assert root.attrib["lang"] == "en" and len(elements(tree, "main")) == 1
    levels = [int(e.tag[-1]) for e in tree.iter() if re.fullmatch(rf"{re.escape(SPACE)}h[1-6]", str(e.tag))]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(b <= a + 1 for a, b in itertools.pairwise(levels))
    ids = [e.attrib["id"] for e in tree.iter() if "id" in e.attrib]
    assert len(ids) == len(set(ids))
    for link in elements(tree, "a"):
        assert link.attrib["href"].startswith("data:") or link.attrib["href"][1:] in ids
    for table in elements(tree, "table"):
        assert text_of(table.find(f"{SPACE}caption")).strip()
        assert all(th.attrib["scope"] in ("col", "row") for th in table.iter(f"{SPACE}th"))
        rows = [row for part in table for row in part if row.tag == f"{SPACE}tr"]  # without those of tables inside
        assert len({len(list(row)) for row in rows}) == 1
    drawn = elements(tree, "svg", SVG)
    assert len(drawn) >= 5
    for svg in drawn:
        assert svg.attrib["role"] == "img"
        named = svg.attrib["aria-labelledby"].split()
        assert [text_of(e).strip() != "" for e in svg.iter() if e.attrib.get("id") in named] == [True, True]


def test_it_has_all_that_was_saved(tree):
    headings = [text_of(h) for h in elements(tree, "h2")]
    assert headings == [
        "What was asked", "The machines", "Runs on the inputs", "Runs", "Learning coefficients", "Codes side by side",
        "Errors that lead to a wrong answer", "Where it comes from", "How to make it again",
    ]  # fmt: skip
    found = coefficient()
    whole = text_of(tree)
    assert f"λ = {found.value}, with multiplicity {found.multiplicity}" in whole and "Why it is this number" in whole
    assert all(f"{sentence}" in whole for sentence in explain(found).sentences)
    for row in found.certificate.dual:
        assert str(row.weight) in whole
    saves = [a.attrib["download"] for a in elements(tree, "a") if "download" in a.attrib]
    assert saves == ["problem-1.json", "run-1.json", "bound-1.json", "compare-1.json", "syndromes-1.json"]
    (graphs,) = [[s for s in elements(tree, "svg", SVG) if s.attrib["aria-labelledby"].startswith("graph")]]
    assert len(graphs) == 3 and "bb3" in text_of(graphs[2])


@pytest.mark.parametrize("name", ["bb5", "binaryIncrement", "rogozhin-2-18"])
def test_the_graph_has_every_transition_and_stays_in_its_frame(name):
    machine = library.machine(name)
    tree = parsed(report_page([machine]))
    (graph,) = elements(tree, "svg", SVG)
    titles = [text_of(title) for title in elements(graph, "title", SVG)]
    for t in machine.tuples:
        told = f"{shown_name(t.read)} → {shown_name(t.write)} {t.move}"
        assert any(x.startswith(f"{t.state} to {t.next}: ") and told in x for x in titles)
    arrows = [path for path in elements(graph, "path", SVG) if "marker-end" in path.attrib]
    assert len(arrows) == len({(t.state, t.next) for t in machine.tuples}) + 1  # and the one to the start
    width, height = map(float, graph.attrib["viewBox"].split()[2:])
    for text in elements(graph, "text", SVG):
        assert 0 < float(text.attrib["x"]) < width and 8 < float(text.attrib["y"]) < height


@pytest.mark.parametrize("limit", ["MOST_EXPLAINED", "MOST_CHARACTERS"])
def test_what_is_too_long_to_explain_has_its_proof(monkeypatch, limit):
    monkeypatch.setattr(coefficients, limit, 0)
    monkeypatch.setattr(coefficients, "MOST_PROOFS", 0)
    whole = text_of(parsed(report_page([coefficient()])))
    total = sum(row.weight for row in coefficient().certificate.dual)
    assert f"lead to a wrong answer, with weights of sum {total}" in whole and "Why it is this number" not in whole
    assert f"{len(coefficient().certificate.dual):,} more syndromes are in the record" in whole


def test_names_that_are_markup_stay_names(nasty_tree):
    whole = text_of(nasty_tree)
    assert all(name in whole for name in NASTY + STATES)
    assert not elements(nasty_tree, "img") and not elements(nasty_tree, "b")
    tables = elements(nasty_tree, "table")
    table = next(t for t in tables if text_of(t.find(f"{SPACE}caption")).startswith("Transition"))
    heads = [text_of(th).removeprefix("reads ") for th in table.iter(f"{SPACE}th") if th.attrib["scope"] == "col"]
    assert heads[1:] == [shown_name(symbol) for symbol in NASTY]


def test_the_same_results_give_the_same_page():
    assert report_page(results()) == report_page(results())


@pytest.mark.slow
def test_other_kinds_of_results_and_large_machines():
    task = problem()
    thirty = [str(i) for i in range(30)]
    rows = [("_", q, "_", thirty[(i + 1) % 30], "R") for i, q in enumerate(thirty)]
    walker = TuringMachine(["_"], "_", thirty, "0", rows)
    bare = SynthesisProblem.of_machine(walker, [""], 50)
    tree = parsed(report_page([
        leading_law(task, coefficient().machine, chart="softmax:gaussian=1"), precision(task, coefficient().machine),
        solutions(task, progress=False), walker, bare,
        run(parse("1RB0LB_0LA---"), max_steps=10**5000), run(library.machine("bb4"), max_steps=10),
    ]))  # fmt: skip
    whole = text_of(tree)
    assert "E[nK] grows like c log n" in whole and "The graph of 30 states is not drawn" in whole
    assert "bb4" in whole and "still running after 10 steps" in whole


def test_what_is_too_large_or_nothing_is_refused(monkeypatch):
    with pytest.raises(FormatError, match="there is no result to report"):
        report_page([])
    monkeypatch.setattr(page, "MOST_BYTES", 20_000)
    with pytest.raises(FormatError, match=r"the page would have [\d,]+ bytes, and may have 20,000; .*'bound-1'"):
        report_page([coefficient()])
