"""Pictures of curves with errors: in grey, so that they look the same in print."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from json import dumps
from typing import Any

from noisytm._summary import Described, Summary, count
from noisytm.show.curves.shared import below, labelled, target_of
from noisytm.show.scatter import plain, save_drawing

SHADES = ("black", "0.35", "0.55", "0.1", "0.45", "0.65")
DASHES = ("solid", (0, (5, 2)), (0, (1, 1.5)), (0, (5, 2, 1, 2)), (0, (8, 2)), (0, (3, 1, 1, 1, 1, 1)))
MARKERS = "osD^vx"
PALE = "0.75"
# So much of the height is left below 0, and twice that above the highest point.
BELOW_ZERO = 0.05
# matplotlib's own ticks of that scale run into each other.
LOGIT_TICKS = (
    *((10.0**-k, f"$10^{{-{k}}}$") for k in (6, 4, 2)),
    (0.5, "0.5"),
    *((1 - 10.0**-k, f"$1-10^{{-{k}}}$") for k in (2, 4, 6)),
)
# About so many corners of stairs are marked.
MARKS = 25
# Names longer than so many characters stand one below the other, and are made to fit into the width of a picture.
LONGEST_NAME, WIDTH_OF_NAMES = 50, 780.0


@dataclass(frozen=True)
class Curve(Described):
    """A curve.

    Attributes
    ----------
    name : str
        What it is.
    points : tuple of (float, float, float or None)
        x, y, and the standard error of y where it has one, or how far from y its bounds are.
    joined : bool
        Whether a line joins them.
    stairs : bool
        Whether y stays what it is until the next point.
    hollow : bool
        Whether its markers are hollow, as where its points are left out.
    marked : bool
        Whether its points have markers.
    """

    name: str
    points: tuple[tuple[float, float, float | None], ...]
    joined: bool = True
    stairs: bool = False
    hollow: bool = False
    marked: bool = True


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
    whole_x : bool
        Whether x is a whole number.
    log_y : bool
        Whether y is drawn by its logarithm.
    logit_x : bool
        Whether x, between 0 and 1, is drawn by log(x / (1 − x)).
    with_zero : bool
        Whether 0 and 1 are among what y goes over, whatever is drawn.
    """

    title: str
    x: str
    y: str
    curves: tuple[Curve, ...]
    levels: tuple[tuple[float, str], ...] = ()
    log_x: bool = False
    about: tuple[str, ...] = ()
    whole_x: bool = False
    log_y: bool = False
    logit_x: bool = False
    with_zero: bool = False

    def _summary(self) -> Summary:
        return Summary(f"{self.title}: {count(len(self.curves), 'curve')}", result=False)


def save_curves(curves: Curves | Sequence[Curves], path: str | os.PathLike[str] | None = None) -> Any:
    """Return a picture of curves as a matplotlib figure; several are drawn one below the other.

    Where there is a path it is written to the file, all of it or nothing of it.

    Raises
    ------
    FormatError
        If the ending is neither .svg nor .png, or the file cannot be written.
    NoisytmError
        If matplotlib is not installed.
    """
    parts = [curves] if isinstance(curves, Curves) else list(curves)
    numbers = {curve.name: [list(point) for point in curve.points] for part in parts for curve in part.curves}
    drawn = [partial(_draw_curves, drawn=part) for part in parts]
    title = "; ".join(part.title for part in parts)
    return save_drawing(drawn, target_of(path), title, dumps(numbers, ensure_ascii=False), below=below(parts))


def style_of(i: int) -> dict[str, Any]:
    """Return the dash, the shade and the marker of a curve; of the first 36 no two have the same dash and marker.

    Examples
    --------
    >>> len({(repr(style["linestyle"]), style["marker"]) for style in map(style_of, range(36))})
    36
    """
    turn, k = divmod(i, len(DASHES))
    return {
        "color": SHADES[k],
        "linestyle": DASHES[k],
        "marker": MARKERS[(k + turn) % len(MARKERS)],
        "markersize": 3.5,
    }


def _draw_curves(axes: Any, drawn: Curves) -> None:
    for i, curve in enumerate(drawn.curves):
        x, y = [p[0] for p in curve.points], [p[1] for p in curve.points]
        style = style_of(i) | ({} if curve.joined else {"linestyle": "none"})
        style |= {"drawstyle": "steps-post", "markevery": max(len(x) // MARKS, 1)} if curve.stairs else {}
        style |= {"markerfacecolor": "white"} if curve.hollow else {}
        style |= {} if curve.marked else {"marker": "none"}
        errors = [0.0 if p[2] is None else p[2] for p in curve.points]
        shown = errors if any(p[2] is not None for p in curve.points) else None
        axes.errorbar(x, y, yerr=shown, label=plain(curve.name), linewidth=1.0, capsize=2, elinewidth=0.7, **style)
    for height, name in drawn.levels:
        axes.axhline(height, color="black", linewidth=0.6, linestyle=(0, (1, 3)))
        axes.annotate(plain(name), (1, height), xycoords=("axes fraction", "data"), xytext=(4, 0),
                      textcoords="offset points", ha="left", va="center")  # fmt: skip
    _scale(axes, drawn)
    labelled(axes, drawn.title, drawn.x, drawn.y)
    axes.grid(color=PALE, linewidth=0.4)
    if drawn.curves:
        longest = max(len(curve.name) for curve in drawn.curves)
        columns, size = (2, None) if longest <= LONGEST_NAME else (1, min(9.0, WIDTH_OF_NAMES / longest))
        place = {"loc": "upper center", "bbox_to_anchor": (0.5, -0.13)}  # beside all curves
        axes.legend(**place, ncols=columns, fontsize=size, frameon=False)


def _scale(axes: Any, drawn: Curves) -> None:
    from matplotlib.ticker import NullLocator

    there = any(curve.points for curve in drawn.curves)
    if drawn.log_x and there:
        axes.set_xscale("log")
    if drawn.logit_x and there:
        axes.set_xscale("logit")
        axes.set_xticks([tick for tick, _ in LOGIT_TICKS], [name for _, name in LOGIT_TICKS])
        axes.xaxis.set_minor_locator(NullLocator())
    if drawn.log_y and there:
        axes.set_yscale("log")
    if drawn.whole_x:
        axes.xaxis.get_major_locator().set_params(integer=True, min_n_ticks=1)  # one, where there is one
    if drawn.with_zero:
        top = max(1.0, *(point[1] + (point[2] or 0.0) for curve in drawn.curves for point in curve.points))
        axes.set_ylim(-BELOW_ZERO * top, (1 + 2 * BELOW_ZERO) * top)
