"""Other processes that search subtrees: they leave signals to this one, and end when it ends, however it does."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from typing import Any

from noisytm import _clock
from noisytm.enumeration.options import EnumerationOptions
from noisytm.enumeration.tally import Tally
from noisytm.enumeration.tree import Table, subtree
from noisytm.errors import BudgetError

# Subtrees handed out, for each process: enough that none waits for its next one, and no more than the pool passes on at
# once, since one that it has not passed on when it is shut down makes it print a traceback.
IN_HAND = 2
SECONDS_TO_PASS_ON = 1.0
# How often a process looks whether the one that started it is still there.
SECONDS_BETWEEN_LOOKS = 0.5
SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")


def tallies(options: EnumerationOptions, subtrees: Sequence[Table], workers: int) -> Generator[Tally]:
    """Yield the tallies of subtrees in their order, searched by so many processes, which are ended with the generator.

    Raises
    ------
    BudgetError
        If one of the processes is killed.
    """
    from joblib.externals.loky import ProcessPoolExecutor
    from joblib.externals.loky.process_executor import BrokenProcessPool

    # loky starts its processes afresh; nothing is forked.
    pool = ProcessPoolExecutor(min(workers, len(subtrees)), initializer=end_with, initargs=(os.getpid(),))
    todo, begun = iter(subtrees), deque[Any]()
    try:
        while True:
            with interrupts_held_back():  # a process is started when there is work for it
                while len(begun) < IN_HAND * workers and (root := next(todo, None)) is not None:
                    begun.append(pool.submit(subtree, options, root))
            if not begun:
                return
            try:
                tally = begun[0].result(timeout=SECONDS_BETWEEN_LOOKS)
            except TimeoutError:
                _clock.tick()
                continue
            begun.popleft()
            yield tally
    except BrokenProcessPool:
        raise BudgetError(
            f"one of the {workers} processes was killed, perhaps because memory ran out; use fewer workers"
        ) from None
    finally:
        with interrupts_held_back():
            _wait_until_passed_on(begun)
            pool.shutdown(wait=True, kill_workers=True)


def _wait_until_passed_on(begun: Iterable[Any]) -> None:
    until = time.monotonic() + SECONDS_TO_PASS_ON
    while time.monotonic() < until and not all(task.running() or task.done() for task in begun):
        time.sleep(0.001)


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
