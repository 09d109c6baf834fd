"""Pictures of curves with errors, and of tables of numbers as shades: in grey, so that they look the same in print."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from json import dumps
from pathlib import Path
from typing import Any

from noisytm._checks import path_of
from noisytm._summary import Described, Summary, count
from noisytm.show.scatter import plain, save_drawing

SHADES = ("black", "0.35", "0.55", "0.1", "0.45", "0.65")
DASHES = ("solid", (0, (5, 2)), (0, (1, 1.5)), (0, (5, 2, 1, 2)), (0, (8, 2)), (0, (3, 1, 1, 1, 1, 1)))
MARKERS = "osD^vx"
PALE = "0.75"
# Names longer than so many characters stand one below the other, and are made to fit into the width of a picture.
LONGEST_NAME, WIDTH_OF_NAMES = 50, 780.0
# The most cells with numbers in them. What the title and the names of the columns take, in rows.
MOST_CELLS, MARGIN = 400, 2


@dataclass(frozen=True)
class Curve(Described):
    """A curve.

    Attributes
    ----------
    name : str
        What it is.
    points : tuple of (float, float, float or None)
        x, y, and the standard error of y where it has one.
    """

    name: str
    points: tuple[tuple[float, float, float | None], ...]


@dataclass(frozen=True)
class Curves(Described):
    """Curves over one axis.

    Attributes
    ----------
    title, x, y : str
        What it shows, and what the axes are.
    curves : tuple of Curve
        What is drawn, each with a dash, a shade and a marker of its own.
    levels : tuple of (float, str)
        Heights at which a line goes across, with names.
    log_x : bool
        Whether x is drawn by its logarithm.
    about : tuple of str
        Lines that stand below the picture: of what it is, as `caption` has it.
    """

    title: str
    x: str
    y: str
    curves: tuple[Curve, ...]
    levels: tuple[tuple[float, str], ...] = ()
    log_x: bool = False
    about: tuple[str, ...] = ()

    def _summary(self) -> Summary:
        return Summary(f"{self.title}: {count(len(self.curves), 'curve')}", result=False)


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
    values : tuple of tuples of float
        By row.
    about : tuple of str
        Lines that stand below the picture.
    """

    title: str
    rows_are: str
    columns_are: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: tuple[tuple[float, ...], ...]
    about: tuple[str, ...] = ()

    def _summary(self) -> Summary:
        return Summary(f"{self.title}: {len(self.rows)} × {len(self.columns)}", result=False)


def save_curves(curves: Curves | Sequence[Curves], path: str | os.PathLike[str]) -> None:
    """Write a picture of curves, all of it or nothing of it; several are drawn one below the other.

    Raises
    ------
    FormatError
        If the ending is neither .svg nor .png, or the file cannot be written.
    NoisytmError
        If matplotlib is not installed.
    """
    parts = [curves] if isinstance(curves, Curves) else list(curves)
    numbers = {curve.name: [list(point) for point in curve.points] for part in parts for curve in part.curves}
    target = Path(path_of(path, "picture"))
    drawn = [partial(_draw_curves, drawn=part) for part in parts]
    title = "; ".join(part.title for part in parts)
    save_drawing(drawn, target, title, dumps(numbers, ensure_ascii=False), below=_below(parts))


def save_heat_map(heat: HeatMap | Sequence[HeatMap], path: str | os.PathLike[str]) -> None:
    """Write a picture of a table, as `save_curves` does one of curves; of several one below the other."""
    parts = [heat] if isinstance(heat, HeatMap) else list(heat)
    numbers = [{"title": h.title, "rows": h.rows, "columns": h.columns, "values": h.values} for h in parts]
    target = Path(path_of(path, "picture"))
    drawn = [partial(_draw_heat, heat=part) for part in parts]
    heights = [len(part.rows) + MARGIN for part in parts]
    title = "; ".join(part.title for part in parts)
    save_drawing(drawn, target, title, dumps(numbers, ensure_ascii=False), heights, below=_below(parts))


def _below(parts: Sequence[Curves] | Sequence[HeatMap]) -> tuple[str, ...]:
    """Return what stands below a picture, each line once."""
    return tuple(dict.fromkeys(line for part in parts for line in part.about))


def _draw_curves(axes: Any, drawn: Curves) -> None:
    for i, curve in enumerate(drawn.curves):
        x, y = [p[0] for p in curve.points], [p[1] for p in curve.points]
        style = {"color": SHADES[i % 6], "linestyle": DASHES[i % 6], "marker": MARKERS[i % 6], "markersize": 3.5}
        errors = [0.0 if p[2] is None else p[2] for p in curve.points]
        shown = errors if any(p[2] is not None for p in curve.points) else None
        axes.errorbar(x, y, yerr=shown, label=plain(curve.name), linewidth=1.0, capsize=2, elinewidth=0.7, **style)
    for height, name in drawn.levels:
        axes.axhline(height, color="black", linewidth=0.6, linestyle=(0, (1, 3)))
        axes.annotate(plain(name), (1, height), xycoords=("axes fraction", "data"), xytext=(4, 0),
                      textcoords="offset points", ha="left", va="center")  # fmt: skip
    if drawn.log_x and any(curve.points for curve in drawn.curves):
        axes.set_xscale("log")
    _label(axes, drawn.title, drawn.x, drawn.y)
    axes.grid(color=PALE, linewidth=0.4)
    if drawn.curves:
        longest = max(len(curve.name) for curve in drawn.curves)
        columns, size = (2, None) if longest <= LONGEST_NAME else (1, min(9.0, WIDTH_OF_NAMES / longest))
        place = {"loc": "upper center", "bbox_to_anchor": (0.5, -0.13)}  # beside all curves
        axes.legend(**place, ncols=columns, fontsize=size, frameon=False)


def _draw_heat(axes: Any, heat: HeatMap) -> None:
    most = max((abs(value) for row in heat.values for value in row), default=0.0) or 1.0
    axes.imshow([[abs(value) for value in row] for row in heat.values], cmap="Greys", vmin=0, vmax=most, aspect="auto")
    if len(heat.rows) * len(heat.columns) <= MOST_CELLS:
        for i, row in enumerate(heat.values):
            for j, value in enumerate(row):
                ink = "white" if abs(value) > 0.6 * most else "black"
                axes.text(j, i, f"{value:.2g}", ha="center", va="center", color=ink, fontsize=7)
    else:  # too many for numbers: a stroke says which are negative
        below = [(j, i) for i, row in enumerate(heat.values) for j, value in enumerate(row) if value < 0]
        axes.scatter(*zip(*below, strict=True) if below else ((), ()), marker="_", color="black", s=12, linewidths=1.8)
        axes.scatter(*zip(*below, strict=True) if below else ((), ()), marker="_", color="white", s=8, linewidths=0.8)
    axes.set_xticks(range(len(heat.columns)), list(map(plain, heat.columns)), rotation=45, ha="right", fontsize=7)
    axes.set_yticks(range(len(heat.rows)), list(map(plain, heat.rows)), fontsize=7)
    _label(axes, heat.title, heat.columns_are, heat.rows_are)


def _label(axes: Any, title: str, x: str, y: str) -> None:
    axes.set_title(plain(title), fontsize=9)
    axes.set_xlabel(plain(x))
    axes.set_ylabel(plain(y))
