"""Sharing a call's work among threads. What is computed does not depend on how many there are.

Kernels do not hold the interpreter's lock, and idle threads sleep.
"""

from __future__ import annotations

import contextlib
import functools
import os
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from noisytm._checks import count_of

Task = Callable[[], None]


def thread_count(threads: Any) -> int:
    """Return a number of threads; ``auto`` is the number of processors this process may use.

    Raises
    ------
    ProblemError
        If it is neither ``auto`` nor an integer of at least 1.

    Examples
    --------
    >>> thread_count(3)
    3
    """
    if isinstance(threads, str) and threads == "auto":
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return count_of("threads", threads, "'auto' or ")


def run_all(tasks: Iterable[Task], threads: int) -> None:
    """Run tasks, in any order, on this thread and up to ``threads`` − 1 others; return when all are done.

    An exception of a task is raised here, once the tasks that have begun are done.
    """
    queue = deque(tasks)
    helpers: list[Future[None]] = []
    with contextlib.suppress(RuntimeError):  # where the system gives no more threads this one does all the work
        for _ in range(min(threads, len(queue)) - 1):
            helpers.append(_pool(threads - 1).submit(_drain, queue))
    try:
        _drain(queue)
    finally:
        for helper in helpers:
            if not helper.cancel():  # one that has not begun, because others use the pool, has nothing left to do
                helper.result()


def _drain(queue: deque[Task]) -> None:
    while True:
        try:
            task = queue.popleft()
        except IndexError:
            return
        try:
            task()
        except BaseException:
            queue.clear()
            raise


@functools.cache
def _pool(workers: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(workers, thread_name_prefix="noisytm")


# A forked child has the pool but none of its threads.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_pool.cache_clear)
