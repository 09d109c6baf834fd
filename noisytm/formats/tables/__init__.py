"""Transition tables, as people write them: in Markdown and as CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.formats.tables.csv_table import CSV as CSV
    from noisytm.formats.tables.markdown_table import MARKDOWN as MARKDOWN
    from noisytm.formats.tables.markdown_table import is_markdown as is_markdown

_door = Door(
    __name__,
    {
        "csv_table": ("CSV",),
        "markdown_table": ("MARKDOWN", "is_markdown"),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
