"""SVG in a page: every picture has a title and a description, and its texts stay texts."""

from __future__ import annotations

from noisytm.report.markup import Content, Html, tag

CUT = 14  # characters of a name in a picture


def number(value: float) -> str:
    """Return a coordinate, short.

    Examples
    --------
    >>> number(2.0), number(1 / 3)
    ('2', '0.33')
    """
    return f"{value:.2f}".rstrip("0").rstrip(".")


def cut(text: str, most: int = CUT) -> str:
    """Return a name as it fits into a picture.

    Examples
    --------
    >>> cut("a state with a long name")
    'a state with …'
    """
    return text if len(text) <= most else f"{text[: most - 1]}…"


def picture(key: str, title: str, about: str, size: tuple[float, float], *content: Content) -> Html:
    """Return a picture with its alternative text.

    Parameters
    ----------
    key : str
        Unlike that of every other picture of the page.
    title, about : str
        What it is, and what can be seen in it.
    size : tuple of float
        Its width and height.
    content
        Its parts.
    """
    width, height = map(number, size)
    return tag(
        "svg",
        tag("title", title, id=f"{key}-title"),
        tag("desc", about, id=f"{key}-about"),
        *content,
        role="img",
        aria_labelledby=f"{key}-title {key}-about",
        viewBox=f"0 0 {width} {height}",
        width=width,
        height=height,
    )


def figure(drawn: Html, caption: Content) -> Html:
    """Return a picture with a caption."""
    return tag("figure", drawn, tag("figcaption", caption))


def words(x: float, y: float, text: Content, *, size: int = 13, anchor: str = "start", class_: str = "") -> Html:
    """Return a text in a picture; ``anchor`` says which end of it is at x."""
    return tag("text", text, x=number(x), y=number(y), font_size=size, text_anchor=anchor, class_=class_ or None)


def line(x1: float, y1: float, x2: float, y2: float, class_: str = "thin") -> Html:
    """Return a line."""
    return tag("line", x1=number(x1), y1=number(y1), x2=number(x2), y2=number(y2), class_=class_)
