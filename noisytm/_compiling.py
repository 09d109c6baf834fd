"""Time as results give it: that of the work, and that of compiling apart. No numba here; `_compile` reports to it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol


class Listener(Protocol):
    """Who is told what is being compiled; the command is one."""

    def begins(self, what: str) -> None:
        """Compiling begins, of what the words say."""

    def ends(self, what: str, seconds: float) -> None:
        """It has ended, whether it succeeded or not."""

    def says(self, message: str) -> None:
        """What is compiled cannot be kept, or the like."""


class _Log:
    """The time in which something was being compiled, in any thread; what one thing needs compiled is a part of it."""

    def __init__(self) -> None:
        self.listener: Listener | None = None
        self._lock = threading.Lock()
        self._open = 0
        self._began = 0.0
        self._total = 0.0
        self._processor_began = 0.0
        self._processor_total = 0.0
        self._what = ""

    def begin(self, what: str) -> None:
        with self._lock:
            self._open += 1
            if self._open > 1:
                return
            self._began, self._what = time.perf_counter(), what
            self._processor_began = time.process_time()
        self._tell(lambda listener: listener.begins(what))

    def end(self) -> None:
        with self._lock:
            self._open -= 1
            if self._open:
                return
            seconds, what = time.perf_counter() - self._began, self._what
            self._total += seconds
            self._processor_total += time.process_time() - self._processor_began
        self._tell(lambda listener: listener.ends(what, seconds))

    def add(self, seconds: float) -> None:
        """Count time for which this process has waited while something was compiled in others."""
        with self._lock:
            self._total += seconds

    def say(self, message: str) -> None:
        self._tell(lambda listener: listener.says(message))

    def seconds(self) -> float:
        with self._lock:
            return self._total + (time.perf_counter() - self._began if self._open else 0.0)

    def processor_seconds(self) -> float:
        """Return the time that processors have worked for this process meanwhile."""
        with self._lock:
            return self._processor_total + (time.process_time() - self._processor_began if self._open else 0.0)

    def _tell(self, news: Callable[[Listener], None]) -> None:
        """Tell the listener; a closed or full stderr is no reason to stop compiling."""
        if self.listener is not None:
            with suppress(OSError, ValueError):
                news(self.listener)


LOG = _Log()


class Stopwatch:
    """Measures what follows its making: wall-clock time without that in which something was being compiled.

    Compiled code that is loaded from the cache is part of the work.

    Examples
    --------
    >>> watch = Stopwatch()
    >>> LOG.begin("nothing at all")
    >>> time.sleep(0.02)
    >>> LOG.end()
    >>> watch.compile_seconds >= 0.02 > watch.seconds
    True
    """

    def __init__(self) -> None:
        self._began, self._compiled = time.perf_counter(), LOG.seconds()

    @property
    def compile_seconds(self) -> float:
        """Time in which something was being compiled."""
        return LOG.seconds() - self._compiled

    @property
    def seconds(self) -> float:
        """All other time."""
        return max(0.0, time.perf_counter() - self._began - self.compile_seconds)
