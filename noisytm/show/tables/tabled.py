"""Results that have rows, and write them to a file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import ClassVar

from noisytm.show.tables.writing import Columns, Row, save_table


class Tabled:
    """A result with rows.

    Attributes
    ----------
    columns : mapping of str to str
        Their names, and of what type each is; as of `save_table`.
    """

    columns: ClassVar[Columns]

    def rows(self) -> Iterator[Row]:
        """Yield the rows."""
        raise NotImplementedError

    def write(self, path: str | os.PathLike[str]) -> None:
        """Write the rows as a table, ``.csv`` or ``.parquet``.

        Raises
        ------
        FormatError
            If the path has another ending, or cannot be written.
        NoisytmError
            If pyarrow is needed, and not installed.
        """
        save_table(self.rows(), self.columns, path)
