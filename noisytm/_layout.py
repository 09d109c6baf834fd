"""Text for a terminal of some width: tables and lines that are wider are laid out anew; without a width nothing is."""

from __future__ import annotations

import functools
import re
import textwrap
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import ParamSpec

# The last column of a table is folded if it then has so many columns of the terminal, else each row becomes a block.
FOLDED_FROM = 16
# A label and what stands beside it, a gap between them; the lines that follow begin where the latter does.
_LABEL = re.compile(r" *\S+(?: \S+)* {2,}(?=\S)")

_width: ContextVar[int | None] = ContextVar("_width", default=None)
Arguments = ParamSpec("Arguments")


@contextmanager
def fitted(width: int | None) -> Iterator[None]:
    """Fit what is described in the ``with`` block into so many columns; ``None`` for any number."""
    token = _width.set(width)
    try:
        yield
    finally:
        _width.reset(token)


def aligned(rows: Sequence[Sequence[str]], *, gap: int = 3, indent: int = 0, headed: bool = True) -> list[str]:
    r"""Return the lines of a table whose columns are aligned; where that is too wide, its last column is folded.

    If no room is left for that column, each row is a block of lines: those of a table that is ``headed``, in its first
    row, have the heading of each cell beside it, and the first cell alone where its column has no heading.

    Parameters
    ----------
    rows : sequence of sequence of str
        The cells.
    gap, indent : int
        Spaces between columns, and before the first.
    headed : bool
        Whether the first row has the headings.

    Examples
    --------
    >>> rows = [("name", "size", "about"), ("detectA", "6 tuples", "accepts what has an A")]
    >>> print("\n".join(aligned(rows)))
    name      size       about
    detectA   6 tuples   accepts what has an A
    >>> with fitted(40):
    ...     print("\n".join(aligned(rows)))
    name      size       about
    detectA   6 tuples   accepts what has an
                         A
    >>> with fitted(30):
    ...     print("\n".join(aligned(rows)))
    name    detectA
    size    6 tuples
    about   accepts what has an A
    """
    widths = [max(len(row[c]) for row in rows) for c in range(len(rows[0]))] if rows else []
    lines = [_joined(row, widths, gap, indent) for row in rows]
    width = _width.get()
    if width is None or not rows or max(map(len, lines)) <= width:
        return lines
    before = indent + sum(w + gap for w in widths[:-1])
    if width - before >= FOLDED_FROM and " " in "".join(row[-1] for row in rows).strip():
        parts = [_folded(row[-1], width - before) for row in rows]
        return [
            _joined([*(row[:-1] if not n else [""] * len(row[:-1])), part], widths, gap, indent)
            for row, folds in zip(rows, parts, strict=True)
            for n, part in enumerate(folds)
        ]
    heads, records = (rows[0], rows[1:]) if headed else (None, rows)
    blocks = [_block(heads, record, gap, indent) for record in records if any(map(str.strip, record))]
    apart: list[str] = [] if len(rows[0]) == 2 else [""]
    return [line for n, block in enumerate(blocks) for line in (*(apart if n else ()), *block)]


def fits(describe: Callable[Arguments, str]) -> Callable[Arguments, str]:
    """Have the lines of a description folded at words where they are wider than the terminal.

    Examples
    --------
    >>> @fits
    ... def rhyme():
    ...     return "tape   one two three four"
    >>> with fitted(16):
    ...     print(rhyme())
    tape   one two
           three
           four
    """

    @functools.wraps(describe)
    def folded(*arguments: Arguments.args, **options: Arguments.kwargs) -> str:
        text, width = describe(*arguments, **options), _width.get()
        if width is None:
            return text
        return "\n".join(part for line in text.split("\n") for part in _folded(line, width))

    return folded


def _joined(row: Sequence[str], widths: Sequence[int], gap: int, indent: int) -> str:
    cells = (cell.ljust(w) for cell, w in zip(row, widths, strict=True))
    return (" " * indent + (" " * gap).join(cells)).rstrip()


def _block(heads: Sequence[str] | None, record: Sequence[str], gap: int, indent: int) -> list[str]:
    """Return the lines of one row: a line for each cell that is not empty."""
    if heads is None:
        return [" " * (indent + (gap if n else 0)) + cell.strip() for n, cell in enumerate(record) if cell.strip()]
    named = [(head.strip(), cell.strip()) for head, cell in zip(heads, record, strict=True)]
    alone = [] if named[0][0] else [" " * indent + named.pop(0)[1]]
    longest = max((len(head) for head, _ in named), default=0)
    start = " " * (indent + (gap if alone else 0))
    return [*alone, *(f"{start}{head.ljust(longest)}{' ' * gap}{cell}".rstrip() for head, cell in named)]


def _folded(line: str, width: int) -> list[str]:
    """Return the parts of a line, folded at spaces; a word that is too long stays whole."""
    if len(line) <= width:
        return [line]
    start = " " * (len(line) - len(line.lstrip()))
    label = _LABEL.match(line)
    hang = len(start) + 2 * bool(start or label)
    if label is not None:
        room = width - len(label[0])
        if 2 * room >= width and all(len(word) <= room for word in line[len(label[0]) :].split()):
            hang = len(label[0])
    # Spaces within the line are kept: a table whose rows were made elsewhere keeps its columns as far as it goes.
    return textwrap.wrap(
        line, width, subsequent_indent=" " * min(hang, width // 2), break_long_words=False, break_on_hyphens=False,
        replace_whitespace=False, expand_tabs=False,
    ) or [line]  # fmt: skip
