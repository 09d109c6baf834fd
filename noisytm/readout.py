"""Readouts: what is read off a machine after the last step."""

from __future__ import annotations

import re
from typing import Any

from noisytm.errors import ProblemError
from noisytm.machine import shown


def readout_width(readout: Any) -> int:
    """Return K of the readout ``tape:K``, and 0 for ``state``.

    Raises
    ------
    ProblemError
        If the readout is neither.

    Examples
    --------
    >>> readout_width("state"), readout_width("tape:3")
    (0, 3)
    """
    match = re.fullmatch(r"state|tape:([1-9][0-9]{0,5})", readout) if isinstance(readout, str) else None
    if match is None:
        raise ProblemError(f"readout is {shown(readout)}; it must be 'state' or 'tape:K' with K >= 1")
    return int(match[1] or 0)
