"""Pieces searched by other processes of this machine."""

from __future__ import annotations

from concurrent.futures import BrokenExecutor
from typing import Any

from noisytm._processes import end_pool, interrupts_held_back, new_pool
from noisytm.search.store.hands import Carried, Futures, Lost, carried_out
from noisytm.search.store.piece import Task


class Processes(Futures):
    """So many processes; when one is killed the pool is made anew, and what it had in hand is lost.

    Parameters
    ----------
    task : Task
        What is searched.
    workers : int
        How many there are.
    memory : int, optional
        How many bytes each of them may take.
    """

    def __init__(self, task: Task, workers: int, memory: int | None = None) -> None:
        super().__init__(task, memory)
        task.compile()
        self._workers = workers
        self._pool: Any = None
        self._pool_of: dict[int, Any] = {}

    def size(self) -> int:
        """Return how many processes there are."""
        return self._workers

    def submit(self, number: int, *arguments: Any) -> Any:
        """Hand work to the pool, to a new one if a process of it was killed."""
        with interrupts_held_back():  # a process is started when there is work for it
            if self._pool is None:
                self._pool = new_pool(self._workers)
            try:
                future = self._pool.submit(carried_out, *arguments)
            except BrokenExecutor:
                self._end()
                self._pool = new_pool(self._workers)
                future = self._pool.submit(carried_out, *arguments)
        self._pool_of[number] = self._pool
        return future

    def taken(self, number: int, future: Any) -> Carried | Lost:
        """Return what a process has found, or that the pool broke."""
        pool = self._pool_of.pop(number)
        try:
            found: Carried = future.result()
        except BrokenExecutor:
            if pool is self._pool:
                self._end()
            return Lost()
        return found

    def close(self) -> None:
        """End the processes."""
        self._end()

    def _end(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            end_pool(pool, [self._begun[number] for number, its in self._pool_of.items() if its is pool])
