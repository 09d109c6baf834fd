"""What ``--precision`` asks of the chart."""

from __future__ import annotations

from noisytm.cli import UsageError


def require_grid(chart: str) -> None:
    """Refuse a chart that has no finite precision.

    Raises
    ------
    UsageError
        If it has none.
    """
    from noisytm.errors import ProblemError
    from noisytm.geometry import CHARTS

    try:
        CHARTS.named(chart).require_grid()
    except ProblemError as error:
        raise UsageError(f"--precision: {error}") from None
