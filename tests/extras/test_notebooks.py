"""The notebooks of examples: made from docs/notebooks, run, and compared with what is stored."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

nbformat = pytest.importorskip("nbformat")
pytest.importorskip("nbclient")
pytest.importorskip("ipykernel")

pytestmark = pytest.mark.extras
ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "docs" / "notebooks").glob("*.py"))
SAMPLED = {"6-sampling"}  # other processors round otherwise, and draw other numbers


def test_there_is_one_for_each_of_three_chapters():
    stored = sorted(path.stem for path in (ROOT / "examples").glob("*.ipynb"))
    assert stored == [path.stem for path in SOURCES]
    assert all((ROOT / "docs" / "guide" / f"{name}.md").exists() for name in stored)


def printed(cell, sampled):
    """Return what a cell prints, or of which kinds what it shows is; of numbers that are drawn no digits."""
    found = []
    for output in cell.get("outputs", ()):
        assert output["output_type"] != "error"
        shown = output.get("data", {})
        text = output.get("text", shown.get("text/plain", ""))
        found.append((sorted(shown), re.sub(r"[\d.]+", "#", text) if sampled else text))
    return found


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_what_is_stored_is_what_it_gives(source, tmp_path):
    path = ROOT / "examples" / f"{source.stem}.ipynb"
    assert path.stat().st_size < 200_000
    stored = nbformat.read(path, as_version=4)
    nbformat.validate(stored)
    make = [sys.executable, str(ROOT / "docs" / "make_notebooks.py"), "--into", str(tmp_path), source.stem]
    done = subprocess.run(make, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    made = nbformat.read(tmp_path / path.name, as_version=4)
    old = f"the notebook is old; run: python docs/make_notebooks.py {source.stem}"
    assert [cell.source for cell in made.cells] == [cell.source for cell in stored.cells], old
    sampled = source.stem in SAMPLED
    for new, kept in zip(made.cells, stored.cells, strict=True):
        assert printed(new, sampled) == printed(kept, sampled), old
        assert new.cell_type == "markdown" or new.outputs or "import" in new.source
