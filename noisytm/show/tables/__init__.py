"""Rows of a table in a file: CSV, or Parquet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.show.tables.tabled import Tabled as Tabled
    from noisytm.show.tables.writing import TABLE_FORMS as TABLE_FORMS
    from noisytm.show.tables.writing import Columns as Columns
    from noisytm.show.tables.writing import Row as Row
    from noisytm.show.tables.writing import require_table as require_table
    from noisytm.show.tables.writing import save_table as save_table

_door = Door(
    __name__,
    {
        "tabled": ("Tabled",),
        "writing": ("Columns", "Row", "TABLE_FORMS", "require_table", "save_table"),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
