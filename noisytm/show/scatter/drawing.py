"""Pictures of dots: in grey, so that they look the same in black and white."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from noisytm._summary import Described, Summary, count, grouped
from noisytm.show.scatter.figures import plain, save_drawing

# Area of the dot of one thing, and what ten times as many add.
SMALLEST, TENFOLD = 9.0, 45.0
INK, SHADE, PALE = "black", "0.45", "0.75"


@dataclass(frozen=True)
class Scatter(Described):
    """Dots over two axes, with lines and names.

    Parameters
    ----------
    title : str
        What it shows.
    x, y : str
        What the axes are.
    dots : tuple of (float, float, int)
        Where dots are, and for how many things each stands.
    what : str
        What these are, in the singular.
    steps : tuple of (float, float)
        Corners of the least y up to each x, drawn as stairs; in ``stairs`` words.
    stairs : str
        What the stairs are.
    slope : float, optional
        Of a line through the origin; ``line`` says what it is.
    line : str
        What the line is.
    names : tuple of (float, float, str)
        Places with names.
    other : (str, float), optional
        A second scale for x at the top: what it is, and its units in one of x.
    numbers : str
        The numbers as text, which goes into the file.
    about : tuple of str
        Lines that stand below the picture.
    """

    title: str
    x: str
    y: str
    dots: tuple[tuple[float, float, int], ...]
    what: str
    steps: tuple[tuple[float, float], ...] = ()
    stairs: str = ""
    slope: float | None = None
    line: str = ""
    names: tuple[tuple[float, float, str], ...] = ()
    other: tuple[str, float] | None = None
    numbers: str = ""
    about: tuple[str, ...] = ()

    def _summary(self) -> Summary:
        return Summary(f"{self.title}: {count(len(self.dots), 'dot')}", result=False)


def save_scatter(scatter: Scatter, path: Path | None) -> Any:
    """Return a picture as a figure, written to a file where there is a path, all of it or nothing of it.

    The same dots give the same bytes for one version of matplotlib.

    Raises
    ------
    FormatError
        If the ending is neither .svg nor .png, or the file cannot be written.
    NoisytmError
        If matplotlib is not installed.
    """
    return save_drawing(lambda axes: _draw(axes, scatter), path, scatter.title, scatter.numbers, below=scatter.about)


def _area(number: int) -> float:
    return SMALLEST + TENFOLD * math.log10(max(number, 1))


def _draw(axes: Any, scatter: Scatter) -> None:
    from matplotlib.ticker import MaxNLocator

    most = max((number for *_, number in scatter.dots), default=1)
    x, y = [dot[0] for dot in scatter.dots], [dot[1] for dot in scatter.dots]
    areas = [_area(number) for *_, number in scatter.dots]
    axes.scatter(x, y, s=areas, facecolors="none", edgecolors=SHADE, linewidths=0.7, zorder=2)
    for number in _examples(most):
        axes.scatter(
            [], [], s=_area(number), facecolors="none", edgecolors=SHADE, linewidths=0.7,
            label=f"{grouped(number)} {scatter.what}{'' if number == 1 else 's'}",
        )  # fmt: skip
    if scatter.steps:
        axes.plot(*zip(*scatter.steps, strict=True), color=INK, linewidth=1.4, drawstyle="steps-post",
                  label=scatter.stairs, zorder=3)  # fmt: skip
    low, high = min(x, default=0) - 0.5, max(x, default=1) + 0.5
    if scatter.slope is not None:
        ends = [low, high]
        axes.plot(ends, [scatter.slope * end for end in ends], color=INK, linewidth=1.0, linestyle=(0, (5, 3)),
                  label=scatter.line, zorder=1)  # fmt: skip
    for at_x, at_y, name in scatter.names:
        axes.plot([at_x], [at_y], marker="D", color=INK, markersize=5, linestyle="none", zorder=4)
        axes.annotate(plain(name), (at_x, at_y), xytext=(7, 3), textcoords="offset points", zorder=5,
                      bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6, "alpha": 0.8})  # fmt: skip
    _label(axes, scatter, low, high, MaxNLocator)


def _label(axes: Any, scatter: Scatter, low: float, high: float, locator: Any) -> None:
    axes.set_xlim(low, high)
    axes.set_ylim(bottom=0)
    axes.xaxis.set_major_locator(locator(integer=True, min_n_ticks=1))
    axes.set_xlabel(scatter.x)
    axes.set_ylabel(scatter.y)
    axes.set_title(plain(scatter.title), fontsize=9)
    axes.grid(axis="y", color=PALE, linewidth=0.4, zorder=0)
    if scatter.other is not None:
        name, units = scatter.other
        top = axes.secondary_xaxis("top", functions=(lambda k: k * units, lambda bits: bits / units))
        top.set_xlabel(name)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.13), ncols=2, frameon=False, labelspacing=0.9)


def _examples(most: int) -> Sequence[int]:
    """Return up to three numbers whose dots are shown in the legend."""
    powers = [10**k for k in range(len(str(most)))]
    return sorted({powers[0], powers[len(powers) // 2], powers[-1]})
