"""HTML from elements: what is none is text, and text is escaped, so that nothing of a user's becomes markup."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

VOID = frozenset({"br", "col", "hr", "link", "meta"})


class Html(str):
    """A text that is markup already."""

    __slots__ = ()


Content = str | Html | Iterable["Content"] | None


def text_of(value: str) -> Html:
    r"""Return a text as HTML: escaped, and characters that a page cannot hold, or that are not seen, by their numbers.

    Examples
    --------
    >>> print(text_of("<script>\x00\u202e"))
    &lt;script&gt;\x00\u202e
    """
    visible = "".join(c if c.isprintable() or c == "\n" else ascii(c)[1:-1] for c in value)
    return Html(escape(visible, quote=True))


def joined(content: Content) -> Html:
    """Return content as HTML: elements as they are, texts escaped, lists one part after the other."""
    if content is None:
        return Html("")
    if isinstance(content, Html):
        return content
    if isinstance(content, str):
        return text_of(content)
    return Html("".join(map(joined, content)))


def tag(element: str, /, *content: Content, **attributes: str | int | float | bool | None) -> Html:
    """Return an element.

    Parameters
    ----------
    element : str
        Its name.
    content : Html, str, or lists of these
        What is in it; a plain string is text.
    attributes
        Its attributes: an underscore stands for a hyphen, one at the end for nothing; ``None`` and false are left out.

    Examples
    --------
    >>> print(tag("th", "a < b", scope="col", class_="key", hidden=False))
    <th scope="col" class="key">a &lt; b</th>
    """
    written = []
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        word = key.rstrip("_").replace("_", "-")
        written.append(f" {word}" if value is True else f' {word}="{text_of(str(value))}"')
    opening = f"<{element}{''.join(written)}>"
    return Html(opening if element in VOID else f"{opening}{joined(content)}</{element}>")


def name(value: str) -> Html:
    """Return a name that a user gave: its letters do not change the direction of what stands beside it.

    Examples
    --------
    >>> print(name("<b>"))
    <bdi>&lt;b&gt;</bdi>
    """
    return tag("bdi", value)
