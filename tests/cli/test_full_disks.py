"""A file that was asked for can be written to no longer, hours after the beginning: what is found is not lost."""

import errno
import json
import os

import pytest

from noisytm import Enumeration, RunResult, enumerate_machines
from noisytm.cli import main
from noisytm.enumeration import driver
from noisytm.errors import StoreNote

FULL = "No space left on device"


@pytest.fixture
def disk(monkeypatch):
    """Return a list of what is written; a second file finds no room, until the list is emptied."""
    real, written = os.replace, []

    def replace(source, target):
        if written:
            raise OSError(errno.ENOSPC, FULL)
        written.append(target)
        real(source, target)

    monkeypatch.setattr("noisytm._json.os.replace", replace)
    return written


def test_an_enumeration_goes_on(disk, tmp_path, capsys):
    assert main(["beaver", "2", "--json", "--resume", str(tmp_path / "kept")]) == 1
    out, err = capsys.readouterr()
    assert Enumeration.from_json(json.loads(out)).machines == 61 and len(disk) == 1
    first, last = err.splitlines()
    assert first.startswith("noisytm: note: cannot write") and FULL in first and "the count goes on" in first
    assert last.startswith("noisytm: progress is not kept: cannot write") and "--resume names another file" in last


def test_one_that_is_ended_prints_what_it_has(disk, tmp_path, capsys, monkeypatch):
    real, seen = driver.subtree, []

    def interrupted(options, root):
        if len(seen) == 3:
            raise KeyboardInterrupt
        seen.append(root)
        return real(options, root)

    monkeypatch.setattr(driver, "subtree", interrupted)
    assert main(["beaver", "3", "--json", "--resume", str(tmp_path / "kept")]) == 130
    out, err = capsys.readouterr()
    part = Enumeration.from_json(json.loads(out))
    assert not part.complete and part.machines > 0 and "is kept in" not in err
    assert FULL in err and err.splitlines()[-1] == "noisytm: interrupted"


def test_what_could_be_written_again_is_kept(disk, tmp_path, monkeypatch):
    real, seen = driver.subtree, []

    def freed(options, root):
        seen.append(root)
        if len(seen) == 4:
            monkeypatch.setattr("noisytm._json.os.replace", os.rename)
        return real(options, root)

    monkeypatch.setattr(driver, "subtree", freed)
    with pytest.warns(StoreNote, match=FULL):
        enumerate_machines(3, 2, resume=tmp_path / "kept")
    record = json.loads((tmp_path / "kept").read_text("utf-8"))
    assert record["done"] == record["subtrees"] == len(seen)


def test_a_run_goes_on(disk, tmp_path, capsys):
    arguments = ["--json", "--resume", str(tmp_path / "kept")]
    assert main(["run", "bb4", *arguments]) == 1
    out, err = capsys.readouterr()
    assert RunResult.from_json(json.loads(out)).steps == 107
    assert FULL in err and err.splitlines()[-1].startswith("noisytm: the result is not kept: cannot write")
    disk.clear()
    ended = ["run", "1RB---_0RB---", "--max-steps", "1e7", "--memory", "1M", "--method", "direct"]
    assert main([*ended, "--json", "--resume", str(tmp_path / "other")]) == 3
    out, err = capsys.readouterr()
    assert json.loads(out)["complete"] is False
    assert "save it with --json" in err and "goes on from" not in err.replace("the run goes on", "")


def test_a_place_that_takes_nothing_is_known_at_once(disk, tmp_path, capsys):
    disk.append("full from the beginning")
    for command in (["beaver", "5"], ["run", "bb5"]):
        assert main([*command, "--resume", str(tmp_path / "kept")]) == 1
        out, err = capsys.readouterr()
        assert out == "" and err.startswith("noisytm: cannot write") and err.count("\n") == 1
