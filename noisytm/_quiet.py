"""Keeping what a compiled library prints away from standard output, which belongs to results."""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
import threading
from collections.abc import Iterator

from noisytm._signals import held_back

STDOUT = 1
_one_at_a_time = threading.Lock()


@contextlib.contextmanager
def printing_dropped() -> Iterator[None]:
    """Drop what is written to file descriptor 1 in the ``with`` block, by whatever code.

    Python's own buffer is not touched. Signals are answered after the block: compiled code would let them wait anyway.
    Meant for calls of some milliseconds: other threads that write to the descriptor meanwhile are not told apart.

    Examples
    --------
    >>> with printing_dropped():
    ...     _ = os.write(1, b"a banner")
    """
    with held_back(), _one_at_a_time:  # an interrupt in between would leave it lost, or the lock taken
        try:
            kept = os.dup(STDOUT)
        except OSError:  # it is closed: nothing can be printed there
            yield
            return
        try:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            _flush_c_buffers()  # what was printed before must not be dropped with the rest
            os.dup2(nowhere, STDOUT)
            os.close(nowhere)
            try:
                yield
            finally:
                _flush_c_buffers()
                os.dup2(kept, STDOUT)
        finally:
            os.close(kept)


def _flush_c_buffers() -> None:
    with contextlib.suppress(OSError, AttributeError):
        runtime = ctypes.CDLL("ucrtbase" if sys.platform == "win32" else None)
        runtime.fflush(None)
