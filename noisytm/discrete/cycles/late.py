"""Runs that repeat themselves at the place where they have been left, however late they began to."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from noisytm.discrete.configuration import Configuration, LateCycle, RunLengthConfiguration
from noisytm.discrete.cycles.finding import find_cycle

STEPS = 1 << 13


def late_cycle(here: Configuration, steps: int = STEPS) -> LateCycle | None:
    """Search the steps after a configuration for a cycle; the head gets nowhere further than it has steps.

    Parameters
    ----------
    here : Configuration
        The last configuration of a run; of its tape only the cells within reach are looked at.
    steps : int
        Steps to look at. A cycle is found if preperiod and period, counted from ``here``, are at most a quarter of
        them.

    Examples
    --------
    >>> from noisytm import parse, run
    >>> late_cycle(run(parse("1RB---_0RB---"), max_steps=10**5, cycles=0).configuration)
    LateCycle(step=100000, period=1, offset=1)
    """
    found = None if here.resting else find_cycle(_within_reach(here, steps), here.steps + steps)
    return None if found is None else LateCycle(found.cycle.preperiod, found.cycle.period, found.cycle.offset)


def _within_reach(here: Configuration, steps: int) -> Configuration:
    """Return a configuration with the same steps to come, whose tape is no longer than it has to be.

    Where cells are left out, the last one of the tape is not blank, so that it is not taken for the end of what is
    written.
    """
    machine, end = here.machine, here.origin + here.size - 1
    first, last = max(here.origin, here.head - steps - 1), min(end, here.head + steps + 1)
    cells = _cells(here, first, last)
    others = [i for i, symbol in enumerate(machine.symbols) if symbol != machine.blank]
    if first > here.origin and others:
        cells[0] = others[0]
    if last < end and others:
        cells[-1] = others[0]
    return Configuration.trimmed(
        machine,
        state=here.state,
        head=here.head,
        steps=here.steps,
        cells=cells,
        origin=first,
        leftmost=max(first, here.leftmost),
        rightmost=min(last, here.rightmost),
    )


def _cells(here: Configuration, first: int, last: int) -> NDArray[Any]:
    """Return the cells from ``first`` to ``last`` as a new array."""
    if not isinstance(here, RunLengthConfiguration):
        return here.cells[first - here.origin : last + 1 - here.origin].copy()
    found: list[int] = []
    begin = here.origin
    for word, times in here.pieces:
        end = begin + len(word) * times
        found += [word[(i - begin) % len(word)] for i in range(max(first, begin), min(last + 1, end))]
        begin = end
    return np.array(found)
