"""Subtrees counted by other processes, in the order of the subtrees."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Sequence
from typing import Any

from noisytm import _clock, _memory
from noisytm._compiling import LOG
from noisytm._processes import SECONDS_BETWEEN_LOOKS, end_pool, interrupts_held_back, new_pool
from noisytm.enumeration.options import EnumerationOptions
from noisytm.enumeration.progress import Collection, PartT
from noisytm.enumeration.tree import Table
from noisytm.errors import BudgetError

# Subtrees handed out, for each process: enough that none waits for its next one, and no more than the pool passes on at
# once.
IN_HAND = 2


def parts(
    collection: Collection[PartT],
    options: EnumerationOptions,
    subtrees: Sequence[Table],
    workers: int,
    memory: int | None = None,
) -> Generator[PartT]:
    """Yield what is found in subtrees in their order, by so many processes, which are ended with the generator.

    What they need is compiled here first, and said; where it cannot be kept for them, each compiles it, all at about
    the same time, and the longest of them is how long that took. Each may take so many bytes of memory.

    Raises
    ------
    BudgetError
        If one of the processes is killed, or the memory runs out in it.
    """
    from joblib.externals.loky.process_executor import BrokenProcessPool

    compile_all(collection, options)
    compiled = dict[int, float]()  # in each process, so far
    pool = new_pool(min(workers, len(subtrees)))
    todo, begun = iter(subtrees), deque[Any]()
    try:
        while True:
            with interrupts_held_back():  # a process is started when there is work for it
                while len(begun) < IN_HAND * workers and (root := next(todo, None)) is not None:
                    begun.append(pool.submit(measured, collection.subtree, options, root, memory))
            if not begun:
                return
            try:
                part, process, seconds = begun[0].result(timeout=SECONDS_BETWEEN_LOOKS)
            except TimeoutError:
                _clock.tick()
                continue
            begun.popleft()
            before = max(compiled.values(), default=0.0)
            compiled[process] = compiled.get(process, 0.0) + seconds
            LOG.add(max(before, compiled[process]) - before)
            yield part
    except BrokenProcessPool:
        raise BudgetError(
            f"one of the {workers} processes was killed, perhaps because memory ran out; use fewer workers"
        ) from None
    finally:
        end_pool(pool, begun)


def compile_all(collection: Collection[PartT], options: EnumerationOptions) -> None:
    """Compile what an enumeration needs, by small ones, each with one of its recognisers."""
    for name in options.recognisers:
        small = EnumerationOptions(2, 2, max_steps=8, early_steps=4, recognisers=[name])
        for root in collection.trunk(small)[1]:
            collection.subtree(small, root)


def measured(
    subtree: Callable[[EnumerationOptions, Table], PartT],
    options: EnumerationOptions,
    root: Table,
    memory: int | None = None,
) -> tuple[PartT, int, float]:
    """Return what is found in a subtree, this process, and how long it has compiled meanwhile."""
    before = LOG.seconds()
    with _memory.limited(memory, _memory.resident_at_first()):
        part = subtree(options, root)
    return part, os.getpid(), LOG.seconds() - before
