"""The rows of an atlas: one for each code, kept compactly."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from noisytm import _memory
from noisytm._digits import fraction_text

# In the place of a weight: there is no fatal syndrome.
NONE = -1


class CodeRow(NamedTuple):
    """What an atlas says of one code.

    Attributes
    ----------
    code : tuple of int, length N
        Its actions, as `TableSpace` numbers them.
    used : int
        How many tuples it uses: those that its cube settles.
    value : Fraction
        λ.
    multiplicity : int
        m.
    weight : int or None
        The least number of errors that can be fatal; ``None`` if none ever are.
    """

    code: tuple[int, ...]
    used: int
    value: Fraction
    multiplicity: int
    weight: int | None


def packed(rows: Iterable[CodeRow]) -> dict[str, Any]:
    """Return rows as a JSON object that says each value once.

    Examples
    --------
    >>> row = CodeRow((1, 0), 2, Fraction(29, 3), 1, 1)
    >>> packed([row, row])
    {'values': ['29/3'], 'rows': [[1, 0, 2, 0, 1, 1], [1, 0, 2, 0, 1, 1]]}
    >>> list(unpacked(packed([row]))) == [row]
    True
    """
    values: dict[Fraction, int] = {}
    lines = [
        [
            *row.code,
            row.used,
            values.setdefault(row.value, len(values)),
            row.multiplicity,
            NONE if row.weight is None else row.weight,
        ]
        for row in rows
    ]
    return {"values": [fraction_text(value) for value in values], "rows": lines}


def unpacked(record: Mapping[str, Any]) -> Iterator[CodeRow]:
    """Yield the rows that `packed` was given."""
    values = [Fraction(text) for text in record["values"]]
    for *code, used, value, multiplicity, weight in record["rows"]:
        yield CodeRow(tuple(code), used, values[value], multiplicity, None if weight == NONE else weight)


class KeptRows:
    """Rows that are kept as one array.

    Parameters
    ----------
    lines : ndarray of int64, shape (n, N + 4)
        For each row its code, used tuples, number of its value, m and weight.
    values : tuple of Fraction
        The values.
    """

    def __init__(self, lines: NDArray[np.int64], values: tuple[Fraction, ...]) -> None:
        self.lines, self.values = lines, values

    @classmethod
    def of(cls, records: Iterable[Mapping[str, Any]], tuples: int) -> KeptRows:
        """Return the rows of records that `packed` made, of codes of so many tuples."""
        numbers: dict[Fraction, int] = {}
        parts = [np.empty((0, tuples + 4), np.int64)]
        for record in records:
            lines = np.array(record["rows"], np.int64).reshape(-1, tuples + 4)
            values = [numbers.setdefault(Fraction(text), len(numbers)) for text in record["values"]]
            lines[:, tuples + 1] = np.array(values, np.int64)[lines[:, tuples + 1]]
            _memory.require(4 * lines.nbytes, "the rows of an atlas", "ask for a sample")
            parts.append(lines)
        return cls(np.concatenate(parts), tuple(numbers))

    def __len__(self) -> int:
        return len(self.lines)

    def __iter__(self) -> Iterator[CodeRow]:
        for first in range(0, len(self.lines), 4096):
            for *code, used, value, multiplicity, weight in self.lines[first : first + 4096].tolist():
                yield CodeRow(tuple(code), used, self.values[value], multiplicity, None if weight == NONE else weight)

    def __repr__(self) -> str:
        return f"<KeptRows: {len(self):,} rows>"
