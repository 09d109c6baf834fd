"""``noisytm run --each``: lists of machines, a JSON line each."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from types import SimpleNamespace

import pytest
import stepping

from noisytm import RunResult, TuringMachine, parse, run
from noisytm.cli import main

GOOD = ["1RB1LB_1LA1RZ", "1RB---_0RB---", "1RB0LB_0LA---", "1RB1LC_1RC1RB_1RD0LE_1LA1LD_1RZ0LA"]


@pytest.fixture
def listed(tmp_path, capsys, monkeypatch):
    """Return a function that runs a list, from a file or standard input, and returns code, records and messages."""

    def command(text, *options, stdin=False):
        source = tmp_path / "list"
        source.write_text(text, encoding="utf-8")
        data = io.BytesIO(source.read_bytes())
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=data))
        code = main(["run", "--each", "-" if stdin else str(source), *options])
        out, err = capsys.readouterr()
        return code, [json.loads(line) for line in out.splitlines()], err

    return command


@pytest.mark.parametrize("stdin", [False, True])
def test_each_line_is_what_the_machine_alone_gives(listed, stdin):
    code, records, err = listed("\n".join(["# four", *GOOD, ""]), "--max-steps", "1000", stdin=stdin)
    expected = [run(parse(text), max_steps=1000) for text in GOOD]
    assert [RunResult.from_json(record) for record in records] == expected
    assert [RunResult.from_json(record).options for record in records] == [result.options for result in expected]
    assert (code, err) == (3, "")  # the steps of some are used up
    assert [record.get("complete") for record in records] == [None, None, None, False]
    assert {record["reason"] for record in records if "complete" in record} == {"budget"}
    assert listed("\n".join([GOOD[0], GOOD[2]]), stdin=stdin)[0] == 0


def test_wrong_lines_do_not_stop_the_others(listed):
    """Also the first one, and one that is a machine on which the word is none; each says where it stands."""
    lines = ["hello", GOOD[0], "1RB1L", "1RB2LA1RA_1LB1RB1RZ", f"{GOOD[0]},{GOOD[2]}", GOOD[2]]
    code, records, err = listed("\n".join(lines), "--word", "2", "--max-steps", "50")
    errors = [record.get("error", "") for record in records]
    assert code == 1 and len(records) == 6 and "5 of 6 could not be run; line 1" in err
    for number, says in ((1, "hello"), (2, "word '2'"), (3, "1RB1L"), (5, "second machine"), (6, "word '2'")):
        assert errors[number - 1].startswith(f"line {number}: ") and says in errors[number - 1]
    assert records[3]["reason"] in ("halted", "budget", "cycles")


def test_options_are_those_of_each_run(listed):
    code, records, _ = listed(
        "1RB---_0LB1RC_1LB0RC\n" * 2, "--seconds", "0.05", "--max-steps", "1e18", "--method", "direct"
    )
    assert code == 3 and all(record["complete"] is False for record in records) and len(records) == 2
    code, records, _ = listed("1RB---_0RB---\n", "--memory", "1M", "--max-steps", "1e7", "--method", "direct")
    assert code == 3 and records[0]["complete"] is False
    code, records, _ = listed("1RB---_0RB---\n", "--cycle-window", "0", "--max-steps", "1e7", "--method", "chain")
    assert (code, records[0]["method"], records[0]["endless"]["proof"]) == (3, "chain", "late cycle")


def test_other_lists(listed):
    table = "name,machine\n" + "".join(f"m{i},{text}\n" for i, text in enumerate(GOOD)) + "m5,\n"
    code, records, _ = listed(table)
    assert code == 1 and [r.get("halted") for r in records] == [True, False, False, True, None]
    assert "line 6" in records[-1]["error"]
    several = json.dumps([parse(text).to_json() for text in GOOD[:2]])
    assert [r["steps"] for r in listed(several, "--max-steps", "9")[1]] == [6, 9]
    assert [r["steps"] for r in listed("0 a b r halt")[1]] == [0]  # one machine, of another format
    assert [r["steps"] for r in listed("0 * * r halt", "--word", "xy")[1]] == [1]  # wildcards stand for the word, too


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["--each", "nowhere"], 1, "cannot read"),
        (["bb2", "--each", "-"], 2, "leave out MACHINE"),
        (["--each", "-", "--resume", "x"], 2, "--resume"),
        (["--each", "-", "--trace"], 2, "--trace"),
        (["--each", ".", "--max-steps", "-1"], 2, "max-steps"),
        (["--each", "."], 1, "cannot read"),
    ],
)
def test_what_cannot_be(arguments, code, says, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["run", *arguments]) == code
    out, err = capsys.readouterr()
    assert out == "" and says in err


def test_text_that_is_none(listed):
    for text in ("", "\n# nothing\n", "what is this\nand this\nand that\n", "[1, 2]"):
        code, records, _ = listed(text)
        assert code == 1 and list(records[0]) == ["error"], text


def test_what_is_written_costs_little_for_each_run_of_the_tape(listed, monkeypatch):
    """What holds for a machine is asked for once in a record, not once in each of the hundreds of runs of its tape."""
    asked, real = [], TuringMachine.single_characters.fget
    monkeypatch.setattr(TuringMachine, "single_characters", property(lambda m: asked.append(m) or real(m)))
    _, (record,), _ = listed("1RB0RB_0RA1RA\n", "--max-steps", "400", "--cycle-window", "0")
    assert len(record["tape"]) > 100 and len(asked) < 10


@pytest.mark.skipif(os.name == "nt", reason="Windows has other signals")
def test_a_stream_is_answered_while_it_comes_and_ends_by_ctrl_c():
    command = [sys.executable, "-m", "noisytm", "run", "--each", "-", "--max-steps", "100"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, text=True, bufsize=1, **pipes) as process:
        process.stdin.write("\n".join(GOOD) + "\n")
        process.stdin.flush()
        steps = [json.loads(process.stdout.readline())["steps"] for _ in GOOD]  # the input has not ended
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (steps, process.returncode, out) == ([6, 100, 100, 100], 130, "")
    assert "interrupted after 4 machines, the last one at line 4" in err


def test_the_json_says_where_the_tape_begins(tmp_path, capsys):
    """The head goes left from cell 0: the first run of the tape is that of cell -1, or further left."""
    (tmp_path / "m.txt").write_text("0 a b l 0\n0 _ c l 1\n1 _ d * halt\n", encoding="utf-8")
    assert main(["run", str(tmp_path / "m.txt"), "--word", "a", "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert (record["tape"], record["tape_start"]) == ([["d", 1], ["c", 1], ["b", 1]], -2)
    assert RunResult.from_json(record).tape_start == -2
    assert main(["run", "1RB---_0RB---", "--max-steps", "100"]) == 0
    assert ", from 0 on" in capsys.readouterr().out


@pytest.mark.parametrize("method", ["direct", "block", "chain"])
@pytest.mark.parametrize(
    ("machine", "word", "steps"),
    [
        ("0 a b l 0\n0 _ c l 1\n1 _ d * halt", "a", 10),
        ("0 * _ r 0\n0 _ x r halt", "abc", 10),  # what it ran over is blank again
        ("0 * * l 1\n1 * * l 2\n2 * y l halt", "ab", 10),  # a gap between what it wrote and the word
        ("copy", "AB", 1000),
        ("bb4", "", 60),  # in the middle of its work
        ("1RB---_0RB---", "", 50),
    ],
)
def test_cells_are_where_the_json_says(capsys, machine, word, steps, method):
    options = ["--word", word, "--max-steps", str(steps), "--method", method, "--json"]
    assert main(["run", machine, *options]) in (0, 3)
    record = json.loads(capsys.readouterr().out)
    cells = [symbol for symbol, count in record["tape"] for _ in range(count)]
    blank = record["machine"]["blank"]
    found = {i: symbol for i, symbol in enumerate(cells, record["tape_start"]) if symbol != blank}
    _, _, tape = stepping.run(TuringMachine.from_json(record["machine"]), word, record["steps"])
    assert found == tape
