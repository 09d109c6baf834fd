"""Pictures of tables of numbers as shades of grey, with the numbers in them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from json import dumps
from typing import Any

from noisytm._summary import Described, Summary
from noisytm.show.curves.shared import below, labelled, target_of
from noisytm.show.scatter import plain, save_drawing

# The most cells with numbers in them. What the title and the names of the columns take, in rows.
MOST_CELLS, MARGIN = 400, 2
# The least height of a row of a large table and width of a column, and the most of all of them, in inches.
ROW, COLUMN, LARGEST = 0.16, 0.34, 40.0
SIZE = (7.2, 5.0)
# Of more rows or columns not all names are written.
MOST_NAMES = 220
# What the names of rows and of axes take, in inches; of a character of a name.
ASIDE, CHARACTER = 1.2, 0.06
# Of the text in a cell: letters of this size fit where there are so many of them.
LETTERS, FITTING = 7.0, 5


@dataclass(frozen=True)
class HeatMap(Described):
    """A table of numbers, drawn as shades: the darker, the larger its absolute value; the numbers stand in it.

    Of more than 400 cells only those with a stroke are negative; the numbers are in the file.

    Attributes
    ----------
    title, rows_are, columns_are : str
        What it shows, and what rows and columns are.
    rows, columns : tuple of str
        Their names.
    values : tuple of tuples of float or None
        By row; where there is none the cell is left white and has what ``texts`` say.
    about : tuple of str
        Lines that stand below the picture.
    texts : tuple of tuples of str, optional
        What is written into the cells, by row; by default the numbers, rounded.
    """

    title: str
    rows_are: str
    columns_are: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: tuple[tuple[float | None, ...], ...]
    about: tuple[str, ...] = ()
    texts: tuple[tuple[str, ...], ...] | None = None

    def _summary(self) -> Summary:
        return Summary(f"{self.title}: {len(self.rows)} × {len(self.columns)}", result=False)


def save_heat_map(heat: HeatMap | Sequence[HeatMap], path: str | os.PathLike[str] | None = None) -> Any:
    """Return a picture of a table, as `save_curves` does one of curves; of several one below the other."""
    parts = [heat] if isinstance(heat, HeatMap) else list(heat)
    numbers = [{"title": h.title, "rows": h.rows, "columns": h.columns, "values": h.values} for h in parts]
    drawn = [partial(_draw_heat, heat=part) for part in parts]
    heights = [len(part.rows) + MARGIN for part in parts]
    title = "; ".join(part.title for part in parts)
    text = dumps(numbers, ensure_ascii=False)
    return save_drawing(drawn, target_of(path), title, text, heights, below=below(parts), size=_size(parts))


def _size(parts: Sequence[HeatMap]) -> tuple[float, float]:
    """Return the size of a picture in which the names of all rows and columns have room."""
    names = max((len(name) for part in parts for name in part.rows), default=0)
    wide = ASIDE + CHARACTER * names + COLUMN * max((len(part.columns) for part in parts), default=0)
    high = 2.0 + ROW * sum(len(part.rows) + MARGIN for part in parts)
    return min(max(SIZE[0], wide), LARGEST), min(max(SIZE[1], high), LARGEST)


def _draw_heat(axes: Any, heat: HeatMap) -> None:
    most = max((abs(value) for row in heat.values for value in row if value is not None), default=0.0) or 1.0
    shades = [[0.0 if value is None else abs(value) for value in row] for row in heat.values]
    axes.imshow(shades, cmap="Greys", vmin=0, vmax=most, aspect="auto")
    if len(heat.rows) * len(heat.columns) <= MOST_CELLS:
        for i, row in enumerate(heat.values):
            for j, value in enumerate(row):
                text = heat.texts[i][j] if heat.texts else f"{value or 0.0:.2g}"
                ink = "white" if abs(value or 0.0) > 0.6 * most else "black"
                letters = min(LETTERS, LETTERS * FITTING / max(len(text), 1))
                axes.text(j, i, plain(text), ha="center", va="center", color=ink, fontsize=letters)
    else:  # too many for numbers: a stroke says which are negative
        below_0 = [(j, i) for i, row in enumerate(heat.values) for j, value in enumerate(row) if (value or 0.0) < 0]
        at: Any = zip(*below_0, strict=True) if below_0 else ((), ())
        x, y = at
        axes.scatter(x, y, marker="_", color="black", s=12, linewidths=1.8)
        axes.scatter(x, y, marker="_", color="white", s=8, linewidths=0.8)
    for names, name_ticks, more in (
        (heat.columns, axes.set_xticks, {"rotation": 45, "ha": "right"}),
        (heat.rows, axes.set_yticks, {}),
    ):
        places = range(0, len(names), -(-len(names) // MOST_NAMES) or 1)
        name_ticks(places, [plain(names[i]) for i in places], fontsize=7, **more)
    labelled(axes, heat.title, heat.columns_are, heat.rows_are)
