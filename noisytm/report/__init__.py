"""A page of saved results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.report.checking import verify_page as verify_page
    from noisytm.report.markup.downloads import is_page as is_page
    from noisytm.report.page import page_of as page_of
    from noisytm.report.page import report_page as report_page
    from noisytm.report.page import require_page as require_page
    from noisytm.report.page import write_report as write_report
    from noisytm.report.sections.saved_results import read_results as read_results

_door = Door(
    __name__,
    {
        "checking": ("verify_page",),
        "markup.downloads": ("is_page",),
        "page": ("page_of", "report_page", "require_page", "write_report"),
        "sections.saved_results": ("read_results",),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
