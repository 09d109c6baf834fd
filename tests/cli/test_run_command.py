"""What ``noisytm run`` prints and returns."""

from __future__ import annotations

import json

import pytest

from noisytm import RunResult, library, problem
from noisytm import run as run_machine
from noisytm.cli.run import run
from noisytm.discrete.configuration import packing
from noisytm.errors import MachineError
from noisytm.formats import parse
from noisytm.machine import TuringMachine

AGREED = {"halted", "reason", "steps", "score", "state", "head", "tape", "method"}
LONG_NAMES = TuringMachine(["blank", "one"], "blank", ["go"], "go", [("one", "go", "one", "go", "R")])


@pytest.fixture(autouse=True)
def machines_by_name(monkeypatch):
    def load(name, **_):
        return LONG_NAMES if name == "long" else library.machine(name)

    monkeypatch.setattr(problem, "load_machine", load)


def test_json_has_the_agreed_entries(capsys):
    assert run("bb2", json=True) == 0
    out, err = capsys.readouterr()
    record = json.loads(out)
    assert err == "" and {name: record[name] for name in AGREED} == {
        "halted": True,
        "reason": "halted",
        "steps": 6,
        "score": 4,
        "state": "Z",
        "head": 0,
        "tape": [["1", 4]],
        "method": "direct",
    }
    assert record.keys() - AGREED == {
        "noisytm", "version", "machine_key", "problem_key", "options", "seed", "machine", "tape_start", "leftmost",
        "rightmost", "stopped", "seconds", "compile_seconds",
    }  # fmt: skip
    assert RunResult.from_json(record) == run_machine(library.machine("bb2"))
    assert (record["tape_start"], record["options"]["max_steps"]) == (-2, 10**9)


def test_text(capsys):
    assert run("palindrome", word="ABBA") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "halted after 15 steps in state accept"
    assert lines[1:] == [
        "score  0 (cells that are not blank)",
        "head   at 2, visited 0 to 4",
        "tape   __[_]__",
    ]


def test_budget_prints_what_was_found_and_exits_3(capsys):
    assert run("bb5", max_steps=1000) == 3
    out = capsys.readouterr().out
    assert out.startswith("still running after 1,000 steps, in state ") and "--max-steps" in out
    assert run("bb5", max_steps=1000, json=True) == 3
    assert json.loads(capsys.readouterr().out)["reason"] == "budget"


def test_no_room_for_the_tape(capsys, monkeypatch):
    monkeypatch.setattr(packing.Buffer, "grow", lambda *_: False)
    assert run("bb5", method="direct", json=True) == 3
    out, err = capsys.readouterr()
    record = json.loads(out)
    assert (record["reason"], record["complete"]) == ("budget", False) and "the tape needs more than" in err


def test_symbols_longer_than_a_character(capsys):
    assert run("long", word="one,one") == 0
    assert "one one [blank]" in capsys.readouterr().out
    assert run("long") == 0
    assert "stopped at an undefined cell after 0 steps" in capsys.readouterr().out
    with pytest.raises(MachineError, match="'two'"):
        run("long", word="one,two")


def test_long_tapes_are_shown_as_runs(capsys):
    assert run("bb5", max_steps=10**8) == 0
    assert len(capsys.readouterr().out) < 2000
    assert run("bb2x4", max_steps=10**8) == 0
    assert "^" in capsys.readouterr().out.splitlines()[-1]


def test_bad_step_count():
    with pytest.raises(MachineError, match="max_steps is -1"):
        run("bb2", max_steps=-1)


def test_methods_and_cycles(capsys):
    assert run("bb5", max_steps=10**8, method="block", json=True) == 0
    record = json.loads(capsys.readouterr().out)
    assert (record["steps"], record["method"]) == (47_176_870, "block")
    for method in ("direct", "block", "chain", "auto"):
        assert run("bb5", max_steps=10**6, method=method) == 3
    assert len(set(capsys.readouterr().out.split("still")[1:])) == 1


def test_cycles_are_done(capsys, monkeypatch):
    monkeypatch.setattr(problem, "load_machine", lambda text, **_: parse(text))
    assert run("1RB0LB_0LA---") == 0
    first, second, *_ = capsys.readouterr().out.splitlines()
    assert first == "never stops; after 1,000,000,000 steps in state A"
    assert second == "cycle  from step 0 on, every 4 steps, 2 cells further left each time"
    assert run("1RB0LB_0LA---", cycle_window=0) == 3
