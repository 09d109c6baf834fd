"""What the command says while something is compiled: what it is, once, and how long it took, at the end in all."""

from __future__ import annotations

import contextlib
import itertools
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from typing import TextIO

from noisytm._compiling import LOG

TURN_SECONDS = 0.1


class CompileNews:
    """Says it on standard error: on a terminal in a line that moves, else in one that is completed at the end.

    A thing has many parts that are compiled one by one: those after the first are in the total.
    """

    def __init__(self) -> None:
        self._spinner: _Spinner | None = None
        self._stream: TextIO | None = None
        self._said: dict[str, bool] = {}  # what, and whether it has been said how long it took
        self._parts, self._seconds = 0, 0.0

    def begins(self, what: str) -> None:
        """Say what is being compiled."""
        if sys.stderr is None:
            return
        if sys.stderr.isatty():
            self._spinner = _Spinner(f"noisytm: compiling {what}")
        elif what not in self._said:
            print(f"noisytm: compiling {what} ...", end="", file=sys.stderr, flush=True)
        self._stream = sys.stderr  # which --quiet puts another in the place of
        self._said.setdefault(what, False)

    def ends(self, what: str, seconds: float) -> None:
        """Say how long it took."""
        self._parts, self._seconds = self._parts + 1, self._seconds + seconds
        said, self._said[what] = self._said.get(what, False), True
        moved = self._spinner is not None
        if self._spinner is not None:
            self._spinner.stop()
            self._spinner = None
        if sys.stderr is not None and not said:
            text = f"noisytm: compiled {what} in {seconds:.1f} s" if moved else f" {seconds:.1f} s"
            print(text, file=sys.stderr, flush=True)

    def is_done(self) -> None:
        """Say how long all took, if that has not been said."""
        if self._parts > 1 and self._stream is not None:
            with contextlib.suppress(OSError, ValueError):  # nobody reads it
                print(f"noisytm: compiled for {self._seconds:.1f} s in all", file=self._stream, flush=True)

    def says(self, message: str) -> None:
        """Say something else about compiled code."""
        if sys.stderr is not None:
            print(f"noisytm: {message}", file=sys.stderr, flush=True)


class _Spinner:
    """A line on a terminal that shows that work goes on, and for how long it has."""

    def __init__(self, text: str) -> None:
        self._text, self._stream = text, sys.stderr
        self._width = max(shutil.get_terminal_size().columns - 1, 1)
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._turn, daemon=True, name="noisytm-spinner")
        self._thread.start()

    def stop(self) -> None:
        """Stop, and clear the line."""
        self._done.set()
        self._thread.join()
        self._put("")

    def _turn(self) -> None:
        began = time.perf_counter()
        for mark in itertools.cycle("|/-\\"):
            self._put(f"{self._text} {mark} {time.perf_counter() - began:.0f} s")
            if self._done.wait(TURN_SECONDS):
                return

    def _put(self, text: str) -> None:
        with contextlib.suppress(OSError, ValueError):
            line = text[: self._width].ljust(self._width)
            self._stream.write(f"\r{line}\r" if not text else f"\r{line}")
            self._stream.flush()


@contextlib.contextmanager
def compile_news() -> Iterator[None]:
    """Say what is compiled in the block."""
    news = CompileNews()
    before, LOG.listener = LOG.listener, news
    try:
        yield
    finally:
        LOG.listener = before
        news.is_done()
