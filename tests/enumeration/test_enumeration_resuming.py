"""The same result from any number of processes, and after any interruption; bad input."""

import itertools
import json
import os
import signal
import subprocess
import sys
import time
from types import SimpleNamespace

import pytest
from seeds import ALL_SEEDS, sweep
from timeless import timeless

from noisytm import BudgetError, FormatError, MachineError, NoisytmError, enumerate_machines
from noisytm._compiling import LOG
from noisytm.cli import main
from noisytm.enumeration import Collection, driver, tree, workers
from noisytm.enumeration.options import EnumerationOptions

RUN = [sys.executable, "-W", "error", "-c", "import sys; from noisytm.cli import main; sys.exit(main())"]


@pytest.mark.compat
@sweep
def test_the_result_does_not_depend_on_the_number_of_workers():
    one, *others = (enumerate_machines(4, 2, workers=n) for n in ([1, 2, 3] if ALL_SEEDS else [1, 3]))
    for other in others:
        assert timeless(other.to_json()) == timeless(one.to_json()) and (other.tally.counts == one.tally.counts).all()


class Pool:
    """Stands for two processes, each of which compiles for some time with its first subtree, and one again."""

    def __init__(self, compiled):
        self._turns = enumerate(itertools.chain(compiled, itertools.repeat(0.0)))

    def submit(self, call, *arguments):
        tally, _, _ = call(*arguments)
        turn, seconds = next(self._turns)
        return SimpleNamespace(result=lambda timeout: (tally, turn % 2, seconds))


def test_what_workers_compile_is_no_time_of_the_work(monkeypatch):
    """It is compiled here before they begin; where they compile all the same, the longest of them counts."""
    order = []
    monkeypatch.setattr(workers, "compile_all", lambda collection, options: order.append("compiled"))
    monkeypatch.setattr(workers, "new_pool", lambda n: order.append("begun") or Pool([30.0, 20.0, 5.0]))
    monkeypatch.setattr(workers, "end_pool", lambda pool, begun: None)
    before = LOG.seconds()
    result = enumerate_machines(3, 2, workers=2)
    assert order == ["compiled", "begun"]
    assert 35.0 <= result.compile_seconds <= LOG.seconds() - before < 36.0 and result.seconds < 30
    monkeypatch.undo()
    calls = []
    noted = Collection(
        "noted/1", "notes", tree.trunk, lambda options, root: calls.append(options.recognisers), None, None
    )
    workers.compile_all(noted, EnumerationOptions(4, 3, recognisers=["cycles", "ngrams"]))
    assert set(calls) == {("cycles",), ("ngrams",)}


def test_an_enumeration_broken_off_anywhere_goes_on(tmp_path, monkeypatch):
    whole = enumerate_machines(3, 2)
    file = tmp_path / "progress.json"
    begun, real = [], driver.subtree

    def broken(options, root):
        begun.append(root)
        if len(begun) % 5 == 0:
            raise KeyboardInterrupt
        return real(options, root)

    monkeypatch.setattr(driver, "subtree", broken)
    interruptions = []
    while True:
        try:
            found = enumerate_machines(3, 2, resume=file)
            break
        except KeyboardInterrupt:
            interruptions.append(json.loads(file.read_text())["done"])
    assert interruptions == [4, 8, 12]
    assert timeless(found.to_json()) == timeless(whole.to_json())
    assert (found.tally.counts == whole.tally.counts).all()
    assert len(begun) == 13 + len(interruptions)  # nothing is done twice but what was broken off
    assert [p.name for p in tmp_path.iterdir()] == ["progress.json"]
    assert timeless(enumerate_machines(3, 2, resume=file).to_json()) == timeless(whole.to_json()) and len(begun) == 16


@pytest.fixture(scope="module")
def unbroken():
    return enumerate_machines(4, 2, max_steps=20000).to_json()


INTERRUPTIONS = [*itertools.product(["SIGTERM", "SIGINT", "SIGHUP", "SIGKILL"], [2, 1])]
WORDS = {"SIGTERM": "terminated", "SIGINT": "interrupted", "SIGHUP": "ended, because its terminal is gone"}


@pytest.mark.compat
@pytest.mark.skipif(os.name != "posix", reason="needs signals to processes")
@sweep
@pytest.mark.parametrize(("name", "workers"), INTERRUPTIONS if ALL_SEEDS else [("SIGTERM", 2)])
def test_an_interrupted_command_goes_on(tmp_path, capsys, unbroken, name, workers):
    file = tmp_path / "progress.json"
    arguments = ["beaver", "4", "2", "--max-steps", "20000", "--resume", str(file), "--json"]
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "start_new_session": True}
    with subprocess.Popen([*RUN, *arguments, "--workers", str(workers)], **options) as process:
        deadline = time.monotonic() + 60
        while not file.exists() or json.loads(file.read_text())["done"] == 0:
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.02)
        process.send_signal(getattr(signal, name))
        out, err = process.communicate(timeout=20)  # it waits for all that hold the pipes, as workers do
    if name != "SIGKILL":
        part = json.loads(out)
        assert process.returncode == 128 + getattr(signal, name) and part["complete"] is False
        assert 0 < part["machines"] < unbroken["machines"]
        assert err.splitlines()[-1] == f"noisytm: {WORDS[name]}" and str(file) in err and "Traceback" not in err
    record = json.loads(file.read_text())
    assert 0 < record["done"] < record["subtrees"]
    assert main(arguments) == 0
    resumed = json.loads(capsys.readouterr().out)
    assert timeless(resumed) == timeless(unbroken)
    assert json.loads(file.read_text())["done"] == record["subtrees"]


HELD_BACK = """
import signal
from joblib import Parallel, delayed
from noisytm.enumeration.workers import interrupts_held_back
with interrupts_held_back():
    masks = Parallel(2)(delayed(signal.pthread_sigmask)(signal.SIG_BLOCK, ()) for _ in range(4))
print([signal.SIGINT in mask for mask in [*masks, signal.pthread_sigmask(signal.SIG_BLOCK, ())]])
"""


@pytest.mark.skipif(os.name != "posix", reason="needs masks of signals")
def test_processes_leave_interrupts_alone_from_their_start():
    """In a fresh Python, where nothing that comes along with the first process has been started yet."""
    done = subprocess.run([sys.executable, "-c", HELD_BACK], capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout == "[True, True, True, True, False]\n"


def test_the_place_that_is_taken_without_resume(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("NOISYTM_CACHE_DIR", str(tmp_path))
    real = driver.subtree

    def broken(options, root):
        raise KeyboardInterrupt

    monkeypatch.setattr(driver, "subtree", broken)
    assert main(["beaver", "2"]) == 130
    (kept,) = (tmp_path / "enumerations").iterdir()
    assert str(kept) in capsys.readouterr().err
    monkeypatch.setattr(driver, "subtree", real)
    assert main(["beaver", "2"]) == 0
    assert not kept.exists() and "S = 6" in capsys.readouterr().out
    kept.write_text('{"noisytm": "enumeration/')  # cut short: as if there were none
    assert main(["beaver", "2"]) == 0
    kept.mkdir()  # nothing can be read there, nor written
    assert main(["beaver", "2"]) == 0
    assert capsys.readouterr().out.count("S = 6") == 2
    monkeypatch.setattr(driver, "subtree", broken)
    assert main(["beaver", "2"]) == 130
    assert "progress is not kept: cannot write" in capsys.readouterr().err


def test_files_of_something_else_are_refused(tmp_path):
    file = tmp_path / "progress.json"
    enumerate_machines(2, 2, resume=file)
    record = json.loads(file.read_text())
    with pytest.raises(FormatError, match="other options"):
        enumerate_machines(2, 2, max_steps=201, resume=file)
    file.write_text(json.dumps(record | {"noisytm": "enumeration/1"}))
    with pytest.raises(FormatError, match="another version"):
        enumerate_machines(2, 2, resume=file)
    broken = ["", "[]", "{}", "\0", "[" * 10**5, json.dumps(record | {"done": -1}), json.dumps(record | {"tally": {}})]
    broken += [json.dumps(record | {"tally": record["tally"] | {"counts": [[0, 99, 0, 0, 1]]}})]
    broken += [json.dumps(record | {"tally": record["tally"] | {"counts": [[0, -1, 0, 0, 1]]}})]
    for text in broken:
        file.write_text(text)
        with pytest.raises(FormatError, match="give another file"):
            enumerate_machines(2, 2, resume=file)
        assert file.read_text() == text
    file.write_bytes(b"\xff")
    for path in (file, tmp_path, tmp_path / "no" / "folder", "a\0b"):
        with pytest.raises(FormatError, match=r"cannot (read|write)"):
            enumerate_machines(2, 2, resume=path)


BAD = [
    ({"states": 0}, MachineError, "states is 0"),
    ({"states": 2.5}, MachineError, "states is 2.5"),
    ({"states": True}, MachineError, "states is True"),
    ({"symbols": 1}, MachineError, "symbols is 1"),
    ({"symbols": "2"}, MachineError, "symbols is '2'"),
    ({"max_steps": 0}, MachineError, "max_steps is 0"),
    ({"max_steps": 10**13}, MachineError, "max_steps is 10000000000000"),
    ({"workers": 0}, MachineError, "workers is 0"),
    ({"root": "0RB"}, MachineError, "root is '0RB'"),
    ({"states": 1, "root": "1RB"}, MachineError, "state B"),
    ({"complete": 1}, MachineError, "complete is 1"),
    ({"recognisers": ["luck"]}, MachineError, "'luck'"),
    ({"ngrams": 2}, MachineError, "ngrams has 2"),
    ({"ngrams": [(1, 0), 2]}, MachineError, "ngrams has 2"),
    ({"ngrams": [(1, 0, 0)]}, MachineError, "two integers"),
    ({"ngrams": [(7, 0)]}, MachineError, "from 1 to 6 and from -1 to 15"),
    ({"ngrams": [(True, 0)]}, MachineError, "two integers"),
    ({"ngrams": None}, MachineError, "ngrams has None"),
    ({"words": [(25, 2)]}, MachineError, "from 1 to 24 and from 1 to 7"),
    ({"symbols": 4, "words": [(13, 2)]}, MachineError, "from 1 to 12 "),
    ({"words": [(2, 8)]}, MachineError, "from 1 to 7"),
    ({"words": "ab"}, MachineError, "words has 'a'"),
    ({"max_contexts": 0}, MachineError, "max_contexts is 0"),
    ({"max_contexts": 2**20 + 1}, MachineError, "max_contexts is 1048577"),
    ({"states": 9}, BudgetError, "18 cells"),
    ({"states": 1, "symbols": 11}, BudgetError, "at most 10"),
    ({"states": 10**5000}, BudgetError, "5,001 digits"),
]


@pytest.mark.parametrize(("options", "error", "says"), BAD, ids=lambda x: ", ".join(x) if isinstance(x, dict) else "")
def test_bad_options(options, error, says):
    with pytest.raises(error, match=says) as raised:
        enumerate_machines(**{"states": 2, "symbols": 2} | options)
    assert isinstance(raised.value, NoisytmError) and "\n" not in str(raised.value)


def test_the_command_refuses(capsys):
    for code, *arguments in [
        (2, "0"), (3, "9"), (2, "2.5"), (2, "two"), (2,), (2, "2", "2", "--root", "2RB"), (2, "2", "--bogus"),
        (2, "2", "--list", "cycles", "--json"), (2, "2", "--list", "all"), (2, "2", "--max-steps", "0"),
        (3, "9" * 5000), (3, "9" * 4000), (1, "2", "--resume", "a\0b"),
    ]:  # fmt: skip
        assert main(["beaver", *arguments]) == code, arguments
        out, err = capsys.readouterr()
        assert out == "" and err.startswith("noisytm: ") and err.count("\n") == 1


def test_the_command_lists_a_class(capsys):
    assert main(["beaver", "2", "--list", "cycles", "--root", "1RB"]) == 0
    assert capsys.readouterr().out.split() == list(enumerate_machines(2, 2, root="1RB").texts("cycles"))


@pytest.mark.slow
def test_the_command_prints_what_is_proved(capsys):
    assert main(["beaver", "4", "2"]) == 0
    assert {"S = 107", "Σ = 13 "} <= {line[:7] for line in capsys.readouterr().out.splitlines()}
    assert main(["beaver", "4", "2", "--list", "words"]) == 0
    listed = capsys.readouterr().out.split()
    assert len(listed) == enumerate_machines(4, 2).counts["words"] > 0
    assert main(["beaver", "4", "2", "--max-steps", "106"]) == 0
    assert "\nS ≥ " in capsys.readouterr().out


def test_the_key_depends_on_every_option():
    base = {"states": 3, "symbols": 2, "root": "full", "max_steps": 200, "complete": False, "ordered_symbols": True}
    other = {"states": 2, "symbols": 3, "root": "1RB", "max_steps": 100, "complete": True, "ordered_symbols": False}
    keys = {EnumerationOptions(**base | {name: other[name]}).key for name in base}
    rest = {"recognisers": ("closed",), "ngrams": ((1, 0),), "words": ((1, 2),), "max_contexts": 100}
    keys |= {EnumerationOptions(**base).key} | {EnumerationOptions(**base | {name: rest[name]}).key for name in rest}
    assert len(keys) == len(base) + len(rest) + 1
