"""``noisytm compare``: two machines or more, files or names, on the problem of the first or on that of a file."""

import csv
import json

import pytest

from noisytm import Comparison, TuringMachine, library
from noisytm.cli import main

FEW = ("--semantics", "mean-field", "--words", "A,B", "--steps", "3")


@pytest.fixture
def on(tmp_path):
    """Return a file with detectA that goes on after an A."""
    record = library.machine("detectA").to_json()
    record["tuples"][3][4], record["name"] = "R", "on"
    path = tmp_path / "on.json"
    TuringMachine.from_json(record).save(path)
    return str(path)


def test_names_and_files_side_by_side(on, capsys, tmp_path):
    assert main(["compare", "detectA", on, *FEW, "--output", str(tmp_path / "rows.csv")]) == 0
    text = capsys.readouterr().out
    assert text.startswith("2 codes side by side: detectA, on\nAll are in one space")
    assert main(["compare", "detectA", on, *FEW, "--json"]) == 0
    found = Comparison.from_json(json.loads(capsys.readouterr().out))
    with (tmp_path / "rows.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["code"] for row in rows] == ["detectA", "on"]
    for row, told in zip(rows, found.rows, strict=True):
        assert row["learning_coefficient"] == str(told.code.value)
        assert any(line.startswith("mean-field") and line.split()[1] == row["code"] for line in text.splitlines())
        assert int(row["multiplicity"]) == told.code.multiplicity
        assert row["used_tuples_bound"] == str(told.code.bounds.used_tuples)
        assert int(row["least_fatal_weight"]) == told.least_weight


def test_the_problem_is_that_of_the_first_unless_one_is_given(on, capsys, tmp_path):
    path = tmp_path / "problem.yaml"
    path.write_text("machine: parity\ninputs: [B]\nsteps: 2\n", encoding="utf-8")
    assert main(["compare", on, "detectA", "--problem", str(path), "--semantics", "mean-field", "--json"]) == 0
    found = Comparison.from_json(json.loads(capsys.readouterr().out))
    assert found.problem.inputs == (("B",),) and found.problem.steps == 2 and found.labels == ("on", "detectA")


@pytest.mark.parametrize(
    ("code", "arguments", "says"),
    [
        (2, ["detectA"], "give two machines or more"),
        (2, [], "give two machines or more"),
        (2, ["-", "-"], "standard input can be read once"),
        (2, ["bb5", "bb5"], "has no default problem"),
        (2, ["detectA", "detectA", "--chart", "cube"], "--chart is 'cube'"),
        (1, ["detectA", "nowhere"], "'nowhere' is no existing file"),
        (1, ["detectA", "parity", *FEW], "parity cannot be compared on this problem"),
        (1, ["bb2", "bb3"], "bb3 cannot be compared on this problem"),
        (1, ["detectA", "detectA", "--output", "rows.txt"], "end it in .csv or .parquet"),
        (1, ["detectA", "detectA", "--output", "no/rows.csv"], "cannot write"),
    ],
)
def test_what_cannot_be_is_said_in_a_line(code, arguments, says, capsys):
    assert main(["compare", *arguments]) == code
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1 and says in err
