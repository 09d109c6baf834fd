"""Compiled code is kept where that is possible, and everything works where it is not."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from noisytm import _compile
from noisytm._compile import generated_module

SOURCE = "from noisytm._compile import jit\n\n\n@jit\ndef f(x):\n    return x + {}\n"
ORACLE = """
from noisytm import SynthesisProblem, library
from noisytm.degeneracy.oracle import Oracle
machine = library.machine("detectA")
problem = SynthesisProblem.of_machine(machine, inputs=["BA"], steps=3)
oracle = Oracle(problem, machine, "mean-field")
print(oracle.least([7] * oracle.dimension))
"""


@pytest.fixture
def folder(monkeypatch, tmp_path):
    monkeypatch.setenv("NOISYTM_CACHE_DIR", str(tmp_path / "cache"))
    yield tmp_path / "cache"
    for name in [name for name in sys.modules if name.startswith("noisytm_trial_")]:
        del sys.modules[name]


def start(code, *arguments, **environment):
    """Start another Python; a variable that is None is taken out of its environment."""
    variables = {k: v for k, v in {**os.environ, **environment}.items() if v is not None}
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", code, *arguments],
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process):
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert err == ""
    return out


def test_fresh_unwritable_and_shared_folders(tmp_path):
    """Two processes race for one empty folder, a third has nowhere to write: neither a cache folder nor a home."""
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    nowhere = str(tmp_path / "file" / "below")
    shared = tmp_path / "shared"
    nothing = {"NOISYTM_CACHE_DIR": nowhere, "XDG_CACHE_HOME": nowhere, "HOME": nowhere}
    processes = [start(ORACLE, NOISYTM_CACHE_DIR=str(shared)) for _ in range(2)]
    processes.append(start(ORACLE, **nothing, TMPDIR=str(tmp_path)))
    assert [finish(process) for process in processes] == ["7\n", "7\n", "7\n"]
    module = [path.name for path in shared.glob("*.py")]
    assert len(module) == 1 and module[0].startswith("noisytm_min_plus_")
    assert not list(shared.glob("*.tmp"))
    assert not list(tmp_path.glob("noisytm-*"))  # the private folder is gone
    indices = {path: path.stat().st_mtime_ns for path in shared.rglob("*.nb?")}
    assert indices
    assert finish(start(ORACLE, NOISYTM_CACHE_DIR=str(shared))) == "7\n"
    assert {path: path.stat().st_mtime_ns for path in shared.rglob("*.nb?")} == indices  # found, not compiled again


@pytest.mark.parametrize("variables", [("NOISYTM_CACHE_DIR",), ("NOISYTM_CACHE_DIR", "XDG_CACHE_HOME", "HOME")])
def test_without_the_variables_that_name_a_folder(variables, tmp_path):
    code = "from noisytm._compile import default_cache_folder; print(default_cache_folder())"
    environment = {"XDG_CACHE_HOME": str(tmp_path)} | dict.fromkeys(variables)
    assert finish(start(code, **environment)).strip().endswith("noisytm")


def test_without_any_folder_compiled_code_stays_in_memory(tmp_path):
    nowhere = tmp_path / "file" / "below"
    nowhere.parent.write_text("not a folder", encoding="utf-8")
    code = (
        f"import tempfile; tempfile.tempdir = {str(nowhere)!r}\n"
        "from noisytm._compile import generated_module\n"
        f"module = generated_module('trial', {SOURCE.format(1)!r})\n"
        "print(module.f(2), getattr(module, '__file__', None))"
    )
    environment = {"NOISYTM_CACHE_DIR": str(nowhere), "NUMBA_CACHE_DIR": str(nowhere), "HOME": str(nowhere)}
    assert finish(start(code, **environment)).split() == ["3", "None"]


def test_another_text_is_another_module(folder):
    one, two = generated_module("trial", SOURCE.format(1)), generated_module("trial", SOURCE.format(2))
    assert (one.f(1), two.f(1)) == (2, 3)
    assert one.__name__ != two.__name__
    assert generated_module("trial", SOURCE.format(1)) is one
    assert sorted(folder.glob("*.py")) == sorted(folder / f"{m.__name__}.py" for m in (one, two))


def test_a_damaged_file_is_written_again_and_a_right_one_is_left_alone(folder):
    name = generated_module("trial", SOURCE.format(5)).__name__
    path = folder / f"{name}.py"
    stamp = path.stat().st_mtime_ns
    del sys.modules[name]
    generated_module("trial", SOURCE.format(5))
    assert path.stat().st_mtime_ns == stamp
    path.write_text("raise SystemExit", encoding="utf-8")
    del sys.modules[name]
    assert generated_module("trial", SOURCE.format(5)).f(1) == 6
    assert path.read_text(encoding="utf-8") == SOURCE.format(5)


def test_a_text_that_does_not_run_leaves_no_module(folder):
    with pytest.raises(ZeroDivisionError):
        generated_module("trial", "1 / 0")
    assert not [name for name in sys.modules if name.startswith("noisytm_trial_")]


def test_an_edit_of_a_kernel_gives_another_module(folder, monkeypatch):
    """The whole text is the name: a change of any part, or of numba, leads to code compiled anew."""
    from noisytm.relaxation.marginal import assemble

    before = assemble._assembled("min_plus", None)
    part = assemble._part
    monkeypatch.setattr(assemble, "_part", lambda name: part(name) + ("# edited\n" if name == "step" else ""))
    after = assemble._assembled("min_plus", None)
    assert after != before and after.replace("# edited\n", "") == before
    names = {generated_module("trial", SOURCE.format(7)).__name__}
    monkeypatch.setitem(_compile.OPTIONS, "fastmath", {"contract"})
    names.add(generated_module("trial", SOURCE.format(7)).__name__)
    monkeypatch.setattr(_compile.numba, "__version__", "another")
    names.add(generated_module("trial", SOURCE.format(7)).__name__)
    assert len(names) == 3


@pytest.mark.parametrize("algebra", ["real", "vector", "min_plus"])
def test_an_edit_of_any_file_that_a_kernel_is_made_from_counts(algebra, monkeypatch, tmp_path):
    from noisytm.relaxation.marginal import assemble

    origin = Path(assemble.__file__).parent
    shutil.copytree(origin / "kernels", tmp_path / "kernels")
    shutil.copy(origin / "lanes.py", tmp_path)
    monkeypatch.setattr(assemble.resources, "files", lambda package: tmp_path)
    before = assemble._assembled(algebra, None)
    files = [tmp_path / "kernels" / f"{name}.py" for name in assemble.PARTS[algebra]]
    for path in [*files, *([tmp_path / "lanes.py"] if algebra == "vector" else [])]:
        text = path.read_text(encoding="utf-8")
        path.write_text(text + "# edited\n", encoding="utf-8")
        assert assemble._assembled(algebra, None) != before, path
        path.write_text(text, encoding="utf-8")
    assert assemble._assembled(algebra, None) == before


@pytest.mark.parametrize("algebra", ["real", "vector", "min_plus"])
def test_a_kernel_imports_nothing_compiled_but_lanes(algebra):
    """What the assembler leaves in a module's imports is not in its hash."""
    from noisytm.relaxation.marginal import assemble

    tree = ast.parse(assemble._assembled(algebra, None))
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    lanes = {"noisytm.relaxation.marginal.lanes"} if algebra == "vector" else set()
    assert imported == {"noisytm._compile"} | lanes
