"""Numbers as pictures: where λ is among its bounds, and curves over powers of ten, with errors."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from noisytm.report.markup import Html, tag
from noisytm.report.pictures.svg import line, number, picture, words

WIDTH = 640.0
Marked = tuple[str, Fraction]


def chain(marks: Sequence[Marked], key: str, about: str) -> Html:
    """Return numbers on a line from zero to the largest, each with its name; the second, λ, stands out.

    Examples
    --------
    >>> marks = [("fatal alone", Fraction(4)), ("λ", Fraction(29, 3)), ("dimension", Fraction(30))]
    >>> "29/3" in chain(marks, "x", "three numbers")
    True
    """
    most = max((value for _, value in marks), default=Fraction(1)) or Fraction(1)
    left, right, base, step = 16.0, WIDTH - 16, 26.0 + 20 * len(marks), 20.0
    parts = [line(left, base, right, base, "line"), words(left, base + 18, "0", size=12, anchor="middle")]
    for i, (name, value) in enumerate(marks):
        x = left + (right - left) * float(value / most)
        y = 22 + step * i
        own = "line accent" if i == 1 else "thin"
        parts.append(line(x, y + 4, x, base + (8 if i == 1 else 5), own))
        anchor = "start" if x < WIDTH / 2 else "end"
        parts.append(
            words(x + (4 if anchor == "start" else -4), y, f"{name} {value}", size=13, anchor=anchor, class_="halo")
        )
    return picture(key, "Learning coefficient and bounds on a line", about, (WIDTH, base + 26), parts)


def curve(points: Sequence[tuple[float, float, float | None]], key: str, title: str, labels: tuple[str, str]) -> Html:
    """Return values over powers of ten, joined by lines, each with its error where there is one.

    Parameters
    ----------
    points : sequence of (x, y, error)
        x is the logarithm to base ten.
    key, title : str
        Of the picture.
    labels : tuple of str
        What the axes are.
    """
    (left, right, top, bottom), height = (70.0, WIDTH - 20, 20.0, 240.0), 290.0
    xs, low, high = [p[0] for p in points], *_range(points)
    span = (max(xs) - min(xs)) or 1.0

    def place(x: float, y: float) -> tuple[float, float]:
        return left + (right - left) * (x - min(xs)) / span, bottom - (bottom - top) * (y - low) / (high - low)

    parts: list[Html] = [line(left, bottom, right, bottom, "line"), line(left, top, left, bottom, "line")]
    for x in xs:
        at = place(x, low)[0]
        parts += [
            line(at, bottom, at, bottom + 5, "line"),
            _under(at, bottom, x),
        ]
    for value in (low, (low + high) / 2, high):
        at = place(xs[0], value)[1]
        parts += [line(left - 5, at, left, at, "line"), words(left - 8, at + 4, f"{value:.4g}", size=12, anchor="end")]
    joined = " ".join(f"{number(x)},{number(y)}" for x, y in (place(x, y) for x, y, _ in points))
    parts.append(tag("polyline", points=joined, class_="line accent", stroke_width=2))
    for x, y, error in points:
        (at, mid), bar = place(x, y), error or 0.0
        parts.append(line(at, place(x, y - bar)[1], at, place(x, y + bar)[1], "line"))
        parts.append(tag("circle", cx=number(at), cy=number(mid), r=3.5, class_="full"))
    parts += [
        words((left + right) / 2, height - 8, labels[0], anchor="middle"),
        words(left + 6, top - 6, labels[1]),
    ]
    told = "; ".join(f"10^{x:g}: {y:.6g}" for x, y, _ in points)
    return picture(key, title, f"{labels[1]} at {labels[0]} {told}", (WIDTH, height), parts)


def _under(at: float, bottom: float, x: float) -> Html:
    return words(at, bottom + 20, f"10^{x:g}", size=12, anchor="middle")


def _range(points: Sequence[tuple[float, float, float | None]]) -> tuple[float, float]:
    ends = [y + sign * (error or 0.0) for _, y, error in points for sign in (-1, 1)]
    low, high = min(ends), max(ends)
    return (low, high) if high > low else (low - 1, high + 1)
