"""Make docs/gallery.md and its pictures, from commands and from examples/: ``python docs/make_gallery.py``.

A test compares the page, and draws the pictures anew; of those that show floating-point numbers, only that they can be
drawn.
"""

from __future__ import annotations

import ast
import os
import shlex
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parent / "gallery.md"
PICTURES = Path(__file__).parent / "gallery"
EXAMPLES = Path(__file__).parents[1] / "examples"


@dataclass(frozen=True)
class Picture:
    """A picture: its file's name, what it shows, the command that draws it, whether of floating-point numbers."""

    name: str
    shows: str
    command: str
    floating: bool = False

    @property
    def file(self) -> str:
        """The name of its file."""
        return f"{self.name}.svg"

    @property
    def call(self) -> list[str]:
        """The words of the command, with the file to write."""
        option = "--groups" if self.name == "phases" else "--output"
        return [*shlex.split(self.command), option, self.file]


SAMPLE = "--particles 256 --replicas 2 --seed 1"
SHOWN = (
    Picture("costs", "What each error costs at the optimum: the costs add up to λ", "bound detectA --steps 4"),
    Picture("run", "A run: every row a step, the head from red to yellow with the name of its state", "run bb3"),
    Picture(
        "bands",
        "A noisy run: the marginals of state and cells over time",
        "simulate detectA --word BABA --noise 1/10",
        floating=True,
    ),
    Picture("syndromes", "Which errors are fatal together", "syndromes detectA --steps 4"),
    Picture("steps", "λ against the steps after which the machine is read", "bound detectA --each-step --steps 8"),
    Picture("padding", "λ against padding: unused states and symbols are not free", "bound parity --padding 3"),
    Picture(
        "precision",
        "Λ(s): from λ·s, where data are what limits, to τ, where precision is",
        "bound detectA --precision",
    ),
    Picture("growth", "The growth of a search: what is known of the least λ, node by node", "search parity"),
    Picture("atlas", "All codes that solve a problem: λ against description length", "atlas parity"),
    Picture(
        "posterior",
        "Free energy against n, and what estimators make of it",
        f"posterior detectA --steps 4 --local --n 1e4 {SAMPLE}",
        floating=True,
    ),
    Picture(
        "volumes",
        "How much of code space has a small loss",
        f"posterior detectA --steps 4 --local --volume --epsilon 1e-2 {SAMPLE}",
        floating=True,
    ),
    Picture(
        "phases",
        "Which codes share the posterior",
        "posterior parity --n 100 --particles 2048 --sweeps 8 --replicas 2 --seed 1",
        floating=True,
    ),
)
TORCH = "It needs PyTorch: `python -m pip install 'noisytm[torch]'`."


def page() -> str:
    """Return the text of the page."""
    parts = ["# Gallery\n\nPictures, each with the command that draws it, and the scripts of examples.\n"]
    parts += ["## Pictures\n"]
    parts += [f"### {p.shows}\n\n![{p.shows}](gallery/{p.file})\n\n    noisytm {shlex.join(p.call)}\n" for p in SHOWN]
    parts += ["## Scripts\n", *map(script, sorted(EXAMPLES.glob("*.py")))]
    parts += ["## Notebooks\n", *map(notebook, sorted(EXAMPLES.glob("*.ipynb")))]
    return "\n".join(parts)


def script(path: Path) -> str:
    """Return what the page says of a script: its first line, how to run it, and what it prints."""
    text = path.read_text(encoding="utf-8")
    says = (ast.get_docstring(ast.parse(text)) or "").partition("\n")[0]
    head = f"### {path.name}\n\n{says} [The script](../examples/{path.name}).\n\n    python examples/{path.name}\n"
    if "noisytm[torch]" in text:
        return f"{head}\n{TORCH}\n"
    with tempfile.TemporaryDirectory() as folder:
        call = [sys.executable, str(path)]
        done = subprocess.run(call, capture_output=True, text=True, check=True, cwd=folder, encoding="utf-8")
    return f"{head}\n```text\n{done.stdout.rstrip()}\n```\n"


def notebook(path: Path) -> str:
    """Return what the page says of a notebook."""
    return f"- [{path.stem}](../examples/{path.name}), for [this chapter](guide/{path.stem}.md)\n"


def draw(picture: Picture, folder: Path) -> Path:
    """Draw a picture in a folder."""
    from noisytm.cli import main

    before = Path.cwd()
    os.chdir(folder)
    try:
        if main([*picture.call, "--quiet"]):
            raise SystemExit(f"{picture.command} fails")
    finally:
        os.chdir(before)
    return folder / picture.file


if __name__ == "__main__":
    PICTURES.mkdir(exist_ok=True)
    for each in SHOWN:
        if not sys.argv[1:] or each.name in sys.argv[1:]:
            draw(each, PICTURES)
    PAGE.write_text(page(), encoding="utf-8")
