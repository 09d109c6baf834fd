"""How many configurations a search will reach, told from those it has reached: it is refused before it runs out.

The logarithms of the numbers rise less and less with every step; they are taken to go on as they have bent lately, and
no further than there are tapes that can still be read. Where only cheap runs are followed these leave behind what they
have written: with r steps left they are told apart by little more than what r steps write, however many came before.
"""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Sequence

from noisytm import _clock

# Steps that are looked back upon, and how many configurations must have been reached before anything is said.
LOOKED_AT, FEWEST = 6, 1 << 13
# What is refused is refused for so many times of what there is: the forecast is not exact.
DOUBT = 2.0


def to_come(reached: Sequence[int], room: Sequence[float], fading: bool = False) -> list[float]:
    """Return about how many configurations there will be after each of the steps to come.

    Parameters
    ----------
    reached : sequence of int
        How many there were after each step so far.
    room : sequence of float
        The logarithm of how many there can be at most, after each step to come.
    fading : bool
        Whether with r steps left there are no more than after r + 1 steps.

    Examples
    --------
    >>> [round(n) for n in to_come([10, 20, 40, 80, 160, 320], [9.0, 9.0, 6.0])]
    [640, 1280, 403]
    >>> [round(n) for n in to_come([10, 40, 140, 420, 1050, 2100], [50.0, 50.0])]
    [3532, 4995]
    >>> [round(n) for n in to_come([10, 20, 40, 80, 160, 320], [9.0, 9.0, 9.0, 6.0], fading=True)]
    [80, 40, 20, 10]
    """
    logs = [math.log(n) for n in reached]
    rises = [b - a for a, b in itertools.pairwise(logs[-LOOKED_AT:])]
    rise, bend = rises[-1], min((rises[-1] - rises[0]) / max(len(rises) - 1, 1), 0.0)
    for left, most in zip(range(len(room) - 1, -1, -1), room, strict=True):
        rise += bend
        now = min(logs[-1] + rise, most)
        logs.append(min(now, logs[left]) if fading and left < len(logs) else now)
    return [math.exp(min(now, 700.0)) for now in logs[len(reached) :]]


class Forecast:
    """Watches a search, step by step.

    Parameters
    ----------
    room : sequence of float
        The logarithm of how many configurations there can be at most, after each step.
    memory : int
        Bytes that may be taken.
    fading : bool
        As of `to_come`.
    """

    def __init__(self, room: Sequence[float], memory: int, fading: bool = False) -> None:
        self._room, self._memory, self._fading = room, memory, fading
        self._reached: list[int] = []
        self._began = time.monotonic()

    def beyond(self, reached: int, row_bytes: float, kept_bytes: int) -> float | None:
        """Note a step; return how many bytes are going to be needed if these are surely too many.

        Parameters
        ----------
        reached : int
            How many configurations there are after it.
        row_bytes : float
            What each takes while the next step is made.
        kept_bytes : int
            What each takes to the end.

        Raises
        ------
        OutOfTime
            If the steps to come will surely take longer than there is left.
        """
        self._reached.append(max(reached, 1))
        if reached < FEWEST or len(self._reached) < LOOKED_AT:
            return None
        future = to_come(self._reached, self._room[len(self._reached) :], self._fading)
        seconds = (time.monotonic() - self._began) / sum(self._reached) * sum(future)
        _clock.require(seconds / DOUBT, f"going through the configurations of {len(self._room)} steps")
        need = max(future, default=0.0) * row_bytes + kept_bytes * (sum(self._reached) + sum(future))
        return need if need > DOUBT * self._memory else None

    def seconds(self) -> float:
        """Return about how long all steps together take."""
        return (time.monotonic() - self._began) / max(sum(self._reached), 1) * self.all()

    def all(self) -> float:
        """Return about how many configurations there are after all steps together; those so far, if they are few."""
        so_far = float(sum(self._reached))
        if so_far < FEWEST or len(self._reached) < LOOKED_AT:
            return so_far
        return so_far + sum(to_come(self._reached, self._room[len(self._reached) :], self._fading))
