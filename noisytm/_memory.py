"""How much memory a call may take, asked before it starts."""

from __future__ import annotations

import contextlib
from pathlib import Path

from noisytm.errors import BudgetError

# Requests below this size are granted without asking the system.
UNQUESTIONED_BYTES = 64 << 20

# What may be asked for where the system does not say how much there is.
DEFAULT_LIMIT = 8 << 30


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
    """Return how many bytes of buffers and results a call may take: half of what is available, or 8 GiB."""
    room = available()
    return DEFAULT_LIMIT if room is None else room // 2


def fits(nbytes: int, most: int | None = None) -> bool:
    """Return whether a call may take so many bytes: at most ``most``, or what the system has room for."""
    return nbytes <= most if most is not None else nbytes <= UNQUESTIONED_BYTES or nbytes <= limit()


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
    for unit, name in ((30, "GiB"), (20, "MiB"), (10, "KiB")):
        if nbytes >> unit:
            return f"{nbytes / (1 << unit):.3g} {name}"
    return f"{nbytes} bytes"
