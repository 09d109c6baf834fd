"""Who searches pieces: one protocol for this process, for others, and for a cluster."""

from __future__ import annotations

import os
import pickle
import queue
import socket
import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Protocol

from noisytm import _memory
from noisytm._compiling import LOG, Stopwatch
from noisytm._version import __version__
from noisytm.errors import BudgetError
from noisytm.search.store.piece import Finished, Incumbent, Piece, Task

# Pieces that are handed out for each process: enough that none waits for its next one.
IN_HAND = 2


@dataclass(frozen=True)
class Lost:
    """A piece that was not finished because who had it is gone.

    Parameters
    ----------
    times : int
        How often it was begun for that.
    """

    times: int = 1


Ended = tuple[int, Finished | Lost]
Worker = tuple[str, int]  # host and number of the process
Carried = tuple[Finished, Worker, float]  # with the seconds of compiling


class Hands(Protocol):
    """Who searches pieces of one task."""

    def room(self) -> int:
        """Return how many more pieces may be begun now."""

    def begin(self, number: int, piece: Piece, incumbent: Incumbent | None) -> None:
        """Have a piece searched."""

    def ended(self, seconds: float) -> Iterable[Ended]:
        """Return the pieces that have ended, by number, with what was found; wait at most so long for one.

        Raises
        ------
        NoisytmError
            What the search of a piece raised.
        """

    def close(self) -> None:
        """Drop whatever has been begun."""


def finished(task: Task, piece: Piece, incumbent: Incumbent | None) -> Finished:
    """Search a piece, and note how long it took, compiling aside."""
    watch = Stopwatch()
    found = task.search(piece, incumbent)
    return replace(found, seconds=watch.seconds)


class Here:
    """The process itself, which searches one piece at a time while it is waited for.

    Parameters
    ----------
    task : Task
        What is searched.
    """

    def __init__(self, task: Task) -> None:
        self._task = task
        self._begun: list[tuple[int, Piece, Incumbent | None]] = []

    def room(self) -> int:
        """Return 1, or 0 while there is a piece."""
        return 1 - len(self._begun)

    def begin(self, number: int, piece: Piece, incumbent: Incumbent | None) -> None:
        """Take a piece."""
        self._begun.append((number, piece, incumbent))

    def ended(self, seconds: float) -> Iterable[Ended]:
        """Search the piece."""
        del seconds  # what is searched here looks at the clock itself
        for number, piece, incumbent in self._begun:
            found = finished(self._task, piece, incumbent)
            self._begun.clear()
            return [(number, found)]
        return []

    def close(self) -> None:
        """Do nothing: nobody else is at work."""


class Futures:
    """Others who are given work as futures, with callbacks: what a pool of processes and a cluster have in common.

    Parameters
    ----------
    task : Task
        What is searched.
    memory : int, optional
        How many bytes each of them may take.
    """

    def __init__(self, task: Task, memory: int | None = None) -> None:
        self._task, self.memory = pickle.dumps(task), memory
        self._compiled: dict[Worker, float] = {}  # seconds so far
        self._begun: dict[int, Any] = {}
        self._ended: queue.SimpleQueue[int] = queue.SimpleQueue()

    def size(self) -> int:
        """Return how many pieces can be searched at once."""
        raise NotImplementedError

    def submit(self, number: int, *arguments: Any) -> Any:
        """Return the future of `carried_out` with these arguments."""
        raise NotImplementedError

    def taken(self, number: int, future: Any) -> Carried | Lost:
        """Return what a future has come to, or that its work was lost; raise what the search of the piece raised."""
        raise NotImplementedError

    def look(self) -> None:
        """See whether the others are still there; called while nothing ends."""

    def room(self) -> int:
        """Return how many more pieces keep all of them busy."""
        return max(IN_HAND * self.size(), 1) - len(self._begun)

    def begin(self, number: int, piece: Piece, incumbent: Incumbent | None) -> None:
        """Hand out a piece."""
        future = self.submit(number, self._task, __version__, piece, incumbent, self.memory)
        self._begun[number] = future
        future.add_done_callback(lambda _: self._ended.put(number))

    def ended(self, seconds: float) -> Iterable[Ended]:
        """Wait for one of them."""
        try:
            number = self._ended.get(timeout=seconds)
        except queue.Empty:
            self.look()
            return []
        taken = self.taken(number, self._begun.pop(number))
        if isinstance(taken, Lost):
            return [(number, taken)]
        found, worker, seconds = taken
        self._note_compiling(worker, seconds)
        return [(number, found)]

    def _note_compiling(self, worker: Worker, seconds: float) -> None:
        """Count what was waited for: all compile at about the same time, so it is the longest of them."""
        if seconds:
            before = max(self._compiled.values(), default=0.0)
            self._compiled[worker] = self._compiled.get(worker, 0.0) + seconds
            LOG.add(max(before, self._compiled[worker]) - before)


def carried_out(
    task: bytes, version: str, piece: Piece, incumbent: Incumbent | None, memory: int | None = None
) -> Carried:
    """Search a piece of a pickled task; return what is found, which process this is, and how long it has compiled.

    It may take so many bytes more than this process had when it began the first piece.

    Raises
    ------
    BudgetError
        If this is another version of noisytm than the one that asks, or the memory runs out.
    """
    if version != __version__:
        raise BudgetError(
            f"a worker has noisytm {__version__}, and this is {version}; what it would find may differ;"
            " install the same version there"
        )
    before = LOG.seconds()
    its = _loaded.of(task)
    with _memory.limited(memory, _memory.resident_at_first()):
        found = finished(its, piece, incumbent)
    return found, (socket.gethostname(), os.getpid()), LOG.seconds() - before


class _Loaded(threading.local):
    """The last task of a thread: what is kept for a problem is kept for the object, and may be for one thread only."""

    pickled: bytes = b""
    task: Task

    def of(self, pickled: bytes) -> Task:
        if pickled != self.pickled:
            self.task, self.pickled = pickle.loads(pickled), pickled
        return self.task


_loaded = _Loaded()
