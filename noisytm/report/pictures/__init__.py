"""Pictures in a page, as SVG."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.report.pictures.charts import chain as chain
    from noisytm.report.pictures.charts import curve as curve
    from noisytm.report.pictures.graphs import transition_graph as transition_graph
    from noisytm.report.pictures.runs import run_picture as run_picture
    from noisytm.report.pictures.svg import figure as figure

_door = Door(
    __name__,
    {
        "charts": ("chain", "curve"),
        "graphs": ("transition_graph",),
        "runs": ("run_picture",),
        "svg": ("figure",),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
