"""``noisytm library``: what it lists and prints; names that are nearly right; folders of a machine's name."""

import json

import pytest

from noisytm import library
from noisytm.cli import main
from noisytm.problem import problem_from_mapping, read_problem

WITH_PROBLEM = [name for name in library.names() if library.entry(name).problem is not None]


@pytest.fixture
def printed(capsys):
    def run(*arguments, code=0):
        assert main(["library", *arguments]) == code
        out, err = capsys.readouterr()
        assert (out == "") == (code != 0) and err.count("\n") == (code != 0)
        return out if code == 0 else err

    return run


def test_every_machine_and_every_problem_has_a_line(printed):
    machines, problems = printed().split("\n\n")
    assert [line.split()[0] for line in machines.splitlines()[1:]] == library.names()
    assert [line.split()[0] for line in problems.splitlines()[1:]] == WITH_PROBLEM
    assert all(len(line) < 160 and not line.endswith(".") for line in machines.splitlines())
    listed = json.loads(printed("--json"))["machines"]
    assert [entry["name"] for entry in listed] == library.names()
    assert [entry["name"] for entry in listed if entry["problem"]] == WITH_PROBLEM


def test_one_machine(printed):
    text = printed("parity")
    assert "odd" in text and "start     even" in text and "problem   state after 4 steps" in text
    assert "halting   Z" in printed("bb2") and "problem   none" in printed("bb5")
    record = json.loads(printed("bb2", "--json"))
    assert record["machine"] == library.machine("bb2").to_json()
    assert record["problem"] == {"machine": "bb2", **library.entry("bb2").problem}


@pytest.mark.parametrize("name", WITH_PROBLEM)
def test_the_problem_file_is_the_default_problem(printed, tmp_path, name):
    path = tmp_path / "problem.yaml"
    machine = library.machine(name)
    default = problem_from_mapping(library.entry(name).problem, machine)
    for options in ([], ["--json"]):
        path.write_text(printed("--problem", name, *options), encoding="utf-8")
        assert read_problem(path) == (machine, default)


def test_what_is_refused(printed):
    assert "no machine 'detecta'; it has 'bb2'" in printed("detecta", code=1)
    assert "did you mean 'detectA'?" in printed("detecta", code=1)
    assert "did you mean 'parity'?" in printed("--problem", "prity", code=1)
    assert "bb5 has no default problem; take one of 'bb2'" in printed("--problem", "bb5", code=1)
    assert "not both" in printed("bb2", "--problem", "bb2", code=2)
    assert "did you mean '--problem'?" in printed("--problm", "bb2", code=2)


@pytest.mark.parametrize("name", ["copy", "parity", "bb5"])
def test_a_folder_does_not_hide_a_machine(tmp_path, monkeypatch, capsys, name):
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).mkdir()
    (tmp_path / "problem.yaml").write_text(f"machine: {name}\ninputs: ['']\nsteps: 2\n", encoding="utf-8")
    assert main(["encode", name]) == 0
    capsys.readouterr()
    assert read_problem("problem.yaml")[0] == library.machine(name)
    other = tmp_path / "folder"
    other.mkdir()
    assert main(["encode", "folder"]) == 1
    assert "Is a directory" in capsys.readouterr().err
    (tmp_path / name).rmdir()
    (tmp_path / name).write_text("1RB1LB_1LA1RZ", encoding="utf-8")  # a file is meant
    assert main(["convert", name, "--to", "bbchallenge"]) == 0
    assert capsys.readouterr().out == "1RB1LB_1LA1RZ\n"
    assert len(read_problem("problem.yaml")[0].states) == 3
