"""The options that the recognisers have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from noisytm._checks import integer, whole
from noisytm._text import shown
from noisytm.enumeration.recognisers.protocol import Setting
from noisytm.errors import MachineError

MAX_CONTEXTS_LIMIT = 1 << 20

Bounds = tuple[int, int]
MAX_CONTEXTS = Setting(
    "max_contexts",
    8192,
    lambda value, symbols: whole("max_contexts", value, 1, MAX_CONTEXTS_LIMIT, MachineError),
)


def ladder(name: str, default: tuple[tuple[int, int], ...], bounds: Callable[[int], tuple[Bounds, Bounds]]) -> Setting:
    """Return an option that is a list of pairs of integers, tried one after the other.

    Parameters
    ----------
    name : str
        Its name.
    default : tuple of (int, int)
        Its value if none is given, but for rungs out of bounds.
    bounds : callable
        The bounds of both numbers for a number of symbols.
    """

    def checked(value: Any, symbols: int) -> tuple[tuple[int, int], ...]:
        within = bounds(symbols)
        return tuple(filter(_within(*within), default)) if value is default else _checked_rungs(name, value, *within)

    return Setting(name, default, checked)


def _within(*bounds: Bounds) -> Callable[[tuple[int, int]], bool]:
    return lambda rung: all(a <= x <= b for x, (a, b) in zip(rung, bounds, strict=True))


def _checked_rungs(name: str, rungs: Any, *bounds: Bounds) -> tuple[tuple[int, int], ...]:
    found: list[Any] = list(rungs) if isinstance(rungs, Iterable) else [rungs]
    for rung in found:
        pair = isinstance(rung, (tuple, list)) and len(rung) == len(bounds)
        numbers = [integer(x) for x in rung] if pair else []
        if not (pair and all(x is not None and a <= x <= b for x, (a, b) in zip(numbers, bounds, strict=True))):
            ranges = " and ".join(f"from {a} to {b}" for a, b in bounds)
            raise MachineError(f"{name} has {shown(rung)}; each of its rungs must be two integers, {ranges}")
    return tuple((int(x), int(y)) for x, y in found)
