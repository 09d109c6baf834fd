"""Results that have a record, rows and a picture: the ending of a name chooses which of these a file takes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Protocol

from noisytm._checks import path_of
from noisytm._text import shown
from noisytm.errors import FormatError
from noisytm.show.scatter import SCATTER_ENDINGS, require_scatter
from noisytm.show.tables import TABLE_FORMS, require_table

RECORDS = (".json", ".json.gz")


class Filed(Protocol):
    """A result that goes to files in three ways."""

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write all of it as JSON."""

    def write(self, path: str | os.PathLike[str]) -> None:
        """Write its rows as a table."""

    def plot(self, path: str | os.PathLike[str] | None = None) -> Any:
        """Draw it, and return the figure."""


def require_file_form(path: str | os.PathLike[str]) -> str:
    """Return which way of `Filed` writes a path: ``save``, ``write`` or ``plot``; what that needs is there.

    Raises
    ------
    FormatError
        If the ending is another one.
    NoisytmError
        If what it needs is not installed.

    Examples
    --------
    >>> require_file_form("f.csv"), require_file_form("f.json.gz")
    ('write', 'save')
    """
    target = Path(path_of(path))
    ending = target.suffix.lower()
    if target.name.lower().endswith(RECORDS):
        return "save"
    if ending in TABLE_FORMS:
        require_table(target)
        return "write"
    if ending.removeprefix(".") in SCATTER_ENDINGS:
        require_scatter(target)
        return "plot"
    *others, last = (*(f".{name}" for name in SCATTER_ENDINGS), *TABLE_FORMS, *RECORDS)
    raise FormatError(
        f"{shown(str(target))} names no form of a result; end it in {', '.join(others)} or {last}: a picture, a table,"
        " or all of it"
    )


def save_as(result: Filed, path: str | os.PathLike[str]) -> None:
    """Write a result in the form that the ending of a path names.

    Raises
    ------
    FormatError
        If the ending names none, or the file cannot be written.
    NoisytmError
        If what it needs is not installed.
    """
    getattr(result, require_file_form(path))(path)
