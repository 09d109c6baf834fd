"""Space-time diagrams as pictures: one raster image of the rows that were kept, drawn by matplotlib."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from noisytm.errors import NoisytmError
from noisytm.machine import TuringMachine
from noisytm.show.diagrams.text import cut, description, label, marks

if TYPE_CHECKING:
    from noisytm.show.diagrams.rows import Rows

DOTS_PER_INCH = 160
MOST_IN_LEGEND = 10
MOST_MARKED = 48
FEW_COLUMNS = 10
TICKS = 8
SHORT_LABEL = 9  # characters of which TICKS labels fit side by side
# A user's own settings must not change the file; the salt fixes the names of an SVG's parts.
STYLE: list[str | Path | dict[str, Any]] = [
    "default",
    {"svg.hashsalt": "noisytm", "svg.fonttype": "none", "font.size": 9},
]
OUTSIDE_COLOUR = (0.93, 0.93, 0.93)


@dataclass(frozen=True)
class Drawn:
    """A form of a picture that matplotlib writes; see `noisytm.show.diagrams.saving.PictureForm`.

    Parameters
    ----------
    name : str
        The ending of the file, without the dot; matplotlib knows it by the same name.
    description : str
        What it is, in a line.
    dateless : str
        The entry that would make files differ from one time to another, and is left out.
    """

    name: str
    description: str
    dateless: str

    def require(self) -> None:
        """Raise `NoisytmError` unless matplotlib is there."""
        try:
            import matplotlib.figure  # noqa: F401
        except ImportError:
            raise NoisytmError(
                "pictures need matplotlib, which is not installed; run: python -m pip install 'noisytm[plot]'"
            ) from None

    def draw(self, diagram: Rows) -> bytes:
        """Return the bytes of the picture."""
        out = io.BytesIO()
        with _styled():
            figure_of(diagram).savefig(out, format=self.name, metadata={self.dateless: None})
        return out.getvalue()


@contextmanager
def _styled() -> Iterator[None]:
    from matplotlib import style

    with style.context(STYLE), warnings.catch_warnings():
        # a symbol that the font lacks is drawn as a box
        warnings.filterwarnings("ignore", message="Glyph .* missing from", category=UserWarning)
        yield


def figure_of(diagram: Rows) -> Any:
    """Return the diagram as a figure of matplotlib.

    Raises
    ------
    NoisytmError
        If matplotlib is not installed.
    """
    SVG.require()
    from matplotlib.figure import Figure

    rows, columns = diagram.cells.shape
    size = (max(8.0, columns / DOTS_PER_INCH + 2), max(5.0, rows / DOTS_PER_INCH + 1))
    with _styled():
        figure = Figure(figsize=size, dpi=DOTS_PER_INCH, layout="constrained")
        _draw(figure, diagram)
    return figure


SVG = Drawn("svg", "lines and text", "Date")
PNG = Drawn("png", "pixels", "Software")


def raster(diagram: Rows) -> NDArray[np.uint8]:
    """Return the diagram as an image, one pixel to a column; shape (R, C, 3).

    A cell has the colour of its symbol, the head's that of the state.
    """
    palette = np.vstack([symbol_colours(diagram.machine), [OUTSIDE_COLOUR]])  # the last is also at index -1
    image = palette[diagram.cells]
    states = dict(zip(diagram.machine.states, state_colours(diagram.machine), strict=True))
    rows = np.arange(len(diagram.steps))
    image[rows, list(diagram.head_columns)] = [states[q] for q in diagram.states]
    pixels: NDArray[np.uint8] = np.rint(255 * image).astype(np.uint8)
    return pixels


def symbol_colours(machine: TuringMachine) -> NDArray[np.float64]:
    """Return a colour for each symbol: white for the blank, green to dark blue for the others; shape (S, 3)."""
    from matplotlib import colormaps

    others = len(machine.symbols) - 1
    shades = iter(colormaps["GnBu"](np.linspace(1.0, 0.4, max(others, 1)))[:, :3])
    return np.array([(1.0, 1.0, 1.0) if x == machine.blank else next(shades) for x in machine.symbols])


def state_colours(machine: TuringMachine) -> NDArray[np.float64]:
    """Return a colour for each state, red to yellow; shape (|Q|, 3)."""
    from matplotlib import colormaps

    colours: NDArray[np.float64] = colormaps["autumn"](np.linspace(0, 0.9, len(machine.states)))[:, :3]
    return colours


def _draw(figure: Any, diagram: Rows) -> None:
    (rows, columns), states = diagram.cells.shape, diagram.machine.states
    axes = figure.add_subplot()
    axes.imshow(raster(diagram), interpolation="none", aspect="auto")
    _plain(axes.set_title(_title(diagram), fontsize=8, wrap=True))
    ticks = _spread(rows)
    axes.set_yticks(ticks, [label(diagram.steps[i]) for i in ticks])
    axes.set_ylabel("step")
    moving = len(set(diagram.offsets)) > 1
    first = 0 if moving else diagram.offsets[0]
    longest = max(len(label(first + i * diagram.cells_per_column)) for i in (0, columns - 1))
    ticks = _spread(columns, max(2, TICKS * SHORT_LABEL // max(longest, SHORT_LABEL)))
    axes.set_xticks(ticks, [label(first + i * diagram.cells_per_column) for i in ticks])
    axes.set_xlabel("cell of the window, which follows the head" if moving else "cell")
    if rows <= MOST_MARKED and columns <= MOST_MARKED:
        named = [cut(q) for q in states] if columns <= FEW_COLUMNS else marks(states)
        mark_of = dict(zip(states, named, strict=True))
        for row, (column, state) in enumerate(zip(diagram.head_columns, diagram.states, strict=True)):
            _plain(axes.text(column, row, mark_of[state], ha="center", va="center", fontsize=7))
    _legend(figure, diagram.machine)


def _title(diagram: Rows) -> str:
    name = "".join(x for x in diagram.machine.name if x.isprintable())  # names of machines are free text
    return f"{cut(name, 40)}\n{description(diagram)}" if name else description(diagram)


def _legend(figure: Any, machine: TuringMachine) -> None:
    from matplotlib.patches import Patch

    patches, labels = [], []
    kinds = (("symbol", machine.symbols, symbol_colours), ("state", machine.states, state_colours))
    for kind, names, colours in kinds:
        for name, colour in list(zip(names, colours(machine), strict=True))[:MOST_IN_LEGEND]:
            patches.append(Patch(facecolor=colour, edgecolor="0.6", linewidth=0.5))
            labels.append(f"{kind} {cut(name)}")
        if len(names) > MOST_IN_LEGEND:
            patches.append(Patch(facecolor="none", edgecolor="none"))
            labels.append(f"{len(names) - MOST_IN_LEGEND} more {kind}s")
    patches.append(Patch(facecolor=OUTSIDE_COLOUR, edgecolor="0.6", linewidth=0.5))
    labels.append("not visited yet")
    for text in figure.legend(patches, labels, loc="outside right upper", fontsize=7, frameon=False).get_texts():
        _plain(text)


def _plain(text: Any) -> None:
    """Keep a $ in a name from starting a formula."""
    text.set_parse_math(False)


def _spread(count: int, most: int = TICKS) -> list[int]:
    """Return at most ``most`` indices from 0 to ``count`` - 1, evenly, both ends included.

    Examples
    --------
    >>> _spread(3), _spread(100)
    ([0, 1, 2], [0, 14, 28, 42, 56, 70, 84, 99])
    """
    intervals = min(most, count) - 1
    return [i * (count - 1) // intervals for i in range(intervals + 1)] if intervals else [0]
