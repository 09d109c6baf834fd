"""The surface of the package: its names, what importing costs, cached kernels, and that the documents run."""

import ast
import functools
import importlib
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from house import House, folders, homes, house, name_of, parsed, sources
from seeds import slow_where

import noisytm
from noisytm import _clock
from noisytm.cli import main

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "noisytm"
MODULES = sorted(path for path in PACKAGE.rglob("*.py"))
MOST_SECONDS = 60.0  # a command that takes longer would stall whoever tries the documents; show it as text
DOCUMENTS = [path for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))] if path.exists()]


def test_cached_kernels_call_compiled_functions_of_their_own_file():
    """Numba's cache does not notice a change in another file."""
    kept = [module for module, text in sources().items() if re.search(r"@ *jit\b", text)]  # others are parts of these
    assert len(kept) > 10 and {module: names for module in kept if (names := of_other_files(module, house()))} == {}
    line, module = "from noisytm.discrete.direct._kernel import advance", "enumeration._kernel"
    texts = sources() | {module: f"{line}\n{sources()[module]}"}
    assert of_other_files(module, House(texts, folders())) == {"advance"}


def of_other_files(module, house):
    """Return the compiled functions of other files that a module imports."""
    named = {i.name for i in house.imports[module]}
    others = {meant for _, meant in house.inside(module)} - {"_compile"}
    return {name for other in others for name in jitted(house.texts[other])} & named


@functools.cache
def jitted(text):
    if not re.search(r"@ *(jit|jit_uncounted|inner|apart|uncounted)\b", text):
        return set()
    functions = [node for node in ast.walk(parsed(text)) if isinstance(node, ast.FunctionDef)]
    return {
        f.name
        for f in functions
        if any(ast.unparse(d) in ("jit", "jit_uncounted", "inner", "apart", "uncounted") for d in f.decorator_list)
    }


def test_there_are_compiled_functions():
    assert {"compiled.py", "_kernel.py"} <= {p.name for p in MODULES if jitted(sources()[name_of(p)])}


def test_every_folder_has_something_in_it():
    for folder in [PACKAGE, *(p for p in PACKAGE.rglob("*") if p.is_dir() and p.name != "__pycache__")]:
        assert any(p.suffix in {".py", ".json"} for p in folder.iterdir()), folder


def test_every_public_name_is_there():
    assert len(set(noisytm.__all__)) == len(noisytm.__all__)
    assert set(noisytm.__all__) <= set(dir(noisytm))
    for name in noisytm.__all__:
        assert getattr(noisytm, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        noisytm.nonsense  # noqa: B018


@pytest.mark.parametrize("room", sorted(room for room in folders() if homes(sources()[room])))
def test_type_checkers_see_the_names_that_are_there(room):
    tree = parsed(sources()[room])
    block = next(node for node in tree.body if isinstance(node, ast.If))
    seen = {alias.asname: node.module for node in block.body for alias in node.names}
    assert all(alias.asname == alias.name for node in block.body for alias in node.names)
    full = f"noisytm.{room}".rstrip(".")
    table = {name: f"{full}.{module}" for name, module in homes(sources()[room]).items()}
    assert seen == table | ({"library": "noisytm"} if room == "" else {})
    door = importlib.import_module(full)
    assert set(door.__all__) == set(seen) | ({"__version__"} if room == "" else set())
    for name, module in table.items():
        assert getattr(door, name) is getattr(importlib.import_module(module), name)
        assert f"{full}.{name}" not in sys.modules, f"{name} of {full} is a name and a file"


def test_importing_is_quick_and_light():
    code = (
        "import json, sys, time; began = time.perf_counter(); import noisytm; seconds = time.perf_counter() - began;"
        "print(json.dumps([seconds, [m for m in ('numpy', 'numba', 'scipy', 'sympy') if m in sys.modules]]))"
    )
    runs = [
        json.loads(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout)
        for _ in range(3)
    ]
    assert all(heavy == [] for _, heavy in runs)
    assert min(seconds for seconds, _ in runs) < 0.5


def supply_files(document):
    """Write, into the current folder, the reader's own files of which a document speaks, and those it says to save."""
    assert main(["convert", "bb3", "--to", "jflap", "--rename", "--output", "machine.jff"]) == 0
    Path("list.txt").write_text("1RB1LB_1LA1RZ\n1RB---_1LA0RB\n", encoding="utf-8")
    text = document.read_text(encoding="utf-8")
    saved = re.compile(r"[Ss]ave this as `([\w.-]+)`:\n\n```(?:json|yaml)\n(.*?)^```", re.MULTILINE | re.DOTALL)
    for name, content in saved.findall(text):
        Path(name).write_text(content, encoding="utf-8")


def blocks(path, *languages):
    pattern = re.compile(rf"^```(?:{'|'.join(languages)})\n(.*?)^```", re.MULTILINE | re.DOTALL)
    return pattern.findall(path.read_text(encoding="utf-8"))


# Pages whose code is compiled anew whenever it runs, and pages of commands that take long.
ANEW, LONG = ("kernels.md",), ("universal.md", "running.md", "enumeration.md", "viewing.md")


def but_in_compat(names):
    """Return the pages, those of ``names`` marked for ``make compat``."""
    return [pytest.param(path, id=path.name, marks=[pytest.mark.compat] * (path.name in names)) for path in DOCUMENTS]


@pytest.mark.parametrize("path", but_in_compat(ANEW))
def test_python_in_documents_runs(path, monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(tmp_path)
    supply_files(path)
    namespace = {"__name__": "document"}
    for number, block in enumerate(blocks(path, "python")):
        if ">>>" in block:
            import doctest

            test = doctest.DocTestParser().get_doctest(block, namespace, path.name, str(path), number)
            runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS, verbose=False)
            runner.run(test, clear_globs=False)
            assert runner.failures == 0
            namespace.update(test.globs)
        else:
            exec(compile(block, f"{path.name} block {number}", "exec"), namespace)
            printed = iter(capsys.readouterr().out.splitlines())
            for expected in re.findall(r"^ *print\(.*\)  # (?!such as )(.*)$", block, re.MULTILINE):
                assert expected in printed, f"{expected} is not printed, or not in this place"


@slow_where("why.md", "report.md")
@pytest.mark.parametrize("path", but_in_compat(LONG))
def test_commands_in_documents_run(path, monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(tmp_path)
    supply_files(path)
    for block in blocks(path, "console", "sh", "bash"):
        for line in block.splitlines():
            command = line.removeprefix("$ ")
            if not command.startswith("noisytm "):
                continue
            words = shlex.split(command, comments=True)[1:]
            output = None
            if ">" in words:
                at = words.index(">")
                words, output = words[:at], words[at + 1]
            if "|" in words:
                words = words[: words.index("|")]
            with _clock.limited(MOST_SECONDS):
                assert main(words) == 0, f"{line}: {capsys.readouterr().err}"
            out = capsys.readouterr().out
            if output is not None:
                Path(output).write_text(out, encoding="utf-8")


def stated_values():
    """Return (document, command, λ, m) for the rows of tables that have these in their last columns."""
    row = re.compile(r"\| ([\d/]+) \| (\d+) \| `noisytm (bound [^`]*)` \|$", re.MULTILINE)
    return [(p, m[3], m[1], int(m[2])) for p in DOCUMENTS for m in row.finditer(p.read_text(encoding="utf-8"))]


def test_the_tables_of_values_are_found():
    assert len(stated_values()) >= 11


@pytest.mark.parametrize(("path", "command", "value", "multiplicity"), stated_values())
def test_values_in_documents(path, command, value, multiplicity, monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(tmp_path)
    supply_files(path)
    assert main([*shlex.split(command), "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert (record["learning_coefficient"], record["multiplicity"]) == (value, multiplicity)


# Those that need PyTorch take seconds where it is installed, and say elsewhere that it is not.
@slow_where("calibrate_sgld.py", "codebook.py")
@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*.py")), ids=lambda p: p.name)
def test_examples_run(path, tmp_path):
    done = subprocess.run(
        [sys.executable, "-W", "error", str(path)], capture_output=True, cwd=tmp_path, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.strip()
    assert list(tmp_path.iterdir()) == []


def test_what_the_page_on_the_architecture_names_is_there():
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = re.findall(r"`([a-z_0-9/]+/[a-z_0-9]+\.py)(?:: ([\w.]+))?`", text)
    named = [(path, name) for path, name in named if "mine" not in path]
    assert len(named) > 30 and sum(bool(name) for _, name in named) >= 10
    for path, name in named:
        files = [root / path for root in (PACKAGE, ROOT) if (root / path).exists()]
        assert files, path
        for part in name.split(".") if name else []:
            assert re.search(rf"^ *(?:def|class) {part}\b", files[0].read_text(encoding="utf-8"), re.MULTILINE), (
                path,
                name,
            )
