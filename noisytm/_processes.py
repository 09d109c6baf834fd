"""Other processes that work for this one: they leave signals to it, and end when it ends, however it does."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from typing import Any

# What a pool has not passed on when it is shut down makes it print a traceback.
SECONDS_TO_PASS_ON = 1.0
# How often a process looks whether the one that started it is still there.
SECONDS_BETWEEN_LOOKS = 0.5
SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")


def new_pool(processes: int) -> Any:
    """Return a pool of so many processes, an executor of joblib's loky: each is started afresh, nothing is forked."""
    from joblib.externals.loky import ProcessPoolExecutor

    return ProcessPoolExecutor(processes, initializer=end_with, initargs=(os.getpid(),))


def end_pool(pool: Any, begun: Iterable[Any]) -> None:
    """End a pool and its processes, whatever they are at.

    Parameters
    ----------
    pool : executor
        The pool.
    begun : iterable of futures
        What it was given to do and has not given back.
    """
    with interrupts_held_back():
        until, left = time.monotonic() + SECONDS_TO_PASS_ON, list(begun)
        while time.monotonic() < until and not all(task.running() or task.done() for task in left):
            time.sleep(0.001)
        pool.shutdown(wait=True, kill_workers=True)


@contextlib.contextmanager
def interrupts_held_back() -> Iterator[None]:
    """Start processes that leave Ctrl-C to this one, which ends them; else each would print a traceback."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    from multiprocessing import resource_tracker

    from joblib.externals.loky.backend import resource_tracker as tracker_of_loky

    # Started further down, with the first worker, they would lift what is blocked here. Older loky has its own.
    resource_tracker.ensure_running()
    tracker_of_loky.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {getattr(signal, name) for name in SIGNALS})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def end_with(parent: int) -> None:
    """Let this process end when the one that started it does, even when that one is killed."""
    threading.Thread(target=_wait_and_end, args=(parent,), daemon=True).start()


def _wait_and_end(parent: int) -> None:
    if sys.platform == "win32":  # where the number of a parent that has ended stays
        import _winapi

        with contextlib.suppress(OSError):  # it has ended already
            _winapi.WaitForSingleObject(_winapi.OpenProcess(0x00100000, False, parent), _winapi.INFINITE)  # SYNCHRONIZE
    else:
        while os.getppid() == parent:
            time.sleep(SECONDS_BETWEEN_LOOKS)
    os._exit(1)
