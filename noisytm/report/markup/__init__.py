"""HTML: elements, tables, records that can be saved, and how all of it looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.report.markup.downloads import Download as Download
    from noisytm.report.markup.downloads import Embedded as Embedded
    from noisytm.report.markup.downloads import is_page as is_page
    from noisytm.report.markup.downloads import records_in as records_in
    from noisytm.report.markup.downloads import stated as stated
    from noisytm.report.markup.elements import Content as Content
    from noisytm.report.markup.elements import Html as Html
    from noisytm.report.markup.elements import joined as joined
    from noisytm.report.markup.elements import name as name
    from noisytm.report.markup.elements import tag as tag
    from noisytm.report.markup.elements import text_of as text_of
    from noisytm.report.markup.style import STYLE as STYLE
    from noisytm.report.markup.tables import facts as facts
    from noisytm.report.markup.tables import long_table as long_table
    from noisytm.report.markup.tables import preformatted as preformatted
    from noisytm.report.markup.tables import summary as summary
    from noisytm.report.markup.tables import table as table

_door = Door(
    __name__,
    {
        "downloads": ("Download", "Embedded", "is_page", "records_in", "stated"),
        "elements": ("Content", "Html", "joined", "name", "tag", "text_of"),
        "style": ("STYLE",),
        "tables": ("facts", "long_table", "preformatted", "summary", "table"),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
