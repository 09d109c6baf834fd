"""Subtrees counted by other processes, in the order of the subtrees."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Sequence
from typing import Any

from noisytm import _clock
from noisytm._processes import SECONDS_BETWEEN_LOOKS, end_pool, interrupts_held_back, new_pool
from noisytm.enumeration.options import EnumerationOptions
from noisytm.enumeration.tally import Tally
from noisytm.enumeration.tree import Table, subtree
from noisytm.errors import BudgetError

# Subtrees handed out, for each process: enough that none waits for its next one, and no more than the pool passes on at
# once.
IN_HAND = 2


def tallies(options: EnumerationOptions, subtrees: Sequence[Table], workers: int) -> Generator[Tally]:
    """Yield the tallies of subtrees in their order, searched by so many processes, which are ended with the generator.

    Raises
    ------
    BudgetError
        If one of the processes is killed.
    """
    from joblib.externals.loky.process_executor import BrokenProcessPool

    pool = new_pool(min(workers, len(subtrees)))
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
        end_pool(pool, begun)
