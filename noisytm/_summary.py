"""What an object says of itself in a line, and in a notebook: one short description, from which both are made.

A class derived from `Described` has a repr of bounded length whatever its objects hold. A value that can be written
out within it is shown as the call that makes it, as a dataclass is; anything larger, and every result, is shown in
angle brackets with what it is and what it holds, so that nobody takes a part for the whole.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterable, Mapping
from fractions import Fraction
from html import escape
from typing import Any

from noisytm._digits import SAFE_BITS, has_no_digits, rounded, shortened
from noisytm._text import clipped, shown

MAX_REPR = 300
MAX_ROWS, MAX_COLUMNS, MAX_CELL = 40, 20, 80
# Integers up to this are written in full in a line.
FULL_BITS = 64


@dataclasses.dataclass(frozen=True)
class Grid:
    """A table for a notebook.

    Attributes
    ----------
    heads : tuple of str
        The names of the columns.
    rows : iterable of iterables
        Gone through only as far as it is shown.
    count : int
        How many rows there are.
    what : str
        What they are, in the plural.
    """

    heads: tuple[str, ...]
    rows: Iterable[Iterable[Any]]
    count: int
    what: str = "rows"


@dataclasses.dataclass(frozen=True)
class Summary:
    """What an object is about.

    Attributes
    ----------
    answer : str
        What stands in its repr: what was found, in its units.
    facts : mapping of str to object
        What a notebook shows below.
    grid : Grid, optional
        A table.
    result : bool
        Whether it is something that was found; else it is a value, which is written out while that is short.
    """

    answer: str
    facts: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    grid: Grid | None = None
    result: bool = True


class Described:
    """A class whose objects have a short repr and, where `_summary` is defined, a form for notebooks.

    Dataclasses among those derived from it do not make a repr of their own.
    """

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "__repr__" not in cls.__dict__:  # else @dataclass would put in one that shows every field
            cls.__repr__ = Described.__repr__  # type: ignore[method-assign]

    def _summary(self) -> Summary | None:
        """Return what this object is about, without going through all of it; ``None`` if its fields say it."""
        return None

    def _written_fields(self) -> dict[str, Any]:
        """Return the arguments of the call that makes this object, as they are written out."""
        if not dataclasses.is_dataclass(self):
            return {}
        return {f.name: getattr(self, f.name) for f in dataclasses.fields(self) if f.repr}

    def __repr__(self) -> str:
        return line_of(self, self._summary())

    def _repr_html_(self) -> str | None:
        summary = self._summary()
        return None if summary is None else html_of(type(self).__name__, summary)


def line_of(value: Any, summary: Summary | None = None) -> str:
    """Return the repr of an object: the call that makes it where that is short, else its class and what it says."""
    if summary is None or not summary.result:
        try:
            return _written(value, MAX_REPR)
        except _TooLong:
            pass
    said = _fields(value) if summary is None else summary.answer
    return f"<{type(value).__name__}: {clipped(said, MAX_REPR - len(type(value).__name__) - 4)}>"


def number(value: Fraction | int | None) -> str:
    """Return an exact number for a line, by its ends if it has many digits.

    Examples
    --------
    >>> number(Fraction(29, 3)), number(10**60), number(None)
    ('29/3', '1000000000…0000000000 (61 digits)', 'unknown')
    """
    if value is None:
        return "unknown"
    if has_no_digits(value):
        return f"about {rounded(value)}"
    parts = [value.numerator] if value.denominator == 1 else [value.numerator, value.denominator]
    return "/".join(shortened(x, FULL_BITS) for x in parts)


def count(number_: int, what: str) -> str:
    """Return a number of things; ``what`` is their name in the singular.

    Examples
    --------
    >>> count(1, "state"), count(1200, "tuple")
    ('1 state', '1,200 tuples')
    """
    return f"{grouped(number_)} {what}{'' if number_ == 1 else 's'}"


def grouped(value: int) -> str:
    """Return an integer with commas, by its ends if it has many digits.

    Examples
    --------
    >>> grouped(1200), grouped(-(10**5000))
    ('1,200', '-1000000000…0000000000 (5,001 digits)')
    """
    return f"{value:,}" if value.bit_length() <= FULL_BITS else shortened(value, FULL_BITS)


def label_of(machine: Any) -> str:
    """Return what a line about a machine calls it: its name, or its size."""
    if machine.name:
        return shown(machine.name, 40)
    return f"a machine of {count(len(machine.symbols), 'symbol')} and {count(len(machine.states), 'state')}"


def times(counted: Iterable[tuple[object, int]]) -> str:
    """Return things, each with how often it occurs, as text.

    Examples
    --------
    >>> times([("a", 1), ("b", 2)])
    'a, b ×2'
    """
    return ", ".join(f"{thing} ×{n}" if n > 1 else str(thing) for thing, n in counted)


def html_of(title: str, summary: Summary) -> str:
    """Return a description as HTML that stands alone: everything in it is escaped, and what is left out is said.

    Examples
    --------
    >>> html_of("Tally", Summary("3 < 4"))
    '<div><p><strong>Tally</strong>: 3 &lt; 4</p></div>'
    """
    parts = [f"<p><strong>{escape(title)}</strong>: {_cell(summary.answer, MAX_REPR)}</p>"]
    if summary.facts:
        rows = (f"<tr><th>{_cell(name)}</th><td>{_cell(x, MAX_REPR)}</td></tr>" for name, x in summary.facts.items())
        parts.append(f"<table><tbody>{''.join(rows)}</tbody></table>")
    if summary.grid is not None:
        parts.append(_grid(summary.grid))
    return f"<div>{''.join(parts)}</div>"


def _grid(grid: Grid) -> str:
    rows = list(itertools.islice(grid.rows, MAX_ROWS))
    heads = "".join(f"<th>{_cell(head)}</th>" for head in grid.heads[:MAX_COLUMNS])
    lines = ("".join(f"<td>{_cell(x)}</td>" for x in itertools.islice(row, MAX_COLUMNS)) for row in rows)
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    left = []
    if grid.count > len(rows):
        left.append(f"{grid.count - len(rows):,} more {grid.what}")
    if len(grid.heads) > MAX_COLUMNS:
        left.append(f"{len(grid.heads) - MAX_COLUMNS:,} more columns")
    more = f"<p>… and {_cell(' and '.join(left))} that are not shown</p>" if left else ""
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>{more}"


def _cell(value: Any, limit: int = MAX_CELL) -> str:
    text = value if isinstance(value, str) else number(value) if isinstance(value, (int, Fraction)) else str(value)
    return escape(text if len(text) <= limit else f"{text[: limit - 1]}…")


class _TooLong(Exception):
    pass


def _written(value: Any, room: int) -> str:
    """Return the repr of a value if it has at most so many characters, having looked at no more than these."""
    if isinstance(value, Described):
        if (summary := value._summary()) is not None and summary.result:
            raise _TooLong
        if not (fields := value._written_fields()):
            raise _TooLong
        parts = ((f"{name}=", x) for name, x in fields.items())
        return _joined(f"{type(value).__name__}(", parts, ")", room)
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        named = zip((f"{name}=" for name in value._fields), value, strict=True)
        return _joined(f"{type(value).__name__}(", named, ")", room)
    if type(value) in (tuple, list):
        opening, closing = ("(", ",)" if len(value) == 1 else ")") if type(value) is tuple else ("[", "]")
        return _joined(opening, (("", x) for x in value), closing, room)
    if type(value) is dict:
        pairs = ((f"{_written(k, room)}: ", x) for k, x in value.items())
        return _joined("{", pairs, "}", room)
    sized = isinstance(value, (str, bytes, set, frozenset, Mapping))
    if (sized and len(value) > room) or (isinstance(value, int) and value.bit_length() > SAFE_BITS):
        raise _TooLong
    try:
        text = repr(value)
    except ValueError:  # an integer of thousands of digits somewhere in it
        raise _TooLong from None
    if len(text) > room or "\n" in text:
        raise _TooLong
    return text


def _joined(opening: str, parts: Iterable[tuple[str, Any]], closing: str, room: int) -> str:
    texts: list[str] = []
    room -= len(opening) + len(closing)
    for prefix, value in parts:
        texts.append(prefix + _written(value, room - len(prefix)))
        room -= len(texts[-1]) + 2
        if room < -2:
            raise _TooLong
    return opening + ", ".join(texts) + closing


def _fields(value: Any) -> str:
    """Return the fields of an object, each cut short."""
    if dataclasses.is_dataclass(value):
        names = [f.name for f in dataclasses.fields(value) if f.repr]
    else:
        names = list(value._fields if hasattr(value, "_fields") else vars(value))
    names = [name for name in names if not name.startswith("_")]
    room = max(30, (MAX_REPR - 20) // max(len(names), 1) - 20)
    return ", ".join(f"{name} {_part(getattr(value, name), room)}" for name in names)


def _part(value: Any, room: int) -> str:
    """Return a field in so many characters, or how much it holds."""
    text = shown(value, room + 1)
    long = len(text) > room and isinstance(value, (tuple, list, set, frozenset, Mapping))
    return f"of {len(value):,} items" if long else shown(value, room)
