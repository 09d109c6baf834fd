"""How much time a call may take: a limit that is set once and looked at wherever work goes on."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple

from noisytm import _compiling, _memory, _progress
from noisytm._checks import positive
from noisytm._text import shown
from noisytm.errors import BudgetError, ProblemError

MOST_SECONDS = 1_000_000_000


class OutOfTime(BudgetError):
    """The time that a call may take has run out, or would."""


class _Limit(NamedTuple):
    end: float
    seconds: float
    clock: Callable[[], float]
    unit: str

    @classmethod
    def of(cls, seconds: float, clock: Callable[[], float], unit: str = "seconds") -> _Limit:
        return cls(clock() + seconds, seconds, clock, unit)

    @property
    def left(self) -> float:
        return self.end - self.clock()


_limits: ContextVar[tuple[_Limit, ...]] = ContextVar("_limits", default=())


def processor_seconds() -> float:
    """Return the time that processors have worked for this process, without that in which something was compiled."""
    return time.process_time() - _compiling.LOG.processor_seconds()


@contextmanager
def limited(seconds: float | None, *, processor: bool = False) -> Iterator[None]:
    """Let what runs in the ``with`` block take so many seconds of wall-clock time; ``None`` sets no limit.

    A limit inside another one can only be shorter.

    Parameters
    ----------
    seconds : float or None
        The seconds.
    processor : bool
        Count the time that processors work for this process instead, but for compiling: what is left undone is then the
        same on a machine that has other things to do, and at the first call.

    Examples
    --------
    >>> with limited(0.0):
    ...     tick()
    Traceback (most recent call last):
    noisytm._clock.OutOfTime: the 0 seconds that it may take have run out; raise the seconds
    """
    mine: tuple[_Limit, ...] = ()
    if seconds is not None:
        clock = (processor_seconds, "seconds of processor time") if processor else (time.monotonic,)
        mine = (_Limit.of(seconds, *clock),)
    token = _limits.set((*_limits.get(), *mine))
    try:
        yield
    finally:
        _limits.reset(token)


@contextmanager
def afresh(seconds: float) -> Iterator[None]:
    """Let what runs in the ``with`` block take so many seconds whatever limit is set: to say what a call had found."""
    token = _limits.set((_Limit.of(seconds, time.monotonic),))
    try:
        yield
    finally:
        _limits.reset(token)


@contextmanager
def at_least(seconds: float) -> Iterator[None]:
    """Let what runs in the ``with`` block take so many seconds, however few are left: to know what is asked.

    Examples
    --------
    >>> with limited(0.001), at_least(60.0):
    ...     left() > 1
    True
    """
    remaining = left()
    with contextlib.nullcontext() if remaining is None or remaining >= seconds else afresh(seconds):
        yield


def seconds_given(value: Any) -> float | None:
    """Return a time limit as a float; ``None`` stays.

    Raises
    ------
    ProblemError
        If it is not a positive number.

    Examples
    --------
    >>> seconds_given("1/2"), seconds_given(None)
    (0.5, None)
    """
    if value is None:
        return None
    seconds = positive("seconds", value)
    if seconds > MOST_SECONDS:
        raise ProblemError(f"seconds is {shown(value)}; give at most {MOST_SECONDS:,}")
    return float(seconds)


def left() -> float | None:
    """Return how many seconds are left, or ``None`` if nothing limits them."""
    return min((limit.left for limit in _limits.get()), default=None)


def over() -> bool:
    """Return whether the time has run out, for work that has something to hand over before it is told so by `tick`.

    Examples
    --------
    >>> with limited(0.0):
    ...     over()
    True
    """
    return any(limit.left <= 0 for limit in _limits.get())


def tick() -> None:
    """Raise `OutOfTime` if the time has run out, or what is raised if the memory has.

    Long computations call it a few times a second at least.
    """
    _progress.alive()
    _memory.look()
    for limit in _limits.get():
        if limit.left <= 0:
            raise OutOfTime(f"the {limit.seconds:g} {limit.unit} that it may take have run out; raise the seconds")


def require(seconds: float, what: str) -> None:
    """Raise `OutOfTime` if what is to come will surely take longer than there is left.

    Parameters
    ----------
    seconds : float
        The least that it will take.
    what : str
        What takes so long, for the message.
    """
    tick()
    for limit in _limits.get():
        if seconds > limit.left:
            raise OutOfTime(
                f"{what} would take about {in_words(seconds)}, and of the {limit.seconds:g} {limit.unit} that it may"
                f" take {max(limit.left, 0):.3g} are left; raise the seconds"
            )


def in_words(seconds: float) -> str:
    """Return a time for a message.

    Examples
    --------
    >>> in_words(3.14159), in_words(7300.0), in_words(1e12)
    ('3.1 seconds', '2 hours', '3.2e+04 years')
    """
    for unit, name in ((31_557_600, "years"), (86_400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * unit:
            return f"{seconds / unit:.2g} {name}"
    return f"{seconds:.2g} seconds"
