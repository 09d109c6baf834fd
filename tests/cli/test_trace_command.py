"""``noisytm run --trace`` and ``--output``."""

from __future__ import annotations

import json
import os
import re

import pytest

from noisytm import library, space_time
from noisytm.cli import main
from noisytm.show.diagrams.text import width_of


class Terminal:
    """Standard output that says it is a terminal."""

    def __init__(self, stream):
        self.stream = stream

    def __getattr__(self, name):
        return getattr(self.stream, name)

    def isatty(self):
        return True


@pytest.fixture(autouse=True)
def plain_surroundings(monkeypatch):
    for name in ("NO_COLOR", "TERM", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)


def test_the_diagram_comes_before_the_report(capsys):
    assert main(["run", "bb2", "--trace"]) == 0
    out = capsys.readouterr().out
    diagram, report = out.split("\n\n")
    assert diagram == str(space_time(library.machine("bb2")))
    assert report.startswith("halted after 6 steps in state Z\n")


@pytest.mark.parametrize("columns", [40, 80, 132])
def test_it_fits_the_terminal(columns, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", str(columns))
    for more in ([], ["--view", "head"], ["--rows-at", "extremes", "--rows", "12"]):
        assert main(["run", "bb5", "--trace", "--max-steps", "20000", *more]) == 3
        rows = capsys.readouterr().out.split("\n\n")[0].splitlines()[2:]
        assert max(map(width_of, rows)) <= columns
        assert len(rows) == (13 if "--rows" in more else 41)


@pytest.mark.parametrize(
    ("terminal", "setting", "coloured"),
    [(True, None, True), (False, None, False), (True, ("NO_COLOR", "1"), False), (True, ("NO_COLOR", ""), False),
     (True, ("TERM", "dumb"), False), (False, ("TERM", "xterm"), False)],
)  # fmt: skip
def test_colours_only_on_a_terminal_that_wants_them(terminal, setting, coloured, monkeypatch, capsys):
    import sys

    if setting is not None:
        monkeypatch.setenv(*setting)
    if terminal:
        monkeypatch.setattr(sys, "stdout", Terminal(sys.stdout))
    assert main(["run", "bb2", "--trace"]) == 0
    out = capsys.readouterr().out
    assert ("\x1b" in out) is coloured
    plain = [line.rstrip() for line in re.sub(r"\x1b\[[\d;]*m", "", out).splitlines()]
    assert plain[: 3 + 7] == str(space_time(library.machine("bb2"))).splitlines()


def test_json_has_the_rows(capsys):
    assert main(["run", "bb3", "--trace", "--json", "--rows", "5"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["steps"] == 21 and record["trace"]["sample"] == "even"
    assert [row["step"] for row in record["trace"]["rows"]] == [0, 5, 10, 15, 21]
    assert main(["run", "bb3", "--json"]) == 0
    assert "trace" not in json.loads(capsys.readouterr().out)


def test_pictures(tmp_path, capsys):
    pytest.importorskip("matplotlib")
    assert main(["run", "bb3", "--trace", "-o", str(tmp_path / "a.svg")]) == 0
    assert capsys.readouterr().out.startswith("halted after 21 steps")
    assert main(["run", "bb3", "--output", str(tmp_path / "b.svg")]) == 0
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
    assert main(["run", "bb5", "--max-steps", "1000", "--json", "-o", str(tmp_path / "c.png")]) == 3
    assert (tmp_path / "c.png").read_bytes()[:4] == b"\x89PNG"


@pytest.mark.parametrize(
    ("code", "arguments", "says"),
    [
        (2, ["-o", "x.gif"], "end the name in .svg or .png"),
        (1, ["-o", "missing/x.svg"], "cannot write 'missing/x.svg': No such file or directory"),
        (2, ["--trace", "--rows", "-3"], "rows is -3; it must be an integer from 2 to 4096"),
        (2, ["--trace", "--columns", "0"], "columns is 0; it must be an integer from 1 to 4096"),
        (2, ["--trace", "--max-steps", "-1"], "--max-steps is -1"),
        (2, ["--trace", "--rows-at", "some"], "some"),
        (2, ["--trace", "--view", "some"], "some"),
        (2, ["--trace", "--rows", "1.5"], "1.5"),
        (2, ["--rows", "5"], "--rows is about the diagram; add --trace, or --output FILE"),
        (2, ["--view", "head"], "--view is about the diagram"),
    ],
)
def test_refusals(code, arguments, says, monkeypatch, tmp_path, capsys):
    if "missing/x.svg" in arguments:
        pytest.importorskip("matplotlib")
    monkeypatch.chdir(tmp_path)
    assert main(["run", "bb2", *arguments]) == code
    out, err = capsys.readouterr()
    assert out == "" and says in err and err.count("\n") == 1
    assert os.listdir(tmp_path) == []


def test_the_steps_stay_within_the_budget(capsys):
    assert main(["run", "bb5", "--trace", "--max-steps", "50"]) == 3
    out = capsys.readouterr().out
    assert out.startswith("steps 0 to 50, 40 rows spaced evenly in time") and "still running after 50 steps" in out


def test_an_interrupt_leaves_no_file(monkeypatch, tmp_path, capsys):
    pytest.importorskip("matplotlib")
    from noisytm.show.diagrams import sampling

    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(sampling, "advance", interrupted)
    assert main(["run", "bb3", "-o", str(tmp_path / "x.svg")]) == 130
    assert capsys.readouterr().err == "noisytm: interrupted\n" and list(tmp_path.iterdir()) == []
