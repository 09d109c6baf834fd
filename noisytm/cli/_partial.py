"""What a verb prints when it is ended before its time: what it has found so far."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from noisytm._clock import limited
from noisytm._partial import ENDED, carrying


@contextmanager
def found_is_printed(text: Callable[[Any], str | None], seconds: float | None = None) -> Iterator[None]:
    """Take at most so many seconds for the ``with`` block; if it is ended, print what it found, and end the command.

    Parameters
    ----------
    text : callable
        Returns what to print for the ``partial`` of the exception, if that is not ``None``.
    seconds : float, optional
        Most time to take; without a limit by default.
    """
    try:
        with limited(seconds):
            yield
    except ENDED as error:
        partial = getattr(error, "partial", None)
        printed = None if partial is None else text(partial)
        if printed is None:
            raise
        print(printed, flush=True)
        raise carrying(error, None) from None
