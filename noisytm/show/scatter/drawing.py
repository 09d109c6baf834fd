"""Pictures of dots: in grey, so that they look the same in black and white."""

from __future__ import annotations

import io
import math
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from noisytm._summary import Described, Summary, count, grouped
from noisytm._text import shown
from noisytm.errors import FormatError, NoisytmError

# The ending of each form, with the entry that would make files differ from one time to another.
SCATTER_ENDINGS = {"svg": "Date", "png": "Software"}
# The style that hides what a user's own settings would change; ids that do not differ from one time to another.
STYLE: list[Any] = ["default", {"svg.hashsalt": "noisytm", "svg.fonttype": "none", "font.size": 9}]
SIZE, DOTS_PER_INCH = (7.2, 5.0), 150
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

    def _summary(self) -> Summary:
        return Summary(f"{self.title}: {count(len(self.dots), 'dot')}", result=False)


def require_scatter(path: Path) -> str:
    """Return the form that a path's ending names, once all that it needs is there.

    Raises
    ------
    FormatError
        If the ending is another one.
    NoisytmError
        If matplotlib is not installed.
    """
    form = path.suffix.lower().removeprefix(".")
    if form not in SCATTER_ENDINGS:
        endings = " or ".join(f".{ending}" for ending in SCATTER_ENDINGS)
        raise FormatError(f"a picture cannot be written to {shown(str(path))}; end the name in {endings}")
    try:
        import matplotlib.figure  # noqa: F401
    except ImportError:
        raise NoisytmError(
            "pictures need matplotlib, which is not installed; run: python -m pip install 'noisytm[plot]'"
        ) from None
    return form


def save_scatter(scatter: Scatter, path: Path) -> None:
    """Write a picture, all of it or nothing of it; the same dots give the same bytes for one version of matplotlib.

    Raises
    ------
    FormatError
        If the ending is neither .svg nor .png, or the file cannot be written.
    NoisytmError
        If matplotlib is not installed.
    """
    save_drawing(lambda axes: _draw(axes, scatter), path, scatter.title, scatter.numbers)


def save_drawing(
    draw: Callable[[Any], None] | Sequence[Callable[[Any], None]],
    path: Path,
    title: str,
    numbers: str,
    heights: Sequence[float] | None = None,
    below: Sequence[str] = (),
) -> None:
    """Write what a function draws on matplotlib's axes, with a title and its numbers, as `save_scatter` does.

    Several functions have axes of their own, one above the other, each as high as one alone; or, with ``heights``, all
    together, shared as these say. The lines ``below`` stand in small letters at the bottom.
    """
    data = _drawn([draw] if callable(draw) else draw, require_scatter(path), title, numbers, heights, below)
    try:
        path.write_bytes(data)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = error.strerror if isinstance(error, OSError) else error
        raise FormatError(f"cannot write {shown(str(path))}: {reason}") from None


def _drawn(
    parts: Sequence[Callable[[Any], None]],
    form: str,
    title: str,
    numbers: str,
    heights: Sequence[float] | None,
    below: Sequence[str],
) -> bytes:
    from matplotlib import style
    from matplotlib.figure import Figure

    out = io.BytesIO()
    with style.context(STYLE), warnings.catch_warnings():
        # a symbol that the font lacks is drawn as a box
        warnings.filterwarnings("ignore", message="Glyph .* missing from", category=UserWarning)
        wide, high = SIZE
        size = (wide, high * len(parts) if heights is None else high)
        figure = Figure(figsize=size, dpi=DOTS_PER_INCH, layout="constrained")
        grid = figure.add_gridspec(len(parts), 1, height_ratios=heights)
        for i, draw in enumerate(parts):
            draw(figure.add_subplot(grid[i]))
        if below:
            figure.supxlabel("\n".join(map(plain, below)), x=0.01, ha="left", fontsize=7)
        about = {SCATTER_ENDINGS[form]: None, "Title": title, "Description": numbers}
        figure.savefig(out, format=form, metadata=about)
    return out.getvalue()


def plain(text: str) -> str:
    r"""Return a text as matplotlib writes it out: what stands between two dollars would be a formula.

    Examples
    --------
    >>> print(plain("($,0) to ($,1)"))
    (\$,0) to (\$,1)
    """
    return text.replace("$", r"\$")


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
        axes.annotate(name, (at_x, at_y), xytext=(7, 3), textcoords="offset points", zorder=5,
                      bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6, "alpha": 0.8})  # fmt: skip
    _label(axes, scatter, low, high, MaxNLocator)


def _label(axes: Any, scatter: Scatter, low: float, high: float, locator: Any) -> None:
    axes.set_xlim(low, high)
    axes.set_ylim(bottom=0)
    axes.xaxis.set_major_locator(locator(integer=True))
    axes.set_xlabel(scatter.x)
    axes.set_ylabel(scatter.y)
    axes.set_title(scatter.title, fontsize=9)
    axes.grid(axis="y", color=PALE, linewidth=0.4, zorder=0)
    if scatter.other is not None:
        name, units = scatter.other
        top = axes.secondary_xaxis("top", functions=(lambda k: k * units, lambda bits: bits / units))
        top.set_xlabel(name)
    axes.legend(loc="lower right", frameon=True, framealpha=0.9, edgecolor=PALE, labelspacing=0.9)


def _examples(most: int) -> Sequence[int]:
    """Return up to three numbers whose dots are shown in the legend."""
    powers = [10**k for k in range(len(str(most)))]
    return sorted({powers[0], powers[len(powers) // 2], powers[-1]})
