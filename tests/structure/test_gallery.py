"""What the README and the gallery show is what the commands give."""

import importlib.util
import json
import re
import shlex
import sys
from pathlib import Path

import pytest

from noisytm.cli import VERBS, main

ROOT = Path(__file__).parents[2]
ROWS = re.findall(
    r"^\| `noisytm ([^`]+)` \| `([^`]*)` \|$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE
)
QUICK = ("encode", "convert", "library")


@pytest.fixture(scope="module")
def gallery():
    spec = importlib.util.spec_from_file_location("make_gallery", ROOT / "docs" / "make_gallery.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["make_gallery"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["make_gallery"]


def test_the_readme_has_a_row_for_each_verb():
    assert {command.split()[0] for command, _ in ROWS} == set(VERBS) - {"completion", "warm-up"}


@pytest.mark.parametrize(
    ("command", "line"),
    [pytest.param(*row, id=row[0], marks=[pytest.mark.slow] * (row[0].split()[0] not in QUICK)) for row in ROWS],
)
def test_what_the_readme_shows_is_printed(command, line, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    if "detectA.json" in command:
        assert main(["bound", "detectA", "--steps", "4", "--json"]) == 0
        Path("detectA.json").write_text(capsys.readouterr().out, encoding="utf-8")
    assert main(shlex.split(command)) == 0
    printed = [" ".join(each.split()) for each in capsys.readouterr().out.splitlines()]
    assert line.strip() and any(each.startswith(line.strip()) for each in printed)


def test_every_picture_is_there_and_on_the_page(gallery):
    assert {path.name for path in gallery.PICTURES.iterdir()} == {picture.file for picture in gallery.SHOWN}
    page = gallery.PAGE.read_text(encoding="utf-8")
    for picture in gallery.SHOWN:
        assert f"![{picture.shows}](gallery/{picture.file})" in page
        assert (gallery.PICTURES / picture.file).read_text(encoding="utf-8").count("<text") > 5, "text stays text"


@pytest.mark.slow
def test_the_page_is_what_the_script_makes(gallery):
    assert gallery.page() == gallery.PAGE.read_text(encoding="utf-8"), "run: python docs/make_gallery.py"


@pytest.mark.slow
def test_pictures_are_drawn_as_they_stand_there(gallery, tmp_path, capsys):
    for picture in gallery.SHOWN:
        drawn = gallery.draw(picture, tmp_path)
        same = drawn.read_bytes() == (gallery.PICTURES / picture.file).read_bytes()
        assert same or picture.floating, f"run: python docs/make_gallery.py {picture.name}"


def test_notebooks_are_on_the_page(gallery):
    page = gallery.PAGE.read_text(encoding="utf-8")
    for path in gallery.EXAMPLES.glob("*.ipynb"):
        assert path.name in page
        assert json.loads(path.read_text(encoding="utf-8"))["cells"]
