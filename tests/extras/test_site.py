"""The site that ``make docs`` makes: no link leads nowhere, nothing is fetched, and its search needs no server."""

import re
import shutil
import subprocess
import sys
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

pytest.importorskip("sphinx")
pytest.importorskip("myst_parser")
pytest.importorskip("furo")
pytest.importorskip("latex2mathml")

pytestmark = pytest.mark.extras
ROOT = Path(__file__).parents[2]


class Page(HTMLParser):
    """What a page has: the names of its places, its links, and what a browser loads with it."""

    def __init__(self, text):
        super().__init__()
        self.names, self.links, self.loaded = set(), [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.names.update(filter(None, (given.get("id"), given.get("name") if tag == "a" else None)))
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "link" and given.get("rel") in ("stylesheet", "icon"):
            self.loaded.append(given["href"])
        elif tag in ("script", "img", "source") and given.get("src"):
            self.loaded.append(given["src"])


def built(source, folder):
    """Have Sphinx build a folder, every warning an error; return what it says, nothing if all is well."""
    call = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html", str(source), str(folder)]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr + (f"exit code {done.returncode}" if done.returncode else "")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    assert built(ROOT / "docs", folder) == ""
    return folder


@pytest.fixture(scope="module")
def parsed(site):
    return {path: Page(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}


def test_every_document_has_a_page(site):
    documents = {p.relative_to(ROOT / "docs") for p in (ROOT / "docs").rglob("*.md")} - {Path("search.md")}
    assert len(documents) > 50
    for path in documents:
        title = re.search(r"^# (.*)$", (ROOT / "docs" / path).read_text(encoding="utf-8"), re.MULTILINE)[1]
        page = (site / path.with_suffix(".html")).read_text(encoding="utf-8")
        heading = re.sub(r"<[^>]*>", "", re.search(r"<h1>(.*?)<a", page, re.DOTALL)[1])
        assert unescape(heading) == title.replace("`", ""), f"{path}: Sphinx has a page of its own of that name"


def test_no_link_is_dead(parsed):
    dead = []
    for path, page in parsed.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or link == "#":
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            known = parsed[target].names if target in parsed else None
            fragment = unquote(parts.fragment)
            if not target.exists() or (fragment and known is not None and fragment not in known):
                dead.append((path.name, link))
    assert not dead


def test_nothing_is_fetched_and_everything_loaded_is_there(site, parsed):
    for path, page in parsed.items():
        for address in page.loaded:
            parts = urlsplit(address)
            assert not parts.scheme and not parts.netloc, (path.name, address)
            assert (path.parent / unquote(parts.path)).exists(), (path.name, address)
    for sheet in site.rglob("*.css"):
        assert not re.search(r"url\([\"']?https?:|@import [\"']?https?:", sheet.read_text(encoding="utf-8")), sheet.name


def test_the_search_needs_no_server(site):
    """Its index is a script, which a browser loads from disk too."""
    index = (site / "searchindex.js").read_text(encoding="utf-8")
    assert index.startswith("Search.setIndex(")
    assert "multipl" in index and "syndrom" in index
    assert "searchindex.js" in (site / "search.html").read_text(encoding="utf-8")


def test_formulas_are_drawn_without_a_script(site, parsed):
    assert (site / "theory.html").read_text(encoding="utf-8").count("<math") > 100
    assert not any("mathjax" in address.lower() for page in parsed.values() for address in page.loaded)


def test_a_dead_link_is_noticed(tmp_path):
    shutil.copy(ROOT / "docs" / "conf.py", tmp_path)
    (tmp_path / "index.md").write_text("# One\n\n[nowhere](nowhere.md)\n", encoding="utf-8")
    assert "nowhere.md" in built(tmp_path, tmp_path / "made")
