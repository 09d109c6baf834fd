"""Compiled code is kept where that is possible, and everything works where it is not."""

import ast
import dataclasses
import inspect
import io
import os
import re
import subprocess
import sys
import threading
import time

import numba
import pytest
from numba.core.codegen import JITCPUCodegen
from seeds import ALL_SEEDS, sweep

from noisytm import SynthesisProblem, _compile, library
from noisytm._compile import generated_module
from noisytm._compiling import LOG, Stopwatch
from noisytm.cli._compile_news import compile_news
from noisytm.degeneracy.oracle import Oracle
from noisytm.relaxation.marginal import assemble
from noisytm.relaxation.marginal.kernels import READINGS, segments

SOURCE = "from noisytm._compile import jit\n\n\n@jit\ndef f(x):\n    return x + {}\n"
NESTED = SOURCE.format(1) + "\n\n@jit\ndef outer(x):\n    return f(x) * x\n"
ORACLE = """
from noisytm import SynthesisProblem, library
from noisytm.degeneracy.oracle import Oracle
from noisytm.relaxation.marginal import LEDGER
machine = library.machine("detectA")
problem = SynthesisProblem.of_machine(machine, inputs=["BA"], steps=3)
with LEDGER.compiled_only():  # so little work would be done in NumPy
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
    """Start another Python; a variable that is None is taken out of its environment.

    What is compiled lies beside its source, unless numba is given another folder.
    """
    environment = {"NUMBA_CACHE_DIR": None} | environment
    variables = {k: v for k, v in {**os.environ, **environment}.items() if v is not None}
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", code, *arguments],
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process):
    out, err = process.communicate(timeout=600)
    assert process.returncode == 0, err
    assert err == ""
    return out


TRIAL = f"""
from noisytm._compile import generated_module
print(generated_module("trial", {SOURCE.format(4)!r}).f(3))
"""
KERNELS = {"trial": TRIAL, "min_plus": ORACLE}


@pytest.mark.compat
@sweep
@pytest.mark.parametrize("kernel", KERNELS if ALL_SEEDS else ["trial"])
def test_fresh_unwritable_and_shared_folders(kernel, tmp_path):
    """Two processes race for one empty folder, a third has nowhere to write: neither a cache folder nor a home."""
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    nowhere = str(tmp_path / "file" / "below")
    shared = tmp_path / "shared"
    nothing = {"NOISYTM_CACHE_DIR": nowhere, "XDG_CACHE_HOME": nowhere, "HOME": nowhere}
    processes = [start(KERNELS[kernel], NOISYTM_CACHE_DIR=str(shared)) for _ in range(2)]
    processes.append(start(KERNELS[kernel], **nothing, TMPDIR=str(tmp_path)))
    assert [finish(process) for process in processes] == ["7\n", "7\n", "7\n"]
    module = [path.name for path in shared.glob("*.py")]
    assert len(module) == 1 and module[0].startswith(f"noisytm_{kernel}_")
    assert not list(shared.glob("*.tmp"))
    assert not list(tmp_path.glob("noisytm-*"))  # the private folder is gone
    indices = {path: path.stat().st_mtime_ns for path in shared.rglob("*.nb?")}
    assert indices
    assert finish(start(KERNELS[kernel], NOISYTM_CACHE_DIR=str(shared))) == "7\n"
    assert {path: path.stat().st_mtime_ns for path in shared.rglob("*.nb?")} == indices  # found, not compiled again


@pytest.mark.parametrize("variables", [("NOISYTM_CACHE_DIR",), ("NOISYTM_CACHE_DIR", "XDG_CACHE_HOME", "HOME")])
def test_without_the_variables_that_name_a_folder(variables, tmp_path):
    code = "from noisytm._compile import default_cache_folder; print(default_cache_folder())"
    environment = {"XDG_CACHE_HOME": str(tmp_path)} | dict.fromkeys(variables)
    assert finish(start(code, **environment)).strip().endswith("noisytm")


@pytest.mark.compat
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
    step = f"{assemble.kernels.__name__}.step"
    before, after = texts_with(monkeypatch, "min_plus", lambda m, text: edited(text, "forward") if m == step else text)
    assert after != before and after.replace("\n    'edited'", "") == before
    names = {generated_module("trial", SOURCE.format(7)).__name__}
    monkeypatch.setitem(_compile.OPTIONS, "fastmath", {"contract"})
    names.add(generated_module("trial", SOURCE.format(7)).__name__)
    monkeypatch.setattr(_compile.numba, "__version__", "another")
    names.add(generated_module("trial", SOURCE.format(7)).__name__)
    assert len(names) == 3


def texts_with(monkeypatch, algebra, edit):
    """Return what the assembler writes before and after an edit of sources: module name, text → text."""
    reading, known = (
        READINGS[algebra],
        (assemble._parsed, assemble._definitions_of, assemble._plain_of, assemble._digest),
    )
    before = assemble.assembled(reading)
    with monkeypatch.context() as patch:
        patch.setattr(assemble, "source_of", lambda module: edit(module.__name__, inspect.getsource(module)))
        for cache in known:
            cache.cache_clear()
        after = assemble.assembled(reading)
    for cache in known:
        cache.cache_clear()
    assert assemble.assembled(reading) == before
    return before, after


def edited(text, function=None):
    """Return a text with a statement added to a function, or to all."""
    tree = ast.parse(text)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and function in (None, node.name):
            node.body.append(ast.Expr(ast.Constant("edited")))
    return ast.unparse(ast.fix_missing_locations(tree))


ALGEBRAS = list(READINGS)


@pytest.mark.parametrize("algebra", ALGEBRAS)
def test_an_edit_of_any_function_that_a_kernel_is_made_from_counts(algebra, monkeypatch):
    before, after = texts_with(monkeypatch, algebra, lambda module, text: edited(text))
    functions = [node for node in ast.parse(after).body if isinstance(node, ast.FunctionDef)]
    assert {"live_cells", "times", "get", "head_adjoint", "unmix", "room"} <= {f.name for f in functions}
    assert all(ast.unparse(f.body[-1]) == "'edited'" for f in functions)
    assert [f.name for f in functions] == [n.name for n in ast.parse(before).body if isinstance(n, ast.FunctionDef)]


@pytest.mark.parametrize("algebra", ALGEBRAS)
def test_an_edit_of_lanes_counts_and_one_of_a_comment_does_not(algebra, monkeypatch):
    before, after = texts_with(monkeypatch, algebra, lambda m, text: text + "# edited\n" * m.endswith(".step"))
    assert before == after
    before, after = texts_with(monkeypatch, algebra, lambda m, text: text + "# edited\n" * m.endswith(".lanes"))
    assert (before != after) == (algebra in ("vector", "vector_codes", "min_plus_lanes"))


@pytest.mark.parametrize("algebra", ALGEBRAS)
def test_a_kernel_imports_nothing_compiled_but_lanes(algebra):
    """What the assembler leaves in a module's imports is not in its hash, except for that of lanes."""
    tree = ast.parse(assemble.assembled(READINGS[algebra]))
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    lanes = {"noisytm.relaxation.marginal.lanes"} if READINGS[algebra].algebra[0].LANES > 1 else set()
    assert imported == {"noisytm._compile", "typing"} | lanes


@pytest.mark.parametrize("algebra", ALGEBRAS)
def test_every_name_of_an_algebra_is_taken_from_it(algebra):
    """A function of another algebra is refused, and the constants are this algebra's."""
    reading = READINGS[algebra]
    scope = {}
    exec(assemble.assembled(reading), scope)
    assert (scope["LANES"], scope["ZERO"], scope["ONE"]) == tuple(
        getattr(reading.algebra[0], name) for name in ("LANES", "ZERO", "ONE")
    )
    others = {m.__name__ for r in READINGS.values() for m in r.algebra} - {m.__name__ for m in reading.algebra}
    parts = assemble._Parts(reading, {})
    for entry in reading.entries:
        parts.add_function(entry.__module__, entry.__name__)
    assert not others & set(parts._meanings.values())
    with pytest.raises(TypeError, match="is used, but none of"):
        assemble.assembled(dataclasses.replace(reading, algebra=reading.algebra[:1]))


def test_a_name_has_one_meaning(monkeypatch):
    monkeypatch.setattr(segments, "PAD", 3)  # the same name, another value than in step
    with pytest.raises(TypeError, match="PAD means"):
        assemble.assembled(READINGS["real"])


def test_what_is_handed_to_compiled_code_is_noted_in_its_text(monkeypatch):
    """Another order of the fields must give another module: compiled code finds a field by its number."""
    reading = READINGS["min_plus"]
    before = assemble.assembled(reading)
    problem = SynthesisProblem.of_machine(library.machine("detectA"), ["BA"], 3)
    oracle = Oracle(problem, library.machine("detectA"), "mean-field")
    oracle.least([1 << 57] * oracle.dimension)  # too large for float64 lanes
    kernel = assemble.compiled_kernels("min_plus").cheapest
    handed = {t.instance_class for s in kernel.signatures for t in named_tuples(s)}
    assert handed == set(reading.records)
    for record in reading.records:
        with monkeypatch.context() as patch:
            patch.setattr(record, "_fields", record._fields[::-1])
            assert assemble.assembled(reading) != before


def named_tuples(kinds):
    for kind in kinds:
        if isinstance(kind, numba.types.NamedTuple):
            yield kind
        if isinstance(kind, numba.types.BaseTuple):
            yield from named_tuples(kind.types)


@pytest.mark.compat
def test_time_of_compiling_is_no_time_of_the_work(folder):
    """What is compiled within something else, or in another thread, counts once; the cache compiles nothing."""
    watch = Stopwatch()
    function = generated_module("trial", NESTED).outer
    threads = [threading.Thread(target=function, args=(2,)) for _ in range(3)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken = time.perf_counter() - began
    assert 0.02 < watch.compile_seconds < taken
    assert watch.seconds + watch.compile_seconds == pytest.approx(taken, abs=0.2)
    compiled = watch.compile_seconds
    function(3)
    assert watch.compile_seconds == compiled
    code = "from noisytm._compile import generated_module\nfrom noisytm._compiling import LOG\n"
    code += f"print(generated_module('trial', {NESTED!r}).outer(2), LOG.seconds())"
    assert finish(start(code, NUMBA_CACHE_DIR=os.environ.get("NUMBA_CACHE_DIR"))).split() == ["6", "0.0"]


PARTS = """
from noisytm._compile import apart, inner, jit

@inner
def small_part(x):
    if x > 3:
        raise ValueError("too large", x)
    return x

@apart
def large_part(x):
    return small_part(x) + 1

@jit
def whole(x):
    return large_part(x) * small_part(x)
"""


def test_no_part_has_machine_code_of_its_own_and_what_it_raises_arrives(folder, monkeypatch):
    defined, add = [], JITCPUCodegen._add_module
    monkeypatch.setattr(JITCPUCodegen, "_add_module", lambda self, m: defined.append(m) or add(self, m))
    whole = generated_module("trial", PARTS).whole
    assert whole(3) == 12
    with pytest.raises(ValueError, match="too large") as caught:
        whole(4)
    assert caught.value.args == ("too large", 4)
    made = [" ".join(f.name for f in module.functions if not f.is_declaration) for module in defined]
    assert [text for text in made if "whole" in text] and not [t for t in made if "_part" in t and "whole" not in t]


def test_a_compilation_that_fails_ends(folder):
    function = generated_module("trial", "from noisytm._compile import jit\n@jit\ndef f(x):\n    return x.nothing\n").f
    with pytest.raises(numba.TypingError):
        function(1)
    watch = Stopwatch()
    time.sleep(0.01)
    assert watch.compile_seconds == 0 < watch.seconds


SWITCHED_OFF = """
from noisytm.cli import main
lines = ("run bb4", "bound detectA --steps 3 --quiet", "beaver 2", "run bb3 --method block")
print([main(line.split()) for line in lines])
"""


@pytest.mark.compat
def test_numba_switched_off_works_or_is_said_in_one_line():
    process = start(SWITCHED_OFF, NUMBA_DISABLE_JIT="1")
    out, err = process.communicate(timeout=600)
    assert process.returncode == 0 and out.splitlines()[-1] == "[0, 0, 1, 1]"
    assert out.startswith("halted after 107 steps") and "learning coefficient" in out
    lines = err.splitlines()
    assert len(lines) == 2 and all("NUMBA_DISABLE_JIT is set, and this needs compiled code (" in line for line in lines)


def test_what_is_compiled_is_said_on_standard_error(folder, capsys, monkeypatch):
    """In a pipe a line that is completed at the end; on a terminal one that moves; with nobody to read it, none."""
    with compile_news():
        generated_module("trial", SOURCE.format(31), "the trial").f(1)
    out, err = capsys.readouterr()
    assert out == "" and re.fullmatch(r"noisytm: compiling the trial \.\.\. [0-9]+\.[0-9] s\n", err)
    terminal = io.StringIO()
    terminal.isatty = lambda: True
    monkeypatch.setattr(sys, "stderr", terminal)
    with compile_news():
        generated_module("trial", SOURCE.format(32), "the trial").f(1)
    shown = terminal.getvalue()
    assert "\rnoisytm: compiling the trial | 0 s" in shown
    assert re.fullmatch(r"noisytm: compiled the trial in [0-9]+\.[0-9] s\n", shown.rpartition("\r")[2])
    for stream in (None, Closed()):
        monkeypatch.setattr(sys, "stderr", stream)
        with compile_news():
            assert generated_module("trial", SOURCE.format(33 + (stream is None)), "the trial").f(1) > 30
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    assert generated_module("trial", SOURCE.format(35), "the trial").f(1) == 36  # no command, no news
    assert sys.stderr.getvalue() == ""


def test_each_thing_that_is_compiled_is_said_once_and_at_the_end_how_long_all_took(monkeypatch):
    for isatty, first in ((False, "compiling the step ... 1.2 s"), (True, "compiled the step in 1.2 s")):
        stream = io.StringIO()
        stream.isatty = lambda answer=isatty: answer
        monkeypatch.setattr(sys, "stderr", stream)
        with compile_news():
            for what in ("the step", "the step", "the rules", "the step"):
                LOG.listener.begins(what)
                LOG.listener.ends(what, 1.23)
        said = [line.rpartition("\r")[2] for line in stream.getvalue().split("\n")]
        second = first.replace("step", "rules")
        assert said == [f"noisytm: {first}", f"noisytm: {second}", "noisytm: compiled for 4.9 s in all", ""]


class Closed(io.StringIO):
    def write(self, text):
        raise BrokenPipeError
