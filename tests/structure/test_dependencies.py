"""What pyproject.toml declares is what the code imports, and the other way round."""

import ast
import functools
import re
import sys
import tomllib
from pathlib import Path

import environments
import pytest
from house import ROOT, imports_of, parsed

DISTRIBUTIONS = {  # module to the name it is installed under, where these differ
    "arviz_stats": "arviz-stats",
    "automata": "automata-lib",
    "flint": "python-flint",
    "myst_parser": "myst-parser",
    "ruamel": "ruamel.yaml",
}
TOOLS = {
    "mypy": "/mypy",
    "pytest-xdist": "--maxprocesses",
    "ruff": "/ruff",
}  # what the Makefile runs, and how one sees it
OF_THEIR_OWN = {"datasets", "devinterp"}  # what an example runs in an environment of its own
EXTRAS_OF_TESTS = ROOT / "tests" / "extras"
FOLDERS = [ROOT / name for name in ("tests", "benchmarks", "verification", "examples", "docs")]
OWN = {"noisytm"} | {
    part for folder in FOLDERS for path in folder.rglob("*.py") for part in (path.stem, path.parent.name)
}
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def declared(text):
    """Return the names of the distributions of each list in pyproject.toml; the core's is called ``core``."""
    project = tomllib.loads(text)["project"]
    lists = {"core": project["dependencies"], **project["optional-dependencies"]}
    return {name: {re.split(r"[\s<>=!~;\[]", line)[0] for line in lines} for name, lines in lists.items()}


def libraries(text, own=OWN, *, top=False):
    """Return the distributions that a text imports, those at top level or all, standard library and ``own`` aside."""
    found = {i.module.split(".")[0] for i in imports_of(text) if i.top or not top}
    found |= {
        node.args[0].value.split(".")[0]
        for node in ast.walk(parsed(text if "importorskip" in text else ""))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("importorskip")
        if isinstance(node.args[0], ast.Constant)
    }
    return {DISTRIBUTIONS.get(name, name) for name in found - set(sys.stdlib_module_names) - own}


@functools.cache
def libraries_of_file(path, top):
    return libraries(path.read_text(encoding="utf-8"), top=top)


def imported(*folders, without=(), top=False):
    files = [path for folder in folders for path in sorted(folder.rglob("*.py"))]
    return set().union(
        *(libraries_of_file(path, top) for path in files if not any(path.is_relative_to(w) for w in without))
    )


def imported_by_documents():
    blocks = [
        block
        for path in DOCUMENTS
        for block in re.findall(r"^```python\n(.*?)^```", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    ]
    plain = ["\n".join(re.findall(r"^(?:>>> |\.\.\. )(.*)$", block, re.MULTILINE)) or block for block in blocks]
    return set().union(*map(libraries, plain))


@pytest.fixture(scope="module")
def lists():
    return declared((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_the_core_is_what_the_package_imports(lists):
    optional = set().union(*(names for name, names in lists.items() if name not in ("core", "dev")))
    assert imported(ROOT / "noisytm") - optional == lists["core"]
    assert not lists["core"] & optional


def test_optional_libraries_are_imported_inside_functions(lists):
    assert imported(ROOT / "noisytm", top=True) <= lists["core"]


@pytest.mark.slow
def test_every_extra_is_imported_by_something(lists):
    used = imported(ROOT / "noisytm", *FOLDERS) | imported_by_documents()
    for name, names in lists.items():
        assert names - used <= {"dev": TOOLS.keys(), "docs": named_in_the_site()}.get(name, set()), name


def named_in_the_site():
    """Return what Sphinx is told the names of: it imports these itself."""
    tree = parsed((ROOT / "docs" / "conf.py").read_text(encoding="utf-8"))
    texts = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return {text.replace("_", "-") for text in texts if isinstance(text, str)}


def test_dev_holds_what_the_tests_need(lists):
    tests = imported(ROOT / "tests", without=[EXTRAS_OF_TESTS])
    assert tests | imported_by_documents() <= lists["core"] | lists["dev"]
    shown = imported(ROOT / "verification", ROOT / "examples")
    assert shown - lists["torch"] - OF_THEIR_OWN <= lists["core"] | lists["dev"]
    at_once = imported(ROOT / "verification", ROOT / "examples", top=True)
    assert not at_once & (lists["torch"] | OF_THEIR_OWN)


def test_dev_holds_nothing_else(lists):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert all(sign in makefile for sign in TOOLS.values())
    assert lists["dev"] == imported(ROOT / "tests", without=[EXTRAS_OF_TESTS]) - lists["core"] | TOOLS.keys()


def test_tests_of_extras_and_benchmarks_import_what_some_list_has(lists):
    everything = set().union(*lists.values())
    assert imported(ROOT / "benchmarks") <= everything
    assert imported(ROOT / "tests") <= everything


def test_versions_are_pinned_for_everything_that_is_declared(lists):
    pinned = re.findall(r"^([\w.-]+)==", (ROOT / "constraints.txt").read_text(encoding="utf-8"), re.MULTILINE)
    normal = {re.sub(r"[-_.]+", "-", name).lower() for name in pinned}
    assert {re.sub(r"[-_.]+", "-", name).lower() for name in set().union(*lists.values())} <= normal


class Installer:
    """It says that each bound of ``USED`` is the lowest version, and that ``held`` is what is installed."""

    def __init__(self):
        self.lowest = [line.replace(">=", "==") for line in environments.USED]
        self.held = ["noisytm @ file:///noisytm.tar.gz", "pytest==9.2.0", *self.lowest]
        self.asked = []

    def __call__(self, *arguments, told=""):
        self.asked.append({*map(str, arguments), *told.split()})
        return "\n".join(self.lowest if "compile" in arguments else self.held)


@pytest.fixture
def installer(monkeypatch):
    monkeypatch.setattr(environments, "uv", Installer())
    return environments.uv


@pytest.fixture
def lowest(tmp_path):
    return environments.Environment("lowest", sys.executable, "lowest-direct", tmp_path / "noisytm.tar.gz", tmp_path)


def test_the_lowest_versions_are_asked_for_by_themselves(installer, lowest, lists):
    """The installer lowers nothing that only the package asks for."""
    assert {re.split("[<>=]", line)[0] for line in environments.USED} == lists["core"] | lists["plot"]
    environments.installed(lowest)
    assert {"lowest-direct", *environments.USED} <= installer.asked[-1]
    environments.see_that_it_is_lowest(lowest)
    assert {"lowest", "--no-deps", *environments.USED} <= set().union(*installer.asked[2:])


@pytest.mark.parametrize("line", ["numpy==99.0", "numpy==2.0.99", ""])
def test_a_version_above_the_lowest_is_noticed(installer, lowest, line):
    (at,) = [i for i, held in enumerate(installer.held) if held.startswith("numpy==")]
    installer.held[at] = line
    with pytest.raises(environments.Failed, match=rf"allows numpy==\S+; {line or 'none of these'} was installed"):
        environments.see_that_it_is_lowest(lowest)


def test_a_list_and_an_import_that_differ_are_noticed():
    """The parts of the tests above see what they should: names in lists, imports anywhere, modules of other names."""
    text = (
        '[project]\ndependencies = ["numpy>=2", "ruamel.yaml >=0.18"]\n[project.optional-dependencies]\nx = ["a[b]; c"]'
    )
    assert declared(text) == {"core": {"numpy", "ruamel.yaml"}, "x": {"a"}}
    code = "import os, scipy.optimize\ndef f():\n    from flint import fmpq\n    from mine import other"
    assert libraries(code, {"mine"}) == {"scipy", "python-flint"}
    assert libraries(code, {"mine"}, top=True) == {"scipy"}
    assert libraries('torch = pytest.importorskip("torch.nn")') == {"torch"}
    assert imported(Path(__file__).parent) == {"pytest"}
