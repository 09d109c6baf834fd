"""Which configurations of a run become rows of its diagram.

Only the configuration at hand is held, never the whole run: a run is made once to find its end, and again for the rows.
"""

from __future__ import annotations

from collections.abc import Iterator

from noisytm.discrete import Configuration
from noisytm.discrete.direct import advance
from noisytm.errors import BudgetError


def at(configuration: Configuration, step: int) -> Configuration:
    """Run on to ``step``, or until the machine stops.

    Raises
    ------
    BudgetError
        If the tape does not fit into memory.
    """
    reached, fits = advance(configuration, step)
    if not fits and reached.steps < step:
        raise BudgetError(f"the tape after {reached.steps} steps does not fit into memory; lower max_steps")
    return reached


def evenly(start: Configuration, end: Configuration, rows: int) -> Iterator[Configuration]:
    """Yield at most ``rows`` configurations, evenly spaced in time; the first and the last are ``start`` and ``end``.

    Examples
    --------
    >>> from noisytm import library
    >>> start = Configuration.initial(library.machine("bb3"))
    >>> [c.steps for c in evenly(start, at(start, 100), 4)]
    [0, 7, 14, 21]
    """
    last = end.steps - start.steps
    intervals = min(rows - 1, last)
    for i in range(intervals):
        start = at(start, end.steps - last + i * last // intervals)
        yield start
    yield end


def at_extremes(start: Configuration, end: Configuration, rows: int) -> Iterator[Configuration]:
    """Yield configurations in which the head has just reached a cell it never was on, between ``start`` and ``end``.

    There are as many of these as the head visits cells; if this is too many for ``rows`` the ones that are
    yielded are evenly spaced in the number of cells visited.

    Examples
    --------
    >>> from noisytm import library
    >>> start = Configuration.initial(library.machine("bb3"))
    >>> [(c.steps, c.head) for c in at_extremes(start, at(start, 100), 10)]
    [(0, 0), (1, 1), (6, 2), (9, -1), (17, 3), (21, 1)]
    """
    before, after = span(start), span(end)
    new = after - before
    wanted = min(rows - 2, new)
    current = start
    yield start
    for i in range(1, wanted + 1):
        current = first_with_span(current, before + i * new // wanted, end.steps)
        if current.steps < end.steps:
            yield current
    if end.steps > start.steps:
        yield end


def span(configuration: Configuration) -> int:
    """Return the number of cells the head has visited."""
    return configuration.rightmost - configuration.leftmost + 1


def first_with_span(current: Configuration, target: int, last: int) -> Configuration:
    """Return the first configuration, from ``current`` on, in which the head has visited ``target`` cells.

    The run must get there within ``last`` steps. Ever longer strides overshoot, halving finds the step: at most
    about four times the steps in between are made. A step visits at most one new cell, which bounds the step from
    below.
    """
    stride = target - span(current)
    while span(beyond := at(current, min(current.steps + stride, last))) < target:
        current, stride = beyond, max(2 * stride, target - span(beyond))
    latest = beyond.steps
    while latest - current.steps > (missing := target - span(current)):
        middle = max(current.steps + missing, (current.steps + latest) // 2)
        probe = at(current, middle)
        if span(probe) < target:
            current = probe
        else:
            latest = middle
    return at(current, latest)
