"""Tables that are read aloud well: with a caption, and a scope at every heading."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from noisytm._summary import Summary
from noisytm.report.markup.elements import Content, Html, tag, text_of

MOST_ROWS = 200
MOST_CHARACTERS = 2000


def table(caption: Content, heads: Sequence[Content], rows: Iterable[Sequence[Content]], class_: str = "") -> Html:
    """Return a table whose first column has the headings of the rows; what is wide is scrolled for itself.

    Examples
    --------
    >>> print(table("Costs", ["entry", "cost"], [["a", "1/2"]]).partition("<tbody>")[2].partition("</tbody>")[0])
    <tr><th scope="row">a</th><td>1/2</td></tr>
    """
    top = tag("tr", [tag("th", head, scope="col") for head in heads])
    body = [tag("tr", tag("th", row[0], scope="row"), [tag("td", cell) for cell in row[1:]]) for row in rows]
    made = tag("table", tag("caption", caption), tag("thead", top), tag("tbody", body), class_=class_ or None)
    return tag("div", made, class_="wide")


def facts(caption: Content, rows: Iterable[tuple[Content, Content]]) -> Html:
    """Return a table of two columns without headings of their own: a name, and what it is."""
    body = [tag("tr", tag("th", name, scope="row"), tag("td", value)) for name, value in rows]
    return tag("div", tag("table", tag("caption", caption), tag("tbody", body), class_="facts"), class_="wide")


def long_table(
    caption: str, heads: Sequence[Content], rows: Sequence[Sequence[Content]], what: str, most: int = MOST_ROWS
) -> Html:
    """Return a table of the first rows, and how many more there are."""
    left = len(rows) - most
    more = tag("p", f"{left:,} more {what} are in the record.", class_="note") if left > 0 else None
    return Html(table(caption, heads, rows[:most]) + ("" if more is None else more))


def summary(title: str, about: Summary | None) -> Html:
    """Return what an object says of itself as paragraphs and tables.

    Examples
    --------
    >>> print(summary("Tally", Summary("3 < 4")))
    <p>3 &lt; 4</p>
    """
    if about is None:
        return tag("p", f"{title}: there is nothing to show of it.")
    parts = [tag("p", about.answer[:MOST_CHARACTERS])]
    if about.facts:
        parts.append(facts(f"{title}: facts", [(str(k), str(v)[:MOST_CHARACTERS]) for k, v in about.facts.items()]))
    if about.grid is not None:
        rows = [[str(cell)[:MOST_CHARACTERS] for cell in row] for row in _first(about.grid.rows)]
        if rows:
            parts.append(table(f"{title}: {about.grid.what}", about.grid.heads, rows))
        if about.grid.count > len(rows):
            parts.append(tag("p", f"{about.grid.count - len(rows):,} more are in the record.", class_="note"))
    return Html("".join(parts))


def _first(rows: Iterable[Iterable[object]]) -> Iterable[Iterable[object]]:
    return (row for row, _ in zip(rows, range(MOST_ROWS), strict=False))


def preformatted(text: str, label: str) -> Html:
    """Return lines of text as they are, with a name for those who do not see them.

    Examples
    --------
    >>> print(preformatted("a  b", "A table"))
    <pre role="region" aria-label="A table" tabindex="0">a  b</pre>
    """
    return Html(f'<pre role="region" aria-label="{text_of(label)}" tabindex="0">{text_of(text)}</pre>')
