"""``noisytm report``: files in, a page out, which ``noisytm verify`` accepts; and the commands on it make it again."""

import base64
import html
import json
import re
import shlex

import pytest
from timeless import timeless

from noisytm import load
from noisytm.cli import main

BOUND = ("bound", "detectA", "--words", "A,B", "--steps", "2", "--semantics", "mean-field", "--json")


@pytest.fixture
def bound(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(BOUND) == 0
    (tmp_path / "bound.json").write_text(capsys.readouterr().out, encoding="utf-8")
    return tmp_path / "bound.json"


def test_a_page_is_written_verified_and_made_again(bound, capsys, tmp_path):
    assert main(["report", "bound.json", "--output", "report.html"]) == 0
    assert re.fullmatch(r"report.html: 1 result, 1 certificate, [\d,]+ bytes\n", capsys.readouterr().out)
    assert main(["report", "bound.json"]) == 0
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert capsys.readouterr().out == page
    assert main(["verify", "report.html"]) == 0
    value = load(bound).value
    assert capsys.readouterr().out.startswith(f"bound-1:\nverified: learning coefficient {value} (")
    (saved,) = re.findall(r'download="problem-1.json" href="data:application/json;base64,([^"]*)"', page)
    (tmp_path / "problem-1.json").write_bytes(base64.b64decode(saved))
    (command,) = re.findall(r"noisytm (bound .*) &gt; bound-1.json", page)
    assert main(shlex.split(html.unescape(command))) == 0
    again, first = json.loads(capsys.readouterr().out), json.loads(bound.read_text(encoding="utf-8"))
    assert timeless(again) == timeless(first)


@pytest.mark.usefixtures("bound")
@pytest.mark.parametrize(
    ("code", "arguments", "says"),
    [
        (2, [], "give the files of one result or more"),
        (1, ["missing.json"], "missing.json"),
        (1, ["bound.json", "bound.json"], "is given twice"),
        (1, ["bound.json", "--output", "report.pdf"], "end the name in .html or .htm"),
        (1, ["bound.json", "--output", "no/report.html"], "cannot write"),
        (2, ["bound.json", "--output", "-"], "goes to standard output"),
        (1, ["list.json"], "must be an object"),
        (1, ["other.json"], "the kinds are"),
    ],
)
def test_what_cannot_be_is_said_in_a_line(code, arguments, says, capsys, tmp_path):
    (tmp_path / "list.json").write_text("[]", encoding="utf-8")
    (tmp_path / "other.json").write_text('{"noisytm": "nothing/1"}', encoding="utf-8")
    assert main(["report", *arguments]) == code
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1 and says in err
    assert not (tmp_path / "report.pdf").exists()


@pytest.mark.usefixtures("bound")
def test_a_page_without_a_certificate_and_one_that_runs_out_of_time(capsys, tmp_path):
    assert main(["run", "bb2", "--json"]) == 0
    (tmp_path / "run.json").write_text(capsys.readouterr().out, encoding="utf-8")
    assert main(["report", "run.json", "--output", "run.html"]) == 0
    assert main(["verify", "run.html"]) == 1
    assert "holds no certificate" in capsys.readouterr().err
    assert main(["report", "bound.json", "--output", "bound.html"]) == 0
    capsys.readouterr()
    assert main(["verify", "bound.html", "--seconds", "1e-9"]) == 3
    out, err = capsys.readouterr()
    assert out == "" and "left unchecked" in err
