"""Compiled work that takes long, in a thread of its own: this one sees to signals, clock and progress meanwhile.

Compiled code does not come back to Python before it is done. What may take longer than a fraction of a second is given
a control, two integers that it reads and writes several times a second: it ends when it is told to, and says how far it
is.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from noisytm import _clock, _progress

Control = NDArray[np.int64]
Result = TypeVar("Result")

# Places in a control: not 0 if the work is to end, and how many steps are done.
STOP, DONE = 0, 1
# Work that takes less, by its estimate, is done without ado.
SECONDS_WORTH_WATCHING = 0.2
SECONDS_BETWEEN_LOOKS = 0.05


def new_control() -> Control:
    """Return a control for one piece of work at a time."""
    return np.zeros(2, dtype=np.int64)


class Watch:
    """The controls of all that is at work for one call."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._at_work: list[Control] = []
        self._stopped, self._before = False, 0

    def take(self, control: Control) -> None:
        """Have a piece of work watched, which begins."""
        with self._lock:
            if any(known is control for known in self._at_work):
                self._before += int(control[DONE])
            else:
                self._at_work.append(control)
            control[STOP], control[DONE] = self._stopped, 0

    def stop(self) -> None:
        """Let all work end."""
        with self._lock:
            self._stopped = True
            for control in self._at_work:
                control[STOP] = 1

    @property
    def done(self) -> int:
        """How many steps are done in all."""
        with self._lock:
            return self._before + sum(int(control[DONE]) for control in self._at_work)


def worth_watching(seconds: float) -> bool:
    """Return whether work of about so many seconds is watched."""
    return seconds >= SECONDS_WORTH_WATCHING


def watched(work: Callable[[], Result], watch: Watch, seconds: float, total: int, what: str) -> Result:
    """Do work in another thread, and return what it returns; on an interrupt, or when time is up, let it end.

    Parameters
    ----------
    work : callable
        What to do; it gives its controls to ``watch``. What it calls must have been compiled already: compiling
        cannot be told to end.
    watch : Watch
        Watches it.
    seconds : float
        About how long it takes. What takes a fraction of a second is done in this thread.
    total : int
        How many steps it makes.
    what : str
        What it computes.

    Examples
    --------
    >>> watched(lambda: 2 + 3, Watch(), 1.0, 1, "a sum")
    5
    """
    if not worth_watching(seconds):
        return work()
    results: list[Result] = []
    errors: list[BaseException] = []
    ended = threading.Event()

    def carried_out() -> None:
        try:
            results.append(work())
        except BaseException as error:  # raised where the work was asked for
            errors.append(error)
        finally:
            ended.set()

    threading.Thread(target=carried_out, name="noisytm-watched", daemon=True).start()
    try:
        with _progress.counted("steps", total, what=what) as bar:
            while not ended.wait(SECONDS_BETWEEN_LOOKS):
                _clock.tick()
                bar.to(watch.done)
    except BaseException:
        watch.stop()
        ended.wait()
        raise
    if errors:
        raise errors[0]
    return results[0]
