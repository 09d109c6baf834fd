"""How much memory a call may take: asked before it starts, and looked at while it goes on."""

from __future__ import annotations

import contextlib
import functools
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

from noisytm.errors import BudgetError

# Requests below this size are granted without asking the system.
UNQUESTIONED_BYTES = 64 << 20

# What may be asked for where the system does not say how much there is.
DEFAULT_LIMIT = 8 << 30

# How often it is looked how much is taken.
SECONDS_BETWEEN_LOOKS = 0.05


class OutOfMemory(BudgetError):
    """A call has taken more memory than it may."""


@dataclass
class _Most:
    """A limit: how many bytes more than those that this process had at first."""

    memory: int
    before: int
    look: float = 0.0

    @property
    def left(self) -> int:
        return max(self.memory + self.before - resident(), 0)


_most: ContextVar[_Most | None] = ContextVar("_most", default=None)


@contextmanager
def limited(memory: int | None, before: int | None = None) -> Iterator[None]:
    """Let what runs in the ``with`` block take so many bytes of memory; ``None`` sets no limit.

    Counted is by how much this process grows, where the system says it: with what is compiled, and what libraries take.
    A limit inside another one can only be lower.

    Parameters
    ----------
    memory : int, optional
        The bytes.
    before : int, optional
        How much this process had before; by default what it has now.

    Examples
    --------
    >>> with limited(10):
    ...     require(100, "tapes", "ask for fewer")
    Traceback (most recent call last):
    noisytm.errors.BudgetError: tapes need 100 bytes of memory; a call may take 10 bytes now; ask for fewer
    """
    outer, mine = _most.get(), None if memory is None else _Most(memory, resident() if before is None else before)
    token = _most.set(outer if mine is None or (outer is not None and outer.left < mine.left) else mine)
    try:
        yield
    finally:
        _most.reset(token)


@contextmanager
def unlimited() -> Iterator[None]:
    """Let what runs in the ``with`` block take what there is whatever limit is set: to say what a call had found."""
    token = _most.set(None)
    try:
        yield
    finally:
        _most.reset(token)


def look() -> None:
    """Raise `OutOfMemory` if more is taken than may be; wherever the clock is looked at, this is too."""
    most = _most.get()
    if most is None or time.monotonic() < most.look:
        return
    most.look = time.monotonic() + SECONDS_BETWEEN_LOOKS
    if not most.left:
        raise OutOfMemory(f"the {in_words(most.memory)} of memory that it may take are used up; give it more memory")


def resident() -> int:
    """Return how many bytes of memory this process has; the most that it has had where only that is known, else 0."""
    with contextlib.suppress(OSError, ValueError), open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    with contextlib.suppress(ImportError):  # Windows
        import resource

        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most if sys.platform == "darwin" else most << 10
    return 0


@functools.cache
def resident_at_first() -> int:
    """Return how many bytes this process had when it was asked for the first time."""
    return resident()


def available() -> int | None:
    """Return how many bytes can be had without swapping, in this container too; ``None`` where Linux does not say."""
    rooms = [room for room in (_system_room(), _container_room()) if room is not None]
    return min(rooms, default=None)


def _system_room() -> int | None:
    with contextlib.suppress(OSError, ValueError):
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) << 10
    return None


def _container_room() -> int | None:
    folder = Path("/sys/fs/cgroup")
    with contextlib.suppress(OSError, ValueError):  # no such file, or "max": no limit
        most = int((folder / "memory.max").read_text(encoding="ascii"))
        return max(most - int((folder / "memory.current").read_text(encoding="ascii")), 0)
    return None


def limit() -> int:
    """Return how many bytes of buffers and results a call may take: half of what is available, or 8 GiB.

    In a block of `limited` no more than is left of that.
    """
    room, most = available(), _most.get()
    free = DEFAULT_LIMIT if room is None else room // 2
    return free if most is None else min(free, most.left)


def fits(nbytes: int, most: int | None = None) -> bool:
    """Return whether a call may take so many bytes: at most ``most``, or what the system has room for."""
    if most is not None:
        return nbytes <= most
    return (nbytes <= UNQUESTIONED_BYTES and _most.get() is None) or nbytes <= limit()


def require(need: int, what: str, advice: str, most: int | None = None) -> None:
    """Raise `BudgetError` unless ``need`` bytes may be taken; the message says how much is needed and allowed."""
    if not fits(need, most):
        allowed = f"{in_words(limit())} now" if most is None else f"the {in_words(most)} it is given"
        raise BudgetError(f"{what} need {in_words(need)} of memory; a call may take {allowed}; {advice}")


def in_words(nbytes: int) -> str:
    """Return a number of bytes for a message.

    Examples
    --------
    >>> in_words(3 << 19), in_words(5 << 40), in_words(100)
    ('1.5 MiB', '5.12e+03 GiB', '100 bytes')
    """
    if nbytes >> 1000:  # more than a float can hold
        return "more than 1e+290 GiB"
    for unit, name in ((30, "GiB"), (20, "MiB"), (10, "KiB")):
        if nbytes >> unit:
            return f"{nbytes / (1 << unit):.3g} {name}"
    return f"{nbytes} bytes"
