"""Figures of matplotlib that look and are written the same way every time, whatever a user's settings are."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from noisytm._text import shown
from noisytm.errors import FormatError, NoisytmError

# The ending of each form, with the entry that would make files differ from one time to another.
SCATTER_ENDINGS = {"svg": "Date", "png": "Software"}
# The style that hides what a user's own settings would change; ids that do not differ from one time to another.
STYLE: list[Any] = ["default", {"svg.hashsalt": "noisytm", "svg.fonttype": "none", "font.size": 9}]
SIZE, DOTS_PER_INCH = (7.2, 5.0), 150


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
    _require_matplotlib()
    return form


def save_drawing(
    draw: Callable[[Any], None] | Sequence[Callable[[Any], None]],
    path: Path | None,
    title: str,
    numbers: str,
    heights: Sequence[float] | None = None,
    below: Sequence[str] = (),
    size: tuple[float, float] = SIZE,
) -> Any:
    """Return what a function draws on matplotlib's axes as a figure, written to a file where there is a path.

    It has a title and its numbers in the file, all of which is written, or nothing of it. Several functions have axes
    of their own, one above the other, each as high as one alone; or, with ``heights``, all together, shared as these
    say. The lines ``below`` stand in small letters at the bottom. ``size`` is that of one, in inches.
    """
    form = None if path is None else require_scatter(path)
    figure = _figure([draw] if callable(draw) else draw, title, numbers, heights, below, size)
    if path is not None:
        out = io.BytesIO()
        figure.savefig(out, format=form)
        try:
            path.write_bytes(out.getvalue())
        except (OSError, ValueError) as error:  # ValueError: a NUL in the path
            reason = error.strerror if isinstance(error, OSError) else error
            raise FormatError(f"cannot write {shown(str(path))}: {reason}") from None
    return figure


def plain(text: str) -> str:
    r"""Return a text as matplotlib writes it out: what stands between two dollars would be a formula.

    Examples
    --------
    >>> print(plain("($,0) to ($,1)"))
    (\$,0) to (\$,1)
    """
    return text.replace("$", r"\$")


def _require_matplotlib() -> None:
    try:
        import matplotlib.figure  # noqa: F401
    except ImportError:
        raise NoisytmError(
            "pictures need matplotlib, which is not installed; run: python -m pip install 'noisytm[plot]'"
        ) from None


def _figure(
    parts: Sequence[Callable[[Any], None]],
    title: str,
    numbers: str,
    heights: Sequence[float] | None,
    below: Sequence[str],
    size: tuple[float, float],
) -> Any:
    wide, high = size
    with _styled():
        figure = _picture()(
            figsize=(wide, high * len(parts) if heights is None else high), dpi=DOTS_PER_INCH, layout="constrained"
        )
        figure.about = {"Title": title, "Description": numbers}
        grid = figure.add_gridspec(len(parts), 1, height_ratios=heights)
        for i, draw in enumerate(parts):
            draw(figure.add_subplot(grid[i]))
        if below:
            figure.supxlabel("\n".join(map(plain, below)), x=0.01, ha="left", fontsize=7)
    return figure


@contextmanager
def _styled() -> Iterator[None]:
    from matplotlib import style

    with style.context(STYLE), warnings.catch_warnings():
        # a symbol that the font lacks is drawn as a box
        warnings.filterwarnings("ignore", message="Glyph .* missing from", category=UserWarning)
        yield


@cache
def _picture() -> type[Any]:
    """Return the class of the figures: matplotlib's, in one style also where a user writes or shows it."""
    _require_matplotlib()
    from matplotlib.figure import Figure

    class Picture(Figure):
        """A figure of noisytm."""

        about: dict[str, str | None]
        laid_out = False

        def draw(self, renderer: Any) -> None:
            """Draw it, in a layout that is made once: made again it would move by a hair."""
            self._lay_out()
            super().draw(renderer)

        def _lay_out(self) -> None:
            layout = self.get_layout_engine()
            if layout is not None and not self.laid_out:
                self.laid_out = True
                layout.execute(self)
                self.set_layout_engine("none")

        def savefig(self, fname: Any, **options: Any) -> None:
            """Write it, with its numbers in the file and nothing that differs from one time to another."""
            form = options.get("format") or Path(str(fname)).suffix.lower().removeprefix(".")
            if form in SCATTER_ENDINGS:
                dateless: dict[str, str | None] = {SCATTER_ENDINGS[form]: None}
                options["metadata"] = dateless | self.about | (options.get("metadata") or {})
            with _styled():
                self._lay_out()  # here, before it is drawn as SVG, whose letters are of another width
                super().savefig(fname, **options)

        def _repr_svg_(self) -> str:
            out = io.BytesIO()
            self.savefig(out, format="svg")
            return out.getvalue().decode()

    return Picture
