"""Pictures of learning coefficients: what is drawn, that it can be read, and what is refused."""

import json
from dataclasses import replace
from fractions import Fraction

import matplotlib.figure
import pytest
from drawn import faults
from test_captions import _told_apart_without_colours

from noisytm import (
    CoefficientAtStep,
    CoefficientOnSegment,
    FormatError,
    PaddingTable,
    ProblemError,
    StepSeries,
    SynthesisProblem,
    TuringMachine,
    atlas,
    coefficient_along_entry,
    coefficients_by_step,
    leading_law,
    learning_coefficient,
    library,
    padding,
    precision,
    words,
)
from noisytm.cli import main

DETECT_A = library.machine("detectA")
PROBLEM = SynthesisProblem.of_machine(DETECT_A, words("AB", 2), 4)
CAPTION = [
    f"machine detectA: 3 symbols, 2 states, 6 listed tuples; key {DETECT_A.key[:12]}",
    f"problem: 7 inputs, read after 4 steps: state; key {PROBLEM.key[:12]}",
]


def readable(figure):
    """Check that a figure says what it is, and can be read in black and white."""
    assert faults(figure) == []
    for axes in figure.axes:
        assert axes.get_title() and axes.get_xlabel()
        _told_apart_without_colours(axes)
    return figure.get_supxlabel().splitlines()


@pytest.fixture
def refused(capsys, tmp_path):
    """Return a call of the command that writes no file, and has one line on standard error, which is returned."""

    def call(code, *arguments):
        assert main([*map(str, arguments)]) == code
        out, err = capsys.readouterr()
        assert not out and err.count("\n") == 1 and not list(tmp_path.iterdir())
        return err

    return call


def test_texts_that_overlap_or_are_cut_off_are_found():
    axes = matplotlib.figure.Figure().add_subplot()
    axes.set_axis_off()
    for x, y, text, turned in (
        (0.5, 0.5, "one", 0), (0.52, 0.5, "other", 0), (0.95, 0.1, "too long for it", 0),
        (0.1, 0.1, "two that are", 45), (0.15, 0.1, "turned", 45),
    ):  # fmt: skip
        axes.text(x, y, text, rotation=turned)
    assert faults(axes.figure) == ["cut off: 'too long for it'", "overlap: 'one', 'other'"]


@pytest.mark.slow
def test_the_costs_over_the_table(tmp_path):
    found = learning_coefficient(PROBLEM, DETECT_A)
    figure = found.plot(tmp_path / "costs.svg")
    (axes,) = figure.axes
    shades = axes.images[0].get_array().data
    columns = [t.get_text() for t in axes.get_xticklabels()]
    rows = [t.get_text().removeprefix("* ") for t in axes.get_yticklabels()]
    texts = {tuple(map(round, t.get_position())): t.get_text() for t in axes.texts}
    for coordinate, v in zip(found.certificate.coordinates, found.certificate.primal, strict=True):
        place = f"({coordinate.symbol}, {coordinate.state})"
        i, j = rows.index(place), columns.index(f"{coordinate.kind} {coordinate.wrong}")
        assert shades[i][j] == float(v) and texts.pop((j, i)) == str(v)
    assert set(texts.values()) == {"–"} and len(texts) == 6 * 3  # the right entries
    used = {f"({s}, {q})" for s, q in found.used_tuples}
    assert {t.get_text()[2:] for t in axes.get_yticklabels() if t.get_text().startswith("*")} == used
    assert "λ = 29/3, m = 1" in axes.get_title()
    said = readable(figure)
    assert said[:2] == CAPTION and said[2].startswith("log loss, pseudo-utm, simplex chart")
    drawn = (tmp_path / "costs.svg").read_text(encoding="utf-8")
    assert all(f">{text}<" in drawn for text in ("2/3", "next accept", "* (B, reject)", *said))
    figure.savefig(tmp_path / "again.svg")
    found.plot(tmp_path / "more.svg")
    for name in ("again.svg", "more.svg"):
        assert (tmp_path / name).read_text(encoding="utf-8") == drawn
    assert figure._repr_svg_() == drawn


MORE_CHARTS = [pytest.param(name, marks=pytest.mark.slow) for name in ("sphere", "shared:block", "softmax:gaussian=1")]


@pytest.mark.parametrize("chart", ["bits", *MORE_CHARTS])
def test_costs_in_other_charts(chart):
    ask = leading_law if chart.startswith("softmax") else learning_coefficient
    found = ask(PROBLEM, DETECT_A, semantics="mean-field", chart=chart)
    figure = found.plot()
    assert isinstance(figure, matplotlib.figure.Figure)
    (axes,) = figure.axes
    drawn = sorted(t.get_text() for t in axes.texts if t.get_text() != "–")
    assert drawn == sorted(map(str, found.certificate.primal))
    assert any(chart.partition(":")[0] in line for line in readable(figure))


def test_costs_of_a_machine_without_tuples():
    empty = TuringMachine(["_"], "_", ["a"], "a", [])
    found = learning_coefficient(SynthesisProblem.of_machine(empty, [""], 1), empty)
    with pytest.raises(ProblemError, match="lists no tuples"):
        found.plot()


@pytest.mark.slow
def test_padding_and_precision():
    lines = [padding(PROBLEM, DETECT_A, 2, padded=what, semantics="mean-field") for what in ("states", "symbols")]
    table = PaddingTable(PROBLEM, DETECT_A, "mean-field", "log", "simplex", 1, tuple(lines[0] + lines[1]))
    figure = table.plot()
    for axes, along in zip(figure.axes, lines, strict=True):
        drawn = {line.get_label(): list(zip(*line.get_data(), strict=True)) for line in axes.lines if "_" not in
                 line.get_label()[:1]}  # fmt: skip
        drawn = {box.get_label(): list(zip(*box[0].get_data(), strict=True)) for box in axes.containers} | drawn
        assert drawn["λ, new tuples: unlisted"] == [(line.p, float(line.value)) for line in along]
        assert drawn["bound by used tuples"] == [(line.p, float(line.used_tuples_bound)) for line in along]
        assert all(float(t.get_text().replace("−", "-")).is_integer() for t in axes.get_xticklabels())
    assert readable(figure)[:2] == CAPTION
    with pytest.raises(ProblemError, match="has no line"):
        PaddingTable(PROBLEM, DETECT_A, "mean-field", "log", "simplex", 1, (), complete=False).plot()
    found = precision(PROBLEM, DETECT_A, semantics="mean-field")
    figure = found.plot()
    assert list(figure.axes[0].containers[0][0].get_xdata()) == [0.0, 1.0, 1.5]
    assert readable(figure)[:2] == CAPTION


def test_coefficients_by_step_and_what_is_proved_of_each():
    problem = SynthesisProblem.of_machine(DETECT_A, words("AB", 2), 4)
    found = coefficients_by_step(problem, DETECT_A, semantics="mean-field")
    assert [point.status for point in found.points] == ["unsolved", "proved", "proved", "proved"]
    for point in found.points[1:]:
        alone = learning_coefficient(replace(problem, steps=point.steps), DETECT_A, semantics="mean-field")
        assert (point.lower, point.upper, point.multiplicity) == (alone.value, alone.value, alone.multiplicity)
    assert StepSeries.from_json(found.to_json()) == found
    ended = CoefficientAtStep(5, "bounds", Fraction(8), Fraction(11))
    longer = replace(found, points=(*found.points, ended), complete=False)
    assert StepSeries.from_json(longer.to_json()) == longer
    figure = longer.plot()
    assert readable(figure)[0] == CAPTION[0] and "not complete" in figure.axes[0].get_title()
    drawn = {box.get_label().partition(",")[0]: box for box in figure.axes[0].containers}
    points = {name: list(map(tuple, box[0].get_xydata().tolist())) for name, box in drawn.items()}
    assert points["λ"] == [(p.steps, float(p.lower)) for p in found.points[1:]]
    assert points["does not solve the problem: there is no λ"] == [(1, 0)]
    assert points["λ is between these"] == [(5, 9.5)]
    (low, high) = drawn["λ is between these"][2][0].get_segments()[0][:, 1]
    assert (low, high) == (8, 11)


def _lines(axes):
    """Return what each curve of axes is drawn through, and whether its markers are hollow."""
    boxes = {box.get_label(): box[0] for box in axes.containers}
    return {name: (list(map(tuple, line.get_xydata().tolist())), line) for name, line in boxes.items()}


def test_coefficients_along_a_harmless_entry_are_steps_with_open_ends():
    found = coefficient_along_entry(PROBLEM, DETECT_A, ("A", "reject", "write", "B"))
    figure = found.plot()
    upper, lower = figure.axes
    ends, inside = [(0.0, 29 / 3), (1.0, 35 / 4)], [(0.0, 10.0), (1.0, 10.0)]
    drawn = _lines(upper)
    (open_points, open_line), (points, closed) = drawn.values()
    assert (open_points, points) == (inside, ends) and "λ = 10, m = 1" in next(iter(drawn))
    assert open_line.get_markerfacecolor() == "white" and open_line.get_linestyle() == "-"
    assert closed.get_markerfacecolor() != "white" and closed.get_linestyle() == "None"
    assert {y for _, y in _lines(lower)["K"][0]} == {0.0}
    said = readable(figure)
    assert said[:2] == CAPTION and said[2].startswith("h: the probability that (A, reject) writes B; log loss")
    assert said[3] == "K = 0 for all h: the error alone is never fatal"


def _fatal_entry():
    return coefficient_along_entry(PROBLEM, DETECT_A, ("A", "reject", "next", "reject"), semantics="mean-field")


def test_the_loss_along_a_fatal_entry_is_drawn_with_how_it_vanishes():
    found = _fatal_entry()
    figure = found.plot()
    upper, lower = figure.axes
    assert [points for points, _ in _lines(upper).values()] == [[(0.0, 10.0)], [(1.0, 0.0)]]
    assert "no λ for 0 < h < 1, where K > 0" in upper.get_xlabel()
    drawn = _lines(lower)
    assert drawn["K"][0] == list(found.losses) and (lower.get_xscale(), lower.get_yscale()) == ("logit", "log")
    leading, line = drawn["1/7·h^3"]
    assert leading[0] == (1e-6, pytest.approx(1e-18 / 7)) and line.get_marker() == "none"
    assert readable(figure)[3] == "K ~ 1/7·h^3 as h → 0"


@pytest.mark.slow
def test_the_picture_along_an_entry_when_it_is_ended(tmp_path):
    found = _fatal_entry()
    first, second = found.plot(tmp_path / "one.svg"), found.plot(tmp_path / "two.svg")
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()
    assert first._repr_svg_() == second._repr_svg_()
    known = CoefficientOnSegment("code", "bounds", Fraction(8), Fraction(11))
    figure = replace(found, points=(known,), losses=(), leading=None, complete=False).plot()
    upper, lower = figure.axes
    assert "not complete" in upper.get_title() and not lower.containers
    assert [points for points, _ in _lines(upper).values()] == [[(0.0, 9.5)]]
    readable(figure)


@pytest.mark.parametrize(
    ("entry", "more", "code", "says"),
    [
        ("A:reject=x", (), 2, "as in A:reject:next=reject"),
        ("A:reject:next=accept", (), 1, "the machine's own value"),
        ("A:reject:nxt=accept", (), 1, "did you mean 'next'?"),
        ("A:reject:next=acept", (), 1, "did you mean 'accept'?"),
        ("C:reject:next=accept", (), 1, "no tuple that the machine lists"),
        ("A:reject:write=B", ("--chart", "bits"), 1, "free binary digits"),
        ("A:reject:write=B", ("--chart", "softmax:gaussian=1"), 2, "has none"),
        ("A:reject:write=B", ("--keys", "noisy"), 2, "give the number of the tuple, from 0 on"),
        ("6:write=B", ("--keys", "noisy"), 1, "the list has 6 tuples, from 0 on"),
        ("2:read=C", ("--keys", "noisy"), 1, "'C' is no value; give one of '_', 'A', 'B'"),
        ("2:red=A", ("--keys", "noisy"), 1, "it is read, in, write, next or move; did you mean 'read'?"),
        ("A:reject:write=B", ("--explain",), 2, "leave out --explain"),
        ("A:reject:write=B", ("--each-step",), 2, "leave out --entry"),
        ("A:reject:write=B", ("--output", "x.csv"), 2, ".svg"),
    ],
)
def test_entries_that_are_refused(refused, tmp_path, monkeypatch, entry, more, code, says):
    monkeypatch.chdir(tmp_path)
    problem = ("--max-length", "2", "--steps", "4")
    assert says in refused(code, "bound", "detectA", *problem, "--entry", entry, *more)


def test_a_series_that_is_ended(capsys, tmp_path):
    asked = "bound detectA --max-length 2 --steps 4 --semantics quenched --each-step --json --memory 3K"
    file = tmp_path / "steps.svg"
    assert main([*asked.split(), "--output", str(file)]) == 3
    record = json.loads(capsys.readouterr().out)
    assert record["complete"] is False and record["points"][0]["status"] == "unsolved" and file.exists()


@pytest.mark.slow
def test_the_atlas_can_be_read():
    problem = SynthesisProblem.of_machine(DETECT_A, ["A", "B"], 1)
    figure = atlas(problem, sample=20, semantics="mean-field", progress=False).plot()
    assert faults(figure) == [] and figure.get_supxlabel().startswith("problem: 2 inputs, read after 1 step: state")
    assert all(float(t.get_text()).is_integer() for t in figure.axes[0].get_xticklabels())


@pytest.mark.slow
def test_pictures_of_the_command(capsys, tmp_path):
    asked = ("bound", "detectA", "--max-length", "2", "--steps", "4", "--semantics", "mean-field")
    assert main([*asked, "--output", str(tmp_path / "costs.png"), "--json"]) == 0
    assert (tmp_path / "costs.png").read_bytes().startswith(b"\x89PNG")
    assert capsys.readouterr().out.startswith("{")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("bound", "--output", "x.pdf"), "'.pdf'"),
        (("bound", "--output", "x.csv"), "--padding"),
        (("bound", "--padding", "1", "--output", "x.txt"), ".csv"),
        (("bound", "--survey", "--output", "x.svg"), "--survey"),
        (("bound", "--each-step", "--output", "x.csv"), ".svg"),
        (("bound", "--each-step", "--padding", "1"), "leave out --padding"),
        (("bound", "--each-step", "--chart", "softmax:gaussian=1"), "has none"),
    ],
)
def test_what_is_refused(refused, tmp_path, monkeypatch, arguments, says):
    monkeypatch.chdir(tmp_path)
    verb, *more = arguments
    assert says in refused(2, verb, "detectA", *more)
    assert "no folder" in refused(1, "bound", "detectA", "--output", tmp_path / "no" / "x.svg")


def test_a_path_that_is_no_picture():
    found = learning_coefficient(PROBLEM, DETECT_A, semantics="mean-field")
    with pytest.raises(FormatError, match=r"end the name in \.svg or \.png"):
        found.plot("x.pdf")
