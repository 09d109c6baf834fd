"""Notes: what a caller should know though it is no error, said once, at the line of the caller's own code."""

from __future__ import annotations

import sys
import warnings

from noisytm._text import clipped

_OWN = __name__.partition(".")[0]


def tell(message: str, category: type[Warning]) -> None:
    """Warn with one line, which is shown as of the first line outside this package.

    Parameters
    ----------
    message : str
        What is to be known; longer messages are clipped.
    category : type
        The class of the warning, from `noisytm.errors`.
    """
    level, frame = 2, sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").partition(".")[0] == _OWN:
        frame = frame.f_back
        level += 1
    warnings.warn(clipped(message), category, stacklevel=level)
