"""``noisytm bound --survey`` and ``--padding``: tables, JSON, CSV, and what is refused."""

import csv
import io
import json
from fractions import Fraction

import pytest
from seeds import ALL_SEEDS, sweep

from noisytm import learning_coefficient, library
from noisytm.cli import main
from noisytm.degeneracy.padded import NEW_TUPLES, PADDED, padded_machine, padding
from noisytm.degeneracy.surveys import survey
from noisytm.errors import ProblemError
from noisytm.geometry.charts import CHARTS
from noisytm.losses import LOSSES
from noisytm.problem import outcome
from noisytm.problem.synthesis import problem_from_mapping
from noisytm.relaxation.semantics import SEMANTICS

DETECT_A = ("bound", "detectA", "--max-length", "2", "--steps", "4")


@pytest.fixture
def run(capsys):
    def call(*arguments, code=0):
        assert main(list(arguments)) == code
        out, err = capsys.readouterr()
        return out if code in (0, 3) else err

    return call


@sweep
@pytest.mark.slow
def test_one_table_over_everything(run):
    record = json.loads(run(*DETECT_A, "--survey", "--json"))
    rows = {(row["semantics"], row["chart"], row["loss"]): row for row in record["rows"]}
    assert set(rows) == {(s, c, loss) for s in SEMANTICS for c in CHARTS for loss in LOSSES}
    for (semantics, chart, loss), row in list(rows.items())[:: 1 if ALL_SEEDS else 5]:
        single = json.loads(run(*DETECT_A, "--semantics", semantics, "--chart", chart, "--loss", loss, "--json"))
        for entry in ("learning_coefficient", "multiplicity", "bounds"):
            assert row[entry] == single[entry]
        assert Fraction(row["learning_coefficient"]) <= Fraction(row["correction_bound"])
        assert Fraction(row["learning_coefficient"]) <= Fraction(row["free_unused"]["learning_coefficient"])
    assert rows["pseudo-utm", "bits", "brier"]["bounds"]["used_tuples"] == "10"  # half of 20 bits
    assert record["description_length"]["bits"] == 20


def test_a_given_option_restricts_the_table(run):
    record = json.loads(run(*DETECT_A, "--survey", "--semantics", "annealed", "--loss", "brier", "--json"))
    assert [(row["semantics"], row["chart"], row["loss"]) for row in record["rows"]] == [
        ("annealed", chart, "brier") for chart in CHARTS
    ]
    third = json.loads(run(*DETECT_A, "--survey", "--prior-concentration", "1/3", "--loss", "log", "--json"))
    assert {row["chart"] for row in third["rows"]} == {"simplex", "bits"}  # the sphere has a measure of its own
    assert third["rows"][2]["learning_coefficient"] == str(Fraction(29, 9))


def test_the_table_as_text(run):
    lines = run(*DETECT_A, "--survey").splitlines()
    row = next(line.split() for line in lines if line.startswith("pseudo-utm   bits      log"))
    assert row == ["pseudo-utm", "bits", "log", "4", "29/3", "2", "20", "30", "25/2", "2", "0", "30"]
    assert "description length: 20 bits of 4 used tuples (6 listed)" in lines


def test_a_row_whose_budget_runs_out_says_what_is_certain(run):
    record = json.loads(run(*DETECT_A, "--survey", "--memory", "3K", "--loss", "log", "--json", code=3))
    machine = library.machine("detectA")
    problem = problem_from_mapping({"inputs": {"letters": "AB", "max_length": 2}, "steps": 4}, machine)
    complete = survey(problem, machine, losses=["log"]).rows
    cut = 0
    for row, whole in zip(record["rows"], complete, strict=True):
        if "at_least" in row:
            cut += 1
            assert Fraction(row["at_least"]) <= whole.code.value <= Fraction(row["at_most"])
            assert row["bounds"] is None and "multiplicity" not in row
        else:
            assert Fraction(row["learning_coefficient"]) == whole.code.value
    assert cut > 0
    assert " to " in run(*DETECT_A, "--survey", "--memory", "3K", "--loss", "log", code=3)


def test_padding_tables(run, tmp_path):
    path = tmp_path / "padding.csv"
    record = json.loads(run(*DETECT_A, "--padding", "2", "--output", str(path), "--json"))
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    assert len(rows) == len(record["padding"]) == len(PADDED) * len(NEW_TUPLES) * 3
    for row, line in zip(rows, record["padding"], strict=True):
        assert {name: row[name] for name in line} == {name: str(value) for name, value in line.items()}
        assert float(row["learning_coefficient_decimal"]) == float(Fraction(row["learning_coefficient"]))
        p, old = int(row["p"]), (3, 2)
        sizes = (old[0] + p * (row["padded"] == "symbols"), old[1] + p * (row["padded"] == "states"))
        listed = 6 if row["new_tuples"] == "unlisted" else sizes[0] * sizes[1]
        assert int(row["dimension"]) == listed * sum(sizes)
        assert Fraction(row["used_tuples_bound"]) == 4 * sum(sizes)
        assert Fraction(row["fatal_alone"]) <= Fraction(row["learning_coefficient"]) <= 4 * sum(sizes)
    assert "\nstates        stay         2 " in run(*DETECT_A, "--padding", "2")


def test_a_padded_machine_does_the_same_and_each_line_is_its_coefficient():
    machine = library.machine("detectA")
    problem = problem_from_mapping({"inputs": {"letters": "AB", "max_length": 2}, "steps": 4}, machine)
    for padded in PADDED:
        for new_tuples in NEW_TUPLES:
            line = padding(problem, machine, 1, padded=padded, new_tuples=new_tuples, semantics="annealed")[-1]
            bigger = line.machine
            assert [outcome(bigger, w, 4) for w in problem.inputs] == [outcome(machine, w, 4) for w in problem.inputs]
            assert bigger.tuples[: len(machine.tuples)] == machine.tuples
            entries = {"inputs": list(map("".join, problem.inputs)), "steps": 4}
            alone = learning_coefficient(problem_from_mapping(entries, bigger), bigger, semantics="annealed")
            assert (line.value, line.multiplicity) == (alone.value, alone.multiplicity)
    new = padded_machine(machine, "symbols", 1, "restart").tuples[-1]
    assert (new.write, new.next, new.move) == ("_", "reject", "S")
    with pytest.raises(ProblemError, match="must be one of states, symbols"):
        padded_machine(machine, "tapes", 1)
    with pytest.raises(ProblemError, match="must be one of unlisted, stay, restart"):
        padded_machine(machine, "states", 1, "explode")


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("--padding", "0"), 2, "--padding is 0; it must be an integer from 1 to 4096"),
        (("--padding", "x"), 2, "x"),
        (("--output", "file.csv"), 2, "--padding"),
        (("--padding", "1", "--output", "no/such/folder/file.csv"), 1, "cannot write"),
        (("--survey", "--semantics", "cold"), 2, "cold"),
        (("--survey", "--chart", "sphere", "--prior-concentration", "2"), 1, "sphere"),
    ],
)
def test_what_is_refused(run, monkeypatch, tmp_path, arguments, code, says):
    monkeypatch.chdir(tmp_path)
    message = run(*DETECT_A, *arguments, code=code)
    assert says in message and message.count("\n") == 1
