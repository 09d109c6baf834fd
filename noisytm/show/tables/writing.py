"""Rows of a table in a file, a block of rows at a time; the ending of the name chooses the form."""

from __future__ import annotations

import csv
import itertools
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from noisytm._checks import path_of
from noisytm._text import shown
from noisytm.errors import FormatError, NoisytmError

ROWS_AT_ONCE = 10_000

Row = dict[str, Any]
Columns = Mapping[str, str]


def require_table(path: Path) -> None:
    """Refuse a path that no table can be written to.

    Raises
    ------
    FormatError
        If its ending is another one.
    NoisytmError
        If what it needs is not installed.
    """
    ending = path.suffix.lower()
    if ending not in TABLE_FORMS:
        raise FormatError(f"{shown(str(path))} names no form of a table; end it in {' or '.join(TABLE_FORMS)}")
    if ending == ".parquet":
        _arrow()


def save_table(rows: Iterable[Row], columns: Columns, path: str | os.PathLike[str]) -> None:
    """Write rows to a file that ends in ``.csv`` or ``.parquet``.

    Parameters
    ----------
    rows : iterable of dict
        Each has the columns, ``None`` where there is nothing.
    columns : mapping of str to str
        Their names, and of what type each is, as pyarrow calls it: string, float64, int64, int32, bool.
    path : path
        The file.

    Raises
    ------
    FormatError
        If the ending is another one, or it cannot be written.
    NoisytmError
        If pyarrow is needed, and not installed.
    """
    target = Path(path_of(path))
    require_table(target)
    try:
        TABLE_FORMS[target.suffix.lower()](target, rows, columns)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = (error.strerror or error) if isinstance(error, OSError) else error
        raise FormatError(f"cannot write {shown(str(target))}: {reason}") from None


def _write_csv(path: Path, rows: Iterable[Row], columns: Columns) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(columns), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _write_parquet(path: Path, rows: Iterable[Row], columns: Columns) -> None:
    arrow, parquet = _arrow()
    kinds = {"bool": "bool_"}
    schema = arrow.schema([(name, getattr(arrow, kinds.get(kind, kind))()) for name, kind in columns.items()])
    with path.open("wb") as file, parquet.ParquetWriter(file, schema) as writer:
        for block in _blocks(rows):
            writer.write_table(arrow.Table.from_pylist(block, schema=schema))


def _blocks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    rows = iter(rows)
    while block := list(itertools.islice(rows, ROWS_AT_ONCE)):
        yield block


def _arrow() -> tuple[Any, Any]:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise NoisytmError(
            "Parquet needs pyarrow, which is not installed; run: python -m pip install 'noisytm[parquet]', or give a"
            " name that ends in .csv"
        ) from None
    return pyarrow, parquet


TABLE_FORMS: dict[str, Callable[[Path, Iterable[Row], Columns], None]] = {
    ".csv": _write_csv,
    ".parquet": _write_parquet,
}
