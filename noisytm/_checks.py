"""Checks of arguments: each rule once, in the same words everywhere."""

from __future__ import annotations

import contextlib
from typing import Any

from noisytm._fractions import exact_integer
from noisytm._text import shown
from noisytm.errors import MachineError, ProblemError

MAX_STEPS = 1 << 62


def step_count(steps: Any) -> int:
    """Return a number of steps as an ``int``.

    Raises
    ------
    ProblemError
        If it is not an integer of at least 1.

    Examples
    --------
    >>> step_count(3)
    3
    """
    return count_of("steps", steps)


def count_of(name: str, value: Any, instead: str = "") -> int:
    """Return an integer of at least 1, or raise `ProblemError`; ``instead`` says what else would have done."""
    with contextlib.suppress(ValueError):
        if (count := exact_integer(value)) >= 1:
            return count
    raise ProblemError(f"{name} is {shown(value)}; it must be {instead}an integer >= 1")


def require_count(what: str, value: Any) -> None:
    """Raise `MachineError` unless ``value`` is an integer from 0 to 2^62."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MAX_STEPS:
        raise MachineError(f"{what} is {shown(value)}; it must be an integer from 0 to 2^62")
