"""``noisytm warm-up``: everything is compiled once, and then nothing more."""

import subprocess
import sys

import pytest

from noisytm import warming
from noisytm._cache_folder import code_folder
from noisytm._compile import generated_module
from noisytm.cli import main

SOURCE = "from noisytm._compile import jit\n\n\n@jit\ndef f(x):\n    return x - {}\n"


def trial(number):
    """Compile f, or load it, as a new process would."""
    module = generated_module("trial", SOURCE.format(number), "trials")
    del sys.modules[module.__name__]
    return module.f(2)


@pytest.fixture
def jobs(monkeypatch, tmp_path):
    monkeypatch.setenv("NOISYTM_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(warming, "JOBS", tuple(warming.Job(f"trial {n}", trial, (n,)) for n in range(3)))
    return tmp_path


def test_it_says_how_long_it_took_and_where_the_code_is(jobs, capsys):
    assert main(["warm-up"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("compiled for ") and f"it is kept in {jobs / 'cache' / 'compiled'}" in out
    lines = err.splitlines()
    assert len(lines) == 2 and lines[0].startswith("noisytm: compiling trials ... ") and lines[0].endswith(" s")
    assert lines[1].startswith("noisytm: compiled for ") and lines[1].endswith(" s in all")
    assert main(["warm-up"]) == 0
    assert capsys.readouterr() == (f"everything is compiled already, in {jobs / 'cache' / 'compiled'}\n", "")
    for entry in (jobs / "cache").rglob("*.nbc"):
        entry.write_bytes(b"")
    assert main(["warm-up", "--quiet"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("compiled for ") and err == ""


def test_a_folder_that_takes_nothing_is_said(jobs, capsys, monkeypatch):
    (jobs / "cache").write_text("not a folder", encoding="utf-8")
    monkeypatch.setattr("noisytm._kept_code._once", lambda kept=[]: kept)
    assert main(["warm-up"]) == 0
    out, err = capsys.readouterr()
    assert "could NOT be kept" in out and err.count("cannot write to") == 1


@pytest.mark.parametrize("wrong", [["--workers", "0"], ["--workers", "two"], ["extra"], ["--worker", "2"]])
def test_wrong_arguments(jobs, capsys, wrong):
    assert main(["warm-up", *wrong]) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.startswith("noisytm: ") and err.count("\n") == 1


ALL = """
import importlib, pkgutil, sys
import noisytm
from noisytm import warming
from noisytm._compiling import LOG
from noisytm._kept_code import KeptCode
from noisytm.cli import main

for job in warming.JOBS:
    job.carry_out()
for found in pkgutil.walk_packages(noisytm.__path__, "noisytm."):
    if found.name.endswith("kernel"):
        importlib.import_module(found.name)
kernels = [
    (name, key, kernel)
    for name, module in list(sys.modules.items()) if name.startswith("noisytm")
    for key, kernel in vars(module).items()
    if isinstance(getattr(kernel, "_cache", None), KeptCode) and kernel.__module__ == name
]
print(len(kernels), sorted(f"{name}.{key}" for name, key, kernel in kernels if not kernel.signatures))
with warming._compiled_only():
    for line in (
        "bound detectA", "bound copy --semantics mean-field", "bound parityCheck --semantics quenched",
        "syndromes detectA", "run bb5", "run bb4 --method chain", "run bb4 --trace", "beaver 3",
        "universal detectA --word BA --cycles 2", "atlas parity --steps 4 --all", "search parity --steps 4",
        "posterior parity --steps 4 --local --n 10 --particles 16 --replicas 1 --sweeps 1",
    ):
        assert main(line.split()) in (0, 3), line
print(LOG.seconds())
"""


@pytest.mark.compat
def test_after_it_nothing_more_is_compiled():
    """In the folder of the tests: those which come later find the code there, and `make compat` begins with this."""
    folder = code_folder()
    fresh = not any(folder.glob("*.nbc"))

    def started(*arguments):
        done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, timeout=1800, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    (line,) = started("-m", "noisytm", "warm-up", "--workers", "2")
    assert line.endswith(str(folder)) and (line.startswith("compiled for ") or not fresh)
    (line,) = started("-m", "noisytm", "warm-up")
    assert line.startswith("everything is compiled already")
    lines = started("-c", ALL)
    count, never = lines[0].split(" ", 1)
    assert int(count) > 30
    for name in eval(never):  # `record` is asked for over numbers only; what begins with _ is a part of others here
        assert "._" in name or (name.startswith("noisytm_vector") and name.endswith(".record")), name
    assert lines[-1] == "0.0"
