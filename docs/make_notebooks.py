"""Make the notebooks of examples/ from docs/notebooks, and run them: ``python docs/make_notebooks.py [NAME...]``.

A source is Python with cells between ``# %%`` marks; those called ``[markdown]`` are comments, and so is, in others,
what only notebooks know: ``# %matplotlib inline``. With ``--into FOLDER`` they are written there. Needs the extra
``docs``.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import ipykernel  # noqa: F401  (what runs the cells is started by its name)
import nbformat
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

SOURCES = Path(__file__).parent / "notebooks"
EXAMPLES = Path(__file__).parents[1] / "examples"
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}


def sources() -> list[Path]:
    """Return the sources, in their order."""
    return sorted(SOURCES.glob("*.py"))


def notebook(source: Path) -> nbformat.NotebookNode:
    """Return the notebook of a source, nothing in it run."""
    cells = []
    for number, (mark, text) in enumerate(
        re.findall(r"^# %%(.*)\n((?:(?!# %%).*\n?)*)", source.read_text("utf-8"), re.M)
    ):
        new = new_markdown_cell if "markdown" in mark else new_code_cell
        commented = r"^# ?" if "markdown" in mark else r"^# (?=%)"
        body = re.sub(commented, "", text, flags=re.MULTILINE)
        cells.append(new(body.strip(), id=f"cell-{number}"))
    return new_notebook(cells=cells, metadata=KERNEL)


def run(made: nbformat.NotebookNode, folder: Path) -> nbformat.NotebookNode:
    """Run a notebook in a folder, and leave out what differs from one time to the next."""
    NotebookClient(made, timeout=300, coalesce_streams=True, resources={"metadata": {"path": str(folder)}}).execute()
    made.metadata = KERNEL
    for cell in made.cells:
        cell.metadata = {}
    return made


def main(arguments: list[str]) -> None:
    """Make the notebooks of these names, or all."""
    into = EXAMPLES
    if "--into" in arguments:
        at = arguments.index("--into")
        into = Path(arguments[at + 1])
        del arguments[at : at + 2]
    for source in sources():
        if not arguments or source.stem in arguments:
            nbformat.write(run(notebook(source), into), into / f"{source.stem}.ipynb")


if __name__ == "__main__":
    main(sys.argv[1:])
