"""The rows of an atlas as tables in files, a block of rows at a time; the ending of the name chooses the form."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from noisytm._text import shown
from noisytm.errors import FormatError, NoisytmError
from noisytm.show.scatter import SCATTER_ENDINGS, require_scatter

COLUMNS = {
    "code": "string",
    "used_tuples": "int32",
    "log2_mass": "float64",
    "dimension": "int32",
    "learning_coefficient": "string",
    "learning_coefficient_decimal": "float64",
    "multiplicity": "int32",
    "least_fatal_weight": "int32",
}
ROWS_AT_ONCE = 10_000

Row = dict[str, Any]


def require_form(path: Path) -> None:
    """Refuse a path that no atlas can be written to: a table, or a picture, by its ending.

    Raises
    ------
    FormatError
        If the ending is another one.
    NoisytmError
        If what it needs is not installed.
    """
    ending = path.suffix.lower()
    if ending in TABLES:
        require_table(path)
    elif ending.removeprefix(".") in SCATTER_ENDINGS:
        require_scatter(path)
    else:
        *others, last = (*TABLES, *(f".{name}" for name in SCATTER_ENDINGS))
        raise FormatError(f"{shown(str(path))} names no form of an atlas; end it in {', '.join(others)} or {last}")


def require_table(path: Path) -> None:
    """Raise `NoisytmError` unless what the table of a path needs is installed."""
    if path.suffix.lower() == ".parquet":
        _arrow()


def write_table(path: Path, rows: Iterable[Row]) -> None:
    """Write rows to a file whose ending is one of `TABLES`.

    Raises
    ------
    FormatError
        If it cannot be written.
    NoisytmError
        If pyarrow is needed, and not installed.
    """
    require_table(path)
    try:
        TABLES[path.suffix.lower()](path, rows)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = (error.strerror or error) if isinstance(error, OSError) else error
        raise FormatError(f"cannot write {shown(str(path))}: {reason}") from None


def _write_csv(path: Path, rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(COLUMNS), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _write_parquet(path: Path, rows: Iterable[Row]) -> None:
    arrow, parquet = _arrow()
    schema = arrow.schema([(name, getattr(arrow, kind)()) for name, kind in COLUMNS.items()])
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


TABLES: dict[str, Callable[[Path, Iterable[Row]], None]] = {".csv": _write_csv, ".parquet": _write_parquet}
