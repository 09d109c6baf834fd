"""What stands in several places of the project is the same in all; links lead somewhere."""

import re
import tomllib

import pytest
from house import PACKAGE, ROOT

from noisytm import __version__

DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]


def text(name):
    return (ROOT / name).read_text(encoding="utf-8")


def test_the_version_is_read_where_it_stands_and_said_alike():
    project = tomllib.loads(text("pyproject.toml"))
    assert project["project"]["dynamic"] == ["version"]
    assert f'__version__ = "{__version__}"' in text(project["tool"]["hatch"]["version"]["path"])
    assert re.search(rf"^version: {re.escape(__version__)}$", text("CITATION.cff"), re.MULTILINE)
    assert re.search(r"^## (\S+)", text("CHANGELOG.md"), re.MULTILINE)[1] == __version__


def test_the_package_says_that_it_is_typed_and_is_checked_strictly():
    assert (PACKAGE / "py.typed").exists()
    settings = tomllib.loads(text("pyproject.toml"))["tool"]["mypy"]
    assert settings["strict"] is True and settings["files"] == ["noisytm"]


def test_targets_of_the_makefile_that_are_spoken_of_exist():
    targets = set(re.findall(r"^([a-z]+):", text("Makefile"), re.MULTILINE))
    spoken = set(re.findall(r"`make ([a-z]+)", text("CONTRIBUTING.md") + text("README.md")))
    assert {"test", "extras", "verify"} <= spoken <= targets


def broken_links(path):
    content = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    links = re.findall(r"\]\(([^)\s#]+)", content)
    return [link for link in links if "://" not in link and not (path.parent / link).exists()]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(path):
    assert broken_links(path) == []


def test_a_broken_link_is_noticed(tmp_path):
    path = tmp_path / "a.md"
    path.write_text("[a](a.md) [b](b.md#x) [c](https://example.org)\n```\n[d](d.md)\n```\n", encoding="utf-8")
    assert broken_links(path) == ["b.md"]
