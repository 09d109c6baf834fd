"""Standard output for the result alone, and UTF-8."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import sys

STDOUT, STDERR = 1, 2
NARROWEST, WIDEST = 20, 1000  # columns


def terminal_columns() -> int:
    """Return the width that text is fitted into: that of the terminal, or COLUMNS, if words have room in it."""
    return min(max(shutil.get_terminal_size().columns, NARROWEST), WIDEST)


def columns_of_stdout() -> int | None:
    """Return the width of the terminal that standard output is; ``None`` if it is none: lines may be of any length."""
    return terminal_columns() if sys.stdout is not None and sys.stdout.isatty() else None


def _fill_closed() -> None:
    """Open the null device in the place of closed standard streams, so that no file is opened and written there."""
    with contextlib.suppress(OSError):
        while (opened := os.open(os.devnull, os.O_RDWR)) <= STDERR:
            pass
        os.close(opened)


def reserve_stdout() -> None:
    """Write results where standard output leads, and let whatever else is printed there go to standard error.

    Compiled libraries print on file descriptor 1, past `sys.stdout`. Results are UTF-8 whatever the locale, since UTF-8
    is what is read back. A terminal shows both streams: there nothing is moved.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    _fill_closed()
    if not isinstance(sys.stdout, io.TextIOWrapper) or sys.stdout.isatty():
        return
    try:
        if sys.stdout.fileno() != STDOUT:
            return
        kept = os.dup(STDOUT)  # not inherited by other processes
        os.dup2(STDERR, STDOUT)
    except OSError:  # one of them is closed
        return
    sys.stdout.flush()
    sys.stdout = sys.__stdout__ = io.TextIOWrapper(  # type: ignore[misc]
        os.fdopen(kept, "wb"), encoding="utf-8", errors="backslashreplace"
    )
