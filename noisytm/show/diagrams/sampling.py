"""Which configurations of a run become rows of its diagram.

Only the configuration at hand is held, never the whole run: a run is made once to find its end, and again for the rows.
"""

from __future__ import annotations

from collections.abc import Iterator

from noisytm._digits import shortened
from noisytm.discrete import run
from noisytm.discrete.configuration import Configuration, RunLengthConfiguration
from noisytm.discrete.direct import MAX_CELLS, advance
from noisytm.discrete.powers import BeyondError
from noisytm.errors import BudgetError

FAR = 1 << 24  # steps from which it pays to let `run` choose how to make them


def reached(configuration: Configuration, step: int, max_cells: int = MAX_CELLS) -> tuple[Configuration, bool]:
    """Run on to ``step``, or until the machine stops; return also whether the tape had room to get there.

    A short stretch is run by the plain loop, a long one by the method that is fast: cycles and rules jump over it.
    """
    if step - configuration.steps <= FAR:
        return advance(configuration, step, max_cells=max_cells)
    try:
        return run(configuration.machine, start=configuration, max_steps=step, max_cells=max_cells).configuration, True
    except BudgetError as error:
        if error.partial is None or isinstance(error, BeyondError):
            raise
        return error.partial.configuration, False


def later(base: Configuration, configuration: Configuration) -> Configuration:
    """Return where to run on from: the configuration, but ``base`` if it is in run-length form.

    From a plain one `run` finds the cycle again and gets to any step at once.
    """
    return base if isinstance(configuration, RunLengthConfiguration) else configuration


def at(configuration: Configuration, step: int) -> Configuration:
    """Run on to ``step``, or until the machine stops.

    Raises
    ------
    BudgetError
        If the tape does not fit into memory.
    """
    there, fits = reached(configuration, step)
    if not fits and there.steps < step:
        raise BudgetError(f"the tape after {shortened(there.steps)} steps does not fit into memory; lower max_steps")
    return there


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
    intervals, base = min(rows - 1, last), start
    for i in range(intervals):
        here = at(base, end.steps - last + i * last // intervals)
        yield here
        base = later(base, here)
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
    current = base = start
    yield start
    for i in range(1, wanted + 1):
        current = first_with_span(current, before + i * new // wanted, end.steps, base)
        base = later(base, current)
        if current.steps < end.steps:
            yield current
    if end.steps > start.steps:
        yield end


def span(configuration: Configuration) -> int:
    """Return the number of cells the head has visited."""
    return configuration.rightmost - configuration.leftmost + 1


def first_with_span(current: Configuration, target: int, last: int, base: Configuration) -> Configuration:
    """Return the first configuration, from ``current`` on, in which the head has visited ``target`` cells.

    It is run to from ``base``, which is not later than ``current``, and must be there within ``last`` steps. Ever
    longer strides overshoot, halving finds the step: at most about four times the steps in between are made. A step
    visits at most one new cell, which bounds the step from below.
    """
    stride = target - span(current)
    while span(beyond := at(base, min(current.steps + stride, last))) < target:
        current, stride = beyond, max(2 * stride, target - span(beyond))
        base = later(base, current)
    latest = beyond.steps
    while latest - current.steps > (missing := target - span(current)):
        middle = max(current.steps + missing, (current.steps + latest) // 2)
        probe = at(base, middle)
        if span(probe) < target:
            current, base = probe, later(base, probe)
        else:
            latest = middle
    return at(base, latest)
