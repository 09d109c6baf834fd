"""The verbs are objects in a registry; one that is defined here runs through ``main``; starting up stays light."""

import re
import subprocess
import sys

import pytest
from house import PACKAGE, ROOT

from noisytm.cli import UsageError, Verb, main
from noisytm.cli.registry import VERBS
from noisytm.errors import BudgetError


def count(word: str, /, *, most: int = 3) -> int:
    """Count the letters of a word.

    Parameters
    ----------
    word
        The word.
    most
        The most letters.
    """
    if not word:
        raise UsageError("the word is empty; give one")
    if len(word) > most:
        raise BudgetError(f"the word has more than {most} letters; raise --most", partial=most)
    print(len(word))
    return 0


@pytest.fixture
def counting():
    with VERBS.also(Verb("count", count)):
        yield


@pytest.mark.usefixtures("counting")
def test_a_new_verb_runs_and_is_listed(capsys):
    assert main(["count", "abc"]) == 0
    assert capsys.readouterr().out == "3\n"
    assert main(["count", ""]) == 2
    assert "the word is empty" in capsys.readouterr().err
    assert main(["count", "abcd"]) == 3
    assert "found so far: 3" in capsys.readouterr().err
    assert main(["--help"]) == 0
    assert re.search(r"count +Count the letters of a word\.", capsys.readouterr().out)
    assert main(["count", "--help"]) == 0
    assert "The most letters" in capsys.readouterr().out


def test_without_the_verb_there_is_none(capsys):
    assert main(["count", "abc"]) == 2
    assert "count" in capsys.readouterr().err


@pytest.mark.parametrize("name", VERBS)
def test_every_verb_has_a_module_of_its_own_and_a_place_in_the_readme(name):
    module = name.replace("-", "_")
    assert (PACKAGE / "cli" / f"{module}.py").exists()
    assert VERBS[name].call.__module__ == f"noisytm.cli.{module}"
    assert VERBS[name].description.endswith(".")
    assert f"`noisytm {name}" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_python_m_is_the_command():
    done = subprocess.run([sys.executable, "-m", "noisytm", "encode", "nonsense"], capture_output=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(b"noisytm: 'nonsense' is no existing file")


def test_the_help_of_the_command_imports_nothing_heavy():
    code = (
        "import sys; from noisytm.cli import main; code = main(['--help'])\n"
        "heavy = {'numpy', 'numba', 'scipy', 'sympy', 'matplotlib', 'networkx'} & set(sys.modules)\n"
        "assert not heavy, heavy\nsys.exit(code)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0
