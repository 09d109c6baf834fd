"""Pieces searched by the workers of a dask cluster, which may come and go."""

from __future__ import annotations

import contextlib
import secrets
import time
from asyncio import CancelledError
from typing import Any

from noisytm import _clock
from noisytm._notes import tell
from noisytm._text import clipped, shown
from noisytm.errors import BudgetError, NoisytmError, ProblemError, StoreNote
from noisytm.search.store.hands import Carried, Futures, Lost, carried_out
from noisytm.search.store.piece import Task

# How long a scheduler may take to answer, and how often it is asked who is there.
SECONDS_TO_ANSWER, SECONDS_BETWEEN_QUESTIONS, SECONDS_BETWEEN_LOOKS = 10.0, 1.0, 0.1
# A piece that dask has given up was begun on so many workers that were lost.
GIVEN_UP = 1 << 30


class Cluster(Futures):
    """The workers of a running dask cluster.

    Parameters
    ----------
    task : Task
        What is searched.
    scheduler : str or distributed.Client
        The address of the scheduler, as ``tcp://10.0.0.1:8786``, or a client that is connected.
    memory : int, optional
        How many bytes each worker may take.

    Raises
    ------
    NoisytmError
        If dask is not installed.
    ProblemError
        If no scheduler answers there.
    """

    def __init__(self, task: Task, scheduler: Any, memory: int | None = None) -> None:
        super().__init__(task, memory)
        self._own = isinstance(scheduler, str)
        self._client = _connected(scheduler) if self._own else _checked(scheduler)
        self._name = f"noisytm-{secrets.token_hex(8)}"
        self._submitted = 0
        self._cores, self._asked, self._told = 0, 0.0, False

    def size(self) -> int:
        """Return how many threads the workers have in all."""
        now = time.monotonic()
        if now >= self._asked + SECONDS_BETWEEN_QUESTIONS or not self._asked:
            self._require_running()
            self._asked = now
            with contextlib.suppress(Exception, CancelledError):  # the connection is breaking; soon it is known
                self._cores = sum(self._client.nthreads().values())
            if not self._cores and not self._told:
                self._told = True
                tell("the cluster has no workers at present; what is to be searched waits for them", StoreNote)
        return self._cores

    def submit(self, number: int, *arguments: Any) -> Any:
        """Hand work to the scheduler."""
        self._submitted += 1
        key = f"{self._name}-{self._submitted}"
        return self._client.submit(carried_out, *arguments, key=key, pure=False)

    def taken(self, number: int, future: Any) -> Carried | Lost:
        """Return what a worker has found, or that it is gone; one that is lost once is replaced by dask itself."""
        if future.status == "error":
            return self._given_up(future.exception())
        try:
            found: Carried = future.result()
        except (Exception, CancelledError):  # of the way to here, whatever broke on it
            self._require_running()
            return Lost()
        return found

    def _given_up(self, error: BaseException) -> Lost:
        """Return the loss of a piece that workers did not survive; raise what the search of it raised."""
        from distributed import KilledWorker

        if isinstance(error, KilledWorker):
            return Lost(GIVEN_UP)
        if isinstance(error, ImportError):
            raise ProblemError(
                f"a worker of the cluster cannot load what it is to search: {clipped(str(error))};"
                " install noisytm there, with all that the task needs"
            ) from None
        raise error

    def look(self) -> None:
        """See whether the scheduler is still there."""
        self._require_running()

    def close(self) -> None:
        """Take back what has not been begun; what is being searched ends by itself and is dropped."""
        with contextlib.suppress(Exception):  # a scheduler that is gone has nothing to be taken back
            self._client.cancel(list(self._begun.values()), force=True)
        if self._own:
            with contextlib.suppress(Exception):
                self._client.close(timeout=SECONDS_TO_ANSWER)

    def _require_running(self) -> None:
        while self._client.status == "connecting":  # again; dask gives up after a while
            _clock.tick()
            time.sleep(SECONDS_BETWEEN_LOOKS)
        if self._client.status != "running":
            raise BudgetError(f"the scheduler of the cluster is gone (its client is {self._client.status})")


def _connected(address: str) -> Any:
    _checked_library()
    from distributed import Client

    try:
        return Client(address, timeout=SECONDS_TO_ANSWER, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:  # of a text that is no address, too
        reason = " ".join(str(error).split()) or type(error).__name__
        raise ProblemError(
            f"scheduler is {shown(address)}, where no dask scheduler answers ({clipped(reason, 200)});"
            " start one with `dask scheduler`, and give the address it prints"
        ) from None


def _checked(client: Any) -> Any:
    _checked_library()
    from distributed import Client

    if not isinstance(client, Client) or client.asynchronous:
        raise ProblemError(
            f"scheduler is {shown(client)}; give the address of a scheduler, or a distributed.Client that is not"
            " asynchronous"
        )
    return client


def _checked_library() -> None:
    try:
        import distributed  # noqa: F401
    except ImportError:
        raise NoisytmError(
            "a cluster needs dask, which is not installed; run: python -m pip install 'noisytm[dask]'"
        ) from None
