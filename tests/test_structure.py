"""The shape of the package: which module may import which, what importing costs, and that the documents run."""

import ast
import importlib
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import noisytm
from noisytm.cli import main

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "noisytm"
MODULES = sorted(path for path in PACKAGE.rglob("*.py"))
DOCUMENTS = [path for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))] if path.exists()]

# A module may import from its own layer and from those before it.
LAYERS = (
    ("errors", "_compile", "_fractions"),
    ("machine",),
    ("codespace", "readout", "_text", "_yaml"),
    ("formats",),
    ("encoding",),
    ("discrete",),
    ("enumeration",),
    ("acceptance", "outcomes"),
    ("problem", "library"),
    ("locate",),
    ("universal",),
    ("relaxation",),
    ("degeneracy", "estimation"),
    ("search",),
    ("show",),
    ("cli",),
)
RANK = {name: rank for rank, layer in enumerate(LAYERS) for name in layer}
OPTIONAL = {"matplotlib", "jax", "torch", "nutpie", "dask", "distributed", "pyarrow", "arviz_stats"}
MAX_LINES = 400


def layer(parts):
    """Return the first part of a dotted name inside the package, or ``None`` for the package itself."""
    return parts[1] if len(parts) > 1 else None


def module_name(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return parts[:-1] if parts[-1] == "__init__" else parts


class Imports(ast.NodeVisitor):
    """All imports of a module that happen when it runs, with whether they are at module level."""

    def __init__(self):
        self.found, self.depth = [], 0

    def visit_If(self, node):
        if isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            for other in node.orelse:
                self.visit(other)
        else:
            self.generic_visit(node)

    def visit_FunctionDef(self, node):
        self.depth += 1
        self.generic_visit(node)
        self.depth -= 1

    visit_AsyncFunctionDef = visit_Lambda = visit_FunctionDef

    def visit_Import(self, node):
        self.found += [(alias.name, (), self.depth == 0) for alias in node.names]

    def visit_ImportFrom(self, node):
        assert node.level == 0, f"relative import of {node.module}"
        self.found.append((node.module, tuple(alias.name for alias in node.names), self.depth == 0))


def imports_of(text):
    visitor = Imports()
    visitor.visit(ast.parse(text))
    return visitor.found


def breaches(path, text):
    """Return the imports of a module that go against the order of the layers."""
    own = layer(module_name(path))
    if own is None:  # the package's table of names looks at everything, on first use
        return []
    found = []
    for name, what, _ in imports_of(text):
        parts = name.split(".")
        if parts[0] != "noisytm":
            continue
        # `from noisytm import library` names a layer; `from noisytm import __version__` and `import noisytm` do not
        targets = [layer(parts)] if len(parts) > 1 else [x for x in what if x != "__version__"]
        found += [(name, t) for t in targets if t not in RANK or RANK[t] > RANK[own]]
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_go_one_way(path):
    own = layer(module_name(path))
    assert own is None or own in RANK, f"{own} has no place in the layers"
    assert breaches(path, path.read_text(encoding="utf-8")) == []


def test_the_check_of_imports_can_fail():
    path = PACKAGE / "machine.py"
    for text in (
        "import noisytm.problem",
        "from noisytm.problem import SynthesisProblem",
        "from noisytm import library",
        "from noisytm import run",
        "def f():\n    from noisytm.cli import main",
        "if TYPE_CHECKING:\n    pass\nelse:\n    import noisytm.cli",
    ):
        assert breaches(path, text), text
    assert breaches(path, "if TYPE_CHECKING:\n    from noisytm.problem import SynthesisProblem") == []
    assert breaches(path, "from noisytm import __version__") == []


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_modules_are_short_and_optional_libraries_wait(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MAX_LINES
    early = {name.split(".")[0] for name, _, top in imports_of(text) if top}
    assert not early & OPTIONAL


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_cached_kernels_call_compiled_functions_of_their_own_file(path):
    """Numba's cache does not notice a change in another file."""
    if path.parent == PACKAGE / "relaxation" / "kernels":
        return  # parts that the assembler writes into one file
    text = path.read_text(encoding="utf-8")
    if not jitted(text):
        return
    for name, what, _ in imports_of(text):
        if name.split(".")[0] == "noisytm" and name != "noisytm._compile":
            source = PACKAGE.joinpath(*name.split(".")[1:])
            source = source / "__init__.py" if source.is_dir() else source.with_suffix(".py")
            assert not jitted(source.read_text(encoding="utf-8")) & set(what)


def jitted(text):
    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)]
    return {f.name for f in functions if any(ast.unparse(d) in ("jit", "inner", "uncounted") for d in f.decorator_list)}


def test_there_are_compiled_functions():
    assert {"step.py", "_kernel.py"} <= {p.name for p in MODULES if jitted(p.read_text(encoding="utf-8"))}


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


def test_type_checkers_see_the_names_that_are_there():
    tree = ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    seen = {alias.asname: node.module for node in block.body for alias in node.names}
    assert all(alias.asname == alias.name for node in block.body for alias in node.names)
    table = {name: module for module, names in noisytm._HOMES.items() for name in names}
    assert seen == table | {"library": "noisytm"}
    assert set(noisytm.__all__) == set(seen) | {"__version__"}
    for name, module in table.items():
        assert getattr(noisytm, name) is getattr(importlib.import_module(module), name)


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


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda p: p.name)
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
            for expected in re.findall(r"^print\(.*\)  # (.*)$", block, re.MULTILINE):
                assert expected in printed, f"{expected} is not printed, or not in this place"


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda p: p.name)
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


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*.py")), ids=lambda p: p.name)
def test_examples_run(path, tmp_path):
    done = subprocess.run(
        [sys.executable, "-W", "error", str(path)], capture_output=True, cwd=tmp_path, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.strip()
    assert list(tmp_path.iterdir()) == []
