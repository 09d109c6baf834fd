"""``noisytm search`` with stores, shares and clusters: what is printed and kept, and the exit codes."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from seeds import long
from timeless import timeless

from noisytm import SynthesisProblem, library, solutions, words
from noisytm.cli import main
from noisytm.errors import BudgetError
from noisytm.search.cubes import pieces

SEARCH = ["search", "detectA", "--steps", "4", "--count-only", "--json"]
RUN = [sys.executable, "-W", "error", "-c", "import sys; from noisytm.cli import main; sys.exit(main())"]


def printed(capsys, *arguments, code=0):
    assert main([*SEARCH, *arguments]) == code
    out, err = capsys.readouterr()
    return json.loads(out), err


@pytest.fixture(scope="module")
def whole():
    machine = library.machine("detectA")
    return timeless(solutions(SynthesisProblem.of_machine(machine, words("AB", 2), 4), progress=False).to_json())


def test_shares_are_kept_and_merged(whole, capsys, tmp_path):
    files = [str(tmp_path / name) for name in ("a", "b")]
    parts = []
    for i, file in enumerate(files, 1):
        part, err = printed(capsys, "--share", f"{i}/2", "--resume", file)
        assert err == f"noisytm: this is share {i} of 2; it is kept in {file}, and --merge takes it over\n"
        parts.append(part)
    assert not any(part["complete"] for part in parts)
    assert sum(part["solutions"] for part in parts) == whole["solutions"] == 489655
    for merged in (["--merge", *files], ["--merge", files[1], "--resume", files[0]]):
        found, err = printed(capsys, *merged, "--pieces", "256")
        assert timeless(found) == whole and err == ""
    assert "--resume FILE keeps it" in printed(capsys, "--share", "1/2")[1]


@pytest.mark.parametrize(
    ("error", "code", "says"), [(KeyboardInterrupt(), 130, "interrupted"), (BudgetError("no room"), 3, "no room")]
)
def test_what_is_ended_before_its_time_says_how_to_go_on(whole, capsys, tmp_path, monkeypatch, error, code, says):
    kept, real = str(tmp_path / "store"), pieces.counted
    begun = []

    def broken(tree, start):
        begun.append(start)
        if len(begun) == 100:
            raise error
        return real(tree, start)

    monkeypatch.setattr(pieces, "counted", broken)
    part, err = printed(capsys, "--resume", kept, code=code)
    assert part["complete"] is False and 0 < part["solutions"] < whole["solutions"]
    assert err == f"noisytm: progress is kept in {kept}; the same command goes on from there\nnoisytm: {says}\n"
    found, err = printed(capsys, "--resume", kept)
    assert timeless(found) == whole and err == ""


def test_a_store_that_can_be_written_to_no_longer(whole, capsys, tmp_path, monkeypatch):
    """The search ends with its result, and with the exit code of a file that is wrong."""
    from noisytm.search.store import database

    real, calls = database.transaction, []

    def full(connection):
        calls.append(connection)
        if len(calls) == 10:
            connection.execute(f"PRAGMA max_page_count = {connection.execute('PRAGMA page_count').fetchone()[0]}")
        if len(calls) > 300:  # none is left when it is closed, either
            connection.execute("PRAGMA max_page_count = 1")
        return real(connection)

    monkeypatch.setattr(database, "transaction", full)
    found, err = printed(capsys, "--resume", str(tmp_path / "store"), code=1)
    assert timeless(found) == whole
    assert "note: the store" in err and "goes on in memory" in err and "progress is not kept: database or disk" in err


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["--share", "3/2"], 2, "--share is '3/2'; give the number of the share"),
        (["--share", "1/0"], 2, "--share is '1/0'"),
        (["--share", "half"], 2, "--share is 'half'"),
        (["--pieces", "0"], 2, "--pieces is 0"),
        (["--merge"], 2, "--merge needs"),
        (["--workers", "2", "--scheduler", "tcp://127.0.0.1:1"], 2, "leave out --workers"),
        (["--merge", "nowhere"], 1, "cannot read the store 'nowhere': there is no such file"),
        (["--resume", "."], 1, "Is a directory"),
        (["--resume", "no/such/folder"], 1, "No such file or directory"),
        (["--resume", __file__], 1, "is no store of a search, or is damaged"),
        (["--space", "listed", "--share", "1/2"], 1, "give max_tuples too"),
    ],
)
def test_what_cannot_be(arguments, code, says, capsys):
    assert main([*SEARCH, *arguments]) == code
    out, err = capsys.readouterr()
    assert out == "" and says in err and err.count("\n") == 1


LARGE = """\
space: {symbols: "_ABC", states: [reject, accept]}
inputs: {letters: AB, max_length: 1}
steps: 4
targets: {"": reject, A: accept, B: reject}
"""


@pytest.mark.skipif(os.name != "posix", reason="needs signals to processes")
@long
@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", "SIGKILL"])
def test_processes_that_are_ended_leave_nothing_behind(tmp_path, name):
    (tmp_path / "large.yaml").write_text(LARGE, encoding="utf-8")
    store = tmp_path / "store"
    command = [*RUN, "search", str(tmp_path / "large.yaml"), "--count-only", "--json", "--resume", str(store)]
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "start_new_session": True}
    with subprocess.Popen([*command, "--workers", "2"], **options) as process:
        deadline = time.monotonic() + 60
        while not (tmp_path / "store-wal").exists() or (tmp_path / "store-wal").stat().st_size < 200_000:
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.02)
        process.send_signal(getattr(signal, name))
        out, err = process.communicate(timeout=20)  # it waits for all that hold the pipes, as workers do
    if name != "SIGKILL":
        part = json.loads(out)
        assert process.returncode == 128 + getattr(signal, name) and part["complete"] is False
        assert 0 < part["solutions"] < 13152841296 and "Traceback" not in err and str(store) in err
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert json.loads(done.stdout)["solutions"] == 13152841296
