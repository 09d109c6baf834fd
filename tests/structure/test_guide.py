"""The guide shows what its commands and its Python print; its links lead somewhere, its terms are explained."""

import importlib.util
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "guide"
CHAPTERS = sorted(GUIDE.glob("[1-9]-*.md"))


@pytest.fixture(scope="module")
def make_guide():
    spec = importlib.util.spec_from_file_location("make_guide", ROOT / "docs" / "make_guide.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["make_guide"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["make_guide"]


@pytest.mark.parametrize(
    "path", [pytest.param(p, id=p.stem, marks=[pytest.mark.slow] * (p.stem[0] != "1")) for p in CHAPTERS]
)
def test_what_is_shown_is_what_is_printed(path, make_guide, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = path.read_text(encoding="utf-8")
    made = make_guide.comparable(make_guide.filled(text))
    assert made == make_guide.comparable(text), f"the page is old; run: python docs/make_guide.py {path.stem}"


def test_other_numbers_are_noticed_but_where_they_are_drawn(make_guide):
    page = "```console{}\n$ noisytm\nF   {}\nno number\n```\n"
    compared = make_guide.comparable
    assert compared(page.format("", 1)) != compared(page.format("", 2))
    assert compared(page.format(" sampled", 1)) == compared(page.format(" sampled", 2))
    assert compared(page.format(" sampled", 1)) != compared(page.format(" sampled", 1).replace("no", "a"))


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda p: p.stem)
def test_chapters_begin_with_a_question_and_end_with_three_exercises(path, make_guide):
    text = path.read_text(encoding="utf-8")
    assert re.match(r"# \d\. .*\?\n", text)
    answers = re.findall(r"<details><summary>Answer</summary>\n(.*?)</details>", text, re.DOTALL)
    assert len(answers) == 3
    assert all(len(re.findall(r"^\$ noisytm ", answer, re.MULTILINE)) == 1 for answer in answers)


def test_links_lead_somewhere():
    for path in [*GUIDE.glob("*.md"), ROOT / "docs" / "glossary.md"]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_what_the_glossary_says_is_in_the_code_is_there():
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    named = re.findall(r"`noisytm/([\w/]+\.py)`", text)
    assert len(named) > 12
    assert all((ROOT / "noisytm" / name).exists() for name in named)


def test_terms_lead_to_the_glossary_once_a_page():
    heads = re.findall(r"^### (.+)$", (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8"), re.MULTILINE)
    terms = {head.lower().replace(" ", "-") for head in heads}
    linking = 0
    for path in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        linked = re.findall(r"glossary\.md#([^)]+)\)", path.read_text(encoding="utf-8"))
        linking += bool(linked)
        assert set(linked) <= terms, path.name
        assert len(linked) == len(set(linked)), f"{path.name}: one link for each term"
    assert linking > 14
