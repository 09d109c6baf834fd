"""The rows of an atlas as tables in files; the ending of the name chooses the form."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from noisytm._text import shown
from noisytm.errors import FormatError
from noisytm.show.scatter import SCATTER_ENDINGS, require_scatter
from noisytm.show.tables import TABLE_FORMS, Row, require_table, save_table

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
    if ending in TABLE_FORMS:
        require_table(path)
    elif ending.removeprefix(".") in SCATTER_ENDINGS:
        require_scatter(path)
    else:
        *others, last = (*TABLE_FORMS, *(f".{name}" for name in SCATTER_ENDINGS))
        raise FormatError(f"{shown(str(path))} names no form of an atlas; end it in {', '.join(others)} or {last}")


def write_table(path: Path, rows: Iterable[Row]) -> None:
    """Write rows to a file that ends in ``.csv`` or ``.parquet``.

    Raises
    ------
    FormatError
        If it cannot be written.
    NoisytmError
        If pyarrow is needed, and not installed.
    """
    save_table(rows, COLUMNS, path)
