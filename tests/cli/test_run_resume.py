"""``noisytm run`` ended by signals, by time and by memory, and taken up again."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time

import pytest

from noisytm import RunResult, parse, run
from noisytm.cli import main

COUNTER = "1RB---_0LB1RC_1LB0RC"


def written(path):
    return path.stat().st_mtime_ns if path.exists() else 0


@pytest.mark.skipif(os.name == "nt", reason="Windows has other signals")
def test_signals_keep_what_there_is(tmp_path):
    """Ctrl-C, then SIGTERM to the command that goes on: both print the configuration, and no step is lost."""
    file, steps = tmp_path / "kept", 0
    command = [sys.executable, "-m", "noisytm", "run", "--method", "direct", "--max-steps", "1e18", "--json"]
    command += ["--resume", str(file)]
    for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
        machine = [] if file.exists() else [COUNTER]
        before = written(file)
        process = subprocess.Popen([*command, *machine], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        while written(file) == before and process.poll() is None:  # it writes the file as it begins
            time.sleep(0.01)
        time.sleep(random.random() / 5)
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
        assert process.returncode == code, err
        assert "goes on from" in err and "Traceback" not in err
        record = json.loads(out)
        assert record["complete"] is False and record["reason"] == "budget"
        kept = RunResult.from_json(json.loads(file.read_text("utf-8")))
        assert kept == RunResult.from_json(record) and kept.steps >= steps
        steps = kept.steps
        assert kept.configuration == run(parse(COUNTER), max_steps=steps, method="block").configuration


def test_time_and_memory_end_with_3(capsys, tmp_path):
    file = tmp_path / "kept.json"
    assert main(["run", COUNTER, "--max-steps", "1e18", "--seconds", "0.2", "--json", "--resume", str(file)]) == 3
    out, err = capsys.readouterr()
    record = json.loads(out)
    assert record["complete"] is False and "seconds" in err and str(file) in err
    assert main(["run", "--resume", str(file), "--max-steps", str(record["steps"] + 5), "--json"]) == 3
    again = json.loads(capsys.readouterr().out)
    assert again["steps"] == record["steps"] + 5 and again["complete"] is False
    assert main(["run", "bb2", "--json"]) == 0
    assert "complete" not in json.loads(capsys.readouterr().out)  # it has stopped by itself
    assert main(["run", "1RB---_0RB---", "--max-steps", "1e7", "--memory", "1M", "--method", "direct", "--json"]) == 3
    out, err = capsys.readouterr()
    assert json.loads(out)["complete"] is False and "memory" in err
    assert main(["run", "bb5", "--method", "direct", "--seconds", "0.001"]) == 3
    first = capsys.readouterr().out.splitlines()[0]
    assert first.startswith("still running") and "--max-steps" not in first  # more steps would end the same


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        ([], 2, "give a machine, or --resume"),
        (["--resume", "nowhere.json"], 2, "give a machine"),
        (["bb2", "--resume", "{file}"], 1, "another machine"),
        (["--resume", "{file}", "--word", "1"], 1, "on the word"),
        (["--resume", "{file}", "--max-steps", "3"], 1, "must not be less"),
        (["bb2", "--resume", "{bad}"], 1, "no saved run"),
        (["--resume", "{file}", "--seconds", "0"], 2, "seconds"),
        (["--resume", "{file}", "--memory", "none"], 2, "memory"),
    ],
)
def test_what_cannot_be_gone_on_from(arguments, code, says, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad").write_text('{"noisytm": "machine/1"}', encoding="utf-8")
    assert main(["run", "bb3", "--max-steps", "10", "--resume", "file"]) == 3
    before = (tmp_path / "file").read_text(encoding="utf-8")
    capsys.readouterr()
    assert main(["run", *(a.format(file="file", bad="bad") for a in arguments)]) == code
    out, err = capsys.readouterr()
    assert out == "" and says in err
    assert (tmp_path / "file").read_text(encoding="utf-8") == before


def test_a_diagram_of_a_run_that_is_taken_up(capsys, tmp_path):
    file = str(tmp_path / "kept")
    assert main(["run", "bb3", "--max-steps", "10", "--resume", file]) == 3
    assert main(["run", "--resume", file, "--trace"]) == 0
    taken_up = capsys.readouterr().out.partition("still running")[2].split("\n\n", 1)
    assert main(["run", "bb3", "--trace"]) == 0
    assert capsys.readouterr().out in "\n\n".join(taken_up)
