"""What ``noisytm syndromes`` prints and returns, and what it refuses."""

import json
import re
from fractions import Fraction

import pytest
from seeds import slow_where
from timeless import timeless

from noisytm import fatal_syndromes, library, words
from noisytm.cli import main
from noisytm.cli import syndromes as command
from noisytm.machine import TuringMachine
from noisytm.problem.synthesis import SynthesisProblem, problem_from_mapping
from noisytm.relaxation.semantics import SEMANTICS
from noisytm.show import fatal_errors as module
from noisytm.show.fatal_errors import describe_syndromes, syndrome_report

KEYS = {
    "machine", "machine_key", "problem", "semantics", "chart", "dimension", "max_weight", "counts", "syndromes",
    "version", "correction", "leading_part", "brier_hessian", "error_graph", "noisytm", "problem_key", "options",
    "seed", "complete", "seconds", "compile_seconds",
}  # fmt: skip
ONE_TUPLE = json.dumps(
    {
        "noisytm": "machine/1", "symbols": ["_"], "blank": "_", "states": ["0", "H"], "start": "0", "halting": ["H"],
        "tuples": [["_", "0", "_", "H", "S"]],
    }
)  # fmt: skip


@pytest.fixture
def printed(capsys):
    def run(*arguments):
        assert main(["syndromes", *map(str, arguments)]) == 0
        out, err = capsys.readouterr()
        assert err == ""
        return out

    return run


@pytest.fixture
def refused(capsys):
    def run(code, *arguments, says):
        assert main(["syndromes", *map(str, arguments)]) == code
        out, err = capsys.readouterr()
        assert out == "" and err.startswith("noisytm: ") and err.count("\n") == 1 and says in err
        return err

    return run


@pytest.mark.parametrize("semantics", tuple(SEMANTICS))
@slow_where("mean-field", "pseudo-utm")
def test_the_json_holds_everything(printed, semantics):
    record = json.loads(printed("detectA", "--steps", 4, "--semantics", semantics, "--max-weight", 3, "--json"))
    assert set(record) == KEYS
    machine = TuringMachine.from_json(record["machine"])
    problem = problem_from_mapping(record["problem"], machine)
    assert problem.to_json(machine) == record["problem"] and problem.steps == 4
    report = syndrome_report(problem, machine, semantics=semantics, max_weight=3)
    assert timeless(report.to_json()) == timeless(record)
    found = fatal_syndromes(problem, machine, semantics=semantics, max_weight=3)
    assert report.syndromes == found and len(record["syndromes"]) == sum(record["counts"].values())
    assert record["correction"] == {"correction_degree": 0, "least_weight": 1, "bounds": {"log": "30", "brier": "15"}}
    assert record["leading_part"]["degree"] == 1 and record["brier_hessian"]["rank"] == 4
    assert record["error_graph"] == report.errors.to_json() and report.errors.max_errors == 3


def test_the_text_says_what_the_result_holds(printed):
    machine = library.machine("detectA")
    problem = SynthesisProblem.of_machine(machine, words("AB", 2), 4)
    report = syndrome_report(problem, machine)
    text = printed("detectA", "--steps", 4)
    assert text == describe_syndromes(report) + "\n"
    blocks = text.split("\n\n")
    assert "semantics pseudo-utm, chart simplex" in blocks[0]
    assert blocks[1].startswith("Minimal fatal syndromes up to weight 2: 4 of weight 1, 11 of weight 2.")
    listed = [line.strip() for line in blocks[1].splitlines()[1:] if not line.startswith("  …")]
    left_out = int(re.search(r"… and (\d+) more", blocks[1])[1])
    assert len(listed) + left_out == 15 and "(B, reject) goes to accept" in listed
    assert "C = 0.\nSo lambda <= 30 (log), 15 (brier)" in blocks[2]
    terms = dict(re.findall(r"^ +([\d/]+)  (.*)$", blocks[3], re.MULTILINE)[::-1])
    assert "leading order 1" in blocks[3] and terms["10/7"] == "(_, reject) writes A"
    assert sum(map(Fraction, terms)) == sum(report.leading_part.coefficients.values())
    assert "rank 4 of 30" in blocks[4]
    assert re.search(r"^ +0 +\(_, reject\) \(A, reject\) \(A, accept\) \(B, reject\)$", blocks[5], re.MULTILINE)


def test_a_machine_that_retries(printed):
    text = printed(ONE_TUPLE, "--words", "", "--steps", 3, "--semantics", "annealed", "--max-weight", 2)
    assert "Minimal fatal syndromes up to weight 2: none." in text
    assert "C = 2.\nSo lambda <= 1 (log), 1/2 (brier)" in text
    assert "leading order 3" in text and "1  (_, 0) goes to 0 3 times" in text
    assert "rank 0 of 3" in text


def test_where_nothing_is_fatal(printed):
    text = printed("1RA0LA", "--words", "", "--steps", 3, "--semantics", "quenched")
    assert "No error at all can lead to a wrong answer" in text and "leading order" not in text
    record = json.loads(printed("1RA0LA", "--words", "", "--steps", 3, "--json"))
    assert record["counts"] == {} and record["leading_part"]["degree"] is None
    assert record["correction"] == {
        "correction_degree": None, "least_weight": None, "bounds": {"log": "0", "brier": "0"},
    }  # fmt: skip


def test_long_lists_are_cut_and_counted(printed, monkeypatch):
    monkeypatch.setattr(module, "TERMS_SHOWN", 1)
    monkeypatch.setattr(module, "SHOWN_OF_EACH_WEIGHT", 2)
    text = printed("detectA", "--steps", 4)
    assert "… and 3 more terms" in text and "… and 11 more; --json" in text


def test_a_problem_file_and_standard_input(printed, tmp_path):
    path = tmp_path / "problem.yaml"
    path.write_text("machine: detectA\ninputs: [A, B]\nsteps: 3\n", encoding="utf-8")
    assert printed("--problem", path) == printed("detectA", "--words", "A,B", "--steps", 3)


def test_what_is_refused(refused):
    refused(2, "detectA", "--max-weight", 0, says="--max-weight is 0; it must be an integer >= 1")
    refused(2, "detectA", "--max-weight", "1.5", says="not a whole number")
    refused(2, "detectA", "--semantics", "exact", says="exact")
    refused(2, says="give a machine")
    refused(2, "1RA0LA", says="has no default problem")
    refused(2, "detectA", "--problem", "x.yaml", "--steps", 3, says="--problem replaces --steps")
    refused(1, "nonsense", says="no library machine")
    refused(1, "detectA", "--words", "C", "--steps", 2, says="not a symbol of the machine")


def test_a_budget_that_runs_out_says_what_was_found(monkeypatch, capsys):
    assert main(["syndromes", "bb2", "--steps", "100000"]) == 3
    out = capsys.readouterr().out
    assert "This is not complete: the relaxed tapes have 10000000000 cells" in out and "up to weight 0: none" in out
    whole = module.error_graph
    monkeypatch.setattr(module, "error_graph", lambda *a, **options: whole(*a, **options, max_configurations=3))
    assert main(["syndromes", "detectA", "--steps", "4"]) == 3
    out = capsys.readouterr().out
    assert "up to weight 2: 4 of weight 1, 11 of weight 2" in out and "Hessian" in out and "so many errors" not in out
    assert "Not all runs with errors were followed: there are more than 3 configurations" in out
    assert main(["syndromes", "detectA", "--steps", "4", "--json"]) == 3
    record = json.loads(capsys.readouterr().out)
    assert record["error_graph"] is None and "more than 3" in record["left_out"]
    monkeypatch.setattr(module, "error_graph", lambda *a, **options: whole(*a, **options, max_configurations=25))
    assert main(["syndromes", "detectA", "--steps", "4"]) == 3
    assert "complete up to" in (out := capsys.readouterr().out) and "so many errors" in out


def test_the_help_names_the_options(printed):
    text = printed("--help")
    assert command.syndromes.__doc__.splitlines()[0] in " ".join(text.split())
    for option in ("--semantics", "--max-weight", "--steps", "--problem", "--json"):
        assert option in text
